"""Pages of the public names, made from the modules themselves."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

MODULES = {
    "softsim": "Describe, solve, sweep",
    "softsim.viz": "Figures and animations",
    "softsim.metrics": "Metrics",
    "softsim.library": "The library",
    "softsim.sweeps": "Stores of sweeps",
}
"""Public modules and their headings."""


INITIAL = re.compile(r"^(\.\. \[\d+\] [A-Z])\. ")
"""First initial of a work cited, which would be read as the letter of a list."""


def setup(app: Any) -> dict[str, bool]:
    """Let Sphinx read works cited as they are meant."""
    app.connect("autodoc-process-docstring", _keep_initials, priority=100)  # before numpydoc
    return {"parallel_read_safe": True}


def _keep_initials(*event: Any) -> None:
    lines = event[-1]
    lines[:] = [INITIAL.sub(r"\1\\. ", line) for line in lines]


def write(folder: Path) -> None:
    """Write the index of the public names and a page for each."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.rst"):
        old.unlink()
    parts = [_heading("Public names", "=")]
    for module, title in MODULES.items():
        names = _names(module)
        listed = "\n".join(f"   {name}" for name in names)
        pages = "\n".join(f"   {module}.{name}" for name in names)
        parts += [
            _heading(f"{title}: ``{module}``", "-"),
            f".. currentmodule:: {module}",
            f".. autosummary::\n   :nosignatures:\n\n{listed}",
            f".. toctree::\n   :hidden:\n\n{pages}",
        ]
        for name in names:
            (folder / f"{module}.{name}.rst").write_text(_page(module, name), encoding="utf-8")
    (folder / "index.rst").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _names(module: str) -> list[str]:
    """Return the public names of a module that are classes or functions of its own."""
    found = importlib.import_module(module)
    public = [name for name in vars(found) if not name.startswith("_")]
    own = [
        name
        for name in getattr(found, "__all__", public)
        if inspect.isclass(thing := getattr(found, name)) or inspect.isfunction(thing)
    ]
    if not hasattr(found, "__all__"):
        own = [name for name in own if getattr(found, name).__module__ == module]
    if module != "softsim":  # what the front door has too stands there
        import softsim

        own = [name for name in own if name not in softsim.__all__]
    return sorted(own, key=str.lower)


def _page(module: str, name: str) -> str:
    """Return the page of one name."""
    kind = (
        "class" if inspect.isclass(getattr(importlib.import_module(module), name)) else "function"
    )
    lines = [f".. auto{kind}:: {name}"]
    if kind == "class":
        lines.append("   :members:")
    return (
        "\n\n".join(
            [_heading(f"{module}.{name}", "="), f".. currentmodule:: {module}", "\n".join(lines)]
        )
        + "\n"
    )


def _heading(text: str, mark: str) -> str:
    return f"{text}\n{mark * len(text)}"
