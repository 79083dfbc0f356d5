"""Error classes and the one-sentence messages that softsim raises."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable
from types import ModuleType
from typing import Any


class SoftsimError(Exception):
    """Base class of every error that softsim raises on purpose."""


class InputError(SoftsimError, ValueError):
    """A value given by the user is impossible; the message says what, value, bound and cure."""


class ConvergenceError(SoftsimError, RuntimeError):
    """A solve did not converge.

    Parameters
    ----------
    message : str
        One sentence: which case, how far it came, the residual, what to try.
    load_reached : float
        Fraction of the load (or of the stroke) that was solved, 0 to 1.
    residual : float
        Relative force residual of the last failed Newton iteration [-].
    partial : object, optional
        What was solved before the failure (a Dataset, or None).
    """

    def __init__(
        self,
        message: str,
        *,
        load_reached: float = 0.0,
        residual: float = float("nan"),
        partial: Any = None,
    ) -> None:
        super().__init__(message)
        self.load_reached = load_reached
        self.residual = residual
        self.partial = partial


def unknown_name(kind: str, name: str, choices: Iterable[str]) -> InputError:
    """Return the error for an unknown name, with the nearest known names in it."""
    known = sorted(choices)
    near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(repr(n) for n in near)}" if near else "known names"
    rest = "" if near else ": " + ", ".join(known)
    return InputError(f"{kind} '{name}' is unknown; {hint}{rest}?")


def import_optional(module: str, extra: str) -> ModuleType:
    """Import an optional dependency, or say which extra brings it.

    Raises
    ------
    InputError
        When the module is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise InputError(
            f"the package '{module}' is not installed; run: pip install 'softsim[{extra}]'"
        ) from None
