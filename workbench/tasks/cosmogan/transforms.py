"""What a network sees in place of κ: invertible functions, fitted to training maps.

Each is a module that takes κ (B, 1, S, S) and gives values for a network; ``inverse``
turns those of a generator back into κ. Between the smallest and largest κ of ten times
the training maps' the two undo one another; values beyond, which an untrained
generator may draw, come back as those ends, so that no exponential runs away.
"""

from abc import ABC, abstractmethod
from typing import Any, Self

import numpy as np
import torch
from torch import nn

from workbench.errors import BadInput

_BEYOND = 10.0  # times the largest |κ| of the training maps
