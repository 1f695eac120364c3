"""Whether a panel can be read and worked by everybody: axe-core in a real browser."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.lab import command

GRAVE = ("serious", "critical")
THEMES = ("JupyterLab Light", "JupyterLab Dark")


def violations(page: Any, where: str) -> list[str]:
    """What axe-core finds wrong with the elements of that selector, the grave of it."""
    found = Axe().run(page, context=where, options={"resultTypes": ["violations"]})
    return [
        f"{rule['id']}: {node['html'][:200]}: {node['failureSummary']}"
        for rule in found.response["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


def in_theme(page: Any, theme: str) -> None:
    """Show everything in JupyterLab's light or dark theme."""
    light = str(theme.endswith("Light")).lower()
    command(page, "apputils:change-theme", theme=theme)
    page.locator(f"body[data-jp-theme-light={light}]").wait_for(state="attached")
    page.wait_for_load_state("networkidle")  # its style sheet is there
