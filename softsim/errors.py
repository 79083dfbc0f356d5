"""Error classes and the one-sentence messages that softsim raises."""

from __future__ import annotations

import difflib
import re
import reprlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any


class SoftsimError(Exception):
    """Base class of every error that softsim raises on purpose."""


class InputError(SoftsimError, ValueError):
    """A value given by the user is impossible; the message says what, value, bound and cure."""


class UnknownNameError(InputError, AttributeError):
    """A name that softsim does not have, asked for as an attribute of a module or a class."""


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
        What was solved before the failure, or None: from `simulate` a Dataset of the usual schema
        whose attribute `incomplete` says how far it goes.
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

    def reworded(self, message: str) -> ConvergenceError:
        """Return the same error with another message."""
        about = {"load_reached": self.load_reached, "residual": self.residual}
        return ConvergenceError(message, partial=self.partial, **about)


class Interrupted(KeyboardInterrupt):  # it is no error
    """The user ended a solve; `partial` is what was solved before, as of a `ConvergenceError`."""

    def __init__(self, partial: Any) -> None:
        super().__init__()
        self.partial = partial


SHOWN_LENGTH = 80
"""Most characters of a user's input that a message repeats."""

_BRIEF = reprlib.Repr()
_BRIEF.maxlevel, _BRIEF.maxstring, _BRIEF.maxother = 2, SHOWN_LENGTH, SHOWN_LENGTH + 2
_GAP = " … "

LIFT = "ss.allow_unusual() lifts this bound, in a file allow_unusual = true"
"""How a bound of plausibility is lifted: the end of every message about one."""


def brief(number: float, digits: int = 2) -> str:
    """Spell a number for a message: few digits, and no power of ten for a large one.

    Examples
    --------
    >>> brief(0.1234), brief(27.6), brief(171.8), brief(50.34, 3)
    ('0.12', '28', '172', '50.3')
    """
    whole = f"{number:.0f}"
    return whole if len(whole.lstrip("-")) > digits else f"{number:.{digits}g}"


def shown(value: object) -> str:
    """Spell a value given by the user for a message: one line of at most 80 characters.

    Parameters
    ----------
    value : object
        Anything.  Text and paths come in quotes, arrays and tables with their shape, objects
        whose spelling is no help with their kind.

    Returns
    -------
    str
        Long spellings lose their middle.

    Examples
    --------
    >>> shown("2,5 N"), shown(None), shown(10**5000)
    ("'2,5 N'", 'None', 'a whole number of about 5001 digits')
    """
    from pathlib import PurePath  # slow to import, and only errors need it

    if isinstance(value, PurePath):
        value = str(value)
    if isinstance(value, (str, bytes)):
        return _shortened(_ends(value))
    if isinstance(value, int) and value.bit_length() > 200:
        return f"a whole number of about {int(value.bit_length() * 0.30103) + 1} digits"
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        return _shortened(f"{_article(value)} of shape {shape}")
    try:
        if shape == () and callable(getattr(value, "item", None)):
            value = value.item()  # type: ignore[attr-defined]  # numpy's scalars
        text = _BRIEF.repr(value)
    except Exception:  # a foreign object whose spelling fails
        return _article(value)
    plain = " ".join(text.split())
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        return _shortened(plain)
    is_help = len(plain) <= SHOWN_LENGTH and " at 0x" not in plain
    return plain if is_help else _article(value)


def as_heading(text: object, longest: int = SHOWN_LENGTH) -> str:
    r"""Return a path, a key or a name as the head of a message, as it is if short and plain.

    Examples
    --------
    >>> as_heading("own.toml"), as_heading("a\nb")
    ('own.toml', "'a\\nb'")
    """
    plain = str(text)
    if not (plain and plain.isprintable()):
        plain = shown(plain)
    if len(plain) <= longest:
        return plain
    half = (longest - len(_GAP)) // 2
    return plain[:half] + _GAP + plain[-half:]


def _ends(text: str | bytes) -> str:
    """Return the spelling of a text, of a huge one only of what may be shown."""
    if len(text) <= 2 * SHOWN_LENGTH:
        return repr(text)
    return repr(text[:SHOWN_LENGTH])[:-1] + repr(text[-SHOWN_LENGTH:]).lstrip("b")[1:]


def _shortened(text: str) -> str:
    """Return a text without its middle where it is longer than a message may repeat."""
    if len(text) <= SHOWN_LENGTH:
        return text
    half = (SHOWN_LENGTH - len(_GAP)) // 2
    return text[:half] + _GAP + text[-half:]


def _article(value: object) -> str:
    """Return the kind of a value with its article, e.g. ``"an ndarray"``."""
    kind = type(value).__name__[: SHOWN_LENGTH // 2]
    return f"{'an' if kind[:1].lower() in 'aeiou' or kind == 'ndarray' else 'a'} {kind}"


def unknown_name(kind: str, name: object, choices: Iterable[str], *, also: str = "") -> InputError:
    """Return the error for an unknown name, with the nearest known names in it.

    `also` says what is taken besides the names.
    """
    known = sorted(choices)
    text = name if isinstance(name, str) else shown(name)
    near = _nearest(text[:SHOWN_LENGTH], known)
    if not known:
        hint = "there is none to choose from."
    elif near:
        hint = f"did you mean {' or '.join(repr(n) for n in near)}?"
    else:
        hint = f"known names: {listed_names(known)}{', or ' if also else ''}{also}."
    return InputError(f"{kind} {shown(name)} is unknown; {hint}")


def _nearest(text: str, known: list[str]) -> list[str]:
    """Return the known names most like a text, whatever its capitals, blanks and hyphens."""
    plain = {re.sub(r"[\W_]+", "_", name).casefold(): name for name in known}
    wanted = re.sub(r"[\W_]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text)).casefold()
    wanted = wanted.strip("_")
    ends = [w for w in plain if wanted.endswith(f"_{w}") or (wanted and w.endswith(f"_{wanted}"))]
    if wanted in plain or len(ends) == 1:  # other capitals, or the path of the same thing
        return [plain[wanted if wanted in plain else ends[0]]]
    near = difflib.get_close_matches(wanted, list(plain), n=3, cutoff=0.4)
    return [plain[name] for name in near]


def listed_names(names: list[str]) -> str:
    """Return names for a sentence, the first ones of many."""
    end, length = 0, 0
    while end < len(names) and length + len(names[end]) <= 2 * SHOWN_LENGTH:
        length += len(names[end]) + 2
        end += 1
    rest = f" and {len(names) - end} more" if end < len(names) else ""
    return ", ".join(names[:end]) + rest


@contextmanager
def inside(place: str) -> Iterator[None]:
    """Put a file, or a path in it, in front of the message of an `InputError`."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{as_heading(place)}: {error}") from None
