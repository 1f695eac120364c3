"""Watching the loss: a number that is none stops the run and names the batch."""

from typing import Any

import torch

KEEP = 1000  # steps that are looked back upon at most


class FiniteLoss:
    """Losses since the last look; they stay on their device until then."""

    def __init__(self) -> None:
        self._seen: list[tuple[int, torch.Tensor, Any]] = []

    def add(self, step: int, outputs: Any, batch: Any) -> None:
        """Remember a step's loss and which samples it is of."""
        loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
        if isinstance(loss, torch.Tensor) and len(self._seen) < KEEP:
            index = batch.get("index") if isinstance(batch, dict) else None
            self._seen.append((step, loss.detach(), index))

    def look(self) -> dict[str, Any] | None:
        """The first step whose loss is no finite number, and its samples' rows."""
        seen, self._seen = self._seen, []
        if not seen:
            return None
        finite = torch.stack([loss.float().mean() for _, loss, _ in seen]).isfinite()
        if bool(finite.all()):
            return None
        step, loss, index = seen[int((~finite).nonzero()[0])]
        rows = index.tolist() if isinstance(index, torch.Tensor) else []
        return {"step": step, "loss": str(float(loss.float().mean())), "index": rows}
