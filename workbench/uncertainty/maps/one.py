"""One map as networks see it: point by point, thing by thing, and within masks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workbench.chart import Areas, Chart, Field
from workbench.task import Table, Task
from workbench.uncertainty.calibration import entropy
from workbench.uncertainty.decomposition import Doubt
from workbench.uncertainty.maps.asking import Asking, warm
from workbench.uncertainty.maps.calibrated import Calibrated
from workbench.uncertainty.maps.things import Scored, Thing

OUTER, INNER = (9.0, 1.6), (1.0, 2.2)  # dashes, which nobody else has
Thresholds = Mapping[int, tuple[float, float]]  # class → of its outer, its inner mask


@dataclass(frozen=True)
class OneMap:
    """What networks say of a map, all together and with a temperature.

    Attributes:
        task: Of the networks.
        sample: The map, as the task's ``plot`` takes it.
        chances: Of each class (K, H, W).
        apart: What members disagree by, the epistemic part of doubt (H, W), nats;
            ``None`` of one network.
    """

    task: Task
    sample: Mapping[str, Any]
    chances: np.ndarray
    apart: np.ndarray | None

    @classmethod
    def of(cls, asking: Asking, data: Any, row: int) -> "OneMap":
        """Ask about a map.

        Args:
            asking: Networks, with temperatures.
            data: Set up.
            row: Of the map.
        """
        said = asking.said(data.batches[np.array([row])])
        chances = asking.mean(said)[warm(asking.best)][0]
        members, apart = said[asking.best][:, 0], None
        if len(members) > 1:
            apart = Doubt.of(members.transpose(0, 2, 3, 1)).epistemic
        return cls(asking.members[0].task, data.sample(row), chances, apart)

    @property
    def doubt(self) -> np.ndarray:
        """Entropy of the chances at each point (H, W), nats."""
        return entropy(self.chances.transpose(1, 2, 0))

    def fields(self) -> tuple[Field, ...]:
        """Doubt, what members disagree by, and chances of all classes but the first."""
        most = float(np.log(len(self.chances)))
        found = [_field("doubt", self.doubt, "nats", "entropy of the chances", most)]
        if self.apart is not None:
            found.append(
                _field("disagreement", self.apart, "nats", "of the members", most / 2)
            )
        found += [
            _field(f"chance of {name}", 100 * self.chances[k], "%", "mended", 100)
            for k, name in enumerate(self.task.classes)
            if k
        ]
        return tuple(found)

    def chart(self, thresholds: Thresholds) -> Chart:
        """Doubt before the map's own fields; truth, prediction and both masks.

        Args:
            thresholds: Of the masks.
        """
        assert self.task.chart is not None
        own: Chart = self.task.chart(self.sample, self.chances)
        masks = tuple(
            Areas(f"{name} mask", self.mask(thresholds, place), dash, False)
            for place, (name, dash) in enumerate((("outer", OUTER), ("inner", INNER)))
        )
        return replace(
            own, fields=(*self.fields(), *own.fields), areas=(*own.areas, *masks)
        )

    def mask(self, thresholds: Thresholds, place: int) -> np.ndarray:
        """Class of each point (H, W) by one of the masks; where two meet, the likelier.

        Args:
            thresholds: Of the masks.
            place: 0 of the outer one, 1 of the inner one.
        """
        inside = np.zeros_like(self.chances)
        for kind, both in thresholds.items():
            likely = self.chances[kind]
            inside[kind] = np.where(likely >= both[place], likely, 0)
        return np.where(inside.max(0) > 0, inside.argmax(0), 0)

    def things(self, known: Calibrated) -> Table:
        """What is outlined, the largest first, with the chance that it is real.

        Args:
            known: Whose calibration maps mend the chances.
        """
        evidence = self.task.evidence
        assert evidence is not None and evidence.seen is not None
        rows: list[tuple[str, ...]] = []
        truth = self.sample.get(self.task.target)
        for seen in evidence.seen(self.sample, self.chances.argmax(0)):
            score = float(self.chances[seen.of][seen.mask].mean())
            one = Scored.of([Thing(seen.of, score, False)], seen.of)
            mended = one.mended(Scored.of(known.known.things, seen.of)).score[0]
            cells = [
                f"{100 * score:.0f} %",
                f"{100 * mended:.0f} %",
                f"{self.doubt[seen.mask].mean():.2f}",
            ]
            if self.apart is not None:
                cells.append(f"{self.apart[seen.mask].mean():.3f}")
            real = "yes" if seen.truth is not None else "no"
            rows.append((seen.name, *cells, "–" if truth is None else real))
        apart = () if self.apart is None else ("members disagree by",)
        return Table(
            "What it outlines",
            "Mean probability within, the chance of being real that calibration maps "
            "make of it, and mean doubt, nats. Real: it touches a true thing of its "
            "class.",
            ("", "probability", "chance real", "doubt", *apart, "real"),
            tuple(rows),
        )


def _field(
    name: str, values: np.ndarray, unit: str, meaning: str, most: float
) -> Field:
    return Field(name, values, unit, meaning, "viridis", 0, most)
