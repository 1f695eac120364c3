"""Answers that were given before."""

from collections.abc import Mapping
from typing import Any

from workbench.arrays import keep, recall
from workbench.digest import digest_of
from workbench.paths import cache
from workbench.runs.trained import Split, Trained
from workbench.uncertainty.answers import Answers, asked

FREE = {"batch_size", "workers"}  # of data, on which no answer depends


def remembered(ready: Trained, data: Any, split: Split, what: str) -> Answers:
    """As :func:`asked` of a split, once for each network and data.

    Args:
        ready: The network.
        data: Set up; the network's own or others.
        split: Of the data.
        what: Is being done, beside the bar.

    Raises:
        BadInput: as :func:`asked`.
    """
    about = f"{_about(ready, data)} {split} {data.bounds(split)}"
    path = cache("answers") / f"{digest_of(ready.model, about=about)}.npz"
    known = recall(path)
    if known is not None:
        return Answers(known["logits"], known["labels"])
    batches = {"val": data.val_dataloader, "test": data.test_dataloader}[split]()
    found = asked(ready.model, batches, ready.task.target, what)
    keep(path, {"logits": found.logits, "labels": found.labels})
    return found


def _about(ready: Trained, data: Any) -> str:
    """What the answers depend on beside weights, in words."""
    given: Mapping[str, Any] = {**data.hparams}
    read = {name: given[name] for name in sorted(given) if name not in FREE}
    return f"{ready.task.name} {dict(ready.model.hparams)} {data.fingerprint} {read}"
