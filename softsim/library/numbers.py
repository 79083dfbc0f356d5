"""From a checked quantity of a TOML file to the `Source` that travels with the number."""

from __future__ import annotations

from softsim.library.schema import Quantity
from softsim.sources import Source


def quantity_source(path: str, quantity: Quantity) -> Source:
    """Return the source of a quantity; `path` names it."""
    return Source(
        name=path,
        value=quantity.value,
        unit=quantity.unit,
        low=quantity.low,
        high=quantity.high,
        basis=quantity.basis,
        cite=tuple(quantity.cite),
        conf=quantity.conf or "",
        note=quantity.note,
    )
