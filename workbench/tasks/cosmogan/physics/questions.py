"""All that two sets of maps are asked."""

from collections.abc import Callable, Iterator
from dataclasses import astuple, fields

import numpy as np

from workbench.tasks.cosmogan.physics.correlation import (
    correlation_difference,
    p_of_correlations,
)
from workbench.tasks.cosmogan.physics.effects import (
    ratio_of_means,
    ratio_of_widths,
    shift,
)
from workbench.tasks.cosmogan.physics.evidence import (
    Question,
    Sets,
    with_p,
    without_p,
)
from workbench.tasks.cosmogan.physics.frechet import frechet
from workbench.tasks.cosmogan.physics.means import p_of_means
from workbench.tasks.cosmogan.physics.neighbours import Neighbours, neighbours
from workbench.tasks.cosmogan.physics.paper import paper_p_values
from workbench.tasks.cosmogan.physics.pixel_classifier import classify_pixels
from workbench.tasks.cosmogan.physics.ranks import p_of_ranks
from workbench.tasks.cosmogan.physics.scaling import scaled
from workbench.tasks.cosmogan.physics.summary import FUNCTIONALS, POWER, Summary
from workbench.tasks.cosmogan.physics.wasserstein import Sliced
from workbench.two_samples import Told, classify_vectors

FEW = 2  # splits for what takes long
SCATTER = "scatter of the spectrum"


def of_columns(summary: Summary, vectors: Sets) -> Iterator[Question]:
    """Each statistic by itself, a group at a time.

    The spectrum is asked for its means alone; how far C_l scatters from map to map,
    which skewness changes at the same mean, is a group of its own.

    Args:
        summary: What the vectors are.
        vectors: (N, D) and (M, D).
    """
    names = _names(summary, POWER)
    power = _power(summary, vectors)
    judged = with_p(ratio_of_means, p_of_means)
    yield Question(POWER, names, "ΔP/P", power, ratio_of_means, judged)
    one, two = (np.log(rows / rows.mean(0)) for rows in power)
    judged = with_p(ratio_of_widths, p_of_ranks)
    yield Question(SCATTER, names, "Δσ/σ", (one, two), ratio_of_widths, judged)
    judged = with_p(shift, p_of_ranks)
    for group in dict.fromkeys(column.group for column in summary.columns):
        if group != POWER:
            where = summary.columns_of(group)
            one, two = (rows[:, where] for rows in vectors)
            yield Question(
                group, _names(summary, group), "σ", (one, two), shift, judged
            )


def of_correlation(summary: Summary, vectors: Sets, seed: int) -> Question:
    """How the power on different scales goes together."""
    one, two = (np.log(rows) for rows in _power(summary, vectors))

    def effect(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.array([correlation_difference(reference, other, seed)])

    def p(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.array([p_of_correlations(reference, other, seed)])

    name = "correlation of log C_l"
    return Question(name, ("all pairs",), "ΔR/R", (one, two), effect, with_p(effect, p))


def of_clouds(summary: Summary, vectors: Sets, seed: int) -> Iterator[Question]:
    """All statistics together, as clouds in many dimensions."""
    one, two = scaled(summary, *vectors)

    def carried(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.array([Sliced(reference, other, seed).distance])

    def carried_p(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.array([Sliced(reference, other, seed).p(seed)])

    judged = with_p(carried, carried_p)
    name = "sliced Wasserstein distance"
    yield Question(name, ("vector",), "σ", (one, two), carried, judged)

    yield _of_classifier(
        "classifier of vectors", (one, two), lambda a, b: classify_vectors(a, b, seed)
    )

    def far(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.array([frechet(reference, other)])

    name = "Fréchet distance"
    yield Question(name, ("vector",), "σ²", (one, two), far, without_p(far))

    def shares(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.array(astuple(neighbours(reference, other)))

    names = tuple(field.name for field in fields(Neighbours))
    yield Question("neighbours", names, "share", (one, two), shares, without_p(shares))


def of_paper(summary: Summary, vectors: Sets) -> Question:
    """What the CosmoGAN paper would have quoted, medians over each kind's numbers."""
    kinds = {POWER: (POWER,), "histogram": ("histogram",), "Minkowski": FUNCTIONALS}
    where = [summary.columns_of(*groups) for groups in kinds.values()]

    def effect(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.array([np.median(paper_p_values(a[:, k], b[:, k])) for k in where])

    name = "p as the paper quotes it"
    return Question(name, tuple(kinds), "p", vectors, effect, without_p(effect), FEW)


def of_pixels(maps: Sets, seed: int) -> Question:
    """What a network sees in the maps (N, S, S) and (M, S, S) themselves."""
    return _of_classifier(
        "classifier of pixels", maps, lambda a, b: classify_pixels(a, b, seed)
    )


def _of_classifier(
    name: str, sets: Sets, classify: Callable[[np.ndarray, np.ndarray], Told]
) -> Question:
    def judged(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        told = classify(a, b)
        return np.array([told.auc]), np.array([told.p])

    def effect(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.array([classify(a, b).auc])

    return Question(name, ("all",), "AUC", sets, effect, judged, FEW)


def _power(summary: Summary, vectors: Sets) -> Sets:
    """C_l (N, bands) of two sets, steradians."""
    where = summary.columns_of(POWER)
    one, two = (10 ** rows[:, where] for rows in vectors)
    return one, two


def _names(summary: Summary, group: str) -> tuple[str, ...]:
    return tuple(column.name for column in summary.columns if column.group == group)
