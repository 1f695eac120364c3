"""How soon a lesson answers: from a key on a slider to the last view that it moves.

A real JupyterLab and a headless Chromium show every lesson with the small network on
digits. Questions are answered, so that nothing is hidden; then each slider, each plot
that is dragged and each step of a widget is moved by arrow keys. The browser notes when
the last frame, picture or word that follows a key has been painted.
"""

import argparse
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.machine import machine
from tests.lab import opened

KEYS = ("ArrowRight",) * 4 + ("ArrowLeft",) * 4
BAR = 200  # ms
QUIET = 600  # ms without a change: nothing more will follow
CONTROLS = (
    ".noUi-handle, canvas[role=application], canvas[role=slider], .wb-tools input"
)
LESSONS = {
    "activations": "Activations(own)",
    "optimisers": "Optimisers(own)",
    "landscape": "Landscape(own, digits(skips=True))",
    "convolution": "Convolution(own)",
    "sight": "Sight(own)",
    "composition": "Composition(own)",
    "roofline": "Roofline(own)",
    "autoencoders": "Autoencoders(epochs=20)",
    "gan": "Gan(epochs=20)",
}
FIRST = """\
from workbench.lessons.digits import digits
from workbench.panels.lessons import *
own = digits()"""
WATCH = """root => {
  window.changed = window.pressed = performance.now();
  const painted = () => requestAnimationFrame(() =>
    setTimeout(() => { window.changed = performance.now(); }));
  new MutationObserver(painted).observe(root, { subtree: true, childList: true,
    characterData: true, attributes: true,
    attributeFilter: ["data-frame", "data-place", "src"] });
  root.addEventListener("keydown", () => { window.pressed = performance.now(); }, true);
}"""
SETTLED = """quiet =>
  performance.now() - Math.max(window.changed, window.pressed) > quiet"""
NAME = """found => found.closest(".widget-inline-hbox")?.querySelector(".widget-label")
  ?.textContent || found.closest("figure")?.querySelector("figcaption")?.textContent
  || "picture" """


def delays(page: Any, control: Any) -> list[float]:
    """Milliseconds from each key to the last change that followed."""
    control.scroll_into_view_if_needed()
    control.focus()
    found: list[float] = []
    for key in KEYS:
        page.wait_for_function(SETTLED, arg=QUIET)
        page.keyboard.press(key)
        page.wait_for_function(SETTLED, arg=QUIET)
        took = page.evaluate("window.changed - window.pressed")
        if took > 0:  # at the end of a slider nothing moves
            found.append(took)
    return found


def rows(page: Any, lesson: Any) -> Iterator[tuple[str, list[float]]]:
    """Each control of a lesson by name, and its delays."""
    for question in lesson.locator(".wb-question").all():
        question.get_by_role("radio").first.press("Space")
        button = question.get_by_role("button", name="Reveal")
        page.wait_for_function("b => !b.disabled", arg=button.element_handle())
        button.press("Enter")
        question.locator(".wb-answered [role=status]").wait_for()
    lesson.evaluate(WATCH)
    for control in lesson.locator(CONTROLS).all():
        if control.is_visible():
            yield control.evaluate(NAME).strip(), delays(page, control)


def report() -> list[str]:
    """Lines of the report."""
    told = [
        f"a key on a control, the last view that follows painted, ms, {len(KEYS)} keys "
        f"each, bar: {BAR}",
        f"  {'lesson':14}{'control':52}{'median':>8}{'worst':>8}",
    ]
    cells = [FIRST, *LESSONS.values()]
    with tempfile.TemporaryDirectory() as empty:
        with opened(Path(empty), cells, height=4000) as page:
            page.set_default_timeout(240_000)
            page.locator(".wb-lesson").nth(len(LESSONS) - 1).wait_for()
            for number, name in enumerate(LESSONS):
                lesson = page.locator(".wb-lesson").nth(number)
                for control, found in rows(page, lesson):
                    missed = ", missed" if found and max(found) > BAR else ""
                    numbers = (
                        f"{median(found):8.0f}{max(found):8.0f}{missed}"
                        if found
                        else "   nothing moved"
                    )
                    told.append(f"  {name:14}{control[:50]:52}{numbers}")
    return told


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = parser.parse_args()
    text = "\n".join([machine(), *report()])
    print(text)
    (args.out / f"lessons-{date.today()}.txt").write_text(text + "\n")


if __name__ == "__main__":
    main()
