"""What is known of a generator: its report, and a walk through what it draws."""

import ipywidgets as w

from workbench.errors import BadInput
from workbench.panels.walk import Walk
from workbench.runs.report import part_of
from workbench.runs.run import Run
from workbench.runs.trained import trained


class Generated:
    """The figures and tables of a generator's test, and its latents by slider.

    Args:
        run: A trained and tested generator.

    Attributes:
        test: The widget with figures and tables.
        walk: The sliders.

    Raises:
        BadInput: it was not tested yet, or nothing is trained.
    """

    def __init__(self, run: Run) -> None:
        found = part_of(run.folder, "test")
        if found is None:
            checkpoint = run.folder / "checkpoints" / "best.ckpt"
            raise BadInput(
                f"{run.name}: was not tested yet: type workbench test "
                f"--config={run.config} --ckpt_path={checkpoint}"
            )
        ready = trained(run)
        ready.data.prepare_data()
        ready.data.setup("test")
        self.test = w.HTML(found).add_class("wb-report")
        self.walk = Walk(ready.task, ready.model, ready.data)
