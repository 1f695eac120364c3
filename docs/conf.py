"""How Sphinx makes the site: `make site`."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]  # for `commands` beside this
from still import stilled  # noqa: E402

EXECUTED = Path(os.environ.get("WORKBENCH_EXECUTED", ROOT / "build" / "notebooks"))

project = "science-workbench"
author = "its contributors"
root_doc = "docs/index"
extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "myst_nb",
    "commands",
]
include_patterns = [
    "docs/*.md",
    "notebooks/*.ipynb",
    "datasets/*/README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
]
exclude_patterns = [".*", "build", "dist", "runs", "notebooks/runs", "tests", "**/.*"]

# notebooks are shown as they were executed before; nothing runs while the site is made
nb_execution_mode = "off"
nb_output_stderr = "remove"  # notices of other packages, with paths of a machine
nb_merge_streams = True
nb_ipywidgets_js: dict[str, Any] = {}  # would come from another server
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
maximum_signature_line_length = 68

html_theme = "furo"
html_title = "science-workbench"
html_static_path = ["site.css"]
html_css_files = ["site.css"]
html_extra_path = ["index.html"]
html_copy_source = False
html_math_renderer = "mathml"
html_theme_options: dict[str, Any] = {"top_of_page_buttons": []}


def _executed(app: Any, name: str, source: list[str]) -> None:
    """Show a notebook with its outputs, where it was executed."""
    path = EXECUTED / f"{Path(name).name}.ipynb"
    if name.startswith("notebooks/") and path.is_file():
        source[0] = json.dumps(stilled(json.loads(path.read_text())))


def _formula(self: Any, node: Any) -> None:
    """A formula that browsers draw by themselves, without a script."""
    block = isinstance(node, nodes.math_block)
    self.body.append(tex2mathml(node.astext(), as_block=block))
    raise nodes.SkipNode


def setup(app: Any) -> None:
    """What Sphinx is taught."""
    app.connect("source-read", _executed)
    app.add_html_math_renderer("mathml", (_formula, None), (_formula, None))
