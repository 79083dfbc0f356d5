"""One way to keep results: a function remembers its last answers by the values it was given."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from functools import update_wrapper
from typing import Generic, ParamSpec, TypeVar, cast

import numpy as np

P = ParamSpec("P")
R = TypeVar("R")
_ALL: list[Kept[..., object]] = []
_PLAIN = (float, int, str)


def _identity(value: object) -> Hashable:
    """Return what stands for a value: its `key`, the bytes of an array, else the value itself.

    Frozen dataclasses that do not compare by value stand for their type and fields.
    """
    if isinstance(value, _PLAIN):  # most of them; the rest is slower to tell
        return value
    if isinstance(value, np.ndarray):
        content = hashlib.sha256(value.tobytes()).digest()
        return value.shape, value.dtype.str, content
    if isinstance(value, tuple):
        return tuple(map(_identity, value))
    if is_dataclass(value) and type(value).__hash__ is object.__hash__:
        key = getattr(value, "key", None)
        if key is None:
            key = tuple(_identity(getattr(value, field.name)) for field in fields(value))
        return type(value), key
    return value


class _Key:
    """Arguments by value; a long description is hashed once."""

    __slots__ = ("_hash", "_parts")

    def __init__(self, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
        self._parts = _identity(args), _identity(tuple(kwargs.items()))
        self._hash = hash(self._parts)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._parts == other._parts


class Kept(Generic[P, R]):
    """A pure function with its most recent results; safe between threads.

    Parameters
    ----------
    function : callable
        Its arguments are numbers, text, arrays, frozen dataclasses and tuples of these.
    entries : int
        Number of results kept.
    """

    def __init__(self, function: Callable[P, R], entries: int) -> None:
        update_wrapper(self, function)
        self._function = function
        self.entries = entries
        self.hits = self.misses = 0
        self._store: OrderedDict[_Key, R] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Return the kept result of these arguments, or make and keep it."""
        key = _Key(args, kwargs)
        with self._lock:
            if key in self._store:
                self.hits += 1
                self._store.move_to_end(key)
                return self._store[key]
        value = self._function(*args, **kwargs)
        with self._lock:
            self.misses += 1
            self._store[key] = value
            while len(self._store) > self.entries:
                self._store.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forget every result and reset the counters."""
        with self._lock:
            self._store.clear()
            self.hits = self.misses = 0


def kept(*, entries: int) -> Callable[[Callable[P, R]], Kept[P, R]]:
    """Return a decorator that keeps the last results of a pure function.

    Parameters
    ----------
    entries : int
        Number of results kept; what is kept must not be written to.
    """

    def keep(function: Callable[P, R]) -> Kept[P, R]:
        made = Kept(function, entries)
        _ALL.append(cast("Kept[..., object]", made))
        return made

    return keep


def clear() -> None:
    """Forget the results of every kept function."""
    for function in _ALL:
        function.clear()
