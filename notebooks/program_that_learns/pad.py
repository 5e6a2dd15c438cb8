"""A sheet of 8 × 8 squares to draw a digit on."""

from pathlib import Path

from anywidget import AnyWidget
from traitlets import Float, List


class Pad(AnyWidget):
    """The sheet. `value` are its 64 squares, row by row, from 0 (white) to 1 (black).

    Drawing on it sets `value`, and setting `value` draws. The drawing itself is done by pad.js.
    """

    _esm = Path(__file__).parent / "pad.js"
    value = List(Float(min=0, max=1), [0.0] * 64, minlen=64, maxlen=64).tag(sync=True)
