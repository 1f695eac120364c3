"""Pictures in place of widgets, which need a kernel to move."""

import re
from typing import Any

VIEW = "application/vnd.jupyter.widget-view+json"
PICTURES = {
    "Train": "panel.png",
    "Explain": "explain.png",
    "Uncertainty": "uncertainty.png",
}


def stilled(notebook: dict[str, Any]) -> dict[str, Any]:
    """An executed notebook whose widgets are pictures, all pictures told in words."""
    under = "this notebook"
    for cell in notebook["cells"]:
        for line in cell["source"] if cell["cell_type"] == "markdown" else ():
            under = line.lstrip("# ").strip() if line.startswith("#") else under
        words = {"alt": f"{under}: what the code above draws"}
        cell["metadata"].setdefault("mystnb", {})["image"] = words
        if "outputs" in cell:
            cell["outputs"] = [one for one in cell["outputs"] if not _is_bar(one)]
            for output in cell["outputs"]:
                data = output.get("data", {})
                if data.pop(VIEW, None) and "image/png" not in data:
                    data["text/markdown"] = _instead(_said(data))
    return notebook


def _said(data: dict[str, Any]) -> str:
    return "".join(data.get("text/plain", ""))


def _is_bar(output: dict[str, Any]) -> bool:
    """Whether it is a bar of progress, which is over; a panel says what class it is."""
    data = output.get("data", {})
    return VIEW in data and re.match(r"\w+\(", _said(data)) is None


def _instead(said: str) -> str:
    """What is shown where a widget was."""
    name = said.split("(")[0]
    note = "*What stood here moves with a kernel: open the notebook with* `make lab`."
    if name not in PICTURES:
        return note
    return f"![The panel {name}](../docs/{PICTURES[name]})\n\n{note}"
