"""How the learning rate goes over a training."""

import math

WARM_UP = 0.05  # share of the steps in which it rises


def warm_cosine(step: int, steps: int) -> float:
    """Share of the largest learning rate at a step: up a line, down a cosine to 0."""
    up = max(1, round(WARM_UP * steps))
    if step < up:
        return (step + 1) / up
    return 0.5 + 0.5 * math.cos(math.pi * min(1.0, (step - up) / max(1, steps - up)))
