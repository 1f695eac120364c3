"""A run as something else: a plain script, a notebook, a portable model."""

import json
import logging
import pprint
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from workbench.errors import BadInput
from workbench.runs.folder import write_text
from workbench.runs.run import Run
from workbench.runs.trained import trained
from workbench.runs.trust import read_config
from workbench.writing import replaced

Format = Literal["script", "notebook", "pt2", "onnx"]
ENDING = {"script": "py", "notebook": "ipynb", "pt2": "pt2", "onnx": "onnx"}
OURS = {"logger", "callbacks", "plugins", "default_root_dir"}  # of the trainer


def export(run: Run, format: Format, out: Path | None = None) -> Path:
    """Write a run in another form and return the file's path.

    Args:
        run: A run; for ``pt2`` and ``onnx`` a trained one.
        format: ``script`` and ``notebook`` repeat the training with Lightning alone;
            ``pt2`` (torch.export) and ``onnx`` hold the network with its normalisation
            and say in their metadata what it reads and tells apart.
        out: The file; in the run folder if not given.

    Raises:
        BadInput: no configuration or checkpoint yet, or a library is missing.
    """
    path = out or run.folder / f"{run.folder.absolute().name}.{ENDING[format]}"
    if not path.absolute().parent.is_dir():
        raise BadInput(f"{path}: no folder {path.parent}: make it first")
    write: Callable[[Run, Path], None] = {
        "script": _script,
        "notebook": _notebook,
        "pt2": _pt2,
        "onnx": _onnx,
    }[format]
    write(run, path)
    return path


def cells(run: Run) -> list[str]:
    """The training as pieces of Python that need Lightning and the task alone."""
    config = read_config(run.config)
    model, data = config["model"], config["data"]
    trainer = {k: v for k, v in config["trainer"].items() if k not in OURS}
    trainer = {k: v for k, v in trainer.items() if v is not None}
    for part in (model, data):
        named = str(part["class_path"])
        if not all(word.isidentifier() for word in named.split(".")):
            raise BadInput(f"{run.config}: {named!r} is no name of a class: mend it")
    names = [part["class_path"].rpartition(".") for part in (model, data)]
    imports = sorted(f"from {module} import {name}" for module, _, name in names)
    return [
        "\n".join(
            [
                "import pytorch_lightning as pl",
                "from pytorch_lightning.callbacks import ModelCheckpoint",
                *imports,
            ]
        ),
        f"pl.seed_everything({config['seed_everything']!r}, workers=True)",
        f"model = {names[0][2]}(**{_plain(model.get('init_args', {}))})",
        f"data = {names[1][2]}(**{_plain(data.get('init_args', {}))})",
        'best = ModelCheckpoint("checkpoints", "best", monitor="val_loss")\n'
        f"settings = {_plain(trainer)}\n"
        "trainer = pl.Trainer(callbacks=[best], **settings)",
        "trainer.fit(model, data)",
        'trainer.test(model, data, ckpt_path="best")',
    ]


def _plain(values: dict[str, Any]) -> str:
    return pprint.pformat(values, sort_dicts=False, width=80)


def _script(run: Run, path: Path) -> None:
    imports, *rest = cells(run)
    body = "\n".join(rest).replace("\n", "\n    ")
    write_text(
        path,
        f'"""Repeats {run.name} with Lightning alone."""\n\n{imports}\n\n\n'
        f'if __name__ == "__main__":\n    {body}\n',
    )


def _notebook(run: Run, path: Path) -> None:
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    title = new_markdown_cell(f"# {run.name}\n\nThis repeats it with Lightning alone.")
    book = new_notebook(cells=[title, *(new_code_cell(text) for text in cells(run))])
    write_text(path, json.dumps(book, indent=1) + "\n")


@dataclass(frozen=True)
class _Portable:
    """The best network of a run, and how to call it.

    Attributes:
        network: As it judges.
        given: Its inputs by name, of two samples.
        answer: What comes out.
        about: What the numbers mean.
    """

    network: Any
    given: dict[str, Any]
    answer: str
    about: dict[str, Any]

    @classmethod
    def of(cls, run: Run) -> "_Portable":
        import torch

        found = trained(run)
        model, data = found.model, found.data
        given = model.example_input_array  # of what no data set holds
        if not isinstance(given, dict):
            data.prepare_data()
            data.setup("validate")
            batch = next(iter(data.val_dataloader()))
            given = {name: batch[name][:2] for name in found.task.inputs}
        about = {"task": found.task.name, "run": run.name, **found.about}
        model.to(memory_format=torch.contiguous_format)  # a .pt2 knows no other
        answer = "logits" if found.task.classes else "sample"
        return cls(model, given, answer, about)

    @property
    def inputs(self) -> tuple[Any, ...]:
        return tuple(self.given.values())

    @property
    def shapes(self) -> tuple[dict[int, Any], ...]:
        """That any number of samples may be given."""
        from torch.export import Dim

        many = Dim("batch")
        return tuple({0: many} for _ in self.given)


def _pt2(run: Run, path: Path) -> None:
    import torch

    it = _Portable.of(run)
    with torch.no_grad():
        program = torch.export.export(it.network, it.inputs, dynamic_shapes=it.shapes)
    extra = {"about.json": json.dumps(it.about)}
    with replaced(path) as stream:
        torch.export.save(program, stream, extra_files=extra)


def _onnx(run: Run, path: Path) -> None:
    if not (find_spec("onnx") and find_spec("onnxscript")):
        raise BadInput(
            f"{path}: ONNX files want onnx and onnxscript: type "
            'pip install "science-workbench[onnx]"'
        )
    import onnx
    import torch

    it = _Portable.of(run)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it misses torchvision
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch's, about its own parts
        program = torch.onnx.export(
            it.network,
            it.inputs,
            input_names=list(it.given),
            output_names=[it.answer],
            dynamic_shapes=it.shapes,
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    whole = program.model_proto
    onnx.helper.set_model_props(whole, {"about": json.dumps(it.about)})
    with replaced(path) as stream:
        onnx.save(whole, stream)
