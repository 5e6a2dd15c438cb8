"""The course works in JupyterLab, in a real browser: a notebook runs there and shows what is stored,
its picture answers whatever happens to the kernel, and its exercises answer, too.

One notebook every day, in `make test`; all of them before anything is published, in `make test-long`.
"""

import course
import lab
import pytest
from axe_playwright_python.sync_playwright import Axe
from exercise_cells import EXERCISES, answer_name, solution
from playing import cell_of
from program_that_learns.live import ADVICE

SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"
RESTART = "() => window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
SHUT_DOWN = """async () => {
    const panel = window.jupyterapp.shell.currentWidget
    await panel.sessionContext.shutdown()
    panel.close()
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory, chromium):
    """JupyterLab, with the course as a reader gets it: never run by this reader, so not trusted."""
    with lab.jupyterlab(tmp_path_factory.mktemp("lab")) as address:
        page = chromium.new_page(viewport={"width": 1200, "height": 900})
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.set_default_timeout(60_000)
        lab.open_lab(page, address)
        yield page
        page.close()


def shut_down(page) -> None:
    """Close the notebook in front and end its kernel, once it is there: JupyterLab complains of what
    it asks of a kernel that has gone while it was starting."""
    page.wait_for_function(lab.READY)
    lab.within(page, 60, SHUT_DOWN)


@course.one_notebook_a_day
def test_a_notebook_runs_in_jupyterlab_and_its_picture_outlives_the_kernel(notebook, page):
    lab.bring_forward(page, notebook.name)
    page.get_by_text(ADVICE).wait_for()
    untrusted = page.locator(f"{lab.PANEL} .jp-OutputArea")
    assert untrusted.get_by_role("slider").count() == untrusted.get_by_role("button").count() == 0
    lab.run_all(page)
    course.expect_none(course.differences(notebook, page.evaluate(lab.OUTPUTS)))
    lab.expect_whole(page, notebook)
    lab.moves(page)
    found = Axe().run(page, context={"include": [["play-picture"]]})
    assert [fault["id"] for fault in found.response["violations"]] == []
    for name, (owner, cell) in EXERCISES.items():
        if owner is notebook:
            starter, _, call = cell.source.rpartition("\n")
            wrong, right = f"{answer_name(name)} = 'no idea'", solution(name)
            for answer, expected in [("", "Not answered"), (wrong, "Not yet"), (right, "Correct")]:
                source = f"{starter}\n{answer}\n{call}"
                verdict = lab.within(page, 60, lab.RUN_CELL, [cell.id, source]).strip()
                assert verdict.splitlines()[-1].startswith(expected), f"{name}: {verdict}"

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
