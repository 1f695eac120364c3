"""Layouts of convergence maps: written, read, cut, joined, streamed."""

import json
import pickle
import resource
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr
import zarr
from astropy.io import fits
from astropy.wcs import WCS
from hypothesis import given
from hypothesis import strategies as st

from tests.cosmogan_maps import FIELD, some_maps
from workbench.errors import BadInput
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.files.npy import PUBLIC
from workbench.tasks.cosmogan.files.opening import open_maps
from workbench.tasks.cosmogan.files.saving import WRITERS, write_maps
from workbench.tasks.cosmogan.files.squares import Squares
from workbench.tasks.cosmogan.files.stack import FileStack
from workbench.tasks.cosmogan.files.wanted import Wanted

SHARED = Path(__file__).parents[2] / "shared" / "data" / "cosmo" / "jax-lensing"
ABOUT = {"origin": "simulated", "seed": 7, "run": "runs/κ-" + "long" * 30}


@pytest.mark.parametrize("ending", WRITERS)
def test_what_is_written_is_read_back(tmp_path: Path, ending: str) -> None:
    maps, path = some_maps(), tmp_path / f"maps{ending}"
    write_maps(path, (maps[:2], maps[2:]), 5, FIELD, ABOUT)
    found = open_maps(path)
    np.testing.assert_array_equal(found.read(slice(None)), maps)
    order = np.array([4, 1, 1, 0, 2, 3])
    np.testing.assert_array_equal(found.read(order), maps[order])
    assert found.read(slice(3, 3)).shape == (0, 8, 8)
    assert found.field.pixels == 8 and found.field.source == 1.0
    assert found.field.degrees == pytest.approx(0.4)
    assert found.about == {"layout": found.about["layout"], **ABOUT}
    assert len(found) == 5 and found.group is None
    elsewhere = pickle.loads(pickle.dumps(found))
    np.testing.assert_array_equal(elsewhere.read(np.array([2])), maps[2:3])
    assert len(pickle.dumps(found)) < 3_000  # the path, not the maps


@pytest.mark.parametrize("ending", WRITERS)
def test_nothing_is_overwritten_and_a_failure_leaves_nothing(
    tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"maps{ending}"

    def broken() -> Iterator[np.ndarray]:
        yield some_maps()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_maps(path, broken(), 9, FIELD, {})
    for chunks, words in (
        ([some_maps(3)], "3 of 9 maps"),
        ([some_maps(10)], r"\(10, 8, 8\) after 0 of 9"),
        ([some_maps(9, pixels=4)], r"\(9, 4, 4\) after 0 of 9"),
    ):
        with pytest.raises(ValueError, match=words):
            write_maps(path, chunks, 9, FIELD, {})
    assert not list(tmp_path.iterdir())
    write_maps(path, [some_maps()], 5, FIELD, {})
    with pytest.raises(BadInput, match=r"maps\..* exists: remove it or give another"):
        write_maps(path, [some_maps()], 5, FIELD, {})
    path = tmp_path / f"other{ending}"
    (tmp_path / "other.json").write_text("of somebody else")
    if ending == ".npy":
        with pytest.raises(BadInput, match=r"other\.json exists: remove it or give"):
            write_maps(path, [some_maps()], 5, FIELD, {})


@pytest.mark.parametrize("ending", WRITERS)
def test_neither_writing_nor_reading_holds_the_file(
    tmp_path: Path, ending: str
) -> None:
    field, path = Field(64, 3.5, 1.0), tmp_path / f"m{ending}"
    chunk = some_maps(128, pixels=64)  # 2 MB of 64
    write_maps(path, [chunk[:2]], 2, field, {})  # loads what only the first call does
    open_maps(path).read(np.array([1]))
    big = tmp_path / f"big{ending}"
    tracemalloc.start()
    write_maps(big, (chunk for _ in range(32)), 4096, field, {})
    found = open_maps(big)
    np.testing.assert_array_equal(found.read(np.array([4000])), chunk[[4000 % 128]])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 16 << 20


@pytest.mark.parametrize("ending", WRITERS)
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, ending: str) -> None:
    chunk = some_maps(64, pixels=64)
    asked: list[int] = []

    def chunks() -> Iterator[np.ndarray]:
        for number in range(64):
            asked.append(number)
            yield chunk

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, hard))
    try:
        words = "no room for"
        with pytest.raises(BadInput, match=words) as caught:
            write_maps(tmp_path / f"m{ending}", chunks(), 4096, Field(64, 1.0), {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert f"m{ending}" in str(caught.value)
    assert not list(tmp_path.iterdir())
    assert len(asked) < 16  # nobody keeps in memory what does not fit on the disk


def test_an_unknown_ending(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"m\.png: cannot write \.png: give a name that"):
        write_maps(tmp_path / "m.png", [], 0, FIELD, {})


def test_other_libraries_read_what_is_written(tmp_path: Path) -> None:
    maps = some_maps()
    for ending in WRITERS:
        write_maps(tmp_path / f"m{ending}", [maps], 5, FIELD, ABOUT)
    np.testing.assert_array_equal(np.load(tmp_path / "m.npy"), maps)
    with h5py.File(tmp_path / "m.h5") as file:
        np.testing.assert_array_equal(file["kappa"], maps)
        assert file["kappa"].attrs["field_degrees"] == 0.4
    with xr.open_zarr(tmp_path / "m.zarr", consolidated=False) as data:
        assert data.kappa.dims == ("map", "y", "x")
        np.testing.assert_array_equal(data.kappa, maps)
    with fits.open(tmp_path / "m.fits") as units:
        units.verify("exception")
        cube, header = units[0].data, units[0].header
        np.testing.assert_array_equal(cube, maps)
        assert header["BUNIT"] == "1" and header["SEED"] == 7
        assert header["Z"] == 1.0 and header["ANGLE"] == 0.4
        assert header["RUN"].startswith("runs/\\u03ba-long")
        assert json.loads(header["WBABOUT"]) == ABOUT
        sky = WCS(header).celestial
        corner, next_ = sky.pixel_to_world([0, 0], [0, 1])
        assert corner.separation(next_).arcmin == pytest.approx(FIELD.arcmin, rel=1e-4)


@pytest.mark.parametrize("shape", [(5, 8, 8), (5, 1, 8, 8), (5, 8, 8, 1)])
@pytest.mark.parametrize("kind", ["<f4", ">f4", "<f8", "<f2"])
def test_shapes_and_numbers_of_npy(
    tmp_path: Path, shape: tuple[int, ...], kind: str
) -> None:
    maps = some_maps().astype(kind)
    np.save(tmp_path / "m.npy", maps.reshape(shape))
    found = open_maps(tmp_path / "m.npy", Wanted(degrees=3.5))
    np.testing.assert_array_equal(found.read(slice(1, 4)), maps[1:4].astype("f4"))
    assert found.field == Field(8, 3.5) and found.read(slice(1)).dtype == np.float32


def test_one_map_is_a_stack_of_one(tmp_path: Path) -> None:
    np.save(tmp_path / "m.npy", some_maps(1)[0])
    found = open_maps(tmp_path / "m.npy", Field(8, 0.4, 2.0))
    assert found.field == Field(8, 0.4, 2.0) and len(found) == 1


def test_the_public_file_is_known_by_its_name_and_said_to_be_made_by_a_gan(
    tmp_path: Path,
) -> None:
    np.save(tmp_path / PUBLIC, some_maps(2, pixels=256))
    found = open_maps(tmp_path / PUBLIC)
    assert found.field == Field.named("cosmogan", 256)
    assert "made by the GAN" in found.about["origin"]


def test_a_bare_file_says_what_to_type(tmp_path: Path) -> None:
    np.save(tmp_path / "m.npy", some_maps())
    words = r"m\.npy: says nowhere how wide .* type --field wide or cosmogan, or --deg"
    with pytest.raises(BadInput, match=words):
        open_maps(tmp_path / "m.npy")
    found = open_maps(tmp_path / "m.npy", Wanted.named("wide"))
    assert found.field == Field(8, 3.5, 1.0)
    write_maps(tmp_path / "k.npy", [some_maps()], 5, FIELD, {})
    with pytest.raises(BadInput, match=r"says 0\.05 degrees a pixel, not 0\.4375: lea"):
        open_maps(tmp_path / "k.npy", Wanted.named("wide"))
    with pytest.raises(BadInput, match="says 1 as redshift of the sources, not 2: lea"):
        open_maps(tmp_path / "k.npy", Wanted(source=2.0))


@given(st.integers(1, 3), st.integers(5, 11), st.integers(5, 11), st.integers(2, 5))
def test_squares_are_disjoint_and_in_their_order(
    count: int, rows: int, columns: int, pixels: int
) -> None:
    values = np.arange(count * rows * columns).reshape(count, rows, columns)

    stack = FileStack(Path("maps"), values.astype(np.float32).copy)
    squares = Squares(stack, Path("maps"), pixels)
    cut = squares[:]
    assert len(cut) == count * (rows // pixels) * (columns // pixels)
    assert len(np.unique(cut)) == cut.size
    down, across = rows // pixels, columns // pixels
    whole = values[:, : down * pixels, : across * pixels]
    tiles = whole.reshape(count, down, pixels, across, pixels).swapaxes(2, 3)
    np.testing.assert_array_equal(cut, tiles.reshape(-1, pixels, pixels))
    backwards = np.arange(len(squares))[::-1]
    np.testing.assert_array_equal(squares[backwards], cut[::-1])


def test_large_maps_are_cut_and_squares_know_their_map(tmp_path: Path) -> None:
    folder = tmp_path / "maps"
    folder.mkdir()
    large = some_maps(4, pixels=20)
    for number, one in enumerate(large):
        header = fits.Header({"ANGLE": 2.0, "Z": 1.5})
        fits.PrimaryHDU(one, header).writeto(folder / f"map{number}.fits")
    found = open_maps(folder, Wanted(pixels=8))
    assert found.field == Field(8, pytest.approx(0.8), 1.5) and len(found) == 16
    assert found.group is not None and found.gap == 0
    assert found.group.tolist() == [n for n in range(4) for _ in range(4)]
    np.testing.assert_array_equal(found.read(np.array([5]))[0], large[1, :8, 8:16])
    one = open_maps(folder / "map2.fits", Wanted(pixels=5))
    assert (
        one.group is not None
        and one.group.tolist() == [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4
    )
    assert one.gap == 4  # a row of squares lies between two splits
    assert open_maps(folder).field == Field(20, 2.0, 1.5)


def test_a_folder_is_one_stack(tmp_path: Path) -> None:
    maps = some_maps(9)
    for name, part in (("a", maps[:4]), ("b", maps[4]), ("c", maps[5:, None])):
        np.save(tmp_path / f"{name}.npy", part)
    found = open_maps(tmp_path, Wanted(degrees=1.0))
    np.testing.assert_array_equal(found.read(slice(2, 8)), maps[2:8])
    np.testing.assert_array_equal(found.read(np.array([8, 0])), maps[[8, 0]])
    assert found.about["files"] == 3


def test_celestial_coordinates_give_the_scale(tmp_path: Path) -> None:
    sky = WCS(naxis=2)
    sky.wcs.ctype, sky.wcs.cdelt = ["RA---TAN", "DEC--TAN"], [-0.01, 0.01]
    fits.PrimaryHDU(some_maps(1)[0], sky.to_header()).writeto(tmp_path / "m.fits")
    assert open_maps(tmp_path / "m.fits").field.degrees == pytest.approx(0.08)


def test_an_image_behind_an_empty_unit(tmp_path: Path) -> None:
    units = [fits.PrimaryHDU(), fits.ImageHDU(some_maps().astype(">f8"))]
    fits.HDUList(units).writeto(tmp_path / "m.fits")
    found = open_maps(tmp_path / "m.fits", Wanted(degrees=1.0))
    np.testing.assert_array_equal(found.read(slice(None)), some_maps())


def test_arrays_of_hdf5_and_zarr_are_found_or_listed(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "one.h5", "w") as file:
        file["group/anything"] = some_maps()
        file["labels"] = np.arange(5)
    one = open_maps(tmp_path / "one.h5", Wanted(degrees=1.0))
    np.testing.assert_array_equal(one.read(slice(None)), some_maps())
    with h5py.File(tmp_path / "two.h5", "w") as file:
        file["z1"], file["z2"] = some_maps(), some_maps(seed=1)
    words = r"two\.h5: holds z1 \(5, 8, 8\), z2 \(5, 8, 8\): say which, .*two\.h5/z1"
    with pytest.raises(BadInput, match=words):
        open_maps(tmp_path / "two.h5", Wanted(degrees=1.0))
    second = open_maps(tmp_path / "two.h5" / "z2", Wanted(degrees=1.0))
    np.testing.assert_array_equal(second.read(slice(None)), some_maps(seed=1))
    with pytest.raises(BadInput, match=r"two\.h5: no array 'z3': it holds z1"):
        open_maps(tmp_path / "two.h5" / "z3", Wanted(degrees=1.0))
    group = zarr.open_group(tmp_path / "two.zarr", mode="w")
    for name in ("kappa", "gamma"):
        group.create_array(name, data=some_maps())
    assert len(open_maps(tmp_path / "two.zarr", Wanted(degrees=1.0))) == 5
    bare = open_maps(tmp_path / "two.zarr" / "gamma", Wanted(degrees=1.0))
    np.testing.assert_array_equal(bare.read(slice(None)), some_maps())


def test_a_folder_of_files_laid_out_as_kappa_tng(tmp_path: Path) -> None:
    maps = some_maps(2, pixels=16)
    for number, one in enumerate(maps):
        with h5py.File(tmp_path / f"LP001_run00{number}_maps.hdf5", "w") as file:
            for redshift in range(1, 41):
                file[f"z{redshift:02}/kappa"] = one * redshift
    one = open_maps(
        tmp_path / "LP001_run000_maps.hdf5" / "z23" / "kappa", Wanted(8, 5.0)
    )
    assert one.field == Field(8, 2.5) and len(one) == 4
    both = open_maps(tmp_path / "z02" / "kappa", Wanted(degrees=5.0))
    np.testing.assert_array_equal(both.read(slice(None)), 2 * maps)
    words = (
        r"run000_maps\.hdf5: holds z01/kappa \(16, 16\), .* 34 more: say which, such"
    )
    with pytest.raises(BadInput, match=words):
        open_maps(tmp_path, Wanted(degrees=5.0))
    with pytest.raises(BadInput, match="no array 'z50': it holds z01/kappa"):
        open_maps(tmp_path / "z50", Wanted(degrees=5.0))


@pytest.mark.skipif(not SHARED.is_dir(), reason="no ../shared/data/cosmo")
@pytest.mark.parametrize(
    ("name", "arcmin", "sigma"),
    [("ktng_cosmos_kappa360", 0.29, 0.0272), ("Mnu_cosmos_kappa", 0.4, 0.0183)],
)
def test_real_maps(name: str, arcmin: float, sigma: float) -> None:
    path = SHARED / f"{name}.fits"
    found = open_maps(path, Field(64, 64 * arcmin / 60, 1.0))
    assert len(found) == 25 and found.field.arcmin == pytest.approx(arcmin)
    assert found.read(slice(None)).std() == pytest.approx(sigma, rel=0.1)
