"""Maps drawn: one signed scale, axes with units, the data above what is generated."""

from pathlib import Path

import numpy as np
import pytest
import torch

from tests.cosmogan_maps import some_maps
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.pictures import plot, sample_grid, scale

MAPS = some_maps(20, pixels=16)
FIELD = Field.named("wide", 16)


def test_one_map_is_drawn_in_kappa_and_degrees(tmp_path: Path) -> None:
    sample = {"image": torch.from_numpy(MAPS[:1]), "field": FIELD}
    figure = plot(sample)
    figure.savefig(tmp_path / "map.png")
    panel, bar = figure.axes
    assert panel.get_xlabel() == panel.get_ylabel() == "degrees"
    assert panel.images[0].get_extent() == [0, 3.5, 0, 3.5]
    assert bar.get_ylabel() == "convergence κ"
    np.testing.assert_array_equal(panel.images[0].get_array(), MAPS[0])
    narrow = plot(sample | {"field": Field.named("cosmogan", 16)}).axes[0]
    assert narrow.get_xlabel() == "arcmin" and narrow.get_xlim()[1] == pytest.approx(
        51.96
    )
    assert plot(MAPS[0]).axes[0].get_xlabel() == "pixels"


def test_the_scale_is_even_about_zero_and_set_by_the_data() -> None:
    norm = scale(MAPS)
    assert norm.vmin == -norm.vmax and norm(0.0) == pytest.approx(0.5)
    assert norm.vmax == pytest.approx(12 * MAPS.std())
    figure = plot(MAPS[0], 100 * MAPS[1], np.full((16, 16), -2.0))
    data, network, attribution = figure.axes[:3]
    assert data.images[0].norm is network.images[0].norm
    assert attribution.images[0].norm.vmax == 2 == -attribution.images[0].norm.vmin
    titles = [axes.get_title(loc="left") for axes in (data, network, attribution)]
    assert titles == ["data", "network", "attribution"]


def test_ticks_are_round_and_spread_over_the_scale() -> None:
    for factor in (0.1, 1, 3, 10):
        figure = plot(factor * MAPS[0])
        ticks = figure.axes[1].get_yticks()
        assert 0 in ticks and len(ticks) >= 5
        np.testing.assert_allclose(ticks, -ticks[::-1])
        assert {f"{abs(tick):.0e}"[0] for tick in ticks} == {"0", "1", "3"}


def test_the_grid_has_the_data_above_and_one_scale(tmp_path: Path) -> None:
    figure = sample_grid(MAPS[:8], torch.from_numpy(MAPS[8:17]), FIELD)
    figure.savefig(tmp_path / "grid.png")
    drawn = [axes for axes in figure.axes if axes.images]
    assert len(drawn) == 6 + 6 + 3
    assert len({id(axes.images[0].norm) for axes in drawn}) == 1
    np.testing.assert_array_equal(drawn[0].images[0].get_array(), MAPS[0])
    np.testing.assert_array_equal(drawn[6].images[0].get_array(), MAPS[8])
    labels = [axes.get_ylabel() for axes in drawn]
    assert labels[0] == "data" and labels[6] == "generated"
    assert drawn[12].get_xlabel() == "3.5 degrees"
    assert len([a for a in sample_grid(MAPS, MAPS[:2], FIELD).axes if a.images]) == 8
