"""What cells show, as markdown: what they print, figures, tables, animations."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from docs.generate.percent import Ran

DOCS = Path(__file__).resolve().parents[1]
PICTURES = DOCS / "generated" / "pictures"
FILES = DOCS / "_files"
"""Animations, which the site keeps as they are."""

MOVING = {".html", ".gif"}


def shown(ran: Ran, name: str, folder: Path) -> list[str]:
    """Return what a cell shows.

    Parameters
    ----------
    ran : Ran
    name : str
        Of its pictures.
    folder : Path
        Where it ran.

    Returns
    -------
    list of str
        Paragraphs of markdown.
    """
    parts = [fence("{code-block} text", ran.printed.rstrip())] if ran.printed else []
    value = ran.value
    if ran.figures:  # pyplot leaves room beside them, or cuts their labels
        pictures = [
            _picture(figure, f"{name}_{number}", bbox_inches="tight")
            for number, figure in enumerate(ran.figures)
        ]
        return parts + pictures
    if isinstance(value, list) and value and isinstance(value[0], Axes):
        value = value[0]
    if isinstance(value, (Figure, Axes)):
        return [*parts, _picture(value, name)]
    if isinstance(value, Path) and value.suffix in MOVING:
        return [*parts, _moving(folder / value, name)]
    if value is None or isinstance(value, int):  # the length of a text that was written
        return parts
    if hasattr(value, "_repr_html_"):
        html = f'<div class="shown">{value._repr_html_()}</div>'
        return [*parts, fence("{raw} html", html)]
    return [*parts, fence("{code-block} text", repr(value))]


def _picture(drawn: Figure | Axes, name: str, **options: str) -> str:
    """Return a figure inside a page."""
    figure = drawn.get_figure(root=True)
    PICTURES.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURES / f"{name}.png", **options)
    return f"![{_caption(figure)}](/{PICTURES.relative_to(DOCS).as_posix()}/{name}.png)"


def _caption(figure: Figure) -> str:
    """Return what a figure is, for those who do not see it."""
    titles = [axes.get_title(loc=place) for axes in figure.axes for place in ("left", "center")]
    return " / ".join(" ".join(title.split()) for title in titles if title) or "Figure"


def _moving(path: Path, name: str) -> str:
    """Return an animation inside a page."""
    FILES.mkdir(exist_ok=True)
    kept = f"{name}{path.suffix}"
    shutil.copy(path, FILES / kept)
    if path.suffix == ".gif":
        return f"![Animation](/{FILES.name}/{kept})"
    frame = f'<iframe class="animation" src="../_static/{kept}" title="Animation"></iframe>'
    return fence("{raw} html", frame)


def fence(kind: str, text: str) -> str:
    """Return text between fences longer than any inside."""
    longest = max((len(found) for found in re.findall("`+", text)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{kind}\n{text}\n{marks}"
