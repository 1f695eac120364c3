"""Deep learning for scientists, from a notebook.

``task_names()`` lists the science tasks, ``load(name)`` opens one. Importing this
module is light: torch comes with the first task that is loaded.
"""

from workbench.errors import BadInput
from workbench.tasks import load, task_names

__all__ = ["BadInput", "load", "task_names"]
__version__ = "0.1.0"
