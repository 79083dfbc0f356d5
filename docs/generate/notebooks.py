"""Pages of the notebooks: every cell of code with what it printed and what it shows."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from docs.generate import percent
from docs.generate.percent import Ran

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
MOVING = {".html", ".gif"}


def write(folder: Path, files: Path) -> None:
    """Run every notebook and write its page.

    Parameters
    ----------
    folder : Path
        Of the pages.
    files : Path
        Of files that pages show as they are (copied beside the site by Sphinx).
    """
    folder.mkdir(parents=True, exist_ok=True)
    files.mkdir(parents=True, exist_ok=True)
    for path in sorted(NOTEBOOKS.glob("*.py")):
        newest = max(path.stat().st_mtime, *(p.stat().st_mtime for p in _sources()))
        page = folder / f"{path.stem}.md"
        if not page.exists() or page.stat().st_mtime < newest:
            page.write_text(_page(path, folder, files), encoding="utf-8")


def _sources() -> list[Path]:
    """Return the files on which the output of a notebook rests."""
    return [*(ROOT / "softsim").rglob("*.py"), *(ROOT / "softsim").rglob("*.toml")]


def _page(path: Path, folder: Path, files: Path) -> str:
    """Return a page in markdown; pictures and notebooks to download are written beside it."""
    shutil.copy(path, folder / path.name)
    (folder / f"{path.stem}.ipynb").write_text(percent.for_jupyter(path), encoding="utf-8")
    work = folder / f"{path.stem}_files"
    work.mkdir(exist_ok=True)
    parts = []
    for number, ran in enumerate(percent.run(path, work)):
        parts += _shown(ran, f"{path.stem}_{number}", work, files)
    parts += [
        "---",
        f"Download {{download}}`{path.name}` or {{download}}`{path.stem}.ipynb`.",
    ]
    return "\n\n".join(parts) + "\n"


def _shown(ran: Ran, name: str, work: Path, files: Path) -> list[str]:
    """Return a cell and what it shows as markdown."""
    if ran.cell.kind == "text":
        return [ran.cell.text]
    parts = [_fence("python", ran.cell.text)]
    if ran.printed:
        parts.append(_fence("{code-block} text", ran.printed.rstrip()))
    value = ran.value
    if ran.figures:  # pyplot leaves room beside them, or cuts their labels
        pictures = [
            _picture(figure, work / f"{name}_{number}.png", bbox_inches="tight")
            for number, figure in enumerate(ran.figures)
        ]
        return parts + pictures
    if isinstance(value, (Figure, Axes)):
        return [*parts, _picture(value, work / f"{name}.png")]
    if value is None:
        return parts
    if isinstance(value, Path) and value.suffix in MOVING:
        return [*parts, _moving(work / value, files)]
    if hasattr(value, "_repr_html_"):
        html = f'<div class="shown">{value._repr_html_()}</div>'
        return [*parts, _fence("{raw} html", html)]
    return [*parts, _fence("{code-block} text", repr(value))]


def _picture(drawn: Figure | Axes, path: Path, **options: str) -> str:
    """Return a figure inside a page."""
    figure = drawn.get_figure(root=True)
    figure.savefig(path, **options)
    return f"![{_caption(figure)}]({path.parent.name}/{path.name})"


def _caption(figure: Figure) -> str:
    """Return what a figure is, for those who do not see it."""
    titles = [axes.get_title(loc=place) for axes in figure.axes for place in ("left", "center")]
    return " / ".join(" ".join(title.split()) for title in titles if title) or "Figure"


def _moving(path: Path, files: Path) -> str:
    """Return an animation inside a page."""
    shutil.copy(path, files / path.name)
    if path.suffix == ".gif":
        return f"![Animation](/{files.name}/{path.name})"
    frame = f'<iframe class="animation" src="../_static/{path.name}" title="Animation"></iframe>'
    return _fence("{raw} html", frame)


def _fence(kind: str, text: str) -> str:
    """Return text between fences longer than any inside."""
    longest = max((len(found) for found in re.findall("`+", text)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{kind}\n{text}\n{marks}"
