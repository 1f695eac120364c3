"""The number format in which a device trains fastest without losing accuracy."""

import torch


def reduced(device: torch.device) -> torch.autocast:
    """A context in which matrix products run in bfloat16 where that is faster.

    On a processor this takes tile instructions (Intel AMX): without them bfloat16 is
    emulated, and two to four times slower than float32. On a GPU, native bfloat16.
    """
    faster = False
    if device.type == "cpu":
        faster = torch.cpu._is_amx_tile_supported()  # pyright: ignore
    elif device.type == "cuda":
        faster = torch.cuda.get_device_capability(device) >= (8, 0)
    return torch.autocast(device.type, torch.bfloat16, enabled=faster)
