"""The exercises of the notebooks: their cells, what their answers are called, their solutions."""

import re

import course

EXERCISES = {
    f"{notebook.name[:2]} {cell.id}": (notebook, cell)
    for notebook in course.notebooks()
    for cell in notebook.code
    if re.fullmatch(r"exercise-\d", cell.id)
}


def answer_name(name: str) -> str:
    """What the answer is called: a variable that is None at first, or a function."""
    found = re.search(r"^(answer_\d) = None|^def (\w+)", EXERCISES[name][1].source, re.MULTILINE)
    return found[1] or found[2]


def solution(name: str) -> str:
    """The code of the solution that is folded away below the question."""
    notebook, cell = EXERCISES[name]
    text = notebook.cells[cell.position - 2].source
    return re.search(r"<summary>Solution</summary>\n\n```python\n(.*?)\n```", text, re.DOTALL)[1]
