"""The climate task, put together."""

from pathlib import Path

from workbench.cards import Card
from workbench.task import Task
from workbench.tasks.climate.chart import chart
from workbench.tasks.climate.check import check
from workbench.tasks.climate.data import ClimateData
from workbench.tasks.climate.evidence import evidence
from workbench.tasks.climate.facts import facts
from workbench.tasks.climate.fresh import fresh
from workbench.tasks.climate.judge import judge
from workbench.tasks.climate.make import make
from workbench.tasks.climate.model import Segmenter
from workbench.tasks.climate.pictures import plot
from workbench.tasks.climate.predictions import write_netcdf
from workbench.tasks.climate.preview import preview
from workbench.tasks.climate.realism import command as realism
from workbench.tasks.climate.symmetries import SYMMETRIES
from workbench.tasks.climate.variables import CLASSES

_HERE = Path(__file__).parent


task = Task(
    name="climate",
    card=Card.of("climate"),
    data=ClimateData,
    model=Segmenter,
    inputs=("image",),
    target="mask",
    classes=CLASSES,
    plot=plot,
    fit=_HERE / "fit.yaml",
    demo=_HERE / "demo.yaml",
    evaluate=judge,
    preview=preview,
    chart=chart,
    predictions={".nc": write_netcdf},
    check=check,
    fresh=fresh,
    evidence=evidence,
    facts=facts,
    symmetries=SYMMETRIES,
    people="labels",
    commands={"data make": make, "data realism": realism},
)
