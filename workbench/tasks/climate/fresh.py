"""Maps that no training has seen."""

from workbench.tasks.climate.data import ClimateData


def fresh(
    data: ClimateData,
    maps: int,
    seed: int,
    condition: str | None = None,
    strength: float = 1.0,
) -> ClimateData | None:
    """Simulate maps like those of a sample, as a test split; ``None`` if it is not.

    Each is a sequence by itself, so that they are independent of one another.

    Args:
        data: Whose grid, variables and annotators they have.
        maps: How many.
        seed: Of the simulation; another than that of any training.
        condition: There are none.
        strength: Of a condition.
    """
    if not data.simulated:
        return None
    return ClimateData(
        maps=0,
        val_maps=0,
        test_maps=maps,
        grid=data.hparams["grid"],
        annotators=data.annotators,
        seed=seed,
        batch_size=data.batch_size,
        channels=data.names,
        truth=data.hparams["truth"],
    )
