"""Checks of what is no physical quantity: names, words to choose from, counts, sequences."""

from __future__ import annotations

import itertools
import numbers
from collections.abc import Iterable, Mapping
from typing import Any

from softsim.errors import InputError, shown, unknown_name

LONGEST_NAME = 200


def checked_name(value: object, name: str, example: str) -> str:
    """Return a name: printable text of at most 200 characters.

    Raises
    ------
    InputError
        Something else; `name` says what it is the name of, `example` what it may be.
    """
    what = f"{name} is {shown(value)}"
    if not isinstance(value, str):
        raise InputError(f"{what}; must be text such as '{example}'")
    if not value.strip() or not value.isprintable():
        raise InputError(f"{what}; must be text that can be printed, such as '{example}'")
    if len(value) > LONGEST_NAME:
        raise InputError(
            f"{what} and has {len(value)} characters; must have at most {LONGEST_NAME}, such as "
            f"'{example}'"
        )
    return str(value)


def checked_choice(value: object, name: str, choices: Iterable[str]) -> str:
    """Return one of a few words.

    Raises
    ------
    InputError
        Another word, with the nearest ones, or no text at all.
    """
    known = tuple(choices)
    if not isinstance(value, str) or value not in known:
        raise unknown_name(name, value, known)
    return str(value)


def checked_flag(value: object, name: str) -> bool:
    """Return a truth value.

    Raises
    ------
    InputError
        Anything but True and False.
    """
    if not isinstance(value, bool):
        raise InputError(f"{name} is {shown(value)}; must be true or false")
    return value


def checked_count(value: object, name: str, low: int, high: int, *, hint: str = "") -> int:
    """Return a whole number within bounds.

    Raises
    ------
    InputError
        Something else; truth values and texts are no numbers.
    """
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not whole or not low <= int(value) <= high:  # type: ignore[call-overload]
        tail = f" ({hint})" if hint else ""
        raise InputError(
            f"{name} is {shown(value)}; must be a whole number from {low} to {high}{tail}"
        )
    return int(value)  # type: ignore[call-overload,no-any-return]


def checked_items(value: Any, name: str, most: int) -> tuple[Any, ...]:
    """Return the items of a sequence, or the one item given alone.

    Raises
    ------
    InputError
        A set or a mapping, which have no order, or more items than `most`.
    """
    if isinstance(value, (set, frozenset, Mapping)):
        raise InputError(f"{name} is {shown(value)}; must be a list or tuple, which has an order")
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        return (value,)
    try:
        found = tuple(itertools.islice(value, most + 1))
    except TypeError:  # numpy's and pint's scalars say they can be iterated
        return (value,)
    if len(found) > most:
        raise InputError(f"{name} has more than {most} items; must have at most {most}")
    return found
