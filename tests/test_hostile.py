"""A run folder of somebody who means harm: to open it, or to show it, runs nothing."""

import ast
import json
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

import workbench
from tests.test_runs import Hostile
from workbench.errors import BadInput
from workbench.main import main
from workbench.panels import Explain, Uncertainty, attach
from workbench.panels.generated import pages_of_generator
from workbench.runs.checkpoint import check_checkpoint
from workbench.runs.clean import TAGS, clean
from workbench.runs.export import cells
from workbench.runs.report import part_of, write_report
from workbench.runs.run import Run

ROOT = Path(__file__).parents[1]
HURT = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>'
DRAWN = '<h2>ROC</h2><figure><img alt="a &amp; b" src="data:image/png;base64,QUJD">'


@pytest.fixture
def hostile(
    small_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """The run's folder; the test fails if anything of it was executed."""
    mark = tmp_path / "mark"
    run = tmp_path / "runs" / "neutrino-<img src=x onerror=hurt()>"
    shutil.copytree(small_run, run)
    (run / "evil_module.py").write_text(
        f"import pathlib\npathlib.Path({str(mark)!r}).touch()\nclass Evil: ...\n"
    )
    (run / "job.sh").write_text(f"#!/bin/bash\ntouch {mark}\n")
    (run / "job.sh").chmod(0o755)
    (run / "exit.json").write_text('{"launch": 3, "code": 1, "by": "job.sh"}')
    config = yaml.safe_load((run / "config.yaml").read_text())
    config["trainer"]["callbacks"] = [{"class_path": "evil_module.Evil"}]
    config["model"]["class_path"] = "evil_module.Evil"
    (run / "config.yaml").write_text(yaml.safe_dump(config))
    for name in ("last.ckpt", "best.ckpt"):
        torch.save({"state_dict": Hostile(mark)}, run / "checkpoints" / name)
    said = {"state": "failed", "step": 7, "steps": 9, "epoch": HURT, "attempt": 1}
    (run / "status.json").write_text(json.dumps(said))
    words = ["--config", str(run / "config.yaml"), "--trust", "--tru"]
    how = {"compute": "local", "processes": 1, "words": words, "launch": 3}
    (run / "launch.json").write_text(json.dumps(how))
    (run / "failures").mkdir(exist_ok=True)
    failed = {"process": HURT, "message": HURT, "traceback": HURT, "time": 1}
    (run / "failures" / "process-0.json").write_text(json.dumps(failed))
    (run / "log.txt").write_text(f"{HURT}\n\x1b]0;owned\x07\x1b[2J")
    (run / "notes.txt").write_text(HURT)
    line = {"attempt": 1, "step": 1, "epoch": 0, "time": 1.0, f"train_{HURT}": 1.0}
    (run / "metrics.jsonl").write_text(json.dumps(line) + "\n")
    for name in ("test", "explain"):
        (run / "results" / f"{name}.html").write_text(f"{HURT}{DRAWN}")
    monkeypatch.syspath_prepend(str(run))
    monkeypatch.chdir(run)
    yield run
    assert not mark.exists()


class Seen(HTMLParser):
    """Every element and attribute of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def pages(widget: Any) -> Iterator[str]:
    """Everything that a panel gives a browser as HTML."""
    if type(widget).__name__ == "HTML":
        yield widget.value
    for child in getattr(widget, "children", ()):
        yield from pages(child)


def harmless(text: str) -> bool:
    seen = Seen(text)
    return not (
        {"script", "iframe", "object", "embed"} & seen.tags
        or [name for name in seen.attributes if name.startswith("on")]
    )


def test_to_look_at_a_hostile_run_runs_nothing(
    hostile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (
        ["runs", "--runs", str(hostile.parent)],
        ["watch", str(hostile), "--once"],
        ["compare", str(hostile), str(hostile)],
    ):
        assert main(words) in (0, 1)
    shown = capsys.readouterr()
    assert "\x1b" not in shown.out and "\x07" not in shown.out
    assert "unexpected" not in shown.err


def test_a_panel_shows_it_as_text(hostile: Path) -> None:
    panel = attach(hostile)
    end = time.monotonic() + 60
    while "onerror" not in panel._log.value or not panel._said.value:
        assert time.monotonic() < end
        time.sleep(0.05)
    shown = list(pages(panel))
    panel.close()
    text = "".join(shown)
    assert "&lt;img src=x onerror" in text and all(map(harmless, shown))
    assert "evil_module.Evil" in panel._said.value


@pytest.mark.parametrize(
    "act",
    [
        lambda run: Explain(run),
        lambda run: Uncertainty(run),
        lambda run: run.predict("x.hdf5", "out.npz"),
        lambda run: pages_of_generator(run)["Walk"][1](),
    ],
    ids=["explain", "uncertainty", "predict", "generated"],
)
def test_to_ask_a_hostile_run_is_refused(
    hostile: Path, act: Callable[[Run], Any]
) -> None:
    with pytest.raises(BadInput, match=r"could run code|--trust|not the workbench's"):
        act(workbench.open_run(hostile))


def test_to_resume_it_trusts_nothing_that_it_says_of_itself(hostile: Path) -> None:
    run = workbench.open_run(hostile).resume()
    script = (hostile / "job.sh").read_text()
    assert "touch" not in script and "--tru" not in script
    assert "export PYTHONSAFEPATH=1" in script
    assert run.wait(300) == "failed"
    told = (hostile / "log.txt").read_text()
    assert "--trust" in told and "names 'evil_module.Evil'" in told
    known = json.loads((hostile / "launch.json").read_text())
    job = {"nodes": 1, "processes": 1, "gpus": 0, "cores": 1}
    known |= {"compute": "slurm", "allocation": job | {"account": "a\ntouch x"}}
    (hostile / "launch.json").write_text(json.dumps(known))
    with pytest.raises(BadInput):
        run.resume()


def test_its_report_has_no_script(hostile: Path) -> None:
    (hostile / "config.yaml").unlink()
    report = write_report(hostile, workbench.load("neutrino")).read_text()
    assert harmless(report) and 'src="data:image/png;base64,QUJD"' in report
    assert "default-src 'none'; img-src data:" in report
    assert harmless(part_of(hostile, "explain") or "<script>")


def test_a_class_name_is_no_line_of_an_exported_script(hostile: Path) -> None:
    config = yaml.safe_load((hostile / "config.yaml").read_text())
    config["model"]["class_path"] = "os import path\nimport evil_module #.Evil"
    (hostile / "config.yaml").write_text(yaml.safe_dump(config))
    with pytest.raises(BadInput, match="is no name of a class: mend it"):
        cells(workbench.open_run(hostile))


@pytest.mark.parametrize(
    "text",
    [
        HURT,
        "<svg onload=hurt()>",
        "<a href='javascript:hurt()'>x</a>",
        "<img src='https://example.org/seen.png' alt=''>",
        "<div style='background:url(https://example.org)' class='wb-state'>x</div>",
        "<scr<script>ipt>hurt()</scr</script>ipt>",
        "<iframe srcdoc='<script>hurt()</script>'></iframe>",
        "<style>@import 'https://example.org'</style>",
        "<!--><script>hurt()</script-->",
        "<math><mtext></p><style><img title='</style><img onerror=hurt() src>'>",
        "&lt;script&gt;hurt()&lt;/script&gt;",
    ],
)
def test_what_is_no_part_of_a_report_is_left_out(text: str) -> None:
    kept = clean(text)
    assert harmless(kept) and "example.org" not in kept
    assert Seen(kept).tags <= TAGS
    assert clean(kept) == kept


def test_a_report_of_ours_stays_as_it_is(small_run: Path) -> None:
    written = (small_run / "results" / "test.html").read_text()
    kept = clean(written)
    assert Seen(kept).tags == Seen(written).tags and "img" in Seen(kept).tags
    assert kept.count("data:image/png") == written.count("data:image/png")
    assert len(kept) > 0.99 * len(written)


def test_a_compressed_checkpoint_is_not_unpacked(small_run: Path, folder: Path) -> None:
    bomb = folder / "bomb.ckpt"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(1 << 26))  # 64 MB in 64 kB
    assert bomb.stat().st_size < 100_000
    with pytest.raises(BadInput, match=r"data\.pkl is compressed"):
        check_checkpoint(bomb)
    check_checkpoint(small_run / "checkpoints" / "best.ckpt")


def test_nothing_is_ever_unpacked_or_unpickled() -> None:
    names = {"extractall", "extract", "unpack_archive", "tarfile", "eval", "exec"}
    used: set[tuple[str, str]] = set()
    for source in (ROOT / "workbench").rglob("*.py"):
        text = source.read_text()
        if not any(word in text for word in (*names, "allow_pickle", "weights_only")):
            continue
        for node in ast.walk(ast.parse(text)):
            name = getattr(node, "attr", getattr(node, "id", ""))
            called = isinstance(node, ast.Name | ast.Attribute)
            if called and name in names and not _of_torch(node):
                used.add((source.name, name))
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert node.value.value is False, source  # type: ignore[attr-defined]
            if isinstance(node, ast.keyword) and node.arg == "weights_only":
                flag = getattr(node.value, "value", True)
                assert flag is not False, source
    assert not used


def _of_torch(node: ast.AST) -> bool:
    """``model.eval()``, which sets a network to judge."""
    return isinstance(node, ast.Attribute) and node.attr == "eval"


@pytest.mark.parametrize("notebook", sorted((ROOT / "notebooks").glob("*.ipynb")))
def test_a_notebook_shows_text_until_it_is_run(notebook: Path) -> None:
    told = json.loads(notebook.read_text())
    assert "widgets" not in told["metadata"]
    for cell in told["cells"]:
        if cell["cell_type"] == "markdown":
            assert harmless("".join(cell["source"])), notebook
        else:
            assert not cell["outputs"]
            assert "%%javascript" not in "".join(cell["source"])
