"""Whether anything learns from their vectors to tell two samples apart."""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from threadpoolctl import threadpool_limits

FOLDS = 5
STRENGTH = 0.003  # inverse of the penalty on coefficients


@dataclass(frozen=True)
class Told:
    """How well two samples were told apart by who had not seen these members before.

    Attributes:
        auc: Chance that of a member of each the right one seems the more foreign; a
            half by guessing.
        p: Chance of so much by guessing.
    """

    auc: float
    p: float


def told(folds: list[tuple[np.ndarray, np.ndarray]]) -> Told:
    """Put together what each fold's classifier said of the members kept from it.

    Within a fold ranks are compared by Mann and Whitney's test, which holds whatever
    the classifier is. Folds learn from the same members and are not independent:
    the smallest chance counts, times their number.

    Args:
        folds: Scores of the reference and of the other, higher for the other.
    """
    tests = [
        stats.mannwhitneyu(other, reference, alternative="greater")
        for reference, other in folds
    ]
    pairs = [len(reference) * len(other) for reference, other in folds]
    areas = [test.statistic / count for test, count in zip(tests, pairs, strict=True)]
    p = min(1.0, len(folds) * min(float(test.pvalue) for test in tests))
    return Told(float(np.mean(areas)), p)


@threadpool_limits.wrap(limits=1)  # small matrices: threads only wait for each other
def classify_vectors(reference: np.ndarray, other: np.ndarray, seed: int = 0) -> Told:
    """Two-sample test by a classifier on vectors (N, D) and (M, D), in five folds.

    Lopez-Paz & Oquab (2017), arXiv:1610.06545. A logistic regression on the numbers and
    their squares, so that it sees shifts and different widths, with fixed settings, so
    that values can be compared.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold

    rows = np.concatenate([reference, other])
    rows = np.hstack([rows, rows**2])
    rows = (rows - rows.mean(0)) / np.maximum(rows.std(0), np.finfo(np.float64).tiny)
    label = np.repeat([0, 1], [len(reference), len(other)])
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    model = LogisticRegression(C=STRENGTH, max_iter=999)
    scores: list[tuple[np.ndarray, np.ndarray]] = []
    for seen, kept in folds.split(rows, label):
        score = model.fit(rows[seen], label[seen]).decision_function(rows[kept])
        scores.append((score[label[kept] == 0], score[label[kept] == 1]))
    return told(scores)
