"""Pictures in place of widgets, which need a kernel to move."""

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
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if data.pop(VIEW, None) and "image/png" not in data:
                data["text/markdown"] = _instead("".join(data.get("text/plain", "")))
    return notebook


def _instead(said: str) -> str:
    """What is shown where a widget was."""
    name = said.split("(")[0]
    note = "*What stood here moves with a kernel: open the notebook with* `make lab`."
    if name not in PICTURES:
        return note
    return f"![The panel {name}](../docs/{PICTURES[name]})\n\n{note}"
