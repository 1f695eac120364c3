"""Networks with what mends and calibrates them: maps that did not train them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.arrays import keep, recall
from workbench.digest import digest_of
from workbench.paths import cache
from workbench.runs.trained import Trained
from workbench.uncertainty.known import fresh_data
from workbench.uncertainty.maps.asking import Asking
from workbench.uncertainty.maps.masks import Lost
from workbench.uncertainty.maps.seen import Gathered, gather
from workbench.uncertainty.maps.things import Thing

MAPS = 100  # fresh ones that calibrate masks
LOST = ("missed", "strayed", "size")


@dataclass(frozen=True)
class Calibrated:
    """Networks that are asked together, and what maps that calibrate them taught.

    Attributes:
        asking: Networks, with temperatures.
        known: Masks and things of the maps that calibrate.
        data: Whose maps are left to try on.
        split: Those maps.
    """

    asking: Asking
    known: Gathered
    data: Any
    split: str


def calibrated(
    members: Sequence[Trained],
    maps: int | None = None,
    seed: int = 0,
    mirrored: bool = True,
) -> Calibrated:
    """Fit temperatures to validation maps, and look at maps that nothing has seen.

    Args:
        members: Networks; the first one's data are set up.
        maps: Fresh ones; a sample that is not simulated gives the first half of its
            test maps.
        seed: Of what is drawn.
        mirrored: Whether the first network is asked under its task's symmetries, too.

    Raises:
        BadInput: maps without truth.
    """
    own = members[0].data
    fresh = fresh_data(members[0], maps or MAPS, seed)
    if fresh:
        data, split, known_data, known_split = own, "test", fresh, "test"
    else:
        data = known_data = Halved(own)
        known_split, split = "first half", "second half"
    about = [f"{seed} {mirrored} {own.bounds('val')} {known_data.bounds(known_split)}"]
    about += [f"{one.fingerprint} {dict(one.hparams)}" for one in (own, known_data)]
    weights = [digest_of(one.model, about=str(about)) for one in members]
    path = cache("answers") / f"{digest_of(members[0].model, about=str(weights))}.npz"
    before = recall(path)
    if before is not None:
        asking = Asking(members, mirrored, _temperatures(before))
        return Calibrated(asking, _gathered(before), data, split)
    asking = Asking(members, mirrored).fitted(own, seed=seed)
    known = gather(asking, known_data, known_split, "calibrate", False)
    keep(path, _arrays(asking.temperatures, known))
    return Calibrated(asking, known, data, split)


class Halved:
    """Test maps in two halves, the earlier and the later ones."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def __getattr__(self, name: str) -> Any:
        return getattr(self.data, name)

    def bounds(self, split: str) -> tuple[int, int]:
        """First and past-the-last row of a split."""
        if "half" not in split:
            return self.data.bounds(split)
        first, last = self.data.bounds("test")
        middle = (first + last) // 2
        return (first, middle) if split == "first half" else (middle, last)


def _arrays(temperatures: Mapping[str, float], known: Gathered) -> dict[str, Any]:
    """All as arrays."""
    names = sorted(temperatures)
    things = known.things
    found: dict[str, Any] = {
        "names": np.array(names, str),
        "temperatures": np.array([temperatures[name] for name in names]),
        "maps": np.array(known.maps),
        "classes": np.array(sorted(known.lost)),
        "of": np.array([one.of for one in things], int),
        "score": np.array([one.score for one in things], float),
        "real": np.array([one.real for one in things], bool),
    }
    for kind in known.lost:
        for part in LOST:
            found[f"{part} {kind}"] = getattr(known.of(kind), part)
    return found


def _temperatures(arrays: Mapping[str, np.ndarray]) -> dict[str, float]:
    names, values = arrays["names"].tolist(), arrays["temperatures"].tolist()
    return dict(zip(names, values, strict=True))


def _gathered(arrays: Mapping[str, np.ndarray]) -> Gathered:
    kinds: list[int] = arrays["classes"].tolist()
    lost: dict[int, list[Lost]] = defaultdict(list)
    for kind in kinds:
        lost[kind] = [Lost(*(arrays[f"{part} {kind}"] for part in LOST))]
    things = zip(arrays["of"], arrays["score"], arrays["real"], strict=True)
    return Gathered(
        lost=lost,
        things=[Thing(int(of), float(score), bool(real)) for of, score, real in things],
        maps=int(arrays["maps"]),
    )
