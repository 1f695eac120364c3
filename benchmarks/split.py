"""Where the time of a training step goes: compute, communication, waiting for data.

One process, then two that share the machine, each with one thread, train neutrino's
default network by DistributedDataParallel over gloo. Every other step leaves the
averaging of gradients out (``no_sync``); the median of the steps with it, less that of
the steps without, is what communication costs beside the backward pass. The processes
begin each step together, so that waiting for a slower one counts as communication. The
wait for data is the time until the loader hands out a batch. An all-reduce alone, of
one number and of many, gives latency and bandwidth of the link.
"""

import os
import socket
import time
from contextlib import nullcontext
from statistics import median
from typing import Any

import torch
import torch.distributed as dist
from torch import multiprocessing
from torch.nn.parallel import DistributedDataParallel

import workbench

BATCH = 32  # of one process: short steps, so that many are measured
STEPS = 160
LARGE = 4_000_000  # float32 numbers


def _wait_and_step(loader: Any, model: Any, optimizer: Any, sync: bool) -> list[float]:
    """Seconds of waiting for data, and of the step."""
    begun = time.perf_counter()
    batch = next(loader)
    ready = time.perf_counter()
    dist.barrier()
    start = time.perf_counter()
    with nullcontext() if sync else model.no_sync():
        loss = model(batch)
        optimizer.zero_grad()
        loss.backward()
    optimizer.step()
    return [ready - begun, time.perf_counter() - start]


class _Loss(torch.nn.Module):
    """A network whose output is its training loss, as the wrapper wants it."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, batch: Any) -> torch.Tensor:
        """The loss of a batch."""
        return self.network.training_loss(batch)


def _all_reduce(numbers: int, rounds: int) -> float:
    """Median seconds of an all-reduce of float32 numbers."""
    values, took = torch.zeros(numbers), []
    for _ in range(rounds):
        dist.barrier()
        start = time.perf_counter()
        dist.all_reduce(values)
        took.append(time.perf_counter() - start)
    return median(took)


def _measure(rank: int, size: int, port: int, answer: Any) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    dist.init_process_group("gloo", rank=rank, world_size=size)
    task = workbench.load("neutrino")
    data = task.data(events=20_000, val_events=1_000, test_events=1_000)
    data.setup("fit")
    data.batch_size, data.seed = BATCH, rank  # another order for each process
    network = task.model()
    model = DistributedDataParallel(_Loss(network), find_unused_parameters=False)
    optimizer, loader = network.fresh_optimizer(), iter(data.train_dataloader())
    for _ in range(4):
        _wait_and_step(loader, model, optimizer, True)
    rows: list[list[list[float]]] = [[], []]
    for step in range(STEPS):
        rows[step % 2].append(_wait_and_step(loader, model, optimizer, step % 2 == 0))
    with_sync, alone = (median(took for _, took in part) for part in rows)
    known = {
        "compute": alone,
        "communication": with_sync - alone,
        "data": median(wait for part in rows for wait, _ in part),
    }
    small, large = _all_reduce(1, 200), _all_reduce(LARGE, 15)
    if rank == 0:
        numbers = sum(p.numel() for p in network.parameters() if p.requires_grad)
        known["gradient_bytes"] = 4 * numbers
        known["latency"] = small / 2
        known["bandwidth"] = 4 * LARGE / max(large - small, 1e-9)
        answer.put(known)
    dist.barrier()
    dist.destroy_process_group()


def _of(size: int) -> dict[str, float]:
    """What the first of so many processes measured."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    answer = multiprocessing.get_context("spawn").SimpleQueue()
    multiprocessing.spawn(_measure, (size, port, answer), nprocs=size)
    return answer.get()


def split() -> tuple[list[str], dict[str, Any]]:
    """Lines of the report, and the same for the scaling calculator, s and bytes."""
    task = workbench.load("neutrino")
    data = task.data(events=20_000, val_events=1_000, test_events=1_000)
    data.prepare_data()
    one, two = _of(1), _of(2)
    link = {name: two[name] for name in ("latency", "bandwidth")}
    known = {
        "batch_size": BATCH,
        "gradient_bytes": two["gradient_bytes"],
        "link": link,
        "processes": {
            size: {name: row[name] for name in ("compute", "communication", "data")}
            for size, row in (("1", one), ("2", two))
        },
    }
    told = [f"a step of {BATCH} events a process over gloo, one thread each, ms"]
    told.append("  processes   compute   communication   wait for data   step")
    for size, row in known["processes"].items():
        parts = [1000 * row[n] for n in ("compute", "communication", "data")]
        told.append(
            f"  {size:9}{parts[0]:10.2f}{parts[1]:16.2f}{parts[2]:16.2f}"
            f"{sum(parts):7.1f}"
        )
    told.append(
        f"  all-reduce of two: latency {1e6 * link['latency']:.0f} µs, bandwidth "
        f"{link['bandwidth'] / 1e9:.2f} GB/s; gradients "
        f"{known['gradient_bytes'] / 1e6:.2f} MB"
    )
    return told, known
