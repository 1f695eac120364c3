"""Run folders that are full, read-only, moved or deleted while a training writes."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

import workbench
from tests.test_launch import ends, launched, ranks_of, trains, until, whole
from workbench.errors import BadInput
from workbench.main import main
from workbench.runs.checkpoint import check_checkpoint
from workbench.runs.run import Run

pytestmark = pytest.mark.slow

__all__ = ["launched"]


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody may write to a folder; root needs a mount for that."""
    if os.getuid():
        for path in (folder, *folder.rglob("*")):
            path.chmod(path.stat().st_mode & ~0o222)
        try:
            yield
        finally:
            for path in (folder, *folder.rglob("*")):
                path.chmod(path.stat().st_mode | 0o200)
        return
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    try:
        how = "remount,ro,bind"
        subprocess.run(["mount", "-o", how, folder, folder], check=True)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_life_of_a_full_disk_and_of_a_moved_and_deleted_folder(
    launched: Callable[..., Run], tmp_path: Path
) -> None:
    run = trains(launched(processes=2))
    run.save()
    last = run.folder / "checkpoints" / "last.ckpt"
    good = last.read_bytes()
    ranks_of(run)[0].rlimit(psutil.RLIMIT_FSIZE, (200_000, psutil.RLIM_INFINITY))
    with pytest.raises(
        BadInput, match=r"is failed and could not save: .*File too large"
    ):
        run.save()
    ends(run, "failed")
    assert last.read_bytes() == good
    checkpoints = {"last.ckpt", "before.ckpt", "best.ckpt"}
    assert {path.name for path in last.parent.iterdir()} <= checkpoints
    assert f"{last.parent}: no more can be written" in run.log(200)
    assert f"continue with --ckpt_path {last}" in run.log(200)
    step = check_checkpoint(last, continues=True)
    assert trains(run.resume()).status["step"] > step

    moved = workbench.open_run(shutil.move(run.folder, tmp_path / "moved"))
    trains(moved)
    assert moved.set(learning_rate=1e-3).done and moved.save().done
    assert not run.folder.exists() and whole(moved)
    while moved.folder.exists():  # it is written while it is deleted
        shutil.rmtree(moved.folder, ignore_errors=True)
    until(lambda: not ranks_of(run), "it goes on")


def test_a_read_only_run_is_shown_and_refuses_and_a_branch_becomes_read_only(
    launched: Callable[..., Run],
) -> None:
    run = trains(launched())
    run.stop()
    ends(run, "stopped")
    with read_only(run.folder):
        assert run.state == "stopped" and run.curves()["train_loss"].values
        assert main(["watch", str(run.folder), "--once"]) == 0
        with pytest.raises(BadInput, match=r"cannot be written \(.*copy it"):
            run.resume()
        place = run.folder.parents[1] / "mine"
        assert main(["branch", str(run.folder), "--runs", str(place)]) == 0
    [branched] = workbench.runs(place)
    trains(branched)
    with read_only(branched.folder):
        with pytest.raises(BadInput, match="cannot be asked to pause"):
            branched.pause()
        until(lambda: not ranks_of(branched), "it goes on")
    ends(branched, "failed")
