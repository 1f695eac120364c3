"""Whether a small network learns from their pixels to tell two sets of maps apart."""

from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from workbench.two_samples import Told, told

WIDTHS = (8, 16, 32)
WINDOW = 64  # pixels a side that it learns from, so that large maps take no longer
STEPS = 200
BATCH = 64
RATE = 1e-2
CHUNK = 64


def classify_pixels(reference: np.ndarray, other: np.ndarray, seed: int = 0) -> Told:
    """Two-sample test by a fixed convolutional network on maps (N, S, S), in two folds.

    It learns from random windows, turned and mirrored, of values in standard deviations
    of the reference, and then judges whole maps that were kept from it.

    Args:
        reference: (N, S, S).
        other: (M, S, S).
        seed: Of folds, weights and windows.
    """
    draw = np.random.default_rng(seed)
    centre, width = float(reference.mean()), float(reference.std())
    one, two = (
        [
            torch.as_tensor(maps[rows], dtype=torch.float32)
            for rows in _parts(maps, draw)
        ]
        for maps in ((reference - centre) / width, (other - centre) / width)
    )
    scores: list[tuple[np.ndarray, np.ndarray]] = []
    for kept, seen in ((0, 1), (1, 0)):
        network = _learn((one[seen], two[seen]), draw)
        scores.append((_judge(network, one[kept]), _judge(network, two[kept])))
    return told(scores)


def _parts(maps: np.ndarray, draw: np.random.Generator) -> list[np.ndarray]:
    return np.array_split(draw.permutation(len(maps)), 2)


def _network() -> nn.Module:
    layers: list[nn.Module] = []
    for before, after in pairwise((1, *WIDTHS)):
        convolution = nn.Conv2d(before, after, 3, stride=2, padding=1)
        layers += [convolution, nn.GroupNorm(4, after), nn.SiLU()]
    head = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(WIDTHS[-1], 1)
    return nn.Sequential(*layers, *head)


def _learn(sets: tuple[Tensor, Tensor], draw: np.random.Generator) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(draw.integers(2**31)))
        network = _network()
    optimizer = torch.optim.AdamW(network.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=STEPS)
    label = torch.arange(2).repeat_interleave(BATCH // 2).float()
    for _ in range(STEPS):
        batch = torch.cat([_windows(maps, draw, BATCH // 2) for maps in sets])
        score = network(batch[:, None])[:, 0]
        loss = nn.functional.binary_cross_entropy_with_logits(score, label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return network.eval()


def _windows(maps: Tensor, draw: np.random.Generator, count: int) -> Tensor:
    """Random maps' random windows, all turned and mirrored in one random way."""
    size = min(WINDOW, maps.shape[-1])
    rows = draw.integers(len(maps), size=count)
    top, left = draw.integers(maps.shape[-1] - size + 1, size=2)
    cut = maps[rows, top : top + size, left : left + size]
    if draw.integers(2):
        cut = cut.transpose(1, 2)
    return torch.rot90(cut, int(draw.integers(4)), (1, 2))


@torch.inference_mode()
def _judge(network: Any, maps: Tensor) -> np.ndarray:
    return torch.cat([network(p[:, None])[:, 0] for p in maps.split(CHUNK)]).numpy()
