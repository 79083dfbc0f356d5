"""Scripts, styles and colours of the pages, read from files beside this module."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

FILES = Path(__file__).resolve().parent / "files"
SHADES = 64
"""Colours of a field."""


@cache
def text_of(name: str) -> str:
    """Return the text of a file of the page."""
    return (FILES / name).read_text(encoding="utf-8")


def live_script() -> str:
    """Return the module of JavaScript that makes the live page, its styles inside."""
    style = f"const STYLE = {json.dumps(text_of('page.css'))};\n"
    return style + text_of("draw.js") + text_of("live.js")


@cache
def colours() -> list[list[int]]:
    """Return the colours of a field from small to large: ever darker, also without colour.

    Returns
    -------
    list of [int, int, int]
        Red, green and blue, 0 to 255.
    """
    from matplotlib import colormaps

    from softsim.viz import _backend  # noqa: F401  comes before other imports of matplotlib

    shades = colormaps["YlGnBu"].resampled(SHADES)
    return [[round(255.0 * part) for part in shades(k)[:3]] for k in range(SHADES)]
