"""Bad maps: one line that names file, place and what to do."""

import pickle
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import zarr
from astropy.io import fits

from tests.cosmogan_maps import FIELD, some_maps
from workbench.errors import BadInput
from workbench.tasks.climate.check import check as climate_check
from workbench.tasks.cosmogan.check import check
from workbench.tasks.cosmogan.files.opening import open_maps
from workbench.tasks.cosmogan.files.saving import WRITERS, write_maps
from workbench.tasks.cosmogan.files.wanted import Wanted


def refused(path: Path, words: str, at: Path | None = None) -> None:
    """Whoever opens or reads the maps learns which file and what to do, in a line."""
    with pytest.raises(BadInput, match=words) as caught:
        open_maps(path, Wanted(degrees=1.0)).read(slice(None))
    assert str(at or path) in str(caught.value) and "\n" not in str(caught.value)


def saved(path: Path, values: np.ndarray) -> Path:
    np.save(path, values)
    return path


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (some_maps()[:, :6], r"its maps are 6 × 8, wanted squares: .* type --pixels 6"),
        (some_maps().astype(complex), "holds complex128, wanted floating-point numb"),
        (np.ones((3, 8, 8), int), "holds int64, wanted floating-point .*, κ itself"),
        (np.ones((3, 8, 8), bool), "holds bool, wanted floating-point"),
        (np.ones(8), r"its shape is \(8,\), wanted \(maps, S, S\), or"),
        (np.ones((2, 3, 8, 8)), r"its shape is \(2, 3, 8, 8\), wanted .*one number a"),
        (np.ones((0, 8, 8)), r"its shape is \(0, 8, 8\), wanted"),
        (np.full((3, 8, 8), 1e300), "map 0: 64 of 64 pixels are not finite, the first"),
    ],
)
def test_arrays_that_are_no_maps(
    tmp_path: Path, values: np.ndarray, words: str
) -> None:
    refused(saved(tmp_path / "m.npy", values), rf"m\.npy: {words}")


def test_maps_that_are_not_finite_or_constant(tmp_path: Path) -> None:
    maps = some_maps()
    maps[1, 2, 3:5] = np.nan
    maps[3] = 0.25
    path = saved(tmp_path / "m.npy", maps)
    words = r"map 1: 2 of 64 pixels are not finite, the first at row 2, column 3: leave"
    refused(path, rf"m\.npy: {words} .*`workbench data check .*m\.npy` lists all")
    found = open_maps(path, Wanted(degrees=1.0))
    with pytest.raises(BadInput, match=r"map 3: 0\.25 at every pixel: leave the map"):
        found.read(np.array([4, 3]))
    assert found.read(np.array([4, 0, 2])).shape == (3, 8, 8)


@pytest.mark.parametrize("ending", [".npy", ".fits", ".h5"])
@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.9])
def test_truncated_files(tmp_path: Path, ending: str, part: float) -> None:
    path = tmp_path / f"m{ending}"
    write_maps(path, [some_maps(40, pixels=16)], 40, FIELD.__class__(16, 0.4), {})
    content = path.read_bytes()
    path.write_bytes(content[: int(part * len(content))])
    words = "is empty" if not part and ending != ".h5" else "cannot be read .*truncated"
    refused(path, rf"m\{ending}: {words}.*: copy or download it again")


def test_a_zarr_folder_without_a_chunk_or_with_a_short_one(tmp_path: Path) -> None:
    path = tmp_path / "m.zarr"
    group = zarr.open_group(path, mode="w")
    group.create_array("kappa", data=some_maps(), chunks=(1, 8, 8))
    chunk = path / "kappa" / "c" / "2" / "0" / "0"
    whole = chunk.read_bytes()
    chunk.write_bytes(whole[:20])
    refused(path, r"m\.zarr: cannot be read .*truncated or damaged: copy")
    chunk.unlink()
    refused(path, r"m\.zarr: cannot be read \(1 of 5 chunks are missing\): the file")


class Bomb:
    """What would be noticed if a pickle were opened."""

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return exec, ("raise SystemExit('a pickle was opened')",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty: copy or download it again"),
        (b"0.1 0.2 0.3\n", r"is no \.npy file, whatever its name says"),
        (pickle.dumps(Bomb()), r"is no \.npy file, whatever its name says"),
    ],
)
def test_what_only_has_the_name_of_npy(
    tmp_path: Path, content: bytes, words: str
) -> None:
    (tmp_path / "m.npy").write_bytes(content)
    refused(tmp_path / "m.npy", rf"m\.npy: {words}")


def test_objects_in_npy_are_never_opened(tmp_path: Path) -> None:
    path = saved(tmp_path / "m.npy", np.array([[Bomb(), Bomb()]], object))
    with pytest.raises(SystemExit, match="a pickle was opened"):
        np.load(path, allow_pickle=True)
    refused(path, r"m\.npy: holds Python objects, which are never read: save plain")


def test_fits_without_an_image(tmp_path: Path) -> None:
    table = fits.BinTableHDU.from_columns(
        [fits.Column("kappa", "E", array=np.zeros(4, np.float32))]
    )
    path = tmp_path / "m.fits"
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(path)
    refused(path, r"m\.fits: holds no image but PrimaryHDU, BinTableHDU: give the fi")
    packed = tmp_path / "p.fits"
    units = [fits.PrimaryHDU(), fits.CompImageHDU(some_maps())]
    fits.HDUList(units).writeto(packed)
    refused(packed, r"p\.fits: holds no image but .*type `funpack FILE` where it is")
    scaled = tmp_path / "s.fits"
    image = fits.PrimaryHDU(np.arange(64, dtype=np.int16).reshape(8, 8))
    image.header["BSCALE"] = 0.001
    image.writeto(scaled)
    refused(scaled, r"s\.fits: its numbers are scaled \(BSCALE, BZERO\): write κ")


def test_a_file_that_is_not_there_beside_hdf5(tmp_path: Path) -> None:
    write_maps(tmp_path / "a.h5", [some_maps()], 5, FIELD, {})
    refused(tmp_path / "b.h5", r"b\.h5: no such file or folder")


def test_no_maps_in_hdf5(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["energy"] = np.ones(5)
    words = r"m\.h5: holds energy \(5,\), wanted square maps \(maps, S, S\)"
    refused(tmp_path / "m.h5", words)
    assert check(tmp_path / "m.h5") is None  # may be another task's


def test_a_folder_of_two_kinds(tmp_path: Path) -> None:
    saved(tmp_path / "a.npy", some_maps())
    saved(tmp_path / "b.npy", some_maps(pixels=6))
    words = r"b\.npy: its maps are \(6, 6\), in .*a\.npy \(8, 8\): give a folder of one"
    refused(tmp_path, words, tmp_path / "b.npy")
    (tmp_path / "b.npy").unlink()
    write_maps(tmp_path / "c.npy", [some_maps()], 5, FIELD, {})
    words = r"c\.npy: degrees a pixel are 0\.05, in .*a\.npy None: give a folder of one"
    refused(tmp_path, words, tmp_path / "c.npy")


def test_a_map_has_a_width(tmp_path: Path) -> None:
    path = saved(tmp_path / "m.npy", some_maps())
    for degrees in (0.0, -1.0, float("nan")):
        with pytest.raises(BadInput, match=r"degrees .*: give more than 0"):
            open_maps(path, Wanted(degrees=degrees))


def test_words_of_others_are_left_alone(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file["maps"] = some_maps()
        file.attrs.update({"source": "a simulation", "about": "maps", "degrees": "?"})
    cards = fits.Header({"ABOUT": "maps", "Z": "near"})
    fits.PrimaryHDU(some_maps(), cards).writeto(tmp_path / "m.fits")
    for name in ("m.h5", "m.fits"):
        field = open_maps(tmp_path / name, Wanted(degrees=1.0)).field
        assert field.degrees == 1.0 and field.source is None


def test_nothing_there_and_nothing_known(tmp_path: Path) -> None:
    refused(tmp_path / "absent.npy", r"absent\.npy: no such file or folder")
    refused(tmp_path, "unknown layout; wanted a store, .npy, FITS, HDF5, a Zarr fol")
    (tmp_path / "notes.txt").write_text("κ")
    refused(tmp_path / "notes.txt", r"notes\.txt: unknown layout; wanted")
    assert check(tmp_path) is None and check(tmp_path / "notes.txt") is None


def test_squares_that_do_not_fit(tmp_path: Path) -> None:
    path = saved(tmp_path / "m.npy", some_maps())
    words = r"m\.npy: no map of 9² fits into its maps of 8 × 8: give from 1 to 8 pixels"
    with pytest.raises(BadInput, match=words):
        open_maps(path, Wanted(pixels=9, degrees=1.0))


def test_what_a_file_says_of_itself_may_be_damaged(tmp_path: Path) -> None:
    write_maps(tmp_path / "m.npy", [some_maps()], 5, FIELD, {})
    (tmp_path / "m.json").write_text('{"degrees": "wide"')
    refused(
        tmp_path / "m.npy", r"m\.json: cannot be read .*damaged", tmp_path / "m.json"
    )


def test_data_of_other_tasks_are_left_to_them(tmp_path: Path) -> None:
    for ending in WRITERS:
        write_maps(tmp_path / f"m{ending}", [some_maps()], 5, FIELD, {})
        assert climate_check(tmp_path / f"m{ending}") is None
    group = zarr.open_group(tmp_path / "other.zarr", mode="w")
    group.create_array("image", data=np.zeros((2, 3, 8, 8), np.float32))
    group.create_array("lat", data=np.zeros(8))
    assert check(tmp_path / "other.zarr") is None
    store = tmp_path / "events"
    store.mkdir()
    (store / "about.json").write_text("{}")
    saved(store / "hit_start.npy", np.arange(5))
    assert check(store) is None


@pytest.mark.parametrize("ending", WRITERS)
def test_check_says_what_there_is(tmp_path: Path, ending: str) -> None:
    maps, path = some_maps(), tmp_path / f"m{ending}"
    about = {"origin": "simulated", "seed": 7}
    write_maps(path, [maps], 5, FIELD, about)
    report = check(path)
    assert report is not None and report.ok
    facts = report.facts
    assert facts["maps"] == "5" and facts["pixels"] == "8 × 8"
    assert facts["field"] == "0.4°, 3′ a pixel" and facts["sources"] == "redshift 1"
    assert facts["origin"] == "simulated, seed 7"
    assert float(facts["σ"]) == pytest.approx(maps.std(), rel=1e-3)
    skewness = ((maps - maps.mean()) ** 3).mean() / maps.std() ** 3
    assert float(facts["skewness"]) == pytest.approx(skewness, rel=1e-2)


def test_check_lists_every_map_in_trouble(tmp_path: Path) -> None:
    maps = 200 * some_maps(30)
    maps[5:20, 0, 0] = np.inf
    maps[25] = 0
    report = check(saved(tmp_path / "m.npy", maps))
    assert report is not None and len(report.problems) == 12
    assert (
        report.problems[0].startswith("σ is 2, of") and "give κ itself" in report.text()
    )
    assert report.problems[1].startswith("map 5: 1 of 64 pixels are not finite")
    assert report.problems[-1] == "and 6 more such maps"
    assert report.facts["field"].startswith("not said: type --field wide or cosmogan")
    oblong = check(saved(tmp_path / "o.npy", some_maps()[:, :6]))
    assert oblong is not None and "maps of 6 × 8 are no squares" in oblong.problems[0]
    lost = check(saved(tmp_path / "n.npy", np.full((2, 8, 8), np.nan)))
    assert lost is not None and lost.facts["κ"] == "no finite pixel" and not lost.ok
