"""Adhesions: patches of an interface that bonds bridge until they break for good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from softsim.checks import checked_name
from softsim.errors import InputError, shown, unknown_name
from softsim.interface import Interface
from softsim.named import Named, checked_parts
from softsim.plausible import usual_si
from softsim.provenance import attached
from softsim.sources import Source
from softsim.units import Quantity, to_si

_EXAMPLES = {
    "length": "10 mm",
    "stiffness": "300 MPa/m",
    "strength": "60 kPa",
    "fracture_energy": "180 J/m^2",
    "opening_strength": "60 kPa",
    "opening_energy": "180 J/m^2",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Adhesion:
    r"""A patch of an interface that bonds hold, as wide as the section is across.

    After construction every number is an SI float.

    Parameters
    ----------
    interface : str
        Name of the interface.
    start : float or str
        Where the patch begins, as a place `along` before loading: 0 is where the tool first
        stands [m].
    length : float or str
        From there towards +along [m].
    bonded_fraction : float
        Share of its area that is bonded [-].
    stiffness : float or str
        Of whole bonds per bonded area [Pa/m].
    strength : float or str
        Largest shear traction of bonds, per bonded area [Pa].
    fracture_energy : float or str
        Spent to break bonds in shear, per bonded area [J/m^2].
    opening_strength, opening_energy : float or str, optional
        The same under a pull across the interface [Pa], [J/m^2]; by default those in shear.
    mode_exponent : float
        Of Benzeggagh and Kenane, between pull and shear [-]; counts where these differ.
    lag : float or str
        Time by which damage lags behind the law [s]: rupture that snaps takes that long, so that
        steps in time can follow it.  0 breaks at once.
    sources : tuple of Source
        Evidence of the numbers; one that speaks for another number than the adhesion has is
        dropped.

    Notes
    -----
    Traction :math:`(1 - D) K \delta` of a slip or opening :math:`\delta`.  Damage :math:`D` begins
    where the traction reaches the strength, lets it fall on a straight line to zero at
    :math:`\delta_f = 2 G_c / \tau_m`, and never heals.  Bonds lie beside the tissue of the
    interface, whose spring and dashpot hold on over the whole patch.  Sides of an interface do
    not part: a pull :math:`t` across it strains bonds by :math:`t / K`, which shares in their
    damage.

    References
    ----------
    .. [1] M. L. Benzeggagh, M. Kenane, Compos. Sci. Technol. 56 (1996) 439-449.
    .. [2] A. Turon, P. P. Camanho, J. Costa, C. G. Davila, Mech. Mater. 38 (2006) 1072-1089.

    Examples
    --------
    >>> patch = Adhesion(
    ...     interface="loose_connective", start="5 mm", length="10 mm", stiffness="300 MPa/m",
    ...     strength="60 kPa", fracture_energy="180 J/m^2",
    ... )
    >>> patch.final_opening
    0.006
    """

    interface: str
    start: Quantity
    length: Quantity
    stiffness: Quantity
    strength: Quantity
    fracture_energy: Quantity
    bonded_fraction: Quantity = 1.0
    opening_strength: Quantity | None = None
    opening_energy: Quantity | None = None
    mode_exponent: float = 2.0
    lag: Quantity = 0.0
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        checked_name(self.interface, "interface of the adhesion", "loose_connective")
        set_ = object.__setattr__
        set_(self, "start", to_si(self.start, "m", "start of the adhesion", low=-1.0, high=1.0))
        for name, example in _EXAMPLES.items():
            given = getattr(self, name)
            if given is None and name.startswith("opening"):
                continue
            bounds: dict[str, Any] = {"low": 0.0, "open_low": True, "cure": f"e.g. '{example}'"}
            set_(self, name, usual_si(given, f"adhesion.{name}", _called(name), **bounds))
        share = to_si(
            self.bonded_fraction, "1", _called("bonded_fraction"), low=0.0, open_low=True, high=1.0
        )
        set_(self, "bonded_fraction", share)
        exponent = to_si(self.mode_exponent, "1", _called("mode_exponent"), low=0.5, high=10.0)
        set_(self, "mode_exponent", exponent)
        set_(self, "lag", usual_si(self.lag, "adhesion.lag", _called("lag"), low=0.0))
        for strength, energy, way in self.modes:
            least = 0.5 * strength**2 / energy
            if self.stiffness <= least:  # type: ignore[operator]
                raise InputError(
                    f"stiffness of the adhesion is {self.stiffness:g} Pa/m; must be above "
                    f"strength^2/(2 fracture energy) = {least:.3g} Pa/m under {way}, or bonds hold "
                    "more energy than breaking them spends (raise it, or lower the strength)"
                )
        set_(self, "sources", attached(self, self.sources))

    @property
    def modes(self) -> tuple[tuple[float, float, str], tuple[float, float, str]]:
        """Strength [Pa] and fracture energy [J/m^2] in shear and under a pull, with its name."""
        strength, energy = float(self.strength), float(self.fracture_energy)
        pull = strength if self.opening_strength is None else float(self.opening_strength)
        spent = energy if self.opening_energy is None else float(self.opening_energy)
        return (strength, energy, "shear"), (pull, spent, "a pull")

    @property
    def final_opening(self) -> float:
        """Slip at which nothing is left of bonds in shear [m]."""
        return 2.0 * float(self.fracture_energy) / float(self.strength)

    @property
    def end(self) -> float:
        """Where the patch ends along [m]."""
        return float(self.start) + float(self.length)


class Adhesions(Named[Adhesion]):
    """The adhesions of a tissue by name."""

    __slots__ = ()


def _called(name: str) -> str:
    """Return what a number is called in messages."""
    return f"{name} of the adhesion"


def checked_adhesions(
    given: Any, interfaces: Mapping[str, Interface], taken: Iterable[str]
) -> Adhesions:
    """Return adhesions by name, each on an interface and on none another one has.

    Parameters
    ----------
    given : mapping of str to Adhesion
    interfaces : mapping of str to Interface
    taken : iterable of str
        Names that layers, interfaces and regions have.

    Raises
    ------
    InputError
        What is no such mapping, has a name that is taken, no interface, or lies on another.
    """
    patches = checked_parts(
        given,
        Adhesion,
        label="adhesion",
        plural="adhesions",
        name="scar_bridge",
        example="load_adhesion(interface='loose_connective', start='5 mm', length='10 mm')",
        such="",
    )
    used = set(taken)
    for name, patch in patches.items():
        if name in used:
            raise InputError(f"adhesion {shown(name)} has the name of another part; rename it")
        if not interfaces:
            raise InputError(
                f"adhesion {shown(name)} lies on interface {shown(patch.interface)}, but the "
                "tissue has no interfaces; give it interfaces={...}"
            )
        if patch.interface not in interfaces:
            raise unknown_name(
                f"interface of adhesion {shown(name)}", patch.interface, tuple(interfaces)
            )
    _refuse_overlap(patches)
    return Adhesions(patches.items())


def _refuse_overlap(adhesions: Mapping[str, Adhesion]) -> None:
    """Refuse two patches of one interface that lie on each other."""
    ordered = sorted(adhesions.items(), key=lambda row: (row[1].interface, float(row[1].start)))
    for (name, patch), (other, later) in pairwise(ordered):
        if patch.interface == later.interface and float(later.start) < patch.end - 1e-12:
            raise InputError(
                f"adhesions {shown(name)} and {shown(other)} lie on each other on interface "
                f"{shown(patch.interface)}: one ends at {patch.end:g} m, the other starts at "
                f"{later.start:g} m; shorten or move one"
            )
