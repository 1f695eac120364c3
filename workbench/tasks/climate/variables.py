"""The 16 variables of a ClimateNet map, in its order, with names, units and meaning."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """One channel of a map; names as in the Community Atmosphere Model."""

    name: str
    unit: str
    meaning: str
    standard_name: str = ""  # of the CF conventions, where there is one

    @property
    def attributes(self) -> dict[str, str]:
        """CF attributes, and ``description`` as ClimateNet's files have it."""
        said = {"units": self.unit, "long_name": self.meaning}
        said["description"] = self.meaning
        return said | (
            {"standard_name": self.standard_name} if self.standard_name else {}
        )


VARIABLES = (
    Variable(
        "TMQ",
        "kg/m2",
        "total vertically integrated precipitable water",
        "atmosphere_mass_content_of_water_vapor",
    ),
    Variable("U850", "m/s", "zonal wind at 850 hPa", "eastward_wind"),
    Variable("V850", "m/s", "meridional wind at 850 hPa", "northward_wind"),
    Variable("UBOT", "m/s", "lowest level zonal wind", "eastward_wind"),
    Variable("VBOT", "m/s", "lowest level meridional wind", "northward_wind"),
    Variable("QREFHT", "kg/kg", "reference height humidity", "specific_humidity"),
    Variable("PS", "Pa", "surface pressure", "surface_air_pressure"),
    Variable("PSL", "Pa", "sea level pressure", "air_pressure_at_mean_sea_level"),
    Variable("T200", "K", "temperature at 200 hPa", "air_temperature"),
    Variable("T500", "K", "temperature at 500 hPa", "air_temperature"),
    Variable(
        "PRECT",
        "m/s",
        "total precipitation rate",
        "lwe_precipitation_rate",
    ),
    Variable("TS", "K", "surface temperature (radiative)", "surface_temperature"),
    Variable("TREFHT", "K", "reference height temperature", "air_temperature"),
    Variable("Z1000", "m", "geopotential height at 1000 hPa", "geopotential_height"),
    Variable("Z200", "m", "geopotential height at 200 hPa", "geopotential_height"),
    Variable("ZBOT", "m", "lowest model level height", "height"),
)
NAMES = tuple(variable.name for variable in VARIABLES)

CLASSES = ("background", "tropical cyclone", "atmospheric river")
BACKGROUND, CYCLONE, RIVER = range(3)
