"""Boxes of particles: gravity, conservation, planes, light, the cache."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import skew

from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.simulation import simulate
from workbench.tasks.cosmogan.simulation.cosmology import FIDUCIAL
from workbench.tasks.cosmogan.simulation.matter import linear, nonlinear
from workbench.tasks.cosmogan.simulation.particles import box_file
from workbench.tasks.cosmogan.simulation.particles.evolution import (
    evolve,
    initial,
)
from workbench.tasks.cosmogan.simulation.particles.light import Cone
from workbench.tasks.cosmogan.simulation.particles.mesh import (
    at,
    contrast,
    displacement,
    pull,
)
from workbench.tasks.cosmogan.simulation.particles.planes import restored, slabs
from workbench.tasks.cosmogan.simulation.sky import BOX, Sky

FIELD = Field.named("wide", 32)
SMALL = {"kind": "particles", "boxes": 2, "particles": 32}


def modes(delta: torch.Tensor) -> np.ndarray:
    """Power of waves by length, in units of the longest; the first is the mean."""
    cells = len(delta)
    power = torch.fft.rfftn(delta).abs().double().numpy() ** 2
    full, half = np.fft.fftfreq(cells, 1 / cells), np.fft.rfftfreq(cells, 1 / cells)
    k = np.sqrt(full[:, None, None] ** 2 + full[:, None] ** 2 + half**2)
    ring = np.rint(k).astype(int).ravel()
    once = np.broadcast_to(np.where((half > 0) & (half < cells / 2), 2, 1), k.shape)
    total = np.bincount(ring, (once * power).ravel())
    return total / np.bincount(ring, once.ravel()) / cells**6


def divergence(psi: torch.Tensor) -> torch.Tensor:
    """−∇·Ψ, the contrast that displacements lead to at first."""
    cells = len(psi)
    k = 2 * np.pi * torch.fft.fftfreq(cells)
    half = 2 * np.pi * torch.fft.rfftfreq(cells)
    waves = [torch.fft.rfftn(psi[..., axis].contiguous()) for axis in range(3)]
    total = k[:, None, None] * waves[0] + k[:, None] * waves[1] + half * waves[2]
    return torch.fft.irfftn(-1j * total, s=(cells,) * 3)


def test_clouds_hold_all_mass_wherever_they_are() -> None:
    x = torch.rand(5000, 3, generator=torch.Generator().manual_seed(0)) * 8
    delta = contrast(x, 8)
    assert delta.shape == (8, 8, 8)
    assert delta.mean().item() == pytest.approx(0, abs=1e-5)
    one = contrast(torch.tensor([[3.25, 7.5, 0.0]]), 8) + 1
    shares = {(3, 7, 0): 0.375, (4, 7, 0): 0.125, (3, 0, 0): 0.375, (4, 0, 0): 0.125}
    for place, share in shares.items():
        assert one[place].item() == pytest.approx(512 * share)
    assert one.sum().item() == pytest.approx(512)


def test_a_plane_wave_pulls_towards_its_crest() -> None:
    cells = 16
    y = torch.arange(cells, dtype=torch.float32)
    k = 2 * np.pi * 2 / cells
    delta = torch.cos(k * y)[None, :, None].expand(cells, cells, cells)
    psi = displacement(delta)
    expected = -torch.sin(k * y) / k
    torch.testing.assert_close(psi[3, :, 5, 1], expected, atol=1e-5, rtol=0)
    assert psi[..., [0, 2]].abs().max().item() < 1e-5
    torch.testing.assert_close(divergence(psi), delta.contiguous(), atol=1e-5, rtol=0)
    force = pull(delta)
    torch.testing.assert_close(force, psi, atol=0.02 * float(psi.max()), rtol=0)
    there = at(torch.tensor([[3.0, 5.0, 1.0]]), force)
    assert there[0, 1].item() == pytest.approx(force[3, 5, 1, 1].item(), abs=1e-5)


def test_the_start_has_the_linear_spectrum() -> None:
    found = [
        modes(divergence(initial(FIDUCIAL, [3, seed], 32, BOX))) for seed in range(6)
    ]
    k = np.arange(1, 13) * 2 * np.pi / BOX
    ratio = np.mean(found, axis=0)[1:13] * BOX**3 / linear(FIDUCIAL)(k)
    np.testing.assert_allclose(ratio, 1, atol=0.25)  # ring 1 has 9 waves
    assert ratio[4:].mean() == pytest.approx(1, abs=0.06)


def test_long_waves_grow_as_linear_theory_has_it_and_momentum_stays() -> None:
    start = initial(FIDUCIAL, [0, 0], 32, 400.0)
    before = modes(divergence(start))[1:9]  # up to k = 0.13 h/Mpc
    stops = np.array([0.2, 0.5, 1.0])
    for stop, (x, p) in zip(stops, evolve(FIDUCIAL, start, 64, stops), strict=True):
        growth = modes(contrast(x, 64))[1:9] / before / FIDUCIAL.growth(stop) ** 2
        np.testing.assert_allclose(growth, 1, atol=0.06)
        assert growth.mean() == pytest.approx(1, abs=0.02)
        assert p.mean(0).abs().max() < 1e-6 * p.std()


def test_short_waves_collapse_beyond_linear_theory() -> None:
    start = initial(FIDUCIAL, [0, 0], 32, BOX)
    before = modes(divergence(start))[8:13]
    x, _ = next(evolve(FIDUCIAL, start, 64, np.array([1.0])))
    clumped = contrast(x, 64)
    assert (modes(clumped)[8:13] > 1.1 * before).all()
    assert clumped.max() > 50 and clumped.min() == -1


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_collapsing_wave_follows_zeldovich_until_it_crosses(axis: int) -> None:
    # exact in one dimension (Zel'dovich 1970)
    n = 32
    q = torch.arange(n) + 0.5
    wave = 3.0 * torch.sin(2 * np.pi * q / n)  # spacings today: crosses at D = 1.7
    psi = torch.zeros(n, n, n, 3)
    psi.movedim(axis, 0)[..., axis] = wave[:, None, None]
    x, p = next(evolve(FIDUCIAL, psi, 2 * n, np.array([0.8])))
    line = [0, 0, 0, axis]
    line[axis] = slice(None)
    moved = x.view(n, n, n, 3)[tuple(line)] / 2 - q
    expected = FIDUCIAL.growth(0.8) * wave
    assert (moved - expected).abs().max() < 0.05 * expected.max()
    assert float(moved @ expected / (expected @ expected)) == pytest.approx(1, abs=0.01)
    speed = p.view(n, n, n, 3)[tuple(line)] / 2
    expected = FIDUCIAL.momentum(0.8) * wave
    assert float(speed @ expected / (expected @ expected)) == pytest.approx(1, abs=0.01)


def test_planes_get_back_the_power_that_the_mesh_lost_within_the_clip() -> None:
    pixels = 64
    white = np.random.default_rng(0).standard_normal((6, pixels, pixels))
    k = 2 * np.pi * np.fft.fftfreq(pixels, BOX / pixels)
    k = np.hypot(k[:, None], k[: pixels // 2 + 1])
    k[0, 0] = 1.0
    wanted = np.sqrt(nonlinear(FIDUCIAL)(k, 0.4) / BOX**3) * pixels
    lost = np.where(k < 0.8, 0.6, 0.2)
    seen = np.fft.irfft2(np.fft.rfft2(white) * wanted * lost, s=(pixels, pixels))
    after = np.fft.rfft2(restored(seen, FIDUCIAL, 0.4))
    gain = np.sqrt((np.abs(after) ** 2).mean(0)) / wanted / pixels
    assert gain[k < 0.3][1:].mean() == pytest.approx(0.6, abs=0.1)  # left alone
    assert gain[(k > 0.45) & (k < 0.7)].mean() == pytest.approx(1, abs=0.05)
    assert gain[(k > 0.95) & (k < 1.2)].mean() == pytest.approx(0.4, abs=0.03)


def test_light_sums_what_it_crosses() -> None:
    middles, weights = slabs(FIDUCIAL, 1.0)
    assert len(middles) == 15 and (np.diff(middles) == BOX).all()
    constant = np.zeros((15, 3, 32, 32), np.float32)
    constant[4] = 1.0
    cone = Cone(constant, FIDUCIAL, 1.0)
    draw = np.random.default_rng(0)
    np.testing.assert_allclose(cone.map(16, 6.0, draw), weights[4], rtol=1e-5)
    # a mean over pixels, so that finer ones average to it
    noise = np.random.default_rng(1).standard_normal((15, 3, 32, 32)).astype(np.float32)
    cone = Cone(noise, FIDUCIAL, 1.0)
    fine = cone.map(64, 1.5, np.random.default_rng(5))
    coarse = cone.map(16, 6.0, np.random.default_rng(5))
    binned = fine.reshape(16, 4, 16, 4).mean((1, 3))
    np.testing.assert_allclose(coarse, binned, atol=1e-6)
    assert len({cone.map(16, 6.0, draw).tobytes() for _ in range(8)}) == 8


@pytest.fixture(scope="module")
def maps() -> np.ndarray:
    return np.concatenate(list(simulate(256, 5, FIELD, **SMALL)))


def test_maps_are_the_same_from_anywhere_and_belong_to_boxes(maps: np.ndarray) -> None:
    assert maps.dtype == np.float32 and np.isfinite(maps).all()
    again = np.concatenate(list(simulate(256, 5, FIELD, workers=1, first=100, **SMALL)))
    np.testing.assert_array_equal(again, maps[100:])
    box = Sky(FIELD, **SMALL).parameters(256)[:, 2]
    np.testing.assert_array_equal(box, np.repeat([0, 1], 128))
    assert box_file(FIDUCIAL, 5, 1, 32, 1.0).is_file()
    assert box_file(FIDUCIAL, 5, 1, 32, 1.0) != box_file(FIDUCIAL, 6, 1, 32, 1.0)


def test_even_few_particles_lens_about_as_theory_has_it(maps: np.ndarray) -> None:
    from workbench.tasks.cosmogan.realism.observed import map_power
    from workbench.tasks.cosmogan.realism.rows import expected_rings
    from workbench.tasks.cosmogan.simulation.patch import ring_power

    ratio = ring_power(map_power(maps, FIELD), FIELD) / expected_rings(FIELD)
    assert ratio[1:12].mean() == pytest.approx(1, abs=0.25)
    assert skew(maps.ravel()) > 0.3


def test_a_box_that_is_there_is_not_made_again_and_a_killed_one_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "from workbench.tasks.cosmogan.field import Field;"
        "from workbench.tasks.cosmogan.simulation import simulate;"
        "field = Field.named('wide', 32);"
        "list(simulate(32, 9, field, kind='particles', boxes=8, particles=16))"
    )
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path))
    boxes = tmp_path / "cosmogan" / "boxes"
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        while len(whole := list(boxes.glob("om*.npy"))) < 2 and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert 2 <= len(whole) < 8
    before = {file: file.stat().st_mtime_ns for file in whole}
    list(simulate(32, 9, FIELD, kind="particles", boxes=8, particles=16))
    assert len(list(boxes.glob("om*.npy"))) == 8
    assert not [file for file in whole if file.stat().st_mtime_ns != before[file]]
