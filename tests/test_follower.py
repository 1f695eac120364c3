"""The thread of a panel."""

import time
from threading import Event

from workbench.panels.follower import FAST, Follower


def test_nothing_is_looked_at_before_all_is_there() -> None:
    done, looked, failed = Event(), Event(), list[Exception]()
    follower = Follower(looked.set, looked.set, failed.append)
    follower.do(done.set)
    time.sleep(4 * FAST)  # while a slow machine still builds the panel
    assert not looked.is_set() and not done.is_set()
    follower.begin()
    assert done.wait(20) and looked.wait(20)
    follower.end()
    assert not failed
