"""What keeps widgets alive in a page that was reloaded."""

import sys
from typing import Any


def heed_reloaded_pages() -> None:
    """Take what a browser says where the browser sends it.

    ipykernel 7.4 takes it to the subshell that the widget was last written from. The
    page before the reload had that one, and has closed it: buttons would be dead, and
    curves that missed a message would stand still (ipykernel/comm/comm.py,
    ``_reply_subshell_for``).
    """
    comm: Any = sys.modules.get("ipykernel.comm.comm")
    if hasattr(comm, "BaseComm"):
        comm.BaseComm._reply_subshell_for = _as_sent


def _as_sent(comm: Any, data: Any, subshell: str | None) -> str | None:
    return subshell
