"""Interfaces of layers that glide on each other, held by a spring and a dashpot per area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from softsim.checks import checked_name
from softsim.errors import InputError, shown, unknown_name
from softsim.materials import Prony
from softsim.named import Named, checked_parts
from softsim.plausible import usual_si
from softsim.provenance import attached
from softsim.sources import Source
from softsim.units import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    r"""A boundary of two layers that glides; its two sides neither part nor overlap.

    After construction every number is an SI float.

    Parameters
    ----------
    stiffness : float or str
        Tangential spring per area, the instantaneous one [Pa/m]; 0 glides freely.
    viscosity : float or str
        Dashpot per area beside the spring [Pa s/m].
    prony : Prony, optional
        How the spring relaxes.
    under : str, optional
        Name of the layer above; needed where no layer has the name of the interface.
    sources : tuple of Source
        Evidence of the numbers; one that speaks for another number than the interface has is
        dropped.

    Notes
    -----
    :math:`\tau(t) = \int k(t - t') \, \dot s \, dt' + c \, \dot s` for a slip :math:`s` of the
    tissue below against that above, along the boundary.

    Examples
    --------
    >>> Interface(stiffness="8 MPa/m", viscosity="5 kPa*s/m").viscosity
    5000.0
    """

    stiffness: Quantity
    viscosity: Quantity = 0.0
    prony: Prony | None = None
    under: str | None = None
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        for name, example in (("stiffness", "8 MPa/m"), ("viscosity", "5 kPa*s/m")):
            value = usual_si(
                getattr(self, name),
                f"interface.{name}",
                f"{name} of the interface",
                low=0.0,
                cure=f"it is per area; write e.g. '{example}'",
            )
            set_(self, name, value)
        if self.prony is not None and not isinstance(self.prony, Prony):
            raise InputError(
                f"prony of the interface is {shown(self.prony)}; must be a Prony, such as "
                "Prony(g=0.4, tau='1 s')"
            )
        if self.prony is not None and self.stiffness == 0.0:
            raise InputError(
                "stiffness of the interface is 0 and it has a prony, with no spring to relax; "
                "leave prony out, or give a stiffness"
            )
        if self.under is not None:
            checked_name(self.under, "under of the interface", "fat_superficial")
        set_(self, "sources", attached(self, self.sources))

    @property
    def long_term(self) -> float:
        """Stiffness that never relaxes [Pa/m]."""
        return self.instantaneous * (self.prony.g_inf if self.prony else 1.0)

    @property
    def instantaneous(self) -> float:
        """Stiffness under a sudden slip [Pa/m]."""
        return float(self.stiffness) * (self.prony.instantaneous_factor if self.prony else 1.0)


class Interfaces(Named[Interface]):
    """The interfaces of a tissue by name, from the skin down."""

    __slots__ = ()


def checked_interfaces(given: Any) -> dict[str, Interface]:
    """Return interfaces by name.

    Raises
    ------
    InputError
        What is no mapping of names to objects of Interface.
    """
    example = "Interface(stiffness='8 MPa/m')"
    return checked_parts(
        given,
        Interface,
        label="interface",
        plural="interfaces",
        name="loose_connective",
        example=example,
        such=f", such as {{'loose_connective': {example}}}",
    )


def laid(
    interfaces: Mapping[str, Interface], names: list[str], base: str
) -> tuple[Interfaces, list[int]]:
    """Lay interfaces among the layers of a tissue.

    Parameters
    ----------
    interfaces : mapping of str to Interface
    names : list of str
        Of the layers, from the skin down.
    base : {"rigid", "half_space"}

    Returns
    -------
    interfaces : Interfaces
        From the skin down, each with the layer it is under.
    kept : list of int
        Places of the layers that no interface replaces.

    Raises
    ------
    InputError
        An interface that has no layer above it, or no place of its own.
    """
    kept = [place for place, name in enumerate(names) if name not in interfaces]
    left = [names[place] for place in kept]
    if not left:
        raise InputError("interfaces replace every layer of the tissue; leave one layer at least")
    found: dict[str, tuple[str, Interface]] = {}
    for name, interface in interfaces.items():
        above = _above(name, interface, names, left)
        if above in found:
            raise InputError(
                f"interfaces {shown(found[above][0])} and {shown(name)} both lie under layer "
                f"{shown(above)}; give one of them"
            )
        if above == left[-1] and base == "half_space":
            raise InputError(
                f"interface {shown(name)} lies under layer {shown(above)}, which has no bottom; "
                f"put it under another layer, or give the tissue base='rigid'"
            )
        found[above] = (name, replace(interface, under=above))
    return Interfaces(found[layer] for layer in left if layer in found), kept


def _above(name: str, interface: Interface, names: list[str], left: list[str]) -> str:
    """Return the layer that an interface is under."""
    if name not in names:
        if interface.under is None:
            raise unknown_name("layer", name, names)
        if interface.under not in left:
            raise unknown_name(f"layer above interface {shown(name)}", interface.under, left)
        return interface.under
    higher = [layer for layer in names[: names.index(name)] if layer in left]
    if not higher:
        raise InputError(
            f"interface {shown(name)} replaces the first layer and has none above it; "
            "leave it out, or put a layer on top"
        )
    if interface.under not in (None, higher[-1]):
        raise InputError(
            f"under of interface {shown(name)} is {shown(interface.under)}, but it replaces the "
            f"layer of its name, under {shown(higher[-1])}; leave under out, or rename it"
        )
    return higher[-1]
