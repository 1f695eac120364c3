"""What was published for the same question, on MINERvA's own simulation.

All numbers are from the talk "Deep Learning" by S. R. Young (Oak Ridge National
Laboratory, 2016): vertices in eleven segments, "previous methods" (tracks) beside
convolutional networks. They were measured on MINERvA's simulated events, which are not
ours: compare shapes and orders, not the last digit. The talk numbers its segments along
z; here they are keyed by MINERvA's codes.
"""

from workbench.tasks.neutrino.segments import Z_ORDER

LABEL = "published, on MINERvA's own simulation"
SOURCE = "S. R. Young, ORNL, 2016"


def _by_code(*along_z: float) -> dict[int, float]:
    return dict(zip(Z_ORDER, along_z, strict=True))


PREVIOUS = _by_code(
    0.789, 0.922, 0.884, 0.915, 0.886, 0.912, 0.951, 0.891, 0.737, 0.888, 0.980
)  # segment code -> accuracy of the track-based method
NETWORK = _by_code(
    0.781, 0.964, 0.885, 0.964, 0.892, 0.954, 0.951, 0.934, 0.613, 0.949, 0.968
)  # segment code -> accuracy of the best network

# The talk's shares of events, normalised to 99.9 % by its rounding.
DISTRIBUTION = _by_code(
    0.024, 0.129, 0.047, 0.138, 0.048, 0.114, 0.135, 0.084, 0.012, 0.108, 0.160
)

ACCURACY_BY_VIEWS = {  # three convolution layers
    "previous methods": 0.9190,
    "CNN, 1 view": 0.8042,
    "CNN, 3 views + 1 column": 0.8871,
    "CNN, 3 views + 3 columns": 0.9358,
}
ACCURACY_BY_DEPTH = {  # convolution layers, kernel heights × width
    "three, {6, 6, 3} × 3": 0.9358,
    "four, {8, 8, 7, 6} × 3": 0.9409,
    "five, {8, 7, 7, 3, 3} × 3": 0.9355,
}
