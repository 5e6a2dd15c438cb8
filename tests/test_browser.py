"""The course works in a real browser: each notebook is run in JupyterLab, saved and opened again, and
its picture answers all the time.

The two notebooks that compute for long are run there once a week.
"""

import course
import lab
import pytest
from axe_playwright_python.sync_playwright import Axe
from exercise_cells import EXERCISES, answer_name, solution
from playing import cell_of
from program_that_learns.live import ADVICE

LONG = ["hidden_layer", "digits"]
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"
RESTART = "() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
SHUT_DOWN = """async () => {
    const panel = window.jupyterapp.shell.currentWidget
    await panel.sessionContext.shutdown()
    panel.close()
}"""

pytestmark = lab.needs_browser


def shut_down(page) -> None:
    """Close the notebook in front and end its kernel, once it is there: JupyterLab complains of what
    it asks of a kernel that has gone while it was starting."""
    page.wait_for_function(lab.READY)
    lab.within(page, 60, SHUT_DOWN)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """JupyterLab, with the course as a reader gets it: never run by this reader, so not trusted."""
    with lab.jupyterlab(tmp_path_factory.mktemp("lab")) as address, lab.browser() as chromium:
        page = chromium.new_page(viewport={"width": 1200, "height": 900})
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.set_default_timeout(60_000)
        lab.open_lab(page, address)
        yield page


@pytest.mark.parametrize(
    "notebook",
    [
        pytest.param(one, marks=[pytest.mark.slow] * (one.slug in LONG), id=one.name)
        for one in course.notebooks()
    ],
)
def test_a_notebook_runs_in_jupyterlab_and_its_picture_outlives_the_kernel(notebook, page):
    lab.bring_forward(page, notebook.name)
    page.get_by_text(ADVICE).wait_for()
    untrusted = page.locator(f"{lab.PANEL} .jp-OutputArea")
    assert untrusted.get_by_role("slider").count() == untrusted.get_by_role("button").count() == 0
    lab.run_all(page)
    lab.expect_whole(page, notebook)
    lab.moves(page)
    found = Axe().run(page, context={"include": [["play-picture"]]})
    assert [fault["id"] for fault in found.response["violations"]] == []

    lab.within(page, 60, lab.RUN_CELL, [cell_of(notebook).id, None])
    lab.moves(page)
    lab.within(page, 60, SAVE)
    lab.within(page, 60, RESTART)
    lab.moves(page)
    shut_down(page)
    lab.bring_forward(page, notebook.name)
    lab.moves(page)
    assert "Error displaying" not in page.inner_text(lab.PANEL)
    shut_down(page)
    assert page.errors == []


def test_exercises_answer_wrong_and_right_answers(page):
    notebook = course.notebook("sigmoid")
    lab.bring_forward(page, notebook.name)
    lab.run_all(page)
    for name in [name for name, (owner, _) in EXERCISES.items() if owner is notebook]:
        cell = EXERCISES[name][1]
        starter, _, call = cell.source.rpartition("\n")
        wrong, right = f"{answer_name(name)} = 'no idea'", solution(name)
        sources = [cell.source, f"{starter}\n{wrong}\n{call}", f"{starter}\n{right}\n{call}"]
        said = [lab.within(page, 60, lab.RUN_CELL, [cell.id, source]) for source in sources]
        for verdict, expected in zip(said, ["Not answered yet: ", "Not yet. ", "Correct. "]):
            assert verdict.strip().splitlines()[-1].startswith(expected), f"{name}: {verdict}"
