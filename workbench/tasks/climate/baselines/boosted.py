"""Boosted trees that name each grid point from its own features, and no network.

Trees see a grid point alone, or with means of its surroundings (``features``); in the
latter case what they say is smoothed over 1.5° too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.errors import BadInput
from workbench.tasks.climate.baselines.features import features
from workbench.tasks.climate.baselines.fields import pick
from workbench.tasks.climate.baselines.smoothing import smooth
from workbench.tasks.climate.sphere import Grid
from workbench.tasks.climate.variables import BACKGROUND, CYCLONE, NAMES, RIVER

KEPT = {BACKGROUND: 0.06, CYCLONE: 1.0, RIVER: 0.4}  # of the grid points, to learn from
ROUNDS, LEAVES, RATE = 120, 31, 0.12
SHUFFLED = 20_000  # grid points that importance is measured on
OVER = 1.5  # degrees; likewise
FAVOUR = np.array([1, 1, 1.5], np.float32)  # what pays off in IoU; seen on seed 202


@dataclass(frozen=True)
class Trees:
    """Fitted trees.

    Attributes:
        model: Of scikit-learn.
        smoothed: Whether it sees surroundings.
        names: Of its features in order.
    """

    model: Any
    smoothed: bool
    names: tuple[str, ...]

    def classes(self, data: Mapping[str, Any]) -> np.ndarray:
        """Class codes, (time, rows, columns) uint8.

        Raises:
            BadInput: a channel is missing or unfit.
        """
        fields, grid = pick(data, *NAMES)
        return np.stack(
            [
                self._map({name: field[k] for name, field in fields.items()}, grid)
                for k in range(len(fields["TMQ"]))
            ]
        )

    def _map(self, one: Mapping[str, np.ndarray], grid: Grid) -> np.ndarray:
        table = _table(features(one, self.smoothed))
        chances = self.model.predict_proba(table).T.astype(np.float32)
        maps = chances.reshape(3, *grid.shape)
        if self.smoothed:
            maps = smooth(maps, OVER, grid)
        return (maps * FAVOUR[:, None, None]).argmax(0).astype(np.uint8)


def fit(
    maps: Iterable[tuple[Mapping[str, Any], np.ndarray]],
    smoothed: bool,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Trees:
    """Learn from maps.

    Args:
        maps: Channels and truth (time, rows, columns), negative where it is left out.
        smoothed: Whether to see surroundings.
        rounds: Of boosting, each a tree for every class.
        seed: Of the grid points learnt from, and of the trees.

    Raises:
        BadInput: no map has all classes.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    draw = np.random.default_rng(seed)
    rows: list[np.ndarray] = []
    codes: list[np.ndarray] = []
    names: tuple[str, ...] = ()
    for data, truth in maps:
        found = features(data, smoothed)
        names, flat = tuple(found), truth.ravel()
        share = np.array([KEPT[BACKGROUND], KEPT[CYCLONE], KEPT[RIVER]])
        chance = np.where(flat < 0, 0, share[flat.clip(0)])
        some = draw.random(flat.size) < chance
        rows.append(_table(found, some))
        codes.append(flat[some])
    code = np.concatenate(codes) if codes else np.zeros(0, int)
    if len(np.unique(code)) < len(KEPT):
        raise BadInput("the maps to learn from lack a class: give more of them")
    weight = 1 / np.array([KEPT[k] for k in range(len(KEPT))])[code]
    options: dict[str, Any] = {
        "max_iter": rounds,
        "learning_rate": RATE,
        "max_leaf_nodes": LEAVES,
        "min_samples_leaf": 50,
        "max_features": 0.3,
        "l2_regularization": 1.0,
        "early_stopping": False,
    }
    model = HistGradientBoostingClassifier(**options, random_state=seed)
    return Trees(model.fit(np.concatenate(rows), code, weight), smoothed, names)


def importance(
    trees: Trees, data: Mapping[str, Any], truth: np.ndarray, seed: int = 0
) -> list[tuple[str, np.ndarray]]:
    """How far IoU falls when a quantity is shuffled over the points, rivers first.

    A quantity is shuffled together with its means. Points are judged one by one,
    without the smoothing of ``Trees.classes``.

    Returns:
        Quantity, and the fall for each class, (3,).
    """
    draw = np.random.default_rng(seed)
    table, code = _table(features(data, trees.smoothed)), truth.ravel()
    some = draw.permutation(np.flatnonzero(code >= 0))[:SHUFFLED]
    table, code = table[some], code[some]
    whole = _iou(trees, table, code)
    groups: dict[str, list[int]] = {}
    for k, name in enumerate(trees.names):
        groups.setdefault(name.split(" over ")[0].split(" above ")[0], []).append(k)
    falls: list[tuple[str, np.ndarray]] = []
    for name, columns in groups.items():
        other = table.copy()
        order = draw.permutation(len(table))
        other[:, columns] = table[order][:, columns]
        falls.append((name, whole - _iou(trees, other, code)))
    return sorted(falls, key=lambda fall: -fall[1][RIVER])


def _iou(trees: Trees, table: np.ndarray, code: np.ndarray) -> np.ndarray:
    named = (trees.model.predict_proba(table) * FAVOUR).argmax(1)
    both = [((named == k) & (code == k)).sum() for k in range(3)]
    either = [((named == k) | (code == k)).sum() for k in range(3)]
    return np.array(both) / np.array(either)


def _table(
    found: Mapping[str, np.ndarray], some: np.ndarray | slice = slice(None)
) -> np.ndarray:
    """Points by features, (points, features) float32."""
    return np.stack([field.ravel()[some] for field in found.values()], axis=1)
