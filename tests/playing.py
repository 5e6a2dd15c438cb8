"""The pictures to play with, made anew from their notebooks, for the tests and for bench.py."""

import course
import ipywidgets
import matplotlib.pyplot as plt
from program_that_learns import play


def cell_of(notebook: course.Notebook) -> course.Cell:
    """The one cell that makes the picture to play with."""
    found = [cell for cell in notebook.code if cell.is_to_play_with]
    assert len(found) == 1, f"{notebook.name} has {len(found)} pictures to play with, expected one"
    return found[0]


def picture(notebook: course.Notebook) -> play.Picture:
    """The picture to play with, made by the notebook's own cell, with its names and its style."""
    names = dict(course.run(notebook).after["setup"] | course.run(notebook).after["play"])
    with plt.style.context(course.STYLE):
        return eval(cell_of(notebook).source, names)


def sliders(made: play.Picture) -> list[ipywidgets.Widget]:
    """Its sliders, in the order of the page."""
    return [one for one in made.controls if hasattr(one, "options") or hasattr(one, "max")]
