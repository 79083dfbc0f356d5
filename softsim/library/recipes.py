"""How a tissue of the library becomes a material, with the evidence of every number used.

Constants in the library are instantaneous, or quasistatic (near 1 s); the latter are divided by
``prony.g_at_1s``.  The bulk modulus is ``bulk_to_shear`` times the instantaneous shear modulus.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from softsim.errors import InputError, shown, unknown_name
from softsim.library.schema import Elastic, PronyTable, Quantity, TissueTable
from softsim.materials import ExtendedMooney, FibreFamily, Material, Ogden, Prony, SplitNeoHookean
from softsim.provenance import attached, constant_unit
from softsim.sources import Basis, Source, quantity_to_si, source_from

_Axis = Literal["along", "across"]
SHEAR, EXPONENT = "material.shear_modulus", "material.exponent"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a library tissue amounts to: a material and the state it lives under."""

    material: Material
    prestretch: tuple[float, float]
    prestress: float | None
    sources: tuple[Source, ...]


@dataclass(slots=True)
class _Build:
    """One tissue on its way to a material; notes every number it hands out."""

    name: str
    table: TissueTable
    bulk_to_shear: Quantity
    fibre_angle: float
    sources: list[Source] = field(default_factory=list)

    def record(self, path: str, quantity: Quantity, *feeds: str, note: str = "") -> Source:
        """Keep and return the source of a quantity that feeds these parameters of the layer."""
        source = source_from(vars(quantity), path)
        notes = "; ".join(text for text in (source.note, note) if text)
        source = replace(source, feeds=feeds, note=notes)
        self.sources.append(source)
        return source

    def derive(
        self, name: str, value: float, *feeds: str, note: str, basis: Basis = "derived"
    ) -> float:
        """Keep the source of a constant of the fibres computed here, and return it."""
        self.sources.append(
            Source(
                name=f"tissue.{self.name}.elastic.{name}",
                value=value,
                unit=constant_unit(name),
                basis=basis,
                conf="low",
                note=note,
                feeds=feeds,
            )
        )
        return value

    def constant(self, name: str, unit: str, *feeds: str, note: str = "") -> float:
        """Return an elastic constant in SI as it stands in the table."""
        quantities = _quantities(self.table.elastic)
        path = f"tissue.{self.name}.elastic.{name}"
        if name not in quantities:
            raise InputError(
                f"{path}: missing; the model {shown(self.table.model)} needs it (a quantity "
                f"in {unit})"
            )
        return quantity_to_si(self.record(path, quantities[name], *feeds, note=note), unit)

    def modulus(self, name: str, *feeds: str) -> float:
        """Return an elastic modulus, instantaneous [Pa]."""
        ratio = self.relaxed_by_1s
        note = f"quasistatic: used divided by {ratio:g}, what is left at 1 s" if ratio < 1.0 else ""
        return self.constant(name, "Pa", *feeds, note=note) / ratio

    @property
    def relaxed_by_1s(self) -> float:
        """Factor from instantaneous constants to the constants of the table [-]."""
        elastic, prony = self.table.elastic, self.table.prony
        if elastic is None or elastic.reference == "instantaneous" or prony is None:
            return 1.0
        return prony.g_at_1s

    def bulk(self, shear_modulus: float) -> float:
        """Return the bulk modulus that belongs to an instantaneous shear modulus [Pa]."""
        source = self.record(
            "meta.bulk_to_shear",
            self.bulk_to_shear,
            "material.bulk_modulus",
            note=f"times the instantaneous shear modulus, {shear_modulus:.4g} Pa",
        )
        return quantity_to_si(source, "1") * shear_modulus

    def prony(self) -> Prony | None:
        """Return the relaxation of the tissue."""
        table: PronyTable | None = self.table.prony
        if table is None:
            return None
        arms = ", ".join(f"{g:g} at {tau:g} s" for g, tau in zip(table.g, table.tau_s, strict=True))
        self.sources.append(
            Source(
                name=f"tissue.{self.name}.prony",
                value=table.g_inf,
                unit="1",
                basis=table.basis,
                cite=tuple(table.cite),
                conf=table.conf or "",
                note=f"g_inf, with arms {arms}" + (f"; {table.note}" if table.note else ""),
                feeds=("material.prony",),
            )
        )
        return Prony(g=tuple(table.g), tau=tuple(table.tau_s))

    def split(self, shear: float, fibres: tuple[FibreFamily, ...] = ()) -> Material:
        """Return a neo-Hookean matrix of an instantaneous shear modulus [Pa], with fibres."""
        bulk, prony = self.bulk(shear), self.prony()
        return SplitNeoHookean(shear_modulus=shear, bulk_modulus=bulk, prony=prony, fibres=fibres)

    def ogden(
        self, shear: float, exponent: float, fibres: tuple[FibreFamily, ...] = ()
    ) -> Material:
        """Return an Ogden matrix of one term with fibres, its shear modulus instantaneous [Pa]."""
        terms = {"shear_modulus": (shear,), "exponent": (exponent,)}
        bulk, prony = self.bulk(shear), self.prony()
        return Ogden(**terms, bulk_modulus=bulk, prony=prony, fibres=fibres)

    @property
    def is_oblique(self) -> bool:
        """Whether the stroke runs neither along nor across the limb."""
        return min(abs(math.sin(self.fibre_angle)), abs(math.cos(self.fibre_angle))) >= 1.0e-12

    def feeds(self, constant: str, *axes: _Axis) -> tuple[str, ...]:
        """Return the paths of a constant of the fibres, families along before those across.

        The angle goes with k1: where fibres run is known of the tissue, how the stroke lies to
        them is not a number of it.
        """
        names = (constant, "angle") if constant == "k1" else (constant,)
        count = 2 if self.is_oblique else 1
        return tuple(
            f"material.fibres[{i}].{name}"
            for axis in axes
            for i in range(count if axis == "across" else 0, count * (1 + (axis == "across")))
            for name in names
        )

    def family(self, k1: float, k2: float, axis: _Axis) -> tuple[FibreFamily, ...]:
        """Return fibres along or across the limb's long axis, seen from the stroke.

        Fibres oblique to the stroke are shared between the two mirror images, so that the plane
        section stays plane.
        """
        angle = self.fibre_angle + (0.0 if axis == "along" else 0.5 * math.pi)
        if not self.is_oblique:
            right_angle = 0.0 if abs(math.sin(angle)) < 0.5 else 0.5 * math.pi
            return (FibreFamily(k1=k1, k2=k2, angle=right_angle),)
        return tuple(FibreFamily(k1=0.5 * k1, k2=k2, angle=turn) for turn in (angle, -angle))


def _quantities(elastic: Elastic | None) -> dict[str, Quantity]:
    """Return the elastic constants by name."""
    return dict(elastic.__pydantic_extra__ or {}) if elastic is not None else {}


def fibre_tangent(k1: float, k2: float, stretch: float) -> float:
    """Slope dP/dλ of the nominal stress of one fibre family pulled along its direction [Pa].

    With W = k1/(2 k2) (exp(k2 E²) - 1) and E = λ² - 1, P = 2 λ k1 E exp(k2 E²) and
    dP/dλ = 2 k1 exp(k2 E²) (E + 2 λ² + 4 k2 λ² E²), which is 4 k1 at λ = 1.
    """
    strain = stretch**2 - 1.0
    bracket = strain + 2.0 * stretch**2 * (1.0 + 2.0 * k2 * strain**2)
    return 2.0 * k1 * math.exp(k2 * strain**2) * bracket


def matrix_tangent(shear_modulus: float, stretch: float) -> float:
    """Slope dP/dλ of an incompressible neo-Hookean bar, P = G (λ - λ⁻²) [Pa]."""
    return shear_modulus * (1.0 + 2.0 / stretch**3)


def fibre_exponent(k1: float, tangent: float, stretch: float) -> float:
    """Return k2 for which one family has the slope `tangent` at `stretch`; 0 if k1 exceeds it."""
    low, high = 0.0, 1.0
    if fibre_tangent(k1, low, stretch) >= tangent:
        return 0.0
    while fibre_tangent(k1, high, stretch) < tangent:
        high *= 2.0
    for _ in range(200):
        middle = 0.5 * (low + high)
        if fibre_tangent(k1, middle, stretch) < tangent:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _split_neo_hookean(build: _Build) -> Material:
    return build.split(build.modulus("shear_modulus", SHEAR))


def _extended_mooney(build: _Build) -> Material:
    c10, c11 = build.modulus("C10", "material.c10"), build.modulus("C11", "material.c11")
    return ExtendedMooney(c10=c10, c11=c11, bulk_modulus=build.bulk(2.0 * c10), prony=build.prony())


def _ogden(build: _Build) -> Material:
    shear, alpha = build.modulus("mu", SHEAR), build.constant("alpha", "1", EXPONENT)
    return build.ogden(shear, alpha)


_BOTH: tuple[_Axis, _Axis] = ("along", "across")

TOE_SHARE = 1.0 / 16.0
"""k1 of a fascia sheet as a part of its toe modulus: fibres then add a quarter of it at rest."""


def _isotropic_sheet(build: _Build) -> Material:
    """Matrix that carries the toe modulus, and two orthogonal families that stiffen."""
    ratio = build.relaxed_by_1s
    shear = build.modulus("shear_modulus", SHEAR)
    toe = build.modulus("toe_modulus", *build.feeds("k1", *_BOTH))
    linear = build.modulus("linear_modulus", *build.feeds("k2", *_BOTH))
    k1 = build.derive(
        "k1",
        TOE_SHARE * toe * ratio,
        *build.feeds("k1", *_BOTH),
        note="toe_modulus / 16: the families add 4 k1 = a quarter of it at rest (total 1.25 times, "
        "inside its range)",
    )
    stretch = 1.1
    k2 = build.derive(
        "k2",
        fibre_exponent(k1 / ratio, linear - matrix_tangent(shear, stretch), stretch),
        *build.feeds("k2", *_BOTH),
        note="slope of the nominal stress in uniaxial tension = linear_modulus at 0.1 strain: "
        "G (1 + 2 l^-3) + 2 k1 exp(k2 E^2) (E + 2 l^2 + 4 k2 l^2 E^2), l = 1.1, E = l^2 - 1",
    )
    along, across = (build.family(k1 / ratio, k2, axis) for axis in _BOTH)
    return build.split(shear, (*along, *across))


def _orthogonal_fibres(build: _Build) -> Material:
    shear = build.modulus("shear_modulus", SHEAR)
    k1 = build.modulus("k1_long", *build.feeds("k1", "along"))
    along = build.family(k1, build.constant("k2_long", "1", *build.feeds("k2", "along")), "along")
    k1 = build.modulus("k1_trans", *build.feeds("k1", "across"))
    k2 = build.constant("k2_trans", "1", *build.feeds("k2", "across"))
    across = build.family(k1, k2, "across")
    return build.split(shear, (*along, *across))


def _single_family(build: _Build) -> Material:
    """Matrix and one family with the proportions of the deep fascia's long family."""
    ratio = build.relaxed_by_1s
    shear = build.modulus("shear_modulus", SHEAR)
    both = (*build.feeds("k1", "along"), *build.feeds("k2", "along"))
    linear = build.modulus("young_long_linear", *both)
    k1 = build.derive(
        "k1",
        linear * ratio / 24.0,
        *build.feeds("k1", "along"),
        note="young_long_linear / 24, the proportion of the deep fascia (tangent 20 MPa at rest, "
        "120 MPa at 5 % stretch)",
    )
    stretch = 1.05
    k2 = build.derive(
        "k2",
        fibre_exponent(k1 / ratio, linear - matrix_tangent(shear, stretch), stretch),
        *build.feeds("k2", "along"),
        note="slope of the nominal stress in uniaxial tension = young_long_linear at 5 % stretch, "
        "as the deep fascia",
    )
    return build.split(shear, build.family(k1 / ratio, k2, "along"))


def _muscle(build: _Build) -> Material:
    """Ogden matrix, and fibres that lift Young's modulus along them to the measured one."""
    shear, alpha = build.modulus("mu", SHEAR), build.constant("alpha", "1", EXPONENT)
    young = build.modulus("fibre_young_small")
    k1 = max(0.0, (young - 3.0 * shear) / 4.0)
    fibres: tuple[FibreFamily, ...] = ()
    if k1 > 0.0:
        build.sources[-1] = replace(build.sources[-1], feeds=build.feeds("k1", "along"))
        build.derive(
            "k1",
            k1 * build.relaxed_by_1s,
            *build.feeds("k1", "along"),
            note="(fibre_young_small - 3 mu) / 4: Young's modulus along the fibres is 3 mu + 4 k1",
        )
        k2 = build.derive(
            "k2",
            1.0,
            *build.feeds("k2", "along"),
            note="a choice: fibres of small strain hardly stiffen",
            basis="estimate",
        )
        fibres = build.family(k1, k2, "along")
    return build.ogden(shear, alpha, fibres)


MODELS: dict[str, Callable[[_Build], Material]] = {
    "neo_hookean": _split_neo_hookean,
    "mooney_extended": _extended_mooney,
    "ogden": _ogden,
    "exponential_isotropic_sheet": _isotropic_sheet,
    "hgo_orthogonal": _orthogonal_fibres,
    "hgo_single": _single_family,
    "ogden_transverse_isotropic": _muscle,
}
"""Words for `model` in a tissue table, and what makes a material of each."""

RIGID_MODEL = "rigid_or_linear"
MULTIPLIER_MODEL = "multiplier"


def cook(
    name: str,
    tissues: Mapping[str, TissueTable],
    bulk_to_shear: Quantity,
    fibre_angle: float = 0.0,
) -> Recipe:
    """Make the material of a library tissue.

    Parameters
    ----------
    name : str
        Key of `tissues`.
    tissues : mapping of str to TissueTable
        The tissues known.
    bulk_to_shear : Quantity
        Bulk modulus over instantaneous shear modulus [-].
    fibre_angle : float
        From the stroke to the limb's long axis [rad].

    Raises
    ------
    InputError
        Unknown tissue, model or missing constant; a tissue that is no layer of its own.
    """
    if name not in tissues:
        raise unknown_name("tissue", name, tissues)
    table = tissues[name]
    if table.model == MULTIPLIER_MODEL:
        raise InputError(
            f"tissue {shown(name)} is a set of multipliers on '{table.base}', not a layer of "
            f"its own; use '{table.base}'"
        )
    if table.model == RIGID_MODEL:
        raise InputError(
            f"tissue {shown(name)} is rigid and can only be the last layer of a stack; move it "
            "there"
        )
    if table.model not in MODELS:
        raise unknown_name(f"tissue.{name}.model", table.model, MODELS)
    build = _Build(name, table, bulk_to_shear, fibre_angle)
    material = MODELS[table.model](build)
    prestretch, prestress = 1.0, None
    if "in_plane" in table.prestress:
        path = f"tissue.{name}.prestress.in_plane"
        source = build.record(path, table.prestress["in_plane"], "prestress")
        prestress = quantity_to_si(source, "Pa")
    elif "prestretch" in _quantities(table.elastic):
        prestretch = build.constant("prestretch", "1", "prestretch")
    recipe = Recipe(material, (prestretch, prestretch), prestress, ())
    return replace(recipe, sources=attached(recipe, build.sources))
