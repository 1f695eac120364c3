"""Which of the truth a file records; public layouts leave much of it out."""

import numpy as np

from workbench.tasks.neutrino.truth import NOT_RECORDED

HADRONS = ("protons", "charged_pions", "charged_kaons")
KINEMATICS = ("q2", "w")
PLACE = ("x", "y", "material")
CAUSES = ("z", "secondary", "overlay", "backward")


def recorded(truth: np.ndarray, fields: tuple[str, ...]) -> bool:
    """Whether every one of ``fields`` is known for every event of (N,) TRUTH."""
    return all(
        np.isfinite(truth[name]).all()
        if truth.dtype[name].kind == "f"
        else (truth[name] != NOT_RECORDED).all()
        for name in fields
    )
