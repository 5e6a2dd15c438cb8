"""The course works in a real browser: every notebook is run in JupyterLab and its picture moved."""

import math

import course
import lab
import pytest
from exercise_cells import EXERCISES, answer_name, solution
from playing import picture, sliders

SENTENCE = f'{lab.PANEL} .jp-OutputArea p[role="status"]'
IMAGE = f"{lab.PANEL} .jp-OutputArea .widget-image"
SHEET = f"{lab.PANEL} canvas.pad"
SPOKEN = f"{SHEET} + [role=status]"
SAYS = "([place, text]) => document.querySelector(place).textContent.startsWith(text)"
CIRCLE = [(0.5 + 0.25 * math.sin(turn / 4), 0.5 - 0.44 * math.cos(turn / 4)) for turn in range(26)]
STROKES = {0: CIRCLE, 7: [(0.22, 0.08), (0.78, 0.08), (0.45, 0.95)]}  # in parts of the sheet
STATE = """() => {
    const panel = window.jupyterapp.shell.currentWidget
    const cells = panel.content.model.toJSON().cells
    const outputs = cells.flatMap(cell => cell.outputs ?? [])
    const images = [...panel.node.querySelectorAll('.jp-Notebook img')]
    return {
        counts: cells.filter(cell => cell.cell_type === 'code').map(cell => cell.execution_count),
        complaints: outputs.filter(output => output.output_type === 'error' || output.name === 'stderr'),
        images: images.length,
        broken: images.filter(image => !image.naturalWidth).length,
        silent: images.filter(image => !image.alt && !image.matches('.widget-image')).length,
        formulas: panel.node.querySelectorAll('mjx-merror').length,
        dead: panel.node.innerText.includes('Error displaying widget'),
    }
}"""

pytestmark = lab.needs_browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A function that brings a notebook to the front, all its cells run, and gives the page of
    JupyterLab. Every notebook is run once, in a tab of its own, and stays as a test leaves it."""
    begun = set()

    def begin(notebook):
        if notebook not in begun:
            begun.add(notebook)
            lab.begin(page, notebook.name)

    def page_of(notebook):
        begin(notebook)
        for following in course.notebooks()[notebook.number : notebook.number + 2]:
            begin(following)  # they run while this one is looked at
        lab.has_run(page, notebook.name)
        return page

    with lab.jupyterlab(tmp_path_factory.mktemp("lab")) as address, lab.browser() as chromium:
        page = chromium.new_page(viewport={"width": 1200, "height": 900})
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        lab.open_lab(page, address)
        yield page_of


def move(page, press, expected: str) -> None:
    """Do something by keyboard, and wait for the sentence and for another picture."""
    before = page.get_attribute(IMAGE, "src")
    press()
    page.wait_for_function(
        "([place, text]) => document.querySelector(place).innerText === text",
        arg=[SENTENCE, expected],
        timeout=20_000,
    )
    page.wait_for_function(
        "([place, old]) => { const image = document.querySelector(place);"
        " return image.src !== old && image.naturalWidth > 0 }",
        arg=[IMAGE, before],
        timeout=20_000,
    )


@course.each_notebook
def test_a_notebook_runs_in_jupyterlab_and_its_picture_moves_by_keyboard(notebook, pages):
    page = pages(notebook)
    page.wait_for_selector(SENTENCE)
    state = page.evaluate(STATE)
    assert state["counts"] == list(range(1, len(notebook.code) + 1))
    assert state["complaints"] == [] and page.errors == []
    in_text = sum(cell.source.count("![") for cell in notebook.markdown)
    assert state["images"] == in_text + sum(len(cell.pictures) for cell in notebook.code)
    assert state["broken"] == state["silent"] == state["formulas"] == 0 and not state["dead"]

    twin = picture(notebook)
    assert page.inner_text(SENTENCE) == twin.said
    for position, control in enumerate(sliders(twin)):
        handle = page.locator(f"{lab.PANEL} .jp-OutputArea .noUi-handle").nth(position)
        handle.focus()
        for key in ["ArrowRight", "ArrowLeft"]:
            step = 1 if key == "ArrowRight" else -1
            if hasattr(control, "options"):
                control.index += step
            else:
                control.value += step * control.step
            move(page, lambda key=key: page.keyboard.press(key), twin.said)
    for button in getattr(twin, "buttons", []):
        button.click()
        page.locator(lab.PANEL).get_by_role("button", name=button.description).focus()
        move(page, lambda: page.keyboard.press("Enter"), twin.said)


ANSWER = """async ([id, source]) => {
    const notebook = window.jupyterapp.shell.currentWidget.content
    const index = notebook.widgets.findIndex(cell => cell.model.id === id)
    notebook.activeCellIndex = index
    notebook.widgets[index].model.sharedModel.setSource(source)
    await window.jupyterapp.commands.execute('notebook:run-cell')
    return notebook.widgets[index].node.querySelector('.jp-OutputArea').innerText
}"""


@course.each_notebook
def test_an_exercise_answers_wrong_and_right_answers(notebook, pages):
    page = pages(notebook)
    for name in [name for name, (owner, _) in EXERCISES.items() if owner is notebook]:
        cell = EXERCISES[name][1]
        starter, _, call = cell.source.rpartition("\n")
        wrong, right = f"{answer_name(name)} = 'no idea'", solution(name)
        sources = [cell.source, f"{starter}\n{wrong}\n{call}", f"{starter}\n{right}\n{call}"]
        said = [lab.within(page, 60, ANSWER, [cell.id, source]) for source in sources]
        for verdict, expected in zip(said, ["Not answered yet: ", "Not yet. ", "Correct. "]):
            last = verdict.strip().splitlines()[-1]  # a blank's solution may print something first
            assert last.startswith(expected), f"{name}: {verdict}"


def test_running_the_cell_again_shows_one_working_picture(pages):
    notebook = course.notebook("sigmoid")
    page = pages(notebook)
    lab_runs = "() => window.jupyterapp.commands.execute('notebook:run-all-cells')"
    lab.within(page, 60, lab_runs)
    page.wait_for_function(lab.READY)
    page.wait_for_function(f"() => document.querySelectorAll('{IMAGE}').length === 1")
    twin = picture(notebook)
    twin.controls[0].value += twin.controls[0].step
    page.locator(f"{lab.PANEL} .noUi-handle").focus()
    move(page, lambda: page.keyboard.press("ArrowRight"), twin.said)


def test_a_digit_drawn_with_the_mouse_is_read(pages):
    page = pages(course.notebook("digits"))
    page.locator(SHEET).scroll_into_view_if_needed()
    for digit, stroke in STROKES.items():
        page.locator(lab.PANEL).get_by_role("button", name="Empty sheet").click()
        page.wait_for_function(SAYS, arg=[SENTENCE, "The sheet is empty"], timeout=20_000)
        box = None
        while box != (box := page.locator(SHEET).bounding_box()):
            page.wait_for_timeout(300)  # until what stands above has taken its place
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=4)
        page.mouse.up()
        page.wait_for_function(SAYS, arg=[SENTENCE, f"It says {digit}, "], timeout=20_000)
    assert page.errors == []


def test_the_sheet_is_drawn_on_by_keyboard_and_says_where_it_is(pages):
    page = pages(course.notebook("digits"))
    page.locator(lab.PANEL).get_by_role("button", name="Empty sheet").click()
    page.wait_for_function(SAYS, arg=[SENTENCE, "The sheet is empty"], timeout=20_000)
    page.locator(SHEET).focus()
    for key, spoken in [
        ("ArrowRight", "Row 4, column 5: 0 % ink"),
        ("Space", "Row 4, column 5: 100 % ink"),
        ("ArrowDown", "Row 5, column 5: 0 % ink"),
    ]:
        page.keyboard.press(key)
        page.wait_for_function(SAYS, arg=[SPOKEN, spoken], timeout=20_000)
    page.wait_for_function(SAYS, arg=[SENTENCE, "It says "], timeout=20_000)
    before = page.inner_text(SENTENCE)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")  # white again
    page.wait_for_function(SAYS, arg=[SENTENCE, "The sheet is empty"], timeout=20_000)
    assert before.startswith("It says ")
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function(SAYS, arg=[SPOKEN, "Row 4, column 1"], timeout=20_000)


def test_the_picture_is_as_the_kernel_drew_it_on_a_narrow_window(pages):
    page = pages(course.notebook("error"))
    page.set_viewport_size({"width": 600, "height": 800})
    page.wait_for_function(
        "place => document.querySelector(place).getBoundingClientRect().width <= 600", arg=IMAGE
    )
    box = page.locator(IMAGE).bounding_box()
    assert box["width"] <= 600
    assert abs(box["width"] / box["height"] - 700 / 360) < 0.05, "squeezed"
