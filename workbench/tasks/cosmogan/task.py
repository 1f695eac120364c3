"""The cosmogan task, put together."""

from pathlib import Path

from workbench.cards import Card
from workbench.task import Setting, Task
from workbench.tasks.cosmogan.check import check
from workbench.tasks.cosmogan.data import ConvergenceData
from workbench.tasks.cosmogan.evidence import evidence
from workbench.tasks.cosmogan.generator import Generator
from workbench.tasks.cosmogan.judge import judge
from workbench.tasks.cosmogan.latents import latent
from workbench.tasks.cosmogan.make import make
from workbench.tasks.cosmogan.physics.command import command as physics
from workbench.tasks.cosmogan.pictures import plot
from workbench.tasks.cosmogan.preview import preview
from workbench.tasks.cosmogan.realism import command as realism
from workbench.tasks.cosmogan.sampling import write_samples
from workbench.tasks.cosmogan.summaries import summaries
from workbench.tasks.cosmogan.walking import walk

_HERE = Path(__file__).parent


task = Task(
    name="cosmogan",
    card=Card.of("cosmogan"),
    data=ConvergenceData,
    model=Generator,
    inputs=("latent",),
    target="image",
    classes=(),
    plot=plot,
    fit=_HERE / "fit.yaml",
    demo=_HERE / "demo.yaml",
    evaluate=judge,
    settings={
        "learning_rate": Setting(),
        "generator_learning_rate": Setting(optimizer=1),
    },
    preview=preview,
    check=check,
    sample=write_samples,
    walk=walk,
    summaries=summaries,
    evidence=evidence,
    latent=latent,
    commands={"data make": make, "data realism": realism, "physics": physics},
)
