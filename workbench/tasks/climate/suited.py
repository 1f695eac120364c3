"""Whether a store has what a training asks of it."""

from pathlib import Path

from workbench.errors import BadInput
from workbench.tasks.climate.store import Store


def refuse_channels(store: Store, path: Path, names: list[str]) -> None:
    """Refuse a store that lacks a variable.

    Raises:
        BadInput: names the variable and those there are.
    """
    if missing := [name for name in names if name not in store.channels]:
        raise BadInput(
            f"{path}: no variable {', '.join(missing)}: use a file that has it, or "
            f"train on what there is: --data.channels=[{','.join(store.channels)}]"
        )


def refuse_grid(store: Store, path: Path, grid: str | None) -> None:
    """Refuse a store on another grid than is asked for.

    Raises:
        BadInput: it is; the text says how to have it regridded.
    """
    if grid and store.grid != grid:
        raise BadInput(
            f"{path}: its grid is {store.grid}: leave out --data.grid, or give the "
            "files that the store was made from"
        )


def refuse_truth(store: Store, path: Path, truth: str) -> None:
    """Refuse a store in which nobody says the classes in the way asked for.

    Raises:
        BadInput: the text says in which way they are there.
    """
    if not store.has_truth and not store.annotators:
        raise BadInput(f"{path}: no variable LABELS, so it serves only `predict`")
    if truth == "construction" and not store.has_truth:
        raise BadInput(
            f"{path}: no variable TRUTH, people drew it: type --data.truth=annotators"
        )
    if truth == "annotators" and not store.annotators:
        raise BadInput(f"{path}: no variable LABELS: type --data.truth=construction")
