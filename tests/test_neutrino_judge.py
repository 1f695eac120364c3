"""The test report on files that record more truth, and less."""

from pathlib import Path

import pytest
import torch

from workbench.runs.outputs import gathered
from workbench.task import Evaluation
from workbench.tasks.neutrino.data import VertexData
from workbench.tasks.neutrino.judge import judge
from workbench.tasks.neutrino.layouts import write_2016, write_2017
from workbench.tasks.neutrino.model import VertexClassifier
from workbench.tasks.neutrino.networks.planes import Planes
from workbench.tasks.neutrino.simulator import simulate

WRITERS = {"2016": write_2016, "2017": write_2017}


def judged(folder: Path, layout: str) -> Evaluation:
    """What an untrained network's report on 200 events of a layout is."""
    path = folder / f"{layout}.hdf5"
    WRITERS[layout](path, simulate(200, 3), x_columns=50)
    data = VertexData(str(path), events=0, val_events=0, test_events=200)
    data.prepare_data()
    data.setup("test")
    model = VertexClassifier(Planes(width=16, blocks=1, reach=(1, 3))).eval()
    model.class_counts = [10] * 11
    with torch.no_grad():
        batches = enumerate(data.test_dataloader())
        outputs = gathered([model.predict_step(batch, i) for i, batch in batches])
    return judge(outputs, model, data)


@pytest.fixture(scope="module", params=sorted(WRITERS))
def report(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Evaluation]:
    folder = tmp_path_factory.mktemp("judged")
    return request.param, judged(folder, request.param)


def test_what_a_file_does_not_record_is_left_out_and_named(report) -> None:
    layout, evaluation = report
    titles = {table.title: table for table in evaluation.tables}
    left_out = {row[0] for row in titles["Not in this report"].rows}
    full = layout == "2017"
    assert ("Bias in Q² and W" in titles) == full
    assert ("Accuracy by hadrons" in titles) == full
    assert ("accuracy by hadrons" in left_out) == (not full)
    assert "wrong events by cause" in left_out  # neither layout records causes
    assert "Wrong events by cause" not in titles
    hadrons = [key for key in evaluation.numbers if "hadrons" in key]
    assert bool(hadrons) == full


def test_a_report_on_a_file_has_no_simulated_conditions(report) -> None:
    _, evaluation = report
    assert "test/accuracy_nominal" not in evaluation.numbers
    assert "How many events each segment has" in {t.title for t in evaluation.tables}
    assert 0 <= evaluation.numbers["test/accuracy"] <= 1
