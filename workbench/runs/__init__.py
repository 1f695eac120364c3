"""Runs: what training leaves behind, and how it is started, tested and reported.

``workbench.runs()`` lists them: the package is also the function of that name.
"""

import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.runs.run import Run


class _Runs(ModuleType):
    """This package, which can be called."""

    def __call__(self, root: str | Path | None = None) -> "list[Run]":
        """All runs of a place, the newest last."""
        from workbench.runs.run import runs

        return runs(root)


sys.modules[__name__].__class__ = _Runs
