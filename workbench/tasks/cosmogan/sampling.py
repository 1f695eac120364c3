"""Maps that a trained generator draws, as a file."""

import argparse
from pathlib import Path

import torch

from workbench.errors import BadInput
from workbench.progress import with_progress
from workbench.tasks.cosmogan.field import Field
from workbench.tasks.cosmogan.files.saving import write_maps
from workbench.tasks.cosmogan.generator import CONDITIONS, Generator


def write_samples(path: Path, model: Generator, number: int, words: list[str]) -> None:
    """Draw maps into a new file, a few at a time.

    Args:
        path: Its ending says the layout.
        model: A trained generator.
        number: How many maps.
        words: ``--seed=1``; ``--given 0.26 0.8`` (Ω_m, σ8) where maps depend on them.

    Raises:
        BadInput: a layout that is not written, or numbers that do not fit.
    """
    parser = argparse.ArgumentParser(prog="workbench sample", exit_on_error=False)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--given", type=float, nargs="+", default=[])
    try:
        asked, unknown = parser.parse_known_args(words)
    except argparse.ArgumentError as error:
        raise BadInput(f"sample: {error}") from error
    if unknown:
        raise BadInput(f"sample takes no {unknown[0]}: --maps, --out, --seed, --given")
    wanted = len(CONDITIONS) if model.conditional else 0
    if len(asked.given) != wanted:
        what = "type --given OMEGA_M SIGMA8" if wanted else "leave out --given"
        raise BadInput(f"sample: maps depend on {wanted} numbers: {what}")
    given = torch.tensor(asked.given) if wanted else None
    about = model.about()
    field = Field(model.pixels, about["degrees"], about["source"])
    drawn = model.sample(number, asked.seed, given)
    about |= {"seed": asked.seed, "given": asked.given, "simulated": False}
    chunks = with_progress(drawn, len, number, "maps", what="draw")
    write_maps(path, chunks, number, field, about)
