"""Events that no training has seen."""

from workbench.tasks.neutrino.data import VertexData


def fresh(
    data: VertexData,
    events: int,
    seed: int,
    condition: str | None = None,
    strength: float = 1.0,
) -> VertexData | None:
    """Simulate events like those of a sample, as a test split; ``None`` if it is not.

    Args:
        data: Whose columns, times and condition they have.
        events: How many.
        seed: Of the simulation; another than that of any training.
        condition: Of the detector, if it is another.
        strength: Of that condition.
    """
    if data.path is not None:
        return None
    if condition is None:
        condition, strength = data.condition, data.strength
    return VertexData(
        events=0,
        val_events=0,
        test_events=events,
        seed=seed,
        condition=condition,
        strength=strength,
        x_columns=data.x_columns,
        times=data.times,
    )
