"""The sixteen variables of a map, from the flow, the vapour and the systems in it."""

import numpy as np

from workbench.tasks.climate.generator.climatology import climatology
from workbench.tasks.climate.generator.cyclones import Vortices
from workbench.tasks.climate.generator.flow import AIR, Flow, coriolis
from workbench.tasks.climate.generator.moisture import water_vapour
from workbench.tasks.climate.generator.noise import Spectrum
from workbench.tasks.climate.generator.rivers import Ribbons
from workbench.tasks.climate.generator.surface import height, land
from workbench.tasks.climate.sphere import Grid

GRAVITY, DRY = 9.81, 287.0
CORE = 64.0  # kg/m²: vapour at the heart of a cyclone
RAIN_MEDIAN = 4.3e-9  # m/s at no urge
RAIN_LEAST = 1e-10
RAIN_MOST = 1.5e-5
FULL, ROOM = 58.0, 20.0  # kg/m²
SURFACE = Spectrum(slope=2.6, peak=14, drift=4.0, days=1.5)
THERMAL = Spectrum(slope=3.0, peak=8, drift=8.0, days=3.0)
MOIST = Spectrum(slope=1.1, peak=9, drift=-2.0, days=1.2)
RAIN = Spectrum(slope=1.7, peak=16, drift=2.0, days=0.4)
SPECTRA = (SURFACE, SURFACE, THERMAL, THERMAL, THERMAL, MOIST, MOIST, RAIN)


def saturation(temperature: np.ndarray, pressure: np.ndarray) -> np.ndarray:
    """Specific humidity of saturated air, kg/kg (Bolton 1980; over ice below 0 °C)."""
    celsius = np.clip(temperature - 273.15, -90, 60)
    warm = 611.2 * np.exp(17.67 * celsius / (celsius + 243.5))
    cold = 611.2 * np.exp(22.46 * celsius / (celsius + 272.6))
    vapour = np.where(celsius > 0, warm, cold)
    return 0.622 * vapour / (pressure - 0.378 * vapour)


def channels(
    grid: Grid,
    flow: Flow,
    noises: np.ndarray,
    ribbons: Ribbons,
    vortices: Vortices,
    day: float,
) -> dict[str, np.ndarray]:
    """Every variable by name, (rows, columns); ``noises`` are of ``SPECTRA``."""
    date, ground, on_land = flow.date, height(grid), land(grid)
    tropics = np.exp(-((np.degrees(grid.phi) / 24) ** 2))
    gust, gust2, warmth, high, aloft, wet, damp, showers = noises
    winds = flow.winds(grid, day)
    u = winds.u * vortices.calm + ribbons.u + vortices.u
    v = winds.v * vortices.calm + ribbons.v + vortices.v

    vapour = water_vapour(grid, flow, day)
    vapour *= np.exp(0.18 * wet * (1 - 0.2 * tropics)) * ribbons.dry
    vapour += ribbons.vapour * np.exp(ground / -2200)
    vapour += (CORE - vapour) * vortices.vapour
    over = np.maximum(vapour - FULL, 0)  # what rains out of air that is nearly full
    vapour -= over - ROOM * np.tanh(over / ROOM)

    spin = np.abs(coriolis(grid))
    balance = AIR * coriolis(grid) * winds.stream * 0.8
    pressure = climatology("PSL", grid, date) + balance
    pressure += AIR * spin * ribbons.pressure * 0.8 + vortices.pressure
    pressure += 60 * gust + np.minimum(ground / 1000, 3) * 170 * warmth

    drag = np.where(on_land, 0.62, 0.84) * np.exp(-ground / 4000)
    turn = np.radians(np.where(on_land, 22, 12)) * np.sign(grid.phi)
    ubot = drag * (np.cos(turn) * u - np.sin(turn) * v)
    vbot = drag * (np.cos(turn) * v + np.sin(turn) * u)
    rough = 2.2 + 0.7 * (1 - tropics)
    trades = -3.2 * np.sin(2.6 * grid.phi) * np.exp(-((np.degrees(grid.phi) / 22) ** 4))
    ubot = ubot + rough * gust - 1.4
    vbot = vbot + rough * gust2 + trades + 0.4

    cold = 2 + 5 * (1 - tropics)  # K of weather near the ground
    poleward = winds.v * np.sign(grid.phi)
    ground_air = climatology("TREFHT", grid, date) + cold * 0.5 * warmth
    ground_air += np.where(on_land, 0.22, 0.12) * poleward * (1 - tropics)
    ground_air += 2.2 * ribbons.lift
    skin = np.where(on_land, 1.2 * gust2 + 0.2, 0.4 * gust2 + 0.7)

    upper = winds.stream * coriolis(grid) * 1.6 / GRAVITY
    z200 = climatology("Z200", grid, date) + upper + (20 + 60 * (1 - tropics)) * high
    t500 = climatology("T500", grid, date) + 0.021 * upper + 0.9 * warmth
    t500 += 0.6 * warmth * (1 - tropics) + vortices.warm
    t200 = (
        climatology("T200", grid, date)
        - 0.012 * upper
        + (0.7 + 1.3 * (1 - tropics)) * aloft
    )
    t200 += 1.5 * vortices.warm

    ps = pressure * np.exp(-GRAVITY * ground / (DRY * (ground_air + 0.00325 * ground)))
    mean = climatology("TMQ", grid, date)
    relative = 0.77 + 0.07 * damp + 0.09 * np.log(vapour / mean)
    relative += 0.17 * vortices.vapour - np.where(on_land, 0.08, 0) * tropics
    relative -= 0.03 * np.maximum(ground_air - 299, 0)
    humidity = np.clip(relative, 0.12, 1) * saturation(ground_air, ps)

    full = vapour / (saturation(ground_air, ps) * 2900 + 4)
    rising = 1.5 * ribbons.lift + 2.9 * vortices.lift
    urge = 0.8 * showers + 0.6 * wet + 3.2 * (full - 0.72) + rising
    rain = RAIN_MEDIAN * np.exp(1.6 * urge) * np.sqrt(vapour / 20)
    rain = np.maximum(rain - RAIN_LEAST, 0)
    most = RAIN_MOST * (0.05 + vortices.lift**2 + 0.08 * ribbons.lift)

    lowest = 0.2202 * ground_air
    made = {
        "TMQ": vapour,
        "U850": u,
        "V850": v,
        "UBOT": ubot,
        "VBOT": vbot,
        "QREFHT": humidity,
        "PS": ps,
        "PSL": pressure,
        "T200": t200,
        "T500": t500,
        "PRECT": most * rain / (most + rain),
        "TS": ground_air + skin,
        "TREFHT": ground_air,
        "Z1000": np.maximum(0.077545 * pressure - 7739.7, ground + lowest),
        "Z200": z200,
        "ZBOT": lowest,
    }
    return {name: field.astype(np.float32) for name, field in made.items()}
