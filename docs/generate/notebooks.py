"""Pages of the notebooks: every cell of code with what it printed and what it shows."""

from __future__ import annotations

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
        parts.append(_fence("text", ran.printed.rstrip(), "{code-block}"))
    value = ran.value
    if isinstance(value, (Figure, Axes)):
        figure = value if isinstance(value, Figure) else value.get_figure(root=True)
        figure.savefig(work / f"{name}.png")
        parts.append(f"![{_caption(figure)}]({work.name}/{name}.png)")
    elif isinstance(value, Path) and value.suffix in MOVING:
        parts.append(_moving(work / value, files))
    elif value is not None and hasattr(value, "_repr_html_"):
        parts.append(_fence("html", f'<div class="shown">{value._repr_html_()}</div>', "{raw}"))
    elif value is not None:
        parts.append(_fence("text", repr(value), "{code-block}"))
    return parts


def _caption(figure: Figure) -> str:
    """Return what a figure is, for those who do not see it."""
    titles = [axes.get_title(loc=place) for axes in figure.axes for place in ("left", "center")]
    return " / ".join(" ".join(title.split()) for title in titles if title) or "Figure"


def _moving(path: Path, files: Path) -> str:
    """Return an animation inside a page."""
    shutil.copy(path, files / path.name)
    if path.suffix == ".gif":
        return f"![Animation](/{files.name}/{path.name})"
    return _fence(
        "html",
        f'<iframe class="animation" src="../{files.name}/{path.name}" title="Animation"></iframe>',
        "{raw}",
    )


def _fence(language: str, text: str, directive: str = "") -> str:
    """Return text between fences longer than any inside."""
    marks = "`" * max(3, *(len(run) + 1 for run in text.split() if set(run) == {"`"}), 3)
    return f"{marks}{directive + ' ' if directive else ''}{language}\n{text}\n{marks}"
