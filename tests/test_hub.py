"""Two people at a JupyterHub: what is whose, and what a group shares on purpose.

One hub, one browser and two accounts serve all tests, which go in their order; a third
account belongs to nobody's group.
"""

import json
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hub import SLOWLY, Centre, centre, group, hub, log_in
from tests.lab import chromium, command, keeper, run_all, write_notebook
from tests.living import until
from workbench.runs.run import runs

pytestmark = pytest.mark.slow

LOCAL = "jupyterhub.spawner.LocalProcessSpawner"  # the default
PEOPLE = ("ada", "ben")
WORKBENCH = ("-m", "workbench.main")
READ = """
import json, os, sys
from pathlib import Path
found = Path(sys.argv[1]).rglob("*")
print(json.dumps([path.name for path in found if not os.access(path, os.R_OK)]))"""
PANEL = 'from workbench.panels import Train\nTrain("pebbles")'
LONG = {"epochs": 100000, "trainer.check_val_every_n_epoch": 1000}
SHARE = """\
from workbench import launch
launch("pebbles", runs={place!r}, settings={settings!r})"""
ATTACH = """\
import workbench; from workbench.panels import attach
attach(workbench.runs({place!r})[-1])"""


@pytest.fixture(scope="module")
def here() -> Iterator[Centre]:
    """Three accounts, and one place for the runs of all."""
    with centre(*PEOPLE, "eve") as here:
        place = here.folder / "runs"
        place.mkdir()
        place.chmod(0o1777)  # as scratch is
        for who in PEOPLE:
            notebook = here.home(who) / "panel.ipynb"
            write_notebook(notebook, [PANEL])
            here.give(who, notebook)
        yield here


@pytest.fixture(scope="module")
def team(here: Centre) -> Iterator[Path]:
    """A folder that two of them share, as docs/centre.md has it made."""
    place = here.folder / "team"
    with group(here, *PEOPLE) as name:
        place.mkdir()
        shutil.chown(place, group=name)
        place.chmod(0o2770)
        yield place


@pytest.fixture(scope="module")
def picture(here: Centre) -> Callable[[Any, str], None]:
    return keeper(here.folder, "hub-")


@pytest.fixture(scope="module")
def pages(
    here: Centre, team: Path, picture: Callable[[Any, str], None]
) -> Iterator[dict[str, Any]]:
    """What each of the two has open; the hub has started a server for each."""
    known = {"WORKBENCH_RUNS": str(here.folder / "runs")}
    with hub(here, LOCAL, known) as address, chromium() as first:
        context = first.context.browser.new_context(viewport=first.viewport_size)
        for one in (first.context, context):
            one.set_default_timeout(SLOWLY)
        pages = {"ada": first.context.new_page(), "ben": context.new_page()}
        for who, page in pages.items():
            log_in(page, address, here.people[who])
        for page in pages.values():
            run_all(page)
        yield pages
        for who, page in pages.items():
            picture(page, f"{who}-last")


def panel(page: Any) -> Any:
    return page.locator(".wb-train").last


def state(page: Any, name: str) -> None:
    """Wait until the panel says so."""
    panel(page).locator(f".wb-is-{name}").wait_for()


def cell(page: Any, text: str) -> None:
    """Run a new cell."""
    command(page, "notebook:insert-cell-below")
    page.locator(".jp-Cell .cm-content").last.click()
    page.keyboard.insert_text(text)
    page.keyboard.press("Shift+Enter")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_each_trains_and_sees_only_their_own(
    here: Centre, pages: dict[str, Any], picture: Callable[[Any, str], None]
) -> None:
    for page in pages.values():
        panel(page).locator(".wb-start").click()
    for page in pages.values():
        state(page, "finished")
    owned = {run.folder.owner(): run for run in runs(here.folder / "runs")}
    assert set(owned) == {here.people[who] for who in pages}
    for who, page in pages.items():
        run = owned[here.people[who]]
        assert mode(run.folder) == 0o700 and mode(run.folder / "config.yaml") == 0o644
        panel(page).get_by_role("tab", name="Runs").click()
        listed = panel(page).locator(".wb-runs select[multiple] option")
        listed.first.wait_for(state="attached")
        assert [run.name in text for text in listed.all_inner_texts()] == [True]
        picture(page, f"{who}-runs")
    hers = owned[here.people["ada"]].folder
    for who in ("ben", "eve"):
        refused = here.run(who, *WORKBENCH, "watch", str(hers), "--once")
        assert refused.returncode == 2
        assert f"{hers} is private: ask its owner" in refused.stderr
    found = here.run("eve", *WORKBENCH, "runs", "--runs", str(hers.parent))
    assert "pebbles" not in found.stdout + found.stderr


def test_a_group_reads_what_is_put_into_its_folder(
    here: Centre,
    team: Path,
    pages: dict[str, Any],
    picture: Callable[[Any, str], None],
) -> None:
    cell(pages["ada"], SHARE.format(place=str(team), settings=LONG))
    pages["ada"].get_by_text(f"Run('{team}/pebbles-").wait_for()
    (run,) = runs(team)
    until(lambda: run.state == "running" and run.status["step"] > 20, run)
    assert (run.folder.owner(), mode(run.folder)) == (here.people["ada"], 0o2750)
    cell(pages["ben"], ATTACH.format(place=str(team)))
    state(pages["ben"], "running")
    panel(pages["ben"]).locator(".wb-pause").click()
    panel(pages["ben"]).get_by_text("belongs to someone else").wait_for()
    picture(pages["ben"], "ben-watches")
    assert run.state == "running"

    said = here.run("ada", *WORKBENCH, "stop", str(run.folder))
    assert "saved as last.ckpt" in said.stdout, said.stderr
    state(pages["ben"], "stopped")
    picture(pages["ben"], "ben-sees-the-end")
    read = here.run("ben", "-c", READ, str(run.folder))
    assert json.loads(read.stdout) == ["control"], read.stderr  # asked by her alone
    out = here.home("ben") / "again.py"
    made = here.run("ben", *WORKBENCH, "export", str(run.folder), "--out", str(out))
    assert made.returncode == 0 and out.owner() == here.people["ben"], made.stderr

    refused = here.run("eve", *WORKBENCH, "watch", str(run.folder), "--once")
    assert refused.returncode == 2 and "no run at" in refused.stderr
