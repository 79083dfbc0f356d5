"""Parts of a tissue by name: a mapping that never changes, so that it has a hash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

_Kind = TypeVar("_Kind")


class Named(Mapping[str, _Kind]):
    """Parts by name, in an order of their own; never changed.

    Parameters
    ----------
    named : iterable of (str, part)
    """

    __slots__ = ("_named",)

    def __init__(self, named: Iterable[tuple[str, _Kind]] = ()) -> None:
        self._named = dict(named)

    def __getitem__(self, name: str) -> _Kind:
        try:
            return self._named[name]
        except KeyError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._named)

    def __len__(self) -> int:
        return len(self._named)

    def __hash__(self) -> int:
        return hash(tuple(self._named.items()))

    def __repr__(self) -> str:
        return repr(self._named)
