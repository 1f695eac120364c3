"""The command line: data in every layout, the doctor, errors in one line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import workbench
from workbench.main import main

ROOT = Path(__file__).parents[1]


def error_of(capsys: pytest.CaptureFixture[str]) -> str:
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "Traceback" not in error
    return error


def test_tasks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tasks"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in workbench.task_names())


@pytest.mark.parametrize("layout", ["store", "2016", "2017"])
def test_data_are_made_and_checked(
    tmp_path: Path, layout: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"events.{layout}"
    words = ["--events", "150", "--out", str(out), "--layout", layout, "--seed", "3"]
    assert main(["data", "make", "neutrino", *words]) == 0
    assert main(["data", "check", str(out)]) == 0
    assert "150" in capsys.readouterr().out
    assert main(["data", "make", "neutrino", *words]) == 2
    assert "exists: remove it" in error_of(capsys).split("\n")[-2]


def test_the_seed_decides_the_file(tmp_path: Path) -> None:
    made: list[bytes] = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        words = ["--events", "40", "--out", str(tmp_path / name), "--seed", str(seed)]
        assert main(["data", "make", "neutrino", *words]) == 0
        made.append((tmp_path / name / "hits.npy").read_bytes())
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["data", "make"], "wants a task: one of"),
        (["data", "make", "nothing"], "unknown task 'nothing'"),
        (["data", "make", "neutrino", "--events", "0", "--out", "x"], "at least 1"),
        (["data", "check", "absent.h5"], "absent.h5: no such file"),
        (["data", "get", "absent"], "absent"),
        (["demo", "nothing"], "unknown task 'nothing'"),
        (["fit", "--config", "absent.yaml"], "absent.yaml"),
        (["tasks", "--bogus"], "tasks takes no --bogus"),
        (["doctor", "extra"], "doctor takes no extra"),
        (["predict", "-c", "neutrino", "--out", "p.txt"], ".csv or .npz"),
        (["predict", "-c", "neutrino", "--out", "no/p.csv"], "mkdir -p no"),
    ],
)
def test_bad_words_are_one_line(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert message in error_of(capsys)


@pytest.mark.parametrize("words", [[], ["nothing"]])
def test_unknown_commands_exit_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2


@pytest.mark.parametrize("package", ["torchvision", "lightning"])
def test_the_doctor_finds_what_breaks_lightning(
    package: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["doctor"])
    assert package not in capsys.readouterr().out
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert main(["doctor"]) == 1
    assert f"pip uninstall {package}" in capsys.readouterr().out


def test_a_broken_task_leaves_the_others(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "__init__.py").write_text("")
    (tmp_path / "broken" / "task.py").write_text("import nothing_of_this_name\n")
    path = [*workbench.tasks.__path__, str(tmp_path)]
    monkeypatch.setattr(workbench.tasks, "__path__", path)
    assert main(["tasks"]) == 0
    said = capsys.readouterr()
    assert "neutrino" in said.out and "broken" not in said.out
    assert said.err.count("\n") == 1 and "'broken' cannot be loaded" in said.err


def test_a_bug_is_one_line_unless_debugged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*args: object) -> None:
        raise ZeroDivisionError("a bug\nof two lines")

    monkeypatch.setattr(workbench, "task_names", fail)
    assert main(["tasks"]) == 2
    assert "unexpected ZeroDivisionError: a bug of two lines" in error_of(capsys)
    assert main(["tasks", "--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["data"], "data make TASK"),
        (["data", "make", "--help"], "neutrino"),
        (["data", "make", "neutrino", "--help"], "--strength"),
        (["fit", "--help"], "--trainer.max_epochs"),
    ],
)
def test_help_shows_the_options(
    words: list[str], shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        assert main(words) == 0
    except SystemExit as stop:
        assert stop.code == 0
    assert shown in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["data", "nothing"], ["data", "nothing", "neutrino"]]
)
def test_unknown_data_verbs_are_refused(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert "data nothing" in capsys.readouterr().err


def test_the_water_target_is_filled_on_demand(tmp_path: Path) -> None:
    from workbench.tasks.neutrino.events import MATERIALS
    from workbench.tasks.neutrino.files import open_events

    struck = []
    for name, words in (("empty", []), ("full", ["--water"])):
        out = tmp_path / name
        made = ["data", "make", "neutrino", "--events", "200", "--out", str(out)]
        assert main([*made, *words]) == 0
        truth = open_events(out).truth
        assert truth is not None
        struck.append((truth["material"] == MATERIALS.index("water")).sum())
    assert struck[0] == 0 < struck[1]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (["data", "check", str(ROOT / "datasets" / "neutrino" / "sample.hdf5")], "ok"),
        (["tasks"], "neutrino"),
        (["doctor"], "facts"),
    ],
)
def test_tables_are_kept_as_json(tmp_path: Path, words: list[str], key: str) -> None:
    kept = tmp_path / "kept.json"
    assert main([*words, "--json", str(kept)]) < 2  # the doctor may find something
    assert key in json.loads(kept.read_text())
    assert main([*words, "--json", "nowhere/kept.json"]) == 2


def test_an_installed_package_offers_a_task(tmp_path: Path) -> None:
    (tmp_path / "gravel.py").write_text(
        "from dataclasses import replace\n"
        "import workbench\n"
        "from workbench.cards import Card\n"
        "card = Card('gravel', 'Gravel by size', 'coarse', 'CC0', 'me')\n"
        "task = replace(workbench.load('neutrino'), name='gravel', card=card)\n"
    )
    about = tmp_path / "gravel-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: gravel\nVersion: 1.0\n"
    )
    (about / "entry_points.txt").write_text("[workbench.tasks]\ngravel = gravel:task\n")
    answer = subprocess.run(
        [sys.executable, "-m", "workbench.main", "tasks"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "Gravel by size" in answer.stdout, answer.stderr
