"""Whether anything learns from their vectors to tell two sets of maps apart."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

FOLDS = 5


@dataclass(frozen=True)
class Told:
    """How well two sets were told apart by who had not seen the maps before.

    Attributes:
        auc: Chance that of a map of each set the right one seems the more foreign; a
            half by guessing.
        p: Chance of so much by guessing.
    """

    auc: float
    p: float


def told(folds: list[tuple[np.ndarray, np.ndarray]]) -> Told:
    """Put together what each fold's classifier said of the maps kept from it.

    Within a fold ranks are compared by Mann and Whitney's test, which holds whatever
    the classifier is; Stouffer's method joins the folds.

    Args:
        folds: Scores of maps of the reference and of the other, higher for the other.
    """
    tests = [
        stats.mannwhitneyu(other, reference, alternative="greater")
        for reference, other in folds
    ]
    pairs = [len(reference) * len(other) for reference, other in folds]
    areas = [test.statistic / count for test, count in zip(tests, pairs, strict=True)]
    p = stats.combine_pvalues([test.pvalue for test in tests], method="stouffer").pvalue
    return Told(float(np.mean(areas)), float(p))


def classify_vectors(reference: np.ndarray, other: np.ndarray, seed: int = 0) -> Told:
    """Two-sample test by classifiers on vectors (N, D) and (M, D), in five folds.

    Lopez-Paz & Oquab (2017), arXiv:1610.06545. A logistic regression finds shifts of
    many numbers together, boosted trees find different widths and shapes; their odds
    are multiplied. Settings are fixed, so that values can be compared.
    """
    from sklearn.model_selection import StratifiedKFold

    rows = np.concatenate([reference, other])
    label = np.repeat([0, 1], [len(reference), len(other)])
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    scores: list[tuple[np.ndarray, np.ndarray]] = []
    for seen, kept in folds.split(rows, label):
        odds = sum(
            model.fit(rows[seen], label[seen]).decision_function(rows[kept])
            for model in _models(seed)
        )
        scores.append((odds[label[kept] == 0], odds[label[kept] == 1]))
    return told(scores)


def _models(seed: int) -> tuple[Any, ...]:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return (
        make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000)),
        HistGradientBoostingClassifier(
            max_iter=60, max_leaf_nodes=8, early_stopping=False, random_state=seed
        ),
    )
