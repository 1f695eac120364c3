"""``workbench data make cosmogan``, as the command that the task offers."""

from argparse import ArgumentParser
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.files.opening import open_maps
from workbench.tasks.cosmogan.make import make
from workbench.tasks.cosmogan.simulation import simulate


def run(*words: str) -> int:
    parser = ArgumentParser()
    make.arguments(parser)
    return make.run(parser.parse_args(words))


def test_a_folder_becomes_a_store(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "maps"
    words = ["--maps", "40", "--pixels", "32", "--seed", "3", "--out", str(out)]
    words += ["--cosmology", "0.2", "0.7", "--cosmology", "0.3", "0.9"]
    assert run(*words, "--galaxies", "30", "--smoothing", "1") == 0
    said = "40 simulated maps of 32×32, 3.5°, sources at z = 1, kind lognormal"
    assert said in capsys.readouterr().out
    made = open_maps(out).about["made"]
    assert made["noise"] == [30.0, 0.4] and made["smoothing"] == 1.0
    assert [one["sigma8"] for one in made["cosmologies"]] == [0.7, 0.9]
    assert run(*words, "--galaxies", "30", "--smoothing", "1") == 0
    with pytest.raises(BadInput, match="exists with other maps"):
        run(*words)


def test_particles_share_boxes(tmp_path: Path) -> None:
    out = tmp_path / "maps"
    words = ["--kind", "particles", "--boxes", "2", "--particles", "16"]
    assert run("--maps", "10", "--pixels", "16", "--out", str(out), *words) == 0
    box = np.load(out / "parameters.npy")[:, 2]
    np.testing.assert_array_equal(box, [0] * 5 + [1] * 5)


@pytest.mark.parametrize("ending", [".npy", ".fits", ".h5", ".zarr"])
def test_a_name_with_an_ending_becomes_a_file(tmp_path: Path, ending: str) -> None:

    out = tmp_path / f"maps{ending}"
    assert run("--maps", "40", "--pixels", "16", "--out", str(out)) == 0
    field = Field.named("wide", 16)
    maps = open_maps(out)
    assert maps.field == field
    wanted = np.concatenate(list(simulate(40, 0, field)))
    np.testing.assert_array_equal(maps.read(slice(0, 40)), wanted)
    with pytest.raises(BadInput, match="exists: remove it"):
        run("--maps", "40", "--pixels", "16", "--out", str(out))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--maps", "0"], "--maps 0: give at least 1"),
        (["--pixels", "63"], "pixels 63: give an even number"),
        (["--cosmology", "0.9", "0.8"], "omega_m 0.9: give 0.1 to 0.5"),
        (["--galaxies", "0"], "give galaxies and ellipticity above 0"),
        (["--smoothing", "100"], "smoothing 100: give 0 to"),
        (["--seed", "-1"], "seed -1: give 0 or more"),
        (["--kind", "particles", "--boxes", "0"], "boxes 0: give at least 1"),
    ],
)
def test_what_cannot_be_made_leaves_nothing_behind(
    tmp_path: Path, words: list[str], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        run(*words, "--out", str(tmp_path / "maps"))
    assert not list(tmp_path.iterdir())


def test_a_field_that_is_not_there_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run("--field", "narrow", "--out", str(tmp_path / "maps"))
    assert "choose from" in capsys.readouterr().err
    with pytest.raises(BadInput, match="field 'narrow': no such field"):
        Field.named("narrow", 64)
