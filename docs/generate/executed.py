"""Pages whose blocks of Python show what they show: pictures and numbers in how-to pages."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from docs.generate.blocks import FENCE, Block, blocks, file_of
from docs.generate.notebooks import folder_of
from docs.generate.percent import Cell, Session
from docs.generate.shown import DOCS, shown

LEFT = DOCS / "notebooks" / "first_stroke_files" / "stroke.nc"
"""What the first stroke leaves; pages open it."""


def setup(app: Any) -> dict[str, bool]:
    """Run the pages of `docs/howto` and that of the figures when Sphinx reads them."""
    app.connect("source-read", _read)
    return {"parallel_read_safe": True}


def _read(_app: Any, name: str, source: list[str]) -> None:
    if name == "figures" or name.startswith("howto/"):
        source[0] = with_outputs(DOCS / f"{name}.md", source[0])


def with_outputs(path: Path, text: str) -> str:
    """Return a page with what each block of Python shows behind it."""
    folder = folder_of(path.stem, DOCS / "generated" / "work")
    shutil.copy(LEFT, folder)
    session = Session(path, folder, {})
    parts, end = [], 0
    for number, (found, block) in enumerate(zip(FENCE.finditer(text), blocks(path), strict=True)):
        parts += [
            text[end : found.end()],
            *_outputs(block, session, f"{path.stem}_{number}", folder),
        ]
        end = found.end()
    return "\n\n".join([*parts, text[end:]])


def _outputs(block: Block, session: Session, name: str, folder: Path) -> list[str]:
    """Return what a block shows; a file of TOML is written."""
    if block.language == "toml":
        (folder / file_of(block)).write_text(block.text, encoding="utf-8")
    if block.language != "python":
        return []
    (ran,) = session.run([Cell(kind="code", text=block.text, line=block.line)])
    return shown(ran, name, folder)
