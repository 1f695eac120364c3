"""Networks that name the class of every point of a map."""

from collections.abc import Callable
from typing import Literal

from torch import nn

from workbench.tasks.climate.networks.cgnet import CGNet
from workbench.tasks.climate.networks.deeplab import DeepLab
from workbench.tasks.climate.networks.globe import Globe
from workbench.tasks.climate.networks.unet import UNet

Name = Literal["globe", "cgnet", "deeplab", "unet"]
NETWORKS: dict[Name, Callable[[int, int], nn.Module]] = {
    "globe": Globe,
    "cgnet": CGNet,
    "deeplab": DeepLab,
    "unet": UNet,
}
