"""The exercises of the notebooks: their cells, what their answers are called, their solutions.

A blank is an exercise, too: a line that the reader writes before the next code cell shows it.
"""

import ast
import re

import course

EXERCISES = {
    f"{notebook.name[:2]} {cell.id}": (notebook, cell)
    for notebook in course.notebooks()
    for cell in notebook.code
    if re.fullmatch(r"exercise-\d|blank-[a-z-]+", cell.id)
}


def answer_name(name: str) -> str:
    """What the answer is called: a variable that is None or ... at first, or a function."""
    source = EXERCISES[name][1].source
    found = re.search(r"^(\w+) = (?:None|\.\.\.)|^def (\w+)", source, re.MULTILINE)
    return found[1] or found[2]


def solution(name: str) -> str:
    """The code of the solution: folded away below the question, or of a blank the next code cell,
    whose last assignment is the answer."""
    notebook, cell = EXERCISES[name]
    if cell.id.startswith("blank-"):
        after = notebook.code[[one.id for one in notebook.code].index(cell.id) + 1]
        lines = [node for node in after.tree.body if isinstance(node, ast.Assign)]
        return f"{after.python}\n{answer_name(name)} = {ast.unparse(lines[-1].targets[0])}"
    text = notebook.cells[cell.position - 2].source
    return re.search(r"<summary>Solution</summary>\n\n```python\n(.*?)\n```", text, re.DOTALL)[1]
