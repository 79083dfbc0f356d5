"""Settings of the documentation; `make docs` builds it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
os.environ.setdefault("MPLBACKEND", "Agg")

import softsim
from docs.generate import pages

project = "softsim"
author = copyright = "The softsim developers"
version = release = softsim.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "docs.generate.api",
    "docs.generate.executed",
    "docs.generate.mathml",
    "sphinx_copybutton",
]
exclude_patterns = ["_build", "generate", "generated/work", "notebooks/*.ipynb"]
root_doc = "index"

myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3
autodoc_typehints = "none"
autosummary_generate = False
numpydoc_show_class_members = False
copybutton_prompt_text = "$ "
copybutton_line_continuation_character = "\\"

html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_title = "softsim"
html_static_path = ["_static", "_files"]
html_css_files = ["softsim.css"]
html_show_sourcelink = False
WIDE = (
    "generated/constants",
    "generated/evidence",
    "generated/instruments",
    "generated/protocols",
    "generated/tissues",
)
ALONE = (
    "index",
    "lessons",
    "howto",
    "notebooks/*",
    "howto/*",
    "figures",
    "stores",
    "variables",
    *WIDE,
)
html_sidebars = {page: [] for page in ALONE}
html_theme_options = {
    "logo": {"text": "softsim"},
    "navigation_with_keys": False,
    "show_prev_next": False,
    "secondary_sidebar_items": {"**": ["page-toc"], **{page: [] for page in WIDE}},
    "footer_start": ["copyright"],
    "footer_end": [],
}

pages.write()  # what is made from code, data and tests
