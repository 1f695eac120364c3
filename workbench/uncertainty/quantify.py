"""``workbench uncertainty RUN``: how sure a trained network is."""

from collections.abc import Sequence

from workbench.errors import BadInput
from workbench.runs.folder import write_results
from workbench.runs.report import write_part
from workbench.runs.run import Run
from workbench.runs.trained import Trained, trained, with_data
from workbench.task import Evaluation
from workbench.uncertainty.draws import judge_draws
from workbench.uncertainty.events import judge_events
from workbench.uncertainty.maps.judge import judge_maps


def quantify(
    run: Run,
    events: int | None = None,
    alpha: float | None = None,
    seed: int = 0,
    shifts: bool = True,
    ways: Sequence[str] | None = None,
) -> Evaluation:
    """Measure how sure a run's network is, and keep it in the run folder.

    A run of several members is taken as an ensemble. What is measured follows from
    what the network answers: a class of each event, a class of each point of a map, or
    maps that it draws.

    Args:
        run: A trained run.
        events: Fresh events or maps that promises are calibrated on, 5,000 or 100 if
            not given; a sample that is not simulated gives half of its test sample.
        alpha: How often sets may miss the true class, or masks a part of a thing;
            suited to the accuracy, or 0.1 of masks, if not given.
        seed: Of what is drawn.
        shifts: Whether samples under the task's conditions are made, too, and it is
            tried whether their harm can be foretold.
        ways: Further ways to ask the network: ``laplace``, ``dropout``, ``symmetry``;
            those that it allows if not given.

    Raises:
        BadInput: nothing is trained yet, the task offers nothing to measure, a way is
            not offered, or there are too few events.
    """
    members = [trained(member) for member in run.members or [run]]
    first = with_data(members[0])
    if not first.task.classes:
        evaluation = judge_draws(members, seed)
    elif _of_points(first):
        for name in set(ways or ()) - {"symmetry"}:
            raise BadInput(
                f"--methods {name}: of points of maps symmetry alone is offered"
            )
        mirrored = ways is None or "symmetry" in ways
        evaluation = judge_maps(members, events, alpha, seed, mirrored)
    else:
        evaluation = judge_events(members, events, alpha, seed, shifts, ways)
    write_results(run.folder, "uncertainty", dict(evaluation.numbers))
    write_part(run.folder, first.task, "uncertainty", evaluation)
    return evaluation


def _of_points(ready: Trained) -> bool:
    """Whether the network names the class of each point of a sample."""
    import torch

    batch = next(iter(ready.data.val_dataloader()))
    with torch.no_grad():
        answer = ready.model.predict_step(batch, 0)["probabilities"]
    return answer.ndim > 2
