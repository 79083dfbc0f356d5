"""How figures look: three styles, colours, and figures that show themselves in a notebook.

Nothing global changes: settings hold inside `drawing` only, and figures belong to no window.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from numpy.typing import NDArray

from softsim.errors import unknown_name

BLUE, ORANGE, GREEN, RED = "#0072b2", "#e69f00", "#009e73", "#d55e00"
PURPLE, SKY, BLACK, GREY = "#7b3294", "#56b4e9", "#222222", "#7f7f7f"
LINES = (BLUE, RED, GREEN, PURPLE, ORANGE, SKY, BLACK)
"""Colours of lines that are told apart by everybody (after Okabe and Ito)."""

SEQUENTIAL, DIVERGING = "viridis", "RdBu_r"
"""Colour maps of magnitudes and of values with a sign, both safe for colour-blind readers."""

BOUNDARIES = {SEQUENTIAL: "white", DIVERGING: "0.45"}
"""Colour of lines between layers on either map."""

CAUTION = "#b33c00"
"""Colour of the words that say a result is not to be relied on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """Sizes of a figure.

    Parameters
    ----------
    font : float
        Size of text [pt].
    line : float
        Width of lines of data [pt].
    width, height : float
        Of a figure with one frame [inch].
    dpi : float
    """

    font: float
    line: float
    width: float
    height: float
    dpi: float

    @property
    def settings(self) -> dict[str, Any]:
        """Settings of matplotlib."""
        names = ("font.size", "axes.titlesize", "axes.labelsize")
        small = ("xtick.labelsize", "ytick.labelsize", "legend.fontsize")
        thin = ("axes.linewidth", "xtick.major.width", "ytick.major.width", "hatch.linewidth")
        return {
            **dict.fromkeys(names, self.font),
            **dict.fromkeys(small, 0.86 * self.font),
            **dict.fromkeys(thin, 0.4 * self.line),
            "lines.linewidth": self.line,
            "font.family": "DejaVu Sans",
            "legend.frameon": False,
            "axes.unicode_minus": True,
            "svg.fonttype": "none",
            "pdf.fonttype": 42,
        }


STYLES = {
    "paper": Style(font=7.5, line=1.2, width=3.5, height=3.3, dpi=300.0),
    "screen": Style(font=10.0, line=1.9, width=6.4, height=5.6, dpi=110.0),
    "slide": Style(font=19.0, line=3.6, width=12.0, height=6.75, dpi=110.0),
}
"""A column of a paper, a screen, and the back row of a lecture."""


class Picture(Figure):
    """A figure without a window that shows itself at the end of a notebook's cell."""

    def _repr_png_(self) -> bytes:
        return png_of(self)


class Frame(Axes):
    """Axes that show their figure at the end of a notebook's cell."""

    def _repr_png_(self) -> bytes:
        return png_of(figure_of(self))


def png_of(figure: Figure) -> bytes:
    """Return a figure as the bytes of a PNG."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png")
    return stream.getvalue()


def style_of(name: str) -> Style:
    """Return a style by name."""
    if name not in STYLES:
        raise unknown_name("style", str(name), STYLES)
    return STYLES[name]


@contextmanager
def drawing(style: str) -> Iterator[Style]:
    """Draw in a style: settings hold inside only.

    Parameters
    ----------
    style : {"paper", "screen", "slide"}
    """
    chosen = style_of(style)
    with mpl.rc_context(cast("Any", chosen.settings)):
        yield chosen


def new_figure(style: Style, *, width: float = 1.0, height: float = 1.0) -> Picture:
    """Return an empty figure, its size in frames of the style."""
    size = (width * style.width, height * style.height)
    return Picture(figsize=size, dpi=style.dpi, layout="constrained")


@contextmanager
def framed(
    axes: Axes | None, style: str, *, width: float = 1.0, height: float = 1.0
) -> Iterator[Axes]:
    """Draw in a style on the axes given, or on those of a new figure."""
    with drawing(style) as chosen:
        if axes is None:
            figure = new_figure(chosen, width=width, height=height)
            axes = figure.add_subplot(axes_class=Frame)
        yield axes


def figure_of(axes: Axes) -> Figure:
    """Return the figure that axes are in."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure


def inches_of(axes: Axes) -> tuple[float, float]:
    """Return width and height of axes [inch]."""
    box, size = axes.get_position(), figure_of(axes).get_size_inches()
    return float(box.width * size[0]), float(box.height * size[1])


def steel(outline: NDArray[np.float64], *, edge: float = 0.5, zorder: float) -> Polygon:
    """Return a tool.

    Parameters
    ----------
    outline : ndarray, shape (n_points, 2)
        In the unit of the axes.
    edge : float
        Width of the outline, in lines of data.
    zorder : float
        In the stack of what is drawn.
    """
    look: dict[str, Any] = {"facecolor": "#b8bec4", "edgecolor": "#3c4247"}
    return Polygon(outline, linewidth=edge * line_width(), zorder=zorder, **look)


def line_width() -> float:
    """Return the width of lines of data in the style that is being drawn [pt]."""
    return float(mpl.rcParams["lines.linewidth"])


def text_size(factor: float = 1.0) -> float:
    """Return the size of text in the style that is being drawn [pt]."""
    return factor * float(mpl.rcParams["font.size"])
