"""Deep learning for scientists, from a notebook.

``task_names()`` lists the science tasks, ``load(name)`` opens one. Importing this
module is light: torch comes with the first task that is loaded.
"""

from workbench import runs
from workbench.errors import BadInput
from workbench.runs.launch import launch
from workbench.runs.run import Run, open_run
from workbench.tasks import load, task_names

__all__ = ["BadInput", "Run", "launch", "load", "open_run", "runs", "task_names"]
__version__ = "0.1.0"
