"""``report.html``: a run for people, in one file that opens offline."""

import base64
import io
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from workbench.runs.clean import clean
from workbench.runs.curves import curves
from workbench.runs.folder import in_words, read_json, write_text
from workbench.task import Evaluation, Task

PARTS = {  # verb → title
    "test": "",
    "explain": "Why",
    "maps": "Why, event by event",
    "uncertainty": "How sure",
    "similar": "How similar other data are",
}


def write_part(folder: Path, task: Task, verb: str, evaluation: Evaluation) -> Path:
    """Write what a verb found into the report of a run; returns the report's path."""
    text = in_html(evaluation, PARTS[verb])
    write_text(_part(folder, verb), text)
    return write_report(folder, task)


def in_html(evaluation: Evaluation, title: str = "") -> str:
    """Tables, figures and the numbers to begin with, as a part of a page."""
    return _render(
        "report_part.html",
        title=title,
        tables=evaluation.tables,
        headline=[(in_words(key), value) for key, value in evaluation.first.items()],
        figures={name: _png(figure) for name, figure in evaluation.figures.items()},
    )


def write_report(folder: Path, task: Task) -> Path:
    """Join the parts of a run's report, and what the run folder holds by now."""
    training = curves(folder)
    parts = [path for path in (_part(folder, verb) for verb in PARTS) if path.is_file()]
    text = _render(
        "report.html",
        run=folder.name,
        task=task,
        results=read_json(folder / "results.json"),
        environment=read_json(folder / "environment.json"),
        parts=[clean(path.read_text()) for path in parts],
        training=None if training is None else _png(training),
    )
    path = folder / "report.html"
    write_text(path, text)
    return path


def part_of(folder: Path, verb: str) -> str | None:
    """A part as HTML, figures and tables in it; ``None`` where it is not written."""
    path = _part(folder, verb)
    return clean(path.read_text()) if path.is_file() else None


def _part(folder: Path, verb: str) -> Path:
    return folder / "results" / f"{verb}.html"


def _render(name: str, **values: Any) -> str:
    places = FileSystemLoader(Path(__file__).parent)
    templates = Environment(loader=places, autoescape=select_autoescape())
    return templates.get_template(name).render(**values)


def _png(figure: Any) -> str:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=130)
    return base64.b64encode(stream.getvalue()).decode()
