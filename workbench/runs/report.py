"""``report.html``: a run for people, in one file that opens offline."""

import base64
import io
import json
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from workbench.runs.curves import curves
from workbench.runs.folder import in_words, write_text
from workbench.task import Evaluation, Task


def write_report(folder: Path, task: Task, evaluation: Evaluation) -> Path:
    """Write the report of a tested run and return its path."""
    figures = dict(evaluation.figures)
    training = curves(folder)
    if training is not None:
        figures["Training"] = training
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(),
    )
    html = templates.get_template("report.html").render(
        run=folder.name,
        task=task,
        results=json.loads((folder / "results.json").read_text()),
        environment=_read(folder / "environment.json"),
        tables=evaluation.tables,
        headline=[(in_words(key), value) for key, value in evaluation.first.items()],
        figures={caption: _png(figure) for caption, figure in figures.items()},
    )
    path = folder / "report.html"
    write_text(path, html)
    return path


def _png(figure: Any) -> str:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=130)
    return base64.b64encode(stream.getvalue()).decode()


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text()) if path.is_file() else {}
