"""The documentation is true: what it has the reader type works."""

import inspect
import shlex
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest

import workbench
from tests.pages import DOCS, commands
from workbench.main import main, parsers

ROOT = DOCS.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
TYPED = sorted({line for page in PAGES for line in commands(page)})


@pytest.mark.parametrize("line", [x for x in TYPED if x.startswith("workbench ")])
def test_every_command_is_understood(line: str) -> None:
    words = shlex.split(line)[1:]
    parser, verbs = parsers()
    if words[0] == "data" and words[1] in ("make", "realism"):
        task = workbench.load(words[2])
        of_task(task.commands[f"data {words[1]}"], words[3:])
    elif words[0] == "data":
        assert words[1] in ("check", "get")
    elif words[0] not in verbs:
        (command,) = (
            task.commands[words[0]]
            for task in map(workbench.load, workbench.task_names())
            if words[0] in task.commands
        )
        of_task(command, words[1:])
    else:
        given, rest = parser.parse_known_args(words)
        for word in rest:
            if word.startswith("--"):
                assert has_option(getattr(given, "config", None), word), word


def of_task(command: Any, words: list[str]) -> None:
    parser = ArgumentParser()
    command.arguments(parser)
    parser.parse_args(words)


def has_option(config: Path | None, word: str) -> bool:
    """Whether Lightning's words name an argument of the task's classes."""
    from pytorch_lightning import Trainer

    part, _, name = word.removeprefix("--").partition("=")[0].partition(".")
    known = str(config) in workbench.task_names()
    task: Any = workbench.load(str(config) if known else "neutrino")
    classes = {"data": task.data, "model": task.model, "trainer": Trainer}
    if part not in classes:
        return part == "ckpt_path"
    return name in inspect.signature(classes[part]).parameters


def test_make_has_every_target_that_is_typed() -> None:
    rules = (ROOT / "Makefile").read_text()
    typed = [line.split()[1] for line in TYPED if line.startswith("make ")]
    assert typed
    for target in typed:
        assert f"\n{target}:" in rules, target


def test_the_first_run_is_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    runs = tmp_path / "runs"
    for line in commands(DOCS / "first-run.md"):
        known = [run.name for run in runs.iterdir()] if runs.is_dir() else []
        words = shlex.split(line.replace("RUN", *known) if known else line)
        problems = {1} if words[1] == "doctor" else set()  # this machine's own
        assert main(words[1:]) in {0, *problems}, line
    (run,) = runs.iterdir()
    report = (run / "report.html").read_text()
    assert "Why, event by event" in report and "How sure" in report
    answers = (tmp_path / "answers.csv").read_text().splitlines()
    assert len(answers) == 1 + 600 and "p(target 1)" in answers[0]
    assert f"open runs/{run.name}/report.html" in capsys.readouterr().out
