"""Every cell gives the same output when it is run twice: readers run cells again and again.

Each notebook is run in a new kernel, every code cell twice in a row. The text outputs of both runs
are the stored ones. The pictures of both runs are the same to the byte.
"""

import copy

import course
import refresh


def doubled(notebook: course.Notebook) -> course.Notebook:
    """The notebook with every code cell followed by its twin, run and cleaned."""
    twins = []
    for cell in notebook.code:
        again = copy.deepcopy(cell.node)
        again.id = f"{cell.id[:58]}-again"
        twins += [cell.node, again]
    return course.Notebook(
        notebook.name, refresh.clean(refresh.execute(course.sample(*twins).node))
    )


def changes(notebook: course.Notebook, ran: course.Notebook) -> list[str]:
    """What the first or the second run of a cell gave other than before."""
    problems = []
    for stored, first, second in zip(notebook.code, ran.code[::2], ran.code[1::2], strict=True):
        for run, number in [(first, "first"), (second, "second")]:
            if run.texts != stored.texts:
                problems.append(
                    f"{stored.where}: the {number} of two runs in a row gives the text\n"
                    f"    {run.texts}\n  where the file stores\n    {stored.texts}\n"
                    "  let the cell set up what it changes, or run `make refresh`"
                )
            if len(run.pictures) != len(stored.pictures):
                problems.append(
                    f"{stored.where}: the {number} of two runs in a row shows {len(run.pictures)} "
                    f"pictures, the file stores {len(stored.pictures)}"
                )
        if [out.data for out in first.pictures] != [out.data for out in second.pictures]:
            problems.append(
                f"{stored.where}: the second of two runs in a row draws another picture: "
                "let the cell set up (or seed) what it draws"
            )
    return problems


@course.each_notebook
def test_running_every_cell_twice_changes_nothing(notebook):
    ran = doubled(notebook)
    assert notebook.code and len(ran.code) == 2 * len(notebook.code)
    course.expect_none(changes(notebook, ran))


def test_cells_that_change_when_run_again_are_found():
    plot = "import matplotlib.pyplot as plt, random\nplt.plot([0, random.random()])\nplt.show()"
    sample = course.sample(
        course.code("x = 0", id="zero"),
        course.code("x += 1\nprint(x)", course.printed("1\n"), id="grows"),
        course.code("print('new')", course.printed("old\n"), id="stale"),
        course.code(plot, id="random"),
    )
    ran = doubled(sample)
    sample.node.cells[3].outputs = ran.code[6].node.outputs
    problems = changes(sample, ran)
    assert [
        "grows" in problems[0],
        *("stale" in problem for problem in problems[1:3]),
        "random" in problems[3],
    ] == [True] * 4
    assert len(problems) == 4, problems
