"""What the tests of the notebooks' figures and of the drawings in figures/ share."""

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text


def cut_off(figure: Figure) -> list[str]:
    """Text that reaches beyond the figure's edge."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    axes = [axis for panel in figure.axes for axis in (panel.xaxis, panel.yaxis)]
    on_ticks = {text for axis in axes for text in axis.get_ticklabels(which="both")}
    boxes = [
        (f"“{text.get_text()}”", text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in on_ticks
    ]
    shown = [axis.get_tightbbox(renderer) for axis in axes if axis.axes.axison]
    boxes += [("an axis with its numbers", box) for box in shown if box]
    edge = figure.bbox.padded(1)
    return [
        f"{name} reaches beyond the figure's edge"
        for name, box in boxes
        if box.x0 < edge.x0 or box.y0 < edge.y0 or box.x1 > edge.x1 or box.y1 > edge.y1
    ]
