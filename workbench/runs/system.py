"""What a machine is doing: processors, memory, disks, graphics processors."""

from typing import Any

import psutil

MB = 1e6


class System:
    """Use of this node since the last look, and of this training's processes."""

    def __init__(self) -> None:
        psutil.cpu_percent()
        self._io = psutil.disk_io_counters()
        self._gpus = _nvidia()

    def now(self) -> dict[str, Any]:
        """Percent and MB by name; ``gpus`` is a list, one entry a device."""
        memory = psutil.virtual_memory()
        before, self._io = self._io, psutil.disk_io_counters()
        known: dict[str, Any] = {
            "cpu_percent": psutil.cpu_percent(),
            "memory_mb": round(memory.used / MB),
            "memory_percent": memory.percent,
        }
        if before and self._io:
            known["read_mb"] = round((self._io.read_bytes - before.read_bytes) / MB, 1)
            known["write_mb"] = round(
                (self._io.write_bytes - before.write_bytes) / MB, 1
            )
        if gpus := _rocm() if self._gpus is None else [_use(gpu) for gpu in self._gpus]:
            known["gpus"] = gpus
        return known


def _nvidia() -> list[Any] | None:
    """Handles of NVIDIA devices; ``None`` where there is no driver or no pynvml."""
    try:
        import pynvml

        pynvml.nvmlInit()
        return [
            pynvml.nvmlDeviceGetHandleByIndex(i)
            for i in range(pynvml.nvmlDeviceGetCount())
        ]
    except Exception:  # not installed, or the driver refuses in one of its many ways
        return None


def _use(gpu: Any) -> dict[str, float]:
    import pynvml

    memory = pynvml.nvmlDeviceGetMemoryInfo(gpu)
    return {
        "percent": float(pynvml.nvmlDeviceGetUtilizationRates(gpu).gpu),
        "memory_mb": round(int(memory.used) / MB),
        "memory_percent": round(100 * int(memory.used) / int(memory.total), 1),
    }


def _rocm() -> list[dict[str, float]]:
    """Memory of AMD devices as their torch tells it; the driver tells no use."""
    import torch

    if not torch.version.hip or not torch.cuda.is_initialized():
        return []
    known: list[dict[str, float]] = []
    for device in range(torch.cuda.device_count()):
        free, total = torch.cuda.mem_get_info(device)
        used = total - free
        known.append(
            {
                "memory_mb": round(used / MB),
                "memory_percent": round(100 * used / total, 1),
            }
        )
    return known
