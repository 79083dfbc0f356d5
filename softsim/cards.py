"""Cards of HTML that show a tissue, an edge or a problem at the end of a notebook's cell.

Plain text and inline SVG: no style sheet, no script, nothing from the network.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise

from softsim.colours import layer_colour
from softsim.outline import Arc, Segment
from softsim.provenance import evidence_summary
from softsim.sources import Source

_CARD = (
    "display:inline-block;border:1px solid #ccc;border-radius:6px;padding:8px 12px;margin:2px;"
    "font-family:sans-serif;font-size:13px;color:#222;background:#fff;vertical-align:top;"
    "max-width:46em"
)
_CELL = "padding:1px 8px 1px 0;text-align:left;border:none;color:#222;background:none"
_HEIGHT, _WIDTH = 240.0, 150.0  # of the column of layers [px]
_LINE = 17.0  # least distance of two names [px]
_TOP = 7.0  # highest place of a name, whole in the picture [px]
_EDGE_HEIGHT = 170.0  # of the drawing of an edge [px]
_SHOWN = 1.6  # thicknesses of the body that a drawing reaches above the nose


def card(title: str, *parts: str) -> str:
    """Return a card with a title.

    Parameters
    ----------
    title : str
        Plain text.
    *parts : str
        HTML.
    """
    return f'<div style="{_CARD}"><b>{escape(title)}</b><br>{"".join(parts)}</div>'


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Return names and values as a table."""
    lines = [
        f'<tr style="background:none"><td style="{_CELL}">{escape(name)}</td>'
        f'<td style="{_CELL}">{escape(value)}</td></tr>'
        for name, value in rows
    ]
    return f'<table style="border:none;margin:4px 0">{"".join(lines)}</table>'


def layers_drawing(layers: Sequence[tuple[str, float, str]], floor: str) -> str:
    """Return layers as bands, every one named however thin it is.

    Parameters
    ----------
    layers : sequence of (str, float, str)
        Name, thickness [m] and a note, from the skin down; without thickness, a boundary that
        glides.
    floor : str
        What is under them.

    Notes
    -----
    Heights follow the square root of depth, as in the figures.
    """
    depths = [0.0]
    for _, thickness, _ in layers:
        depths.append(depths[-1] + thickness)
    places = [_HEIGHT * math.sqrt(depth / depths[-1]) for depth in depths]
    wanted = [0.5 * (low + high) for low, high in pairwise(places)]
    parts = []
    text = _TOP - _LINE
    for (name, thickness, note), (top, bottom), middle in zip(
        layers, pairwise(places), wanted, strict=True
    ):
        text = max(middle, text + _LINE)
        colour, label = layer_colour(name), escape(name.replace("_", " "))
        size = f"{1e3 * thickness:.3g} mm" if thickness > 0.0 else "glides"
        parts.append(
            f'<rect x="0" y="{top:.2f}" width="{_WIDTH:g}" height="{bottom - top:.2f}" '
            f'fill="{colour}"><title>{label}: {escape(note)}</title></rect>'
            f'<path d="M{_WIDTH:g} {middle:.2f}L{_WIDTH + 18:g} {text:.2f}h6" fill="none" '
            'stroke="#999"/>'
            f'<text x="{_WIDTH + 28:g}" y="{text + 4:.2f}" font-size="12" fill="#222">{label}, '
            f"{size}</text>"
        )
    height = max(_HEIGHT, text + 8.0)
    parts.append(
        f'<text x="0" y="{height + 14:.0f}" font-size="11" fill="#666">{escape(floor)}</text>'
    )
    return _svg(_WIDTH + 210.0, height + 20.0, "".join(parts))


def edge_drawing(section: Sequence[Segment | Arc], thickness: float) -> str:
    """Return the outline of an edge, upright and to scale, with a bar of its size.

    Parameters
    ----------
    section : sequence of Segment and Arc
        From `Edge.section`.
    thickness : float
        Of the body [m].
    """
    nose = min(piece.lowest for piece in section)
    top = nose + _SHOWN * thickness
    scale = _EDGE_HEIGHT / (top - nose)
    sides = [y for piece in section for _, y in piece.ends]
    middle = 0.5 * (min(sides) + max(sides))
    width = scale * (max(sides) - min(sides)) + 40.0

    def place(s: float, y: float) -> str:
        across, down = 0.5 * width + scale * (y - middle), _EDGE_HEIGHT + 4.0 - scale * (s - nose)
        return f"{across:.2f} {down:.2f}"

    steps: list[str] = []
    for piece in section:
        first, last = piece.ends
        steps.append(f"{'M' if not steps else 'L'}{place(*first)}")
        if isinstance(piece, Arc):
            radius, large = scale * piece.radius, int(abs(piece.last - piece.first) > math.pi)
            steps.append(f"A{radius:.2f} {radius:.2f} 0 {large} 1 {place(*last)}")
        else:
            steps.append(f"L{place(*last)}")
    bar = _bar(thickness)
    length, foot = scale * bar, _EDGE_HEIGHT + 16.0
    start = 0.5 * (width - length)
    drawing = (  # the inner svg cuts the body off
        f'<svg width="{width:.0f}" height="{_EDGE_HEIGHT + 8:g}"><path d="{"".join(steps)}" '
        'fill="#b8bec4" stroke="#3c4247" stroke-width="1.2"/></svg>'
        f'<path d="M{start:.1f} {foot:g}h{length:.1f}" stroke="#222" stroke-width="2"/>'
        f'<text x="{0.5 * width:.1f}" y="{foot + 14:g}" font-size="11" text-anchor="middle" '
        f'fill="#222">{1e3 * bar:g} mm</text>'
    )
    return _svg(width, foot + 20.0, drawing)


def _bar(size: float) -> float:
    """Return a round length of at most a size: 1, 2 or 5 times a power of ten [m]."""
    power = 10.0 ** math.floor(math.log10(size))
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= size * (1.0 + 1e-9))


def _svg(width: float, height: float, inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'font-family="sans-serif" style="display:block;margin:6px 0">{inside}</svg>'
    )


def sources_fold(sources: Sequence[Source]) -> str:
    """Return where the numbers come from, folded under their count; nothing for no number."""
    if not sources:
        return ""
    rows = [
        (
            source.name,
            f"{source.value:g} {source.unit}".removesuffix(" 1"),
            source.spread,
            source.basis,
            ", ".join(source.cite),
        )
        for source in sources
    ]
    lines = ["".join(f'<td style="{_CELL}">{escape(text)}</td>' for text in row) for row in rows]
    cells = "".join(f'<tr style="background:none">{line}</tr>' for line in lines)
    return (
        f"<details><summary>{escape(str(evidence_summary(sources)))}"
        f'</summary><table style="border:none;font-size:11px">{cells}</table></details>'
    )
