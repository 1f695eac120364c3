"""Old files deleted from stores and runs, as scratch disks do."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import workbench
from tests.climate_maps import some_maps
from workbench.errors import BadInput
from workbench.main import main
from workbench.runs.trained import trained
from workbench.tasks.climate.store import Store
from workbench.tasks.climate.store_writer import StoreWriter

SMALL: dict[str, dict[str, Any]] = {
    "neutrino": {"events": 64, "val_events": 16, "test_events": 16, "batch_size": 8},
    "climate": {"maps": 2, "val_maps": 1, "test_maps": 1, "batch_size": 1},
    "cosmogan": {"maps": 64, "val_maps": 16, "test_maps": 16, "pixels": 16},
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with a small store of each task."""
    place = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_CACHE", str(place))
        for name, settings in SMALL.items():
            workbench.load(name).data(**settings).prepare_data()
    return place


@pytest.fixture
def cache(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that a purge may go through."""
    place = tmp_path / "cache"
    shutil.copytree(made, place)
    monkeypatch.setenv("WORKBENCH_CACHE", str(place))
    return place


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("neutrino", "hits.npy"),
        ("neutrino", "about.json"),
        ("climate", "image/c.1.0.0.0"),
        ("climate", "zarr.json"),
        ("cosmogan", "maps.npy"),
        ("cosmogan", "parameters.npy"),
        ("cosmogan", "about.json"),
    ],
)
def test_a_store_of_which_files_are_gone_says_what_to_do(
    cache: Path, tmp_path: Path, name: str, file: str
) -> None:
    def read(**more: Any) -> None:
        data = workbench.load(name).data(**SMALL[name], **more)
        data.prepare_data()
        data.setup("fit")
        for _ in data.train_dataloader():
            pass

    (store,) = (cache / name).iterdir()
    own = tmp_path / store.name
    shutil.copytree(store, own)
    for place in (store, own):
        (place / file).unlink()
    with pytest.raises(BadInput) as error:
        read()
    said = str(error.value)
    assert f"{Path(file).name}" in said and "is gone, perhaps deleted as old" in said
    assert f"remove {store} and run the same command again, which makes it" in said
    with pytest.raises(BadInput, match=r"is gone, .*: make or copy it again"):
        read(path=str(own))
    shutil.rmtree(store)  # as it says
    read()


@pytest.mark.parametrize("file", ["image/c.1.0.0.0", "truth/c.0.0.0", "zarr.json"])
def test_a_purge_of_an_unfinished_store_is_made_up_for(
    tmp_path: Path, file: str
) -> None:
    maps = [some_maps(1, seed) for seed in range(4)]

    class Cut(Exception):
        pass

    def write(stop: int) -> None:
        with StoreWriter(tmp_path / "s", 4, {"seed": 1}, 2) as writer:
            for one in maps[writer.maps : stop]:
                writer.add(one)
            if stop < 4:
                raise Cut

    with pytest.raises(Cut):
        write(3)
    (tmp_path / "s.partial" / file).unlink()
    write(4)
    store = Store(tmp_path / "s")
    for row, one in enumerate(maps):
        read = store.maps(store.sequence[:0] * 0 + [row])
        assert (read.TMQ == one.TMQ.to_numpy()).all()


@pytest.fixture
def run(small_run: Path, tmp_path: Path) -> Path:
    """A finished run that a purge may go through."""
    run = tmp_path / "runs" / small_run.name
    shutil.copytree(small_run, run)
    (run / "launch.json").write_text('{"compute": "local", "launch": 1}')
    status = json.loads((run / "status.json").read_text())
    (run / "status.json").write_text(json.dumps(status | {"launch": 1}))
    (run / "exit.json").write_text('{"launch": 1, "code": 0, "by": "job.sh"}')
    return run


def gone(run: Path, *names: str) -> None:
    for name in names:
        place = run / name
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)


def explains(run: Path) -> None:
    trained(workbench.open_run(run))


def predicts(run: Path) -> None:
    workbench.open_run(run).predict("events.hdf5", "out.npz")


@pytest.mark.parametrize(
    ("names", "act", "said"),
    [
        (
            ["checkpoints"],
            explains,
            r"no such checkpoint: not saved yet, or deleted as",
        ),
        (["config.yaml"], explains, r"has no config\.yaml any more: deleted as old"),
        (["config.yaml", "launch.json"], explains, r"launch\.json are gone, perhaps"),
        (
            ["checkpoints/best.ckpt"],
            predicts,
            r"best\.ckpt: no such checkpoint: not saved",
        ),
    ],
)
def test_a_run_of_which_files_are_gone_says_what_to_do(
    run: Path, names: list[str], act: Callable[[Path], None], said: str
) -> None:
    gone(run, *names)
    with pytest.raises(BadInput, match=said) as error:
        act(run)
    assert "\n" not in str(error.value)


def test_what_is_left_of_a_run_is_shown(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = workbench.open_run(run)
    state, reached = whole.state, whole.reached
    gone(run, "metrics.jsonl", "system.jsonl", "log.txt", "environment.json")
    left = workbench.open_run(run)
    assert (left.state, left.reached) == (state, reached) and not left.curves()
    for words in (
        ["runs", "--runs", str(run.parent)],
        ["watch", str(run), "--once"],
        ["compare", str(run), str(run)],
    ):
        assert main(words) == 0
    assert "unexpected" not in capsys.readouterr().err
