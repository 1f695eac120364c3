"""The lessons in a real JupyterLab, by keyboard and mouse."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.axe import faults, in_theme
from tests.lab import keeper, needs_browser, opened

pytestmark = pytest.mark.slow

CELLS = [
    """\
from workbench.lessons.digits import digits
from workbench.panels.lessons import *
own = digits(epochs=2)[:40]""",
    "Activations(own)",
    "Optimisers()",
    "Landscape(own, points=7)",
    "Convolution(own)",
    "Composition(own)",
    "Roofline(own, seconds=0.02)",
    "Autoencoders(epochs=4)",
    "Gan(epochs=4)",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server serves."""
    needs_browser()
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def picture(folder: Path) -> Callable[[Any, str], None]:
    """Keep a lesson's picture, beside the server or in ``$WORKBENCH_ARTEFACTS``."""
    return keeper(folder, "lesson-")


@pytest.fixture(scope="module")
def page(folder: Path) -> Iterator[Any]:
    """JupyterLab with a lesson a cell, all run."""
    with opened(folder, CELLS, height=4000) as page:
        page.locator(".wb-lesson").nth(7).wait_for(timeout=180_000)
        yield page


def lesson(page: Any, number: int, drawn: str) -> Any:
    """One of them, once something of it is drawn."""
    found = page.locator(".wb-lesson").nth(number)
    found.scroll_into_view_if_needed()
    found.locator(drawn).first.wait_for()
    return found


def changed(place: Any, act: Callable[[], None], attribute: str | None = None) -> str:
    """Do something, wait until a place says something else, and read that."""

    def read() -> str:
        return place.get_attribute(attribute) if attribute else place.inner_text()

    before = read()
    act()
    place.page.wait_for_function(
        "([place, name, before]) => (name ? place.getAttribute(name)"
        " : place.innerText) !== before",
        arg=[place.element_handle(), attribute, before],
    )
    return read()


def reveal(question: Any, answer: str) -> None:
    """Choose an answer and press the button, both by key."""
    question.get_by_label(answer, exact=True).press("Space")
    button = question.get_by_role("button", name="Reveal")
    question.page.wait_for_function("b => !b.disabled", arg=button.element_handle())
    button.press("Enter")
    question.locator(".wb-answered [role=status]").wait_for()


def test_a_prediction_comes_before_the_reveal(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    found = lesson(page, 0, ".wb-lines[data-frame]")
    question = found.locator(".wb-question").first
    assert question.get_by_role("button", name="Reveal").is_disabled()
    reveal(question, "about a tenth")
    reveal(found.locator(".wb-question").last, "it rises")
    question.get_by_text("less than a millionth. The sigmoid").wait_for()
    picture(found, "activations")


def test_a_marker_moves_by_key_and_the_code_is_shown(page: Any) -> None:
    found = lesson(page, 0, ".wb-lines[data-frame]")
    canvas = found.get_by_role("slider", name="A unit")
    canvas.focus()
    said = changed(canvas, lambda: page.keyboard.press("Home"), "aria-valuetext")
    assert said.startswith("x = -6.00")
    found.get_by_role("button", name="Show me the code").click()
    assert "torch.autograd.grad" in found.locator(".wb-code pre").inner_text()


def test_the_race_is_run_moved_and_thinned_out_by_key(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    found = lesson(page, 1, ".wb-surface[data-frame]")
    picture(found, "optimisers")
    surface = found.locator(".wb-surface")
    told = surface.locator(".wb-spoken")
    assert "Adam: loss" in told.inner_text()
    surface.locator("canvas").focus()
    changed(told, lambda: page.keyboard.press("ArrowRight"))
    surface.locator("input").focus()
    page.keyboard.press("Home")
    changed(
        surface,
        lambda: surface.get_by_role("button", name="run").press("Enter"),
        "data-step",
    )
    name = surface.get_by_role("button", name="AdaGrad")
    name.press("Enter")
    surface.locator("button[aria-pressed=false]").wait_for()
    assert surface.locator("button[aria-pressed=false]").inner_text() == "AdaGrad"


def test_the_loss_around_a_network_is_drawn(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    found = lesson(page, 2, ".wb-surface[data-frame]")
    scaled = found.locator(".wb-lines").last
    assert scaled.is_hidden()
    reveal(found.locator(".wb-question"), "as before")
    scaled.wait_for()
    picture(found, "landscape")
    ink = found.locator(".wb-surface canvas").evaluate(
        "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data)"
        ".size"
    )
    assert ink > 50  # tones, lines and words
    assert found.locator(".wb-surface .wb-tools").is_hidden()


def test_a_kernel_steps_by_key(page: Any, picture: Callable[[Any, str], None]) -> None:
    found = lesson(page, 3, ".wb-stepper[data-place]")
    stepper = found.locator(".wb-stepper")
    sum_ = stepper.locator(".wb-sum")
    stepper.locator(".wb-board-answer").focus()
    said = changed(sum_, lambda: page.keyboard.press("ArrowDown"))
    assert said.startswith("row 2, column 1")
    said = changed(sum_, lambda: page.keyboard.press("ArrowRight"))
    assert said.startswith("row 2, column 2") and said.count("·") > 1
    assert stepper.locator(".wb-here").count() == 10
    picture(found, "convolution")


def test_points_go_through_functions_and_are_moved_by_key(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    found = lesson(page, 4, ".wb-plane[data-frame]")
    plane = found.locator(".wb-plane").first
    plane.locator("canvas").focus()
    said = changed(plane.locator(".wb-spoken"), lambda: page.keyboard.press("ArrowUp"))
    assert said.startswith("size of the slope")
    picture(found, "composition-start")
    plane.locator("input").focus()
    changed(plane, lambda: page.keyboard.press("End"), "data-stage")
    assert plane.get_attribute("data-stage") == "5"
    changed(plane, lambda: page.keyboard.press("ArrowLeft"), "data-stage")
    assert plane.get_attribute("data-stage") == "4.98"
    changed(plane, lambda: page.keyboard.press("ArrowRight"), "data-stage")
    listed = found.locator("select").first
    listed.focus()
    page.keyboard.press("ArrowDown")  # which JupyterLab would take for its own
    chosen = "list => list.selectedIndex === 1"
    page.wait_for_function(chosen, arg=listed.element_handle())
    page.keyboard.press("ArrowUp")
    plane.locator("output").get_by_text("y = w₃·h₂ + b₃").wait_for()
    run = plane.get_by_role("button", name="run")
    changed(plane, lambda: run.press("Enter"), "data-stage")
    plane.get_by_role("button", name="stop").press("Enter")
    reveal(found.locator(".wb-question").first, "both")
    page.wait_for_function(
        "plane => plane.dataset.stage === '4'", arg=plane.element_handle()
    )
    reveal(found.locator(".wb-question").last, "it stays")
    picture(found, "composition")


def test_a_slider_moves_the_layers_under_the_roof(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    found = lesson(page, 5, ".wb-lines[data-frame]")
    for question, answer in (("first", "the memory"), ("last", "nowhere")):
        reveal(getattr(found.locator(".wb-question"), question), answer)
    roof, batch = found.locator(".wb-lines").first, found.locator(".noUi-handle")
    batch.focus()
    changed(roof, lambda: page.keyboard.press("ArrowRight"), "data-frame")
    found.get_by_text("A batch of 4 takes").wait_for()
    picture(found, "roofline")


def test_a_walk_through_the_latent_plane_by_key(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    found = lesson(page, 6, ".wb-plane[data-frame]")
    made = found.locator("img").first
    found.locator(".wb-plane canvas").focus()
    changed(made, lambda: page.keyboard.press("ArrowLeft"), "src")
    assert made.get_attribute("alt").startswith("What is made of z = (")
    reveal(found.locator(".wb-question").first, "no difference")
    reveal(found.locator(".wb-question").last, "both")
    picture(found, "autoencoders")


def test_a_slider_goes_through_the_training_of_a_generator(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    found = lesson(page, 7, ".wb-lines[data-frame]")
    made = found.locator("img").first
    found.locator(".noUi-handle").focus()
    changed(made, lambda: page.keyboard.press("ArrowLeft"), "src")
    assert "generated digits after" in made.get_attribute("alt")
    for number in range(2):
        question = found.locator(".wb-question").nth(number)
        reveal(question, ("no", "yes")[number])
    picture(found, "gan")


def test_words_are_dark_enough_in_either_theme(
    page: Any, picture: Callable[[Any, str], None]
) -> None:
    found = lesson(page, 1, ".wb-surface[data-frame]")
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        frame = found.locator(".wb-surface").get_attribute("data-frame")
        in_theme(page, theme)
        light = theme.endswith("Light")
        page.wait_for_function(
            "([s, frame]) => s.dataset.frame !== frame",
            arg=[found.locator(".wb-surface").element_handle(), frame],
        )
        picture(found, f"optimisers-{'light' if light else 'dark'}")
        assert faults(page, ".wb-lesson") == []
        words, lines = found.locator(".wb-surface").evaluate(CONTRAST)
        assert words > 4.5 and lines > 3  # WCAG 2.2, 1.4.3 and 1.4.11


CONTRAST = """(root) => {
  const own = getComputedStyle(root);
  const ink = document.createElement("canvas").getContext("2d");
  const part = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = (name) => {
    ink.fillStyle = own.getPropertyValue(name).trim();
    ink.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...ink.getImageData(0, 0, 1, 1).data].map((v) => part(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const runs = [1, 2, 3, 4, 5, 6].map((i) => `--wb-run-${i}`);
  const paper = light("--wb-paper");
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const of = (name) => ratio(light(name), paper);
  return [of("--wb-ink"), Math.min(...runs.map(of))];
}"""
