"""Fibre families of a material."""

from __future__ import annotations

import math
from dataclasses import dataclass

from softsim.materials._cards import Card
from softsim.materials._fields import store, store_usual
from softsim.units import Quantity, to_si


@dataclass(frozen=True, slots=True, kw_only=True)
class FibreFamily(metaclass=Card):
    r"""Exponential fibres in the layer plane, carrying load in tension only.

    Parameters
    ----------
    k1 : float or str
        Stiffness, > 0 [Pa].
    k2 : float
        Exponent, ≥ 0 [-].
    angle : float or str
        Mean direction in the layer plane, from along to across [rad].
    dispersion : float
        0 (aligned) to below 1/3 (isotropic) [-].

    Notes
    -----
    :math:`W = k_1/(2 k_2) (e^{k_2 E^2} - 1)`,
    :math:`E = \kappa (\bar I_1 - 3) + (1 - 3\kappa)(\bar I_4 - 1)`, where :math:`\bar I_4 > 1`.
    For :math:`k_2 E^2 > 200` the energy goes on as a parabola.  A family at an angle other than
    0° and 90° needs its mirror image for plane strain to be exact.

    References
    ----------
    .. [1] G. A. Holzapfel, T. C. Gasser, R. W. Ogden, J. Elast. 61 (2000) 1-48.
    .. [2] T. C. Gasser, R. W. Ogden, G. A. Holzapfel, J. R. Soc. Interface 3 (2006) 15-35.
    """

    k1: Quantity
    k2: Quantity
    angle: Quantity = "0 deg"
    dispersion: Quantity = 0.0

    def __post_init__(self) -> None:
        store_usual(self, "fibre.k1", "k1", low=0.0, open_low=True)
        store_usual(self, "fibre.k2", "k2", low=0.0)
        angle = to_si(
            self.angle, "rad", "angle", low=-math.pi, high=math.pi, cure="write e.g. '45 deg'"
        )
        store(self, "angle", angle)
        third = 1.0 / 3.0
        spread = to_si(
            self.dispersion, "1", "dispersion", low=0.0, high=third, open_high=True,
            cure="1/3 is isotropic: use a law without fibres",
        )  # fmt: skip
        store(self, "dispersion", spread)

    def pack(self, factor: float = 1.0) -> tuple[float, float, float, float, float]:
        """Return the kernel's row, k₁ multiplied by `factor`."""
        row = (factor * float(self.k1), float(self.k2), float(self.dispersion))
        return (*row, math.cos(float(self.angle)), math.sin(float(self.angle)))
