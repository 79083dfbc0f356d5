"""From the layers of a tissue to the moduli of small increments about its undisturbed state.

A layer lives prestretched and fully relaxed; what the tool adds is a small increment that relaxes
from the instantaneous tangent.  The tangents come from the same laws as the finite engine's.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from softsim.engines.linear.medium.kept import kept
from softsim.engines.linear.medium.stack import FloatArray, LayeredStack
from softsim.kernels.layer_arrays import LayerArrays
from softsim.kernels.layers.moduli import IncrementalModuli
from softsim.materials import Material, response
from softsim.materials._fields import items
from softsim.problem import pack_interfaces, pack_layers
from softsim.tissue import Tissue

# Relative difference of moduli below which a layer at rest counts as isotropic.
ISOTROPIC_TOLERANCE = 1e-12
# Relative difference of moduli along and across below which a layer counts as even.
EVEN_TOLERANCE = 1e-6

# Fibres of an unstretched layer carry load in tension only: no small-strain theory can know which
# will be stretched.  A press stretches the layers under the tool, so they are taken as taut: the
# tangent is that at this small extension.
TAUT = 1e-9


class Increment(NamedTuple):
    """Moduli L11, L12, L22, G, L13, L23, and tensions along and across.

    Parameters
    ----------
    elastic, relaxing : ndarray, shape (6,)
        Moduli [Pa].
    tension : ndarray, shape (2,)
        [Pa].
    """

    elastic: FloatArray
    relaxing: FloatArray
    tension: FloatArray


def incremental_moduli(material: Material, stretch: tuple[float, float, float]) -> Increment:
    """Return the moduli of small increments on a prestretched, relaxed layer.

    Parameters
    ----------
    material : Material
    stretch : tuple of float
        Along, depth, across, free of stress in depth [-].

    Returns
    -------
    Increment

    Notes
    -----
    Incremental nominal stress per displacement gradient: the tangent pushed forward, plus the
    Cauchy prestress on the gradient that rotates or stretches it.  The prestress is the long-term
    one and does not relax further; the tangent of the relaxing stress is instantaneous.  Fibres of
    a layer at rest count as taut, see `TAUT`.

    References
    ----------
    .. [1] R. W. Ogden, Non-Linear Elastic Deformations, Dover (1997), ch. 6.
    """
    square = np.square(np.array(stretch))
    at_rest = tuple(stretch) == (1.0, 1.0, 1.0)
    if at_rest and material.pack()[1].size:
        square = np.square(np.array([1.0 + TAUT, 1.0, 1.0 + TAUT]))
    volume = float(np.prod(stretch))
    point = response(material, np.array([*square, 0.0]))
    series = material.prony
    share = series.g_inf if series else 1.0
    fixed = share if series and series.relaxes == "all" else 1.0
    stress = (share * point.stress_iso + fixed * point.stress_vol)[:3] * square / volume
    pairs = ((0, 0), (0, 1), (1, 1), (0, 2), (1, 2))

    def pushed(tangent: FloatArray) -> FloatArray:
        l11, l12, l22, l13, l23 = (tangent[i, j] * square[i] * square[j] / volume for i, j in pairs)
        shear = tangent[3, 3] * square[0] * square[1] / volume
        return np.array([l11, l12, l22, shear, l13, l23])

    relaxing, elastic = pushed(point.tangent_iso), pushed(point.tangent_vol)
    if series and series.relaxes == "all":
        relaxing, elastic = relaxing + elastic, np.zeros(6)
    if at_rest:
        stress = np.zeros(3)
    elastic[0] += stress[0]
    return Increment(elastic, relaxing, stress[[0, 2]])


def _is_isotropic(found: Increment) -> bool:
    """Whether both parts are isotropic and nothing is under tension."""
    for l11, l12, l22, shear, l13, l23 in (found.elastic, found.relaxing):
        size = abs(l11) + abs(l22) + abs(shear)
        gaps = (l11 - l22, l13 - l12, l23 - l12, l22 - l12 - 2.0 * shear)
        if max(abs(gap) for gap in gaps) > ISOTROPIC_TOLERANCE * size:
            return False
    return not found.tension.any()


@kept(entries=64)
def linear_stack(tissue: Tissue) -> LayeredStack:
    """Return the layered solid of a tissue in the plane of the stroke.

    Parameters
    ----------
    tissue : Tissue

    Returns
    -------
    LayeredStack
        The last layer has no bottom where the base is ``"half_space"``.
    """
    layers = pack_layers(tissue)
    found = [
        incremental_moduli(layer.material, tuple(stretch))
        for layer, stretch in zip(tissue.layers, layers.prestretch, strict=True)
    ]
    return _stack_of(tissue, layers, found)


@kept(entries=64)
def even_stack(tissue: Tissue) -> tuple[LayeredStack, tuple[str, ...]]:
    """Return the layered solid of a tissue, alike in all directions of the skin.

    Parameters
    ----------
    tissue : Tissue

    Returns
    -------
    stack : LayeredStack
        Moduli and tensions are the means of those along and across: exact where these agree.
    uneven : tuple of str
        Names of the layers where they do not.
    """
    layers = pack_layers(tissue)
    means, uneven = [], []
    for layer, stretch in zip(tissue.layers, layers.prestretch, strict=True):
        one = incremental_moduli(layer.material, tuple(stretch))
        other = incremental_moduli(_turned(layer.material), tuple(stretch[::-1]))
        size = max(float(np.abs(part).max()) for part in one[:2])
        if any(
            np.abs(a - b).max() > EVEN_TOLERANCE * size
            for a, b in zip(one[:2], other[:2], strict=True)
        ):
            uneven.append(layer.name)
        means.append(Increment(*(0.5 * (a + b) for a, b in zip(one, other, strict=True))))
    return _stack_of(tissue, layers, means), tuple(uneven)


def _turned(material: Material) -> Material:
    """Return a material turned by a right angle in the plane of the skin."""
    # a family and the one turned by half a circle are the same
    fibres = tuple(
        replace(family, angle=math.remainder(0.5 * math.pi - float(family.angle), math.pi))
        for family in items(getattr(material, "fibres", ()))
    )
    changes: dict[str, Any] = {"fibres": fibres} if fibres else {}
    return replace(material, **changes)


def _stack_of(tissue: Tissue, layers: LayerArrays, found: list[Increment]) -> LayeredStack:
    """Put the moduli of the layers together."""
    plain = np.array([_is_isotropic(increment) for increment in found])
    total = np.array([increment.elastic + increment.relaxing for increment in found])
    thickness = layers.thickness.copy()
    if tissue.base == "half_space":
        thickness[-1] = np.inf
    ratio = np.clip(total[:, 3] / total[:, 2], 0.0, 0.75)
    incremental = IncrementalModuli(
        elastic=np.array([increment.elastic for increment in found]),
        relaxing=np.array([increment.relaxing for increment in found]),
        tension=np.array([increment.tension for increment in found]),
        plain=plain,
    )
    slips = pack_interfaces(tissue)
    return LayeredStack.of(
        thickness=thickness,
        shear_modulus=total[:, 3],
        poisson_ratio=(0.5 - ratio) / (1.0 - ratio),
        prony_weight=layers.weights,
        prony_time=layers.times,
        constant_poisson=layers.relaxes_all,
        slip_stiffness=slips.stiffness,
        slip_viscosity=slips.viscosity,
        slip_weight=slips.weights,
        slip_time=slips.times,
        incremental=incremental,
    )
