"""The command that holds two files of maps against each other, and its pictures."""

import json
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from tests.cosmogan_fields import lognormal
from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.physics import pixel_classifier
from workbench.tasks.cosmogan.physics.command import command
from workbench.tasks.cosmogan.physics.figures import sheet
from workbench.tasks.cosmogan.physics.summary import Summary

FIELD = Field.named("wide", 16)


def run(*words: object) -> int:
    parser = ArgumentParser()
    command.arguments(parser)
    given = [str(word) for word in words]
    return command.run(parser.parse_args(["--degrees=3.5", *given]))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("maps")
    sets = {
        "one": lognormal(80, FIELD, 1),
        "same": lognormal(64, FIELD, 2),
        "other": lognormal(64, FIELD, 3, skewness=0.6),
        "few": lognormal(63, FIELD, 4),
        "large": lognormal(64, Field.named("wide", 32), 5),
    }
    sets["missing"], sets["flat"] = sets["same"].copy(), sets["same"].copy()
    sets["missing"][7, 3, 3] = np.nan
    sets["flat"][9] = 0.01
    for name, maps in sets.items():
        np.save(folder / f"{name}.npy", maps)
    return {name: folder / f"{name}.npy" for name in sets}


def test_equal_files_agree_and_others_differ(
    files: dict[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pixel_classifier, "STEPS", 20)  # enough to be in the table
    assert run(files["one"], files["same"], "--seed", 1) == 0
    assert "they agree" in capsys.readouterr().out
    table, picture = tmp_path / "p.json", tmp_path / "p.png"
    words = files["one"], files["other"], "--maps", 64, "--json", table
    assert run(*words, "--figure", picture) == 1
    kept = json.loads(table.read_text())
    assert kept["maps"] == [64, 64] and not kept["agree"]
    verdicts = {(row["group"], row["verdict"]) for row in kept["statistics"]}
    assert {("skewness", "differs"), ("power spectrum", "agrees")} <= verdicts
    assert "classifier of pixels" in {group for group, _ in verdicts}
    assert all({"name", "effect", "p"} <= row.keys() for row in kept["statistics"])
    assert picture.read_bytes().startswith(b"\x89PNG")
    printed = capsys.readouterr().out
    assert "64 maps of" in printed and "DIFFERS" in printed


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("few", "few.npy: 63 maps: give at least 64 for a verdict"),
        ("large", "large.npy: its maps are"),
        ("missing", "missing.npy: map 7: 1 of 256 pixels are not finite"),
        ("flat", "flat.npy: map 9: "),
    ],
)
def test_what_cannot_be_compared_is_named(
    other: str, said: str, files: dict[str, Path]
) -> None:
    with pytest.raises(BadInput) as error:
        run(files["one"], files[other])
    assert said in str(error.value) and "\n" not in str(error.value)


def test_a_figure_holds_all_statistics_of_both_sets() -> None:
    one, other = np.split(lognormal(64, FIELD, 6), 2)
    summary = Summary.of(one, FIELD)
    names = "simulated", "generated"
    figure = sheet(summary, summary.vectors(one), summary.vectors(other), names)
    assert isinstance(figure, Figure)
    axes = [axes for part in figure.subfigs for axes in part.axes]
    labels = [one.get_xlabel() for one in axes]
    assert labels[:3] == ["multipole l", "convergence κ", "threshold ν, σ of simulated"]
    drawn = {text.get_text() for text in axes[0].get_legend().get_texts()}
    assert "halves of simulated, 2σ" in drawn and "generated: mean, 16–84 %" in drawn


def test_the_command_loads_no_torch_until_it_runs() -> None:
    code = (
        "import sys, workbench.tasks.cosmogan.physics.command;"
        "print(sorted({'torch', 'scipy', 'matplotlib', 'sklearn'} & set(sys.modules)))"
    )
    words = [sys.executable, "-c", code]
    answer = subprocess.run(words, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
