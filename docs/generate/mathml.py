"""Formulas as MathML, which browsers draw by themselves: no script, nothing from the network."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml

SPELLINGS = (
    (r"\\(bar|hat)\s*(\\[a-z]+|[A-Za-z])", r"{\\\1 \2{}}"),  # an index beside, not below
    (r"\\ln\b", r"\\ln\\,"),
)
"""What the converter of docutils sets better when it is spelled another way."""


def setup(app: Any) -> dict[str, bool]:
    """Give Sphinx the renderer ``mathml``."""
    app.add_html_math_renderer(
        "mathml", inline_renderers=(_inline, None), block_renderers=(_block, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _converted(tex: str, *, as_block: bool) -> str:
    for pattern, spelling in SPELLINGS:
        tex = re.sub(pattern, spelling, tex)
    return str(tex2mathml(tex, as_block=as_block))


def _inline(translator: Any, node: nodes.math) -> None:
    translator.body.append(_converted(node.astext(), as_block=False))
    raise nodes.SkipNode


def _block(translator: Any, node: nodes.math_block) -> None:
    formula = _converted(node.astext(), as_block=True)
    translator.body.append(f'<div class="formula">{formula}</div>')
    raise nodes.SkipNode
