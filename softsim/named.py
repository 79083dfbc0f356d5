"""Parts of a tissue by name: a mapping that never changes, so that it has a hash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from softsim.checks import checked_name
from softsim.errors import InputError, shown

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


def checked_parts(
    given: Any, kind: type[_Kind], *, label: str, plural: str, name: str, example: str, such: str
) -> dict[str, _Kind]:
    """Return parts of one kind by name.

    Parameters
    ----------
    given : mapping of str to part
    kind : type
    label, plural : str
        Words for one part, and for all of them.
    name : str
        A name that such a part may have.
    example, such : str
        Python that makes a part, and the end of the sentence on the mapping.

    Raises
    ------
    InputError
        What is no mapping of names to objects of that kind.
    """
    if not isinstance(given, Mapping):
        raise InputError(
            f"{plural} of the tissue is {shown(given)}; must be a mapping of names to "
            f"{kind.__name__}{such}"
        )
    article = "an" if label[0] in "aeiou" else "a"
    for own, part in given.items():
        checked_name(own, f"name of {article} {label}", name)
        if not isinstance(part, kind):
            raise InputError(
                f"{label} {shown(own)} is {shown(part)}; must be {article} {kind.__name__}, such "
                f"as {example}"
            )
    return dict(given)
