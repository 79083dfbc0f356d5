"""Pages of the notebooks: every cell of code with what it shows."""

from __future__ import annotations

import shutil
from pathlib import Path

from docs.generate import percent
from docs.generate.shown import fence, shown

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"


def write(folder: Path) -> None:
    """Run every notebook and write its page, where it is older than what it rests on."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(NOTEBOOKS.glob("*.py")):
        page = folder / f"{path.stem}.md"
        newest = max(file.stat().st_mtime for file in (path, *sources()))
        if not page.exists() or page.stat().st_mtime < newest:
            page.write_text(_page(path, folder), encoding="utf-8")


def sources() -> list[Path]:
    """Return the files on which what a cell shows rests."""
    return [*(ROOT / "softsim").rglob("*.py"), *(ROOT / "softsim").rglob("*.toml")]


def folder_of(name: str, folder: Path) -> Path:
    """Return an empty folder for a script to run in."""
    work = folder / f"{name}_files"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    return work


def _page(path: Path, folder: Path) -> str:
    """Return a page in markdown; notebooks to download are written beside it."""
    shutil.copy(path, folder / path.name)
    (folder / f"{path.stem}.ipynb").write_text(percent.for_jupyter(path), encoding="utf-8")
    work = folder_of(path.stem, folder)
    parts = []
    for number, ran in enumerate(percent.run(path, work)):
        if ran.cell.kind == "text":
            parts.append(ran.cell.text)
        else:
            parts += [fence("python", ran.cell.text), *shown(ran, f"{path.stem}_{number}", work)]
    parts += [
        "---",
        f"Download {{download}}`{path.name}` or {{download}}`{path.stem}.ipynb`.",
    ]
    return "\n\n".join(parts) + "\n"
