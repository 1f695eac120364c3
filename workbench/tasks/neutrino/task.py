"""The neutrino task, put together."""

from pathlib import Path

from workbench.cards import Card
from workbench.task import Task
from workbench.tasks.neutrino.check import check
from workbench.tasks.neutrino.conditions import CONDITIONS
from workbench.tasks.neutrino.data import VertexData
from workbench.tasks.neutrino.evidence import evidence
from workbench.tasks.neutrino.facts import facts
from workbench.tasks.neutrino.fresh import fresh
from workbench.tasks.neutrino.judge import judge
from workbench.tasks.neutrino.make import make
from workbench.tasks.neutrino.model import VertexClassifier
from workbench.tasks.neutrino.plot import plot
from workbench.tasks.neutrino.preview import preview
from workbench.tasks.neutrino.realism import command as realism
from workbench.tasks.neutrino.segments import CLASS_NAMES, Z_ORDER
from workbench.tasks.neutrino.symmetries import SYMMETRIES

_HERE = Path(__file__).parent

task = Task(
    name="neutrino",
    card=Card.of("neutrino"),
    data=VertexData,
    model=VertexClassifier,
    inputs=("x", "u", "v"),
    target="segment",
    classes=CLASS_NAMES,
    order=Z_ORDER,
    steps="segments downstream",
    plot=plot,
    fit=_HERE / "fit.yaml",
    demo=_HERE / "demo.yaml",
    evaluate=judge,
    check=check,
    conditions={name: str(made.__doc__) for name, made in CONDITIONS.items()},
    preview=preview,
    fresh=fresh,
    evidence=evidence,
    facts=facts,
    symmetries=SYMMETRIES,
    commands={"data make": make, "data realism": realism},
)
