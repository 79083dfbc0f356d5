"""Material laws and relaxation spectra as frozen descriptions, validated on construction.

Constants are instantaneous unless a `Prony` says ``reference="equilibrium"``.  Formulas, ranges
and sources are in each docstring; the arithmetic is in `softsim.kernels.laws`.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from softsim.errors import InputError, shown
from softsim.materials._cards import is_foreign_law, refuse_constants, unknown_law
from softsim.materials.fibres import FibreFamily
from softsim.materials.laws import (
    Array,
    ExtendedMooney,
    MooneyRivlin,
    NeoHookean,
    Ogden,
    SplitNeoHookean,
    VerondaWestmann,
    Yeoh,
)
from softsim.materials.relaxation import Prony
from softsim.materials.scaled import scaled

__all__ = [
    "LAWS",
    "ExtendedMooney",
    "FibreFamily",
    "Material",
    "MooneyRivlin",
    "NeoHookean",
    "Ogden",
    "PointResponse",
    "Prony",
    "SplitNeoHookean",
    "VerondaWestmann",
    "Yeoh",
    "is_foreign_law",
    "law_named",
    "refuse_constants",
    "response",
    "scaled",
    "unknown_law",
]

Material: TypeAlias = (
    NeoHookean | SplitNeoHookean | MooneyRivlin | ExtendedMooney | Yeoh | Ogden | VerondaWestmann
)

LAWS: dict[str, type[Material]] = {
    "neo_hookean": NeoHookean,
    "split_neo_hookean": SplitNeoHookean,
    "mooney_rivlin": MooneyRivlin,
    "extended_mooney": ExtendedMooney,
    "yeoh": Yeoh,
    "ogden": Ogden,
    "veronda_westmann": VerondaWestmann,
}
"""Names of the laws in TOML files."""


def law_named(name: object) -> type[Material]:
    """Return the law of a name in a file.

    Raises
    ------
    InputError
        For another name; one of another program is answered with the nearest law.
    """
    if not isinstance(name, str):
        raise InputError(f"law is {shown(name)}; must be text such as 'neo_hookean'")
    if name not in LAWS:
        raise unknown_law("law", name, tuple(LAWS))
    return LAWS[name]


class PointResponse(NamedTuple):
    """Instantaneous response at one material point, see `response`."""

    energy_iso: float
    energy_vol: float
    stress_iso: Array
    tangent_iso: Array
    stress_vol: Array
    tangent_vol: Array


def response(material: Material, c: ArrayLike) -> PointResponse:
    """Instantaneous elastic response of a material at one material point.

    Parameters
    ----------
    material : Material
        Any law of this module.
    c : array-like of float, shape (4,)
        Right Cauchy-Green tensor: along-along, depth-depth, across-across, along-depth [-].

    Returns
    -------
    PointResponse
        Energies [Pa], second Piola-Kirchhoff stresses (4,) [Pa] and tangents ∂S/∂E (4, 4) [Pa]
        of the part that relaxes under ``relaxes="shear"`` (iso) and of the rest (vol).

    Examples
    --------
    >>> skin = NeoHookean(young_modulus="0.2 MPa", poisson_ratio=0.25)
    >>> float(response(skin, (1.0, 1.0, 1.0, 0.0)).tangent_iso[3, 3])
    80000.0
    """
    # numba: only where it is needed
    from softsim.kernels.laws.response import dilatation_response, point_scratch, shape_response
    from softsim.kernels.tensors.symmetric import SECTION

    parameters, families = material.pack()
    point = np.array(c, dtype=np.float64)
    if point.shape != (4,):
        raise InputError(f"c has shape {point.shape}; must be 4 numbers")
    whole = np.append(point, (0.0, 0.0))
    (iso, vol), (tangent_iso, tangent_vol) = np.empty((2, 4)), np.empty((2, 4, 4))
    code, scratch = material.code, point_scratch(SECTION)
    energy_iso = shape_response(code, parameters, families, whole, iso, tangent_iso, scratch)
    energy_vol = dilatation_response(code, parameters, whole, vol, tangent_vol, scratch)
    return PointResponse(energy_iso, energy_vol, iso, tangent_iso, vol, tangent_vol)
