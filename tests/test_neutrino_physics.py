"""Parts of the simulator by themselves: hadrons, rock muons, compiled kernels."""

import os

import numpy as np
import pytest

from workbench.tasks.neutrino.compiled import discard_outdated
from workbench.tasks.neutrino.simulator.channels import DEEP
from workbench.tasks.neutrino.simulator.hadrons import MOST, charge_of, mass_of, names
from workbench.tasks.neutrino.simulator.layers import BACK, FRONT, OUTER_APOTHEM
from workbench.tasks.neutrino.simulator.overlay import FACES, back_to_entry
from workbench.tasks.neutrino.simulator.stream import stream


@pytest.mark.parametrize(("on_proton", "charge"), [(True, 2), (False, 1)])
def test_hadrons_keep_the_charge_and_are_lighter_than_their_system(on_proton, charge):
    rng, pdg = stream(3, charge), np.zeros(MOST, np.int64)
    for w in np.repeat([1.3, 2.05, 2.3, 3.0, 4.0], 400):
        n = names(rng, DEEP, w, on_proton, pdg)
        assert sum(charge_of(code) for code in pdg[:n]) == charge
        assert sum(mass_of(code) for code in pdg[:n]) < w


def test_rock_muons_come_from_outside():
    rng = np.random.default_rng(0)
    for _ in range(200):
        direction = rng.normal(size=3)
        direction /= np.linalg.norm(direction)
        row = np.array([*rng.uniform(-500, 500, 2), 6000, *direction, 0, 0, 0])
        inside = row[:3].copy()
        back_to_entry(row)
        sides = np.abs(np.array(FACES) @ row[:2])
        at_side = np.isclose(sides.max(), OUTER_APOTHEM, atol=0.01)
        assert at_side or np.isclose([row[2]] * 2, [FRONT, BACK]).any()
        assert sides.max() < OUTER_APOTHEM and FRONT - 1 < row[2] < BACK + 1
        assert (inside - row[:3]) @ direction > 0


def test_kernels_older_than_a_source_are_thrown_away(tmp_path):
    source, kept = tmp_path / "a.py", tmp_path / "__pycache__" / "a.f-1.py311.nbi"
    kept.parent.mkdir()
    source.write_text("")
    kept.write_text("")
    os.utime(source, (1, 1))
    discard_outdated(tmp_path, [source])
    assert kept.exists()
    os.utime(kept, (0, 0))
    discard_outdated(tmp_path, [source])
    assert not kept.exists()
