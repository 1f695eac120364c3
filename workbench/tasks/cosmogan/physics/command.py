"""``workbench physics A B``: whether two files of maps could be of one kind."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import BadInput
from workbench.realism import add_outputs, answer
from workbench.task import Command
from workbench.tasks.cosmogan.field import FIELDS

if TYPE_CHECKING:
    import numpy as np

    from workbench.tasks.cosmogan.field import Field
    from workbench.tasks.cosmogan.files.wanted import Wanted
    from workbench.tasks.cosmogan.physics.comparison import Comparison

MAPS = 1024


@dataclass(frozen=True)
class Physics:
    """The comparison of two files, for people and machines.

    Attributes:
        paths: Reference and other.
        maps: Of each (N, S, S) and (M, S, S).
        field: Of both.
        seed: That maps were drawn by.
        comparison: What was found.
    """

    paths: tuple[Path, Path]
    maps: "tuple[np.ndarray, np.ndarray]"
    field: "Field"
    seed: int
    comparison: "Comparison"

    @property
    def ok(self) -> bool:
        """Whether the two agree."""
        return self.comparison.agree

    def text(self) -> str:
        """The table as people read it."""
        one, two = (
            f"{len(maps):,} maps of {path}"
            for maps, path in zip(self.maps, self.paths, strict=True)
        )
        size = f"{self.field.pixels}² pixels, {self.field.degrees:g}°"
        head = f"{two} against {one} (the reference); {size}, seed {self.seed}"
        return f"{head}\n{self.comparison.text()}"

    def as_json(self) -> dict[str, Any]:
        """The table as plain types."""
        return {
            "reference": str(self.paths[0]),
            "other": str(self.paths[1]),
            "maps": [len(maps) for maps in self.maps],
            "pixels": self.field.pixels,
            "degrees": self.field.degrees,
            "seed": self.seed,
            **self.comparison.as_json(),
        }

    def figure(self) -> Any:
        """Spectra, histograms, Minkowski functionals and correlations of both."""
        from workbench.tasks.cosmogan.physics.figures import sheet
        from workbench.tasks.cosmogan.physics.summary import Summary

        summary = Summary.of(self.maps[0], self.field)
        vectors = (summary.vectors(maps) for maps in self.maps)
        names = self.paths[0].name, self.paths[1].name
        return sheet(summary, *vectors, names=names)


def physics(
    reference: Path, other: Path, maps: int, seed: int, wanted: "Wanted | None" = None
) -> Physics:
    """Compare two files of maps.

    Args:
        reference: Whose maps fix bins and thresholds.
        other: Held against it.
        maps: How many of each at most, drawn at random.
        seed: Of the draw, and of the tests.
        wanted: How wide maps are whose file does not say.

    Raises:
        BadInput: maps that cannot be compared.
    """
    import numpy as np

    from workbench.tasks.cosmogan.files.opening import open_maps
    from workbench.tasks.cosmogan.physics.comparison import compare, refuse

    one, two = open_maps(reference, wanted), open_maps(other, wanted)
    if not one.field.like(two.field):
        raise BadInput(
            f"{other}: its maps are {two.field}, those of {reference} {one.field}: "
            "give two files of the same field"
        )
    read: list[np.ndarray] = []
    for path, whole in ((reference, one), (other, two)):
        rows = np.random.default_rng(seed).permutation(len(whole))[:maps]
        read.append(whole.read(np.sort(rows)))
        refuse(read[-1], whole.field, str(path))
    pair = read[0], read[1]
    found = compare(*pair, one.field, seed=seed, progress=True)
    return Physics((reference, other), pair, one.field, seed, found)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("reference", type=Path, help="a file of maps")
    parser.add_argument("other", type=Path, help="a file of maps held against it")
    parser.add_argument(
        "--maps", type=int, default=MAPS, help=f"of each at most (default: {MAPS:,})"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--field", choices=FIELDS, help="where files do not say")
    parser.add_argument("--degrees", type=float, help="width, where they do not say")
    parser.add_argument("--pixels", type=int, help="cut larger maps into such squares")
    add_outputs(parser, "spectra, histograms, Minkowski functionals and correlations")


def _run(args: Namespace) -> int:
    from workbench.tasks.cosmogan.files.wanted import Wanted

    wanted = Wanted.named(args.field, args.pixels) if args.field else Wanted()
    degrees = args.degrees or wanted.degrees
    wanted = Wanted(args.pixels, degrees, wanted.source)
    paths = args.reference, args.other
    return answer(args, lambda: physics(*paths, args.maps, args.seed, wanted))


command = Command("whether two files of maps could be of one kind", _arguments, _run)
