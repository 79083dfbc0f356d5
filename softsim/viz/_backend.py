"""Matplotlib imported whatever MPLBACKEND says: figures here use none of its windows."""

from __future__ import annotations

import importlib
import os
import sys


def import_matplotlib() -> None:
    """Import matplotlib; a backend that it does not know is passed over, not an error."""
    try:
        importlib.import_module("matplotlib")
    except ValueError:
        asked = os.environ.pop("MPLBACKEND", None)
        if asked is None:
            raise
        for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
            del sys.modules[name]  # what the import left half done
        try:
            importlib.import_module("matplotlib")
        finally:
            os.environ["MPLBACKEND"] = asked


import_matplotlib()
