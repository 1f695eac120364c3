"""Where along the detector two methods' maps lie, and how members differ."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import ipywidgets as w

from workbench.explain.profile import profile, profile_table, profiles
from workbench.panels.drawn import png
from workbench.panels.picture import Picture
from workbench.panels.reasons import Reasons
from workbench.panels.tables import table_html
from workbench.panels.worker import Do
from workbench.runs.run import Run
from workbench.runs.trained import Trained, trained


class Along:
    """Shares along the line on which answers lie, view by view, with the true place.

    Args:
        run: Whose members are asked the same, if it has any.
        maps: What is shown.
        do: Has something done soon, in the panel's own thread.

    Attributes:
        box: The widget to show.
    """

    def __init__(self, run: Run, maps: Sequence[Reasons], do: Do) -> None:
        self._run, self._maps, self._do = run, maps, do
        self._picture, self._table = Picture(), w.HTML()
        self.box: Any = w.VBox([]).add_class("wb-along")

    @cached_property
    def _others(self) -> list[Trained]:
        return [trained(member) for member in self._run.members[1:]]

    def show(self) -> None:
        """Draw what is there by now; what members say comes after it."""
        self._do("along", lambda: self._drawn([]))
        if self._run.members:
            self._do("members along", lambda: self._drawn(self._others))

    def _drawn(self, members: Sequence[Trained]) -> None:
        found = [one.found for one in self._maps if one.found is not None]
        if not found:
            return
        lain = [profile(one, 0, members) for one in found]
        methods = ", ".join(one.method for one in lain)
        spread = "; bands: members, ± one standard deviation" if members else ""
        words = f"Shares of {methods} along the detector{spread}"
        self._picture.show(png(profiles(lain)), words)
        self._table.value = table_html(profile_table(lain, [o.method for o in lain]))
        self.box.children = [w.HTML(f"<b>{words}</b>"), self._picture, self._table]
