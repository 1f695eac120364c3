"""What maps are worth, by hand."""

import numpy as np

from workbench.explain.comparisons import chance, edges, field
from workbench.explain.parts import cut
from workbench.explain.scores import hit_agreement, mass, off_by, pointing, rank, skill

SHARES = np.array([[4.0, -9.0, 1.0, 0.0, 3.0], [0.0, -1.0, 0.0, 0.0, 0.0]])
TRUTH = np.array([[1, 1, 0, 0, 0], [1, 1, 0, 0, 0]], bool)
THERE = np.array([[1, 1, 1, 0, 1], [1, 1, 0, 0, 0]], bool)


def test_mass_is_of_what_speaks_for_the_answer() -> None:
    np.testing.assert_allclose(mass(SHARES, TRUTH), [0.5, 0.0])


def test_skill_is_of_what_is_left_to_gain() -> None:
    np.testing.assert_allclose(skill(np.array([0.6]), np.array([0.2])), [0.5])


def test_rank_takes_as_many_cells_as_the_truth_has_hits() -> None:
    assert rank(SHARES, TRUTH, THERE)[0] == 0.5  # of 4 and 3, the 4


def test_pointing() -> None:
    assert pointing(SHARES, TRUTH).tolist() == [1, 1]


def test_distance_along_a_line() -> None:
    places = np.array([3, 3, 5, 7, 5])
    assert off_by(SHARES, places, np.array([3.0, 3.0]))[0] == 0  # 4 beats 3 and 1
    assert off_by(SHARES, np.array([3, 3, 5, 7, 7]), np.array([9.0, 0]))[0] == 6


def test_agreement_leaves_empty_cells_out() -> None:
    one = np.array([[1.0, 2, 3, 0, 0, 0, 0]])
    other = np.array([[3.0, 2, 1, 0, 0, 0, 0]])
    there = one > 0
    assert hit_agreement(one, other, there)[0] == -1
    assert hit_agreement(one, other, np.ones_like(there))[0] > 0


def test_parts_are_numbered_on_from_input_to_input() -> None:
    numbers = cut(
        {"a": (1, 4, 6), "b": (1, 4, 3)},
        {"a": ("channel", "row", "column"), "b": ("channel", "row", "column")},
        {"row": 2, "column": 3},
    )
    assert numbers["a"][0, ::2, ::3].tolist() == [[0, 2], [1, 3]]
    assert numbers["b"][0, ::2, 0].tolist() == [4, 5]


def test_maps_that_ask_no_network() -> None:
    image = np.zeros((1, 2, 5, 5))
    image[0, 0, 2, 2], image[0, 1] = 3.0, 7.0
    axes = {"a": ("channel", "row", "column")}
    assert field({"a": image}, axes)["a"][0, 2, 2] == 3
    found = edges({"a": image}, axes)["a"][0]
    assert found[2, 2] == 0 and found[1, 2] == found[2, 1] == 6
    drawn = chance({"a": image}, axes)["a"]
    assert np.count_nonzero(drawn) == 1
