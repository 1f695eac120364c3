"""What others report on ClimateNet's test maps; never to be mixed with ours."""

from workbench.task import Table

SOURCE = (
    "Published, on the 61 maps of 2011–13 that people labelled; not comparable with "
    "figures on simulated maps. Sources: AlexisTabin/ClimateNet_AI4Good (DeepLabv3+, "
    "U-Net, losses), Lacombe et al., arXiv:2304.00176 (learning-rate schedule, "
    "features); two people of the same maps agree to 0.41 and 0.39, by our count of "
    "120 places that several had labelled."
)
# background, cyclone, river, their mean
RESULTS = {
    "DeepLabv3+ (Prabhat et al. 2021)": ("0.939", "0.244", "0.391", "0.525"),
    "DeepLabv3+, Jaccard loss": ("0.938", "0.283", "0.397", "0.542"),
    "CGNet": ("0.941", "0.342", "0.401", "0.564"),
    "U-Net, ResNet encoder": ("0.941", "0.359", "0.404", "0.568"),
    "CGNet, learning-rate schedule": ("0.942", "0.349", "0.413", "0.568"),
    "CGNet, wind speed and vorticity": ("0.943", "0.316", "0.415", "0.558"),
    "one person against another": ("0.786", "0.414", "0.385", "0.528"),
}


def published_table() -> Table:
    """Intersection over union as published."""
    columns = ("network", "background", "cyclone", "river", "mean")
    rows = tuple((name, *values) for name, values in RESULTS.items())
    return Table("Published: ClimateNet, labels of people", SOURCE, columns, rows)
