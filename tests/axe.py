"""Whether everybody can read a panel and work it: axe-core, and the keyboard."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.lab import command

GRAVE = ("serious", "critical")
THEMES = ("JupyterLab Dark", "JupyterLab Light")
BEYOND = """(where) => [...document.querySelectorAll(where)]
  .flatMap((panel) => [...panel.querySelectorAll(
    "button, select, input, textarea, summary, canvas[role], [role=slider]")])
  .filter((e) => e.offsetParent && !e.disabled && e.tabIndex < 0
    && !["tab", "gridcell", "img"].includes(e.getAttribute("role")))
  .map((e) => `no key reaches ${e.outerHTML.slice(0, 200)}`)"""


def faults(page: Any, where: str) -> list[str]:
    """What of the elements of that selector not everybody can read, name or reach."""
    found = Axe().run(page, context=where, options={"resultTypes": ["violations"]})
    seen = [
        f"{rule['id']}: {node['html'][:200]}: {node['failureSummary']}"
        for rule in found.response["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]
    return seen + page.evaluate(BEYOND, where)


def in_theme(page: Any, theme: str) -> None:
    """Show everything in JupyterLab's light or dark theme."""
    light = str(theme.endswith("Light")).lower()
    command(page, "apputils:change-theme", theme=theme)
    page.locator(f"body[data-jp-theme-light={light}]").wait_for(state="attached")
    page.wait_for_load_state("networkidle")  # its style sheet is there


def faults_of_tabs(page: Any, where: str) -> list[str]:
    """The faults of a panel in both themes, tab by tab."""
    found: list[str] = []
    for theme in THEMES:
        in_theme(page, theme)
        for tab in page.locator(where).get_by_role("tab").all():
            tab.click()
            page.wait_for_timeout(300)  # what it shows for the first time is drawn
            said = f"{theme}, {tab.inner_text()}"
            found += [f"{said}: {fault}" for fault in faults(page, where)]
    return found
