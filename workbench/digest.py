"""What tells one trained network, or one tensor, from another."""

from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def digest_of(network: Any, *values: "torch.Tensor", about: str = "") -> str:
    """Digest of a network's layers and weights, of tensors and of words."""
    digest = sha256(f"{about} {network!r}".encode())
    state = network.state_dict()
    for name in sorted(state):
        digest.update(name.encode())
        digest.update(_bytes(state[name]))
    for value in values:
        digest.update(_bytes(value))
    return digest.hexdigest()[:32]


def _bytes(value: "torch.Tensor") -> bytes:
    whole = value.detach().cpu().contiguous()
    return str(whole.shape).encode() + whole.numpy().tobytes()
