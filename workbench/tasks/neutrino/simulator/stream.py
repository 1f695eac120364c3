"""Random numbers inside the kernels: small streams that need no interpreter object.

xoshiro256+ (Blackman and Vigna 2018) on four words of state, seeded by numpy's
``SeedSequence``. A numpy generator would work too, but costs a call and a reference
count at each number.
"""

import math
from statistics import NormalDist

import numpy as np

from workbench.tasks.neutrino.compiled import kernel

_11, _17, _19, _45 = (np.uint64(n) for n in (11, 17, 19, 45))
_POINTS = 4096
_CHANCES = [max(i, 0.2) / _POINTS for i in range(_POINTS // 2)]
_LOWER = np.array([NormalDist().inv_cdf(chance) for chance in _CHANCES])
_FALL = np.exp(-7.0 / _POINTS * np.arange(_POINTS + 2))  # of 0 to 7
_NORMAL = np.concatenate([_LOWER, [0.0], -_LOWER[::-1]])  # quantiles


def stream(*seed: int) -> np.ndarray:
    """The state (4,) uint64 of a stream of its own for each tuple of numbers."""
    return np.random.SeedSequence(seed).generate_state(4, np.uint64)


@kernel
def uniform(state: np.ndarray) -> float:
    """A number from 0 up to but not 1."""
    a, b, c, d = state[0], state[1], state[2], state[3]
    result = a + d
    c ^= a
    d ^= b
    state[1] = b ^ c
    state[0] = a ^ d
    state[2] = c ^ (b << _17)
    state[3] = (d << _45) | (d >> _19)
    return (result >> _11) * 1.1102230246251565e-16


@kernel
def normal(state: np.ndarray) -> float:
    """A standard normal number, by interpolated quantiles; none beyond 3.9 σ."""
    place = uniform(state) * _POINTS
    i = int(place)
    return _NORMAL[i] + (place - i) * (_NORMAL[i + 1] - _NORMAL[i])


@kernel
def exponential(state: np.ndarray) -> float:
    """A number with density exp(-x)."""
    return -math.log(1 - uniform(state))


@kernel
def poisson(state: np.ndarray, mean: float) -> int:
    """A Poisson number, from one uniform; Gaussian with its skewness above 7."""
    if mean > 7.0:
        x = normal(state)
        return int(mean + math.sqrt(mean) * x + (x * x - 1) / 6 + 0.5)
    chance = uniform(state)
    if chance < 1 - mean:  # below exp(-mean), which need not be worked out
        return 0
    place = mean * (_POINTS / 7.0)
    i = int(place)
    term = _FALL[i] + (place - i) * (_FALL[i + 1] - _FALL[i])
    number = 0
    while chance > term and number < 40:
        chance -= term
        number += 1
        term *= mean / number
    return number


@kernel
def beta(state: np.ndarray, a: float, b: float) -> float:
    """A number with density x^(a-1) (1-x)^(b-1), by Jöhnk's method."""
    while True:
        x = uniform(state) ** (1 / a)
        y = uniform(state) ** (1 / b)
        if 0 < x + y <= 1:
            return x / (x + y)
