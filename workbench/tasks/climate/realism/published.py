"""What is published about ClimateNet's maps, on its grid of 768×1152.

Means and spreads: the configuration and the feature tables of the repositories
andregraubner/ClimateNet, hannahg141/ClimateNet and AlexisTabin/ClimateNet_AI4Good;
quantiles: 16 maps of 2003-04 (hannahg141/ClimateNet); class shares: 398 training files
(the same). Prabhat et al., Geosci. Model Dev. 14, 107 (2021).
"""

NONE = float("nan")
# mean, spread, quantiles at 1, 5, 50, 95, 99 %
CHANNELS: dict[str, tuple[float, ...]] = {
    "TMQ": (19.21859, 15.81723, 0.156, 0.411, 16.19, 49.78, 56.41),
    "U850": (1.55302, 8.29764, -14.08, -9.71, 0.57, 17.00, 24.73),
    "V850": (0.25413, 6.23163, -17.43, -10.05, 0.42, 10.45, 16.03),
    "UBOT": (0.124879, 6.64294, -13.11, -9.49, -0.37, 12.25, 18.21),
    "VBOT": (0.315416, 5.77158, -16.24, -9.79, 0.56, 9.54, 13.97),
    "QREFHT": (0.0077741686, 0.00615, 9.07e-6, 4.60e-5, 6.69e-3, 0.01855, 0.02006),
    "PS": (96568.79, 9763.5, 61043, 68876, 100755, 102430, 103022),
    "PSL": (100814.414, 1461.2227, 96051, 97525, 101152, 102520, 103071),
    "T200": (213.1757, 8.661, 191.69, 194.49, 216.53, 223.59, 227.48),
    "T500": (253.00508, 12.710, 226.14, 230.15, 256.61, 267.83, 269.55),
    "PRECT": (2.94582e-8, 1.55088e-7, 0, 0, 2.15e-9, 1.316e-7, 4.106e-7),
    "TS": (278.67966, 23.609, 206.98, 221.70, 286.61, 302.36, 305.01),
    "TREFHT": (278.38672, 22.414, 210.30, 224.88, 285.92, 301.06, 303.19),
    "Z1000": (474.13483, 832.28, 53.84, 58.10, 142.09, 2758.5, 3643.3),
    "Z200": (11734.111, 646.35, 10314.8, 10503.3, 11942.8, 12426.7, 12507.8),
    "ZBOT": (61.302734, 4.874, 46.68, 50.03, 62.82, NONE, NONE),
}
QUANTILES = (1, 5, 50, 95, 99)
EXTREMES = ("PRECT",)  # whose spread depends on the grid's spacing
SHARES = (93.865, 0.462, 5.674)  # % of grid points by class, as people drew them
AGREEMENT = (0.41, 0.39)  # between two people: cyclones, rivers
# 5, 50 and 95 % of labelled grid points between 40° S and 40° N; V850 and VBOT: sizes
CYCLONE: dict[str, tuple[float, ...]] = {
    "TMQ": (41, 53.8, 63),
    "V850": (4.2, 11.4, 24),
    "VBOT": (2.2, 9.8, 23),
    "QREFHT": (NONE, 0.0188, NONE),
    "PSL": (99840, 100800, 101200),
    "T200": (217.2, 219.0, 221.7),
    "T500": (266.1, 267.5, 270.0),
    "PRECT": (NONE, 4.5e-8, 4.2e-7),
    "Z200": (NONE, 12400, NONE),
}
RIVER: dict[str, tuple[float, ...]] = {"TMQ": (15, 29.5, 47), "V850": (2, 7.7, 19)}
BACKGROUND: dict[str, tuple[float, ...]] = {"TMQ": (14, 35.2, 55)}
WITHIN = (5, 50, 95)
HUMIDITY = (0.61, 0.77, 0.90)  # 5, 50, 95 % of relative humidity at reference height
VAPOUR = 2852.0  # kg/m² of TMQ for each kg/kg of QREFHT, by regression
COUPLINGS = {  # correlation over grid points
    ("U850", "UBOT"): 0.85,
    ("V850", "VBOT"): 0.75,
    ("T500", "Z200"): 0.95,
    ("TMQ", "QREFHT"): 0.89,
}
# negative slopes of the variance of vapour along a parallel, wavenumbers 6 to 60:
# MERRA-2, 28 February 2017
SLOPES = {"30–60°": 2.25, "0–20°": 1.5}
