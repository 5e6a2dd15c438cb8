"""The pictures to play with, as they are stored in the notebooks, for the tests and for bench.py."""

import json

import course

BEGINS, ENDS = '<script type="application/json">', "</script>"


def cell_of(notebook: course.Notebook) -> course.Cell:
    """The one cell that makes the picture to play with."""
    found = [cell for cell in notebook.code if cell.is_to_play_with]
    assert len(found) == 1, f"{notebook.name} has {len(found)} pictures to play with, expected one"
    return found[0]


def stored(notebook: course.Notebook) -> str:
    """The HTML of the picture that stands in the notebook's file."""
    (output,) = cell_of(notebook).node.outputs
    return output.data["text/html"]


def data(html: str) -> dict:
    """What the picture's script is given."""
    return json.loads(html.split(BEGINS)[1].split(ENDS)[0])
