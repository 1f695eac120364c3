"""The precision that suits what computes."""

import torch


def suitable(accelerator: str) -> str:
    """Lightning's ``precision`` for this machine, where a configuration gives none.

    bfloat16 where tensor cores have it: its range is float32's, so that no loss needs
    scaling and a resumed training is exact; float32 anywhere else.

    Args:
        accelerator: Lightning's, such as ``auto`` or ``cpu``.
    """
    if accelerator in ("auto", "gpu", "cuda") and torch.cuda.is_available():
        if torch.cuda.is_bf16_supported(including_emulation=False):
            return "bf16-mixed"
    return "32-true"
