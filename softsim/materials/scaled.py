"""A material that is stiffer or stiffens sooner than another by factors."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

from softsim.materials._fields import floats
from softsim.materials.laws import (
    ExtendedMooney,
    Ogden,
    VerondaWestmann,
    Yeoh,
)
from softsim.materials.relaxation import Prony

_Law = TypeVar("_Law")

MODULI = (
    "young_modulus",
    "bulk_modulus",
    "shear_modulus",
    "c10",
    "c01",
    "c11",
    "c20",
    "c30",
    "c1",
)
"""Constants of the laws that are proportional to the energy."""


def scaled(
    material: _Law,
    *,
    stiffness: float = 1.0,
    toe_strain: float = 1.0,
    fibres: float = 1.0,
    prony: Prony | None = None,
) -> _Law:
    r"""Return a material scaled by factors.

    Parameters
    ----------
    material : Material
        Any law.
    stiffness : float
        Factor on all moduli of the matrix, the bulk modulus with them [-].
    toe_strain : float
        Factor on the strain at which matrix and fibres stiffen [-]; of a law that does not stiffen
        it changes nothing.
    fibres : float
        Factor on the stiffness of the fibres, k1 [-].
    prony : Prony, optional
        Relaxation in the place of that of the material.

    Returns
    -------
    Material
        Of the same law.

    Notes
    -----
    The energy of small strain stays and its higher terms move: :math:`t^2 W(\varepsilon / t)`.

    Examples
    --------
    >>> from softsim.materials import NeoHookean
    >>> law = NeoHookean(young_modulus="20 kPa", poisson_ratio=0.45)
    >>> scaled(law, stiffness=2.0).young_modulus
    40000.0
    """
    changed: dict[str, Any] = {}
    if stiffness != 1.0:
        own = {field.name for field in fields(material)}  # type: ignore[arg-type]
        for name in MODULI:
            if name in own:
                changed[name] = _times(getattr(material, name), stiffness)
    if toe_strain != 1.0:
        changed |= _moved(material, changed, toe_strain)
    families = getattr(material, "fibres", ())
    if families and (toe_strain, fibres) != (1.0, 1.0):
        changed["fibres"] = tuple(
            replace(family, k1=fibres * float(family.k1), k2=float(family.k2) / toe_strain**2)
            for family in families
        )
    if prony is not None:
        changed["prony"] = prony
    if not changed:
        return material
    return replace(material, **changed)  # type: ignore[type-var]


def _times(value: Any, factor: float) -> Any:
    """Return a constant, or the constants of several terms, times a factor."""
    if isinstance(value, tuple):
        return tuple(factor * x for x in floats(value))
    return factor * float(value)


def _moved(material: Any, changed: dict[str, Any], toe: float) -> dict[str, Any]:
    """Return the constants of a law that stiffens at a strain `toe` times as large."""

    def now(name: str) -> Any:
        return changed.get(name, getattr(material, name))

    if isinstance(material, ExtendedMooney):
        return {"c11": now("c11") / toe**2}
    if isinstance(material, Yeoh):
        return {"c20": now("c20") / toe**2, "c30": now("c30") / toe**4}
    if isinstance(material, Ogden):
        return {"exponent": _times(material.exponent, 1.0 / toe)}
    if isinstance(material, VerondaWestmann):
        return {"c1": now("c1") * toe**2, "c2": float(material.c2) / toe**2}
    return {}
