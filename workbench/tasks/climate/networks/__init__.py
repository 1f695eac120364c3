"""Networks that name the class of every point of a map."""

from collections.abc import Callable
from functools import partial
from typing import Literal

from torch import nn

from workbench.tasks.climate.networks.cgnet import CGNet
from workbench.tasks.climate.networks.deeplab import DeepLab
from workbench.tasks.climate.networks.globe import Globe
from workbench.tasks.climate.networks.unet import UNet
from workbench.tasks.climate.realism.published import SHARES

Name = Literal["globe", "cgnet", "deeplab", "unet"]
NETWORKS: dict[Name, Callable[[int, int], nn.Module]] = {
    "globe": partial(Globe, shares=SHARES),
    "cgnet": CGNet,
    "deeplab": DeepLab,
    "unet": UNet,
}
