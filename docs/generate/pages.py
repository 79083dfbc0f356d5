"""Everything of the documentation that is made from code, data and tests."""

from __future__ import annotations

from pathlib import Path

from docs.generate import api, constants, evidence, laws, library, notebooks

DOCS = Path(__file__).resolve().parents[1]


def write() -> None:
    """Write all pages that are made."""
    api.write(DOCS / "api")
    laws.write(DOCS / "generated" / "laws.md")
    constants.write(DOCS / "generated" / "constants.md")
    evidence.write(DOCS / "generated" / "evidence.md")
    library.write(DOCS / "generated")
    notebooks.write(DOCS / "notebooks")
