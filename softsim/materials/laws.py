"""Hyperelastic laws: constants, their bounds, their range and their sources."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from softsim.errors import LIFT, InputError, shown
from softsim.kernels.laws import codes
from softsim.materials._cards import Card, refuse_ogden_notation
from softsim.materials._fields import (
    Quantities,
    floats,
    items,
    positive,
    store,
    store_si,
    store_usual,
)
from softsim.materials.fibres import FibreFamily
from softsim.materials.relaxation import Prony
from softsim.plausible import RANGES, all_usual, is_lifted, refuse_unusual, spelled
from softsim.units import Quantity, to_si

Array: TypeAlias = NDArray[np.float64]

LEAST_SHARE = 1e-5
"""A constant below this share of the initial shear modulus changes nothing: a slip of units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Law(metaclass=Card):
    """What every law offers: a code, packed constants, initial moduli."""

    code: ClassVar[int]
    prony: Prony | None = None

    def __post_init__(self) -> None:
        if not (self.prony is None or isinstance(self.prony, Prony)):
            raise InputError(
                f"prony is {shown(self.prony)}; must be a Prony, such as Prony(g=0.5, tau='1 s')"
            )
        self._validate()

    def _validate(self) -> None:
        """Turn the law's own fields into SI and check them."""
        raise NotImplementedError

    @property
    def shear_modulus_initial(self) -> float:
        """Instantaneous shear modulus at the reference state [Pa]."""
        raise NotImplementedError

    @property
    def _energy_factor(self) -> float:
        """Factor from the constants given to instantaneous ones, of what relaxes."""
        return 1.0 if self.prony is None else self.prony.instantaneous_factor

    @property
    def _bulk_factor(self) -> float:
        """Factor from the bulk modulus given to the instantaneous one."""
        relaxes = self.prony is not None and self.prony.relaxes == "all"
        return self._energy_factor if relaxes else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NeoHookean(_Law):
    r"""Compressible neo-Hookean law of Young's modulus and Poisson's ratio.

    Use it for tissue described by small-strain moduli; not for nearly incompressible tissue at
    finite strain (there use `SplitNeoHookean`).

    Parameters
    ----------
    young_modulus : float or str
        E at the reference state, > 0 [Pa].
    poisson_ratio : float
        ν at the reference state, 0 ≤ ν < 0.5 [-].
    prony : Prony, optional
        Relaxation; ``relaxes="shear"`` acts on the deviatoric part of the stress.

    Notes
    -----
    :math:`W = \mu/2 (I_1 - 3) - \mu \ln J + \lambda/2 (\ln J)^2`.  The stress is convex in
    volume up to J = e; beyond it the volumetric part softens.
    """

    code: ClassVar[int] = codes.NEO_HOOKEAN
    young_modulus: Quantity
    poisson_ratio: Quantity

    def _validate(self) -> None:
        store_usual(self, "material.young_modulus", "young_modulus", low=0.0, open_low=True)
        ratio = to_si(
            self.poisson_ratio, "1", "poisson_ratio", low=0.0, high=0.5, open_high=True,
            cure="for an incompressible material use SplitNeoHookean with a bulk modulus",
        )  # fmt: skip
        store(self, "poisson_ratio", ratio)

    @property
    def is_usual(self) -> bool:
        """Whether the law is one of soft tissue, see `softsim.plausible`."""
        modulus = RANGES["material.young_modulus"].holds(float(self.young_modulus))
        return modulus and (self.prony is None or all_usual(self.prony, "prony"))

    @property
    def shear_modulus_initial(self) -> float:
        """Instantaneous shear modulus at the reference state [Pa]."""
        modulus = float(self.young_modulus) / (2.0 * (1.0 + float(self.poisson_ratio)))
        return self._energy_factor * modulus

    @property
    def bulk_modulus_initial(self) -> float:
        """Instantaneous bulk modulus at the reference state [Pa]."""
        modulus = float(self.young_modulus) / (3.0 * (1.0 - 2.0 * float(self.poisson_ratio)))
        return self._bulk_factor * modulus

    def pack(self) -> tuple[Array, Array]:
        """Return the kernel's parameters (μ, λ) and an empty table of families."""
        shear = self.shear_modulus_initial
        lame = self.bulk_modulus_initial - 2.0 / 3.0 * shear
        return np.array([shear, lame]), np.empty((0, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class _SplitLaw(_Law):
    """A law W(C̄) + U(J) with U = K/4 (J² - 1 - 2 ln J) and optional fibres."""

    modulus_range: ClassVar[str] = "material.initial_shear"
    shear_factor: ClassVar[float] = 2.0
    stiffness_constants: ClassVar[tuple[str, ...]]
    energy_constants: ClassVar[tuple[str, ...]] = ()
    bulk_modulus: Quantity
    fibres: FibreFamily | Sequence[FibreFamily] = ()

    def __post_init__(self) -> None:
        store_si(self, "Pa", "bulk_modulus", low=0.0, open_low=True)
        families = items(self.fibres, "fibres")
        store(self, "fibres", families)
        for family in families:
            if not isinstance(family, FibreFamily):
                raise InputError(
                    f"fibres holds {shown(family)}; must hold FibreFamily objects only"
                )
        _Law.__post_init__(self)
        self._refuse_unusual()

    def _refuse_unusual(self) -> None:
        """Refuse moduli that no soft tissue has, and a bulk modulus below the shear modulus."""
        law, shear, bulk = type(self).__name__, self.shear_modulus_initial, self.bulk_modulus
        refuse_unusual(
            shear, self.modulus_range, f"initial shear modulus of {law}", scales=self._scales()
        )
        refuse_unusual(float(bulk), "material.bulk_modulus", f"bulk_modulus of {law}")
        for name in () if is_lifted() else self._vanishing():
            value = float(getattr(self, name))
            raise InputError(
                f"{name} of {law} is {value:g} Pa, nothing beside a shear modulus of {shear:g} Pa; "
                f"bare numbers are pascals: write '{value:g} kPa' or '{value:g} MPa' if that was "
                f"meant, or 0 ({LIFT})"
            )
        if self.bulk_modulus_initial < shear and not is_lifted():
            raise InputError(
                f"bulk_modulus of {law} is {float(bulk):g} Pa, below the shear modulus of "
                f"{shear:g} Pa; soft tissue hardly changes its volume: give 10 to 10000 times the "
                f"shear modulus, e.g. '{spelled(100.0 * shear, 'Pa')}' ({LIFT})"
            )

    def _vanishing(self) -> list[str]:
        """Return the constants that are too small to change anything: other units were meant."""
        least = LEAST_SHARE * self.shear_modulus_initial
        return [n for n in self.energy_constants if 0.0 < abs(float(getattr(self, n))) < least]

    def _scales(self) -> tuple[tuple[str, float], ...]:
        """Return the constants that make up the initial shear modulus, by name."""
        names = self.stiffness_constants
        return tuple((name, floats(getattr(self, name))[0]) for name in names)

    @property
    def is_usual(self) -> bool:
        """Whether the law is one of soft tissue, see `softsim.plausible`."""
        return (
            RANGES[self.modulus_range].holds(self.shear_modulus_initial)
            and RANGES["material.bulk_modulus"].holds(float(self.bulk_modulus))
            and not self._vanishing()
            and self.bulk_modulus_initial >= self.shear_modulus_initial
            and all(all_usual(family, "fibre") for family in items(self.fibres))
            and (self.prony is None or all_usual(self.prony, "prony"))
        )

    def _constants(self, factor: float) -> tuple[float, ...]:
        """Return the law's own constants with energies multiplied by `factor`."""
        names = dict.fromkeys((*self.stiffness_constants, *self.energy_constants))
        return tuple(factor * float(getattr(self, name)) for name in names)

    @property
    def shear_modulus_initial(self) -> float:
        """Instantaneous shear modulus of the matrix at the reference state [Pa]."""
        stiffness = math.fsum(x for n in self.stiffness_constants for x in floats(getattr(self, n)))
        return self._energy_factor * self.shear_factor * stiffness

    @property
    def bulk_modulus_initial(self) -> float:
        """Instantaneous bulk modulus at the reference state [Pa]."""
        return self._bulk_factor * float(self.bulk_modulus)

    def pack(self) -> tuple[Array, Array]:
        """Return the kernel's parameters and fibre families, instantaneous constants."""
        factor = self._energy_factor
        parameters = np.array([self.bulk_modulus_initial, *self._constants(factor)])
        rows = [family.pack(factor) for family in items(self.fibres)]
        return parameters, np.array(rows, dtype=np.float64).reshape(len(rows), 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitNeoHookean(_SplitLaw):
    r"""Isochoric-volumetric neo-Hookean law, for any bulk to shear ratio.

    Parameters
    ----------
    shear_modulus : float or str
        μ, > 0 [Pa].
    bulk_modulus : float or str
        K, > 0 [Pa].
    prony : Prony, optional
        Relaxation.
    fibres : tuple of FibreFamily, optional
        Fibre families added to the isochoric part.

    Notes
    -----
    :math:`W = \mu/2 (\bar I_1 - 3) + K/4 (J^2 - 1 - 2 \ln J)`.  Does not stiffen: for soft
    tissue use it below about 30 % stretch.
    """

    code: ClassVar[int] = codes.SPLIT_NEO_HOOKEAN
    shear_factor: ClassVar[float] = 1.0
    modulus_range: ClassVar[str] = "material.shear_modulus"
    stiffness_constants: ClassVar[tuple[str, ...]] = ("shear_modulus",)
    shear_modulus: Quantity

    def _validate(self) -> None:
        store_si(self, "Pa", "shear_modulus", low=0.0, open_low=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class MooneyRivlin(_SplitLaw):
    r"""Mooney-Rivlin law.

    Parameters
    ----------
    c10, c01 : float or str
        Constants with c10 + c01 > 0 [Pa]; a negative one makes the law unstable at large strain.
    bulk_modulus : float or str
        K, > 0 [Pa].
    prony, fibres
        As in `SplitNeoHookean`.

    Notes
    -----
    :math:`W = C_{10}(\bar I_1 - 3) + C_{01}(\bar I_2 - 3) + U(J)`; initial shear modulus
    :math:`2 (C_{10} + C_{01})`.  Fits moderate stretch (below about 2), does not stiffen.

    References
    ----------
    .. [1] M. Mooney, J. Appl. Phys. 11 (1940) 582-592.
    """

    code: ClassVar[int] = codes.MOONEY_RIVLIN
    stiffness_constants: ClassVar[tuple[str, ...]] = ("c10", "c01")
    energy_constants: ClassVar[tuple[str, ...]] = ("c10", "c01")
    c10: Quantity
    c01: Quantity

    def _validate(self) -> None:
        store_si(self, "Pa", "c10", "c01", low=-math.inf)
        if float(self.c10) + float(self.c01) <= 0.0:
            raise InputError(
                f"c10 + c01 is {float(self.c10) + float(self.c01):g} Pa; must be above 0 "
                "(it is half the initial shear modulus)"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendedMooney(_SplitLaw):
    r"""Extended Mooney law, used for skin.

    Parameters
    ----------
    c10 : float or str
        > 0 [Pa].
    c11 : float or str
        ≥ 0 [Pa].
    bulk_modulus : float or str
        K, > 0 [Pa].
    prony, fibres
        As in `SplitNeoHookean`.

    Notes
    -----
    :math:`W = C_{10}(\bar I_1 - 3) + C_{11}(\bar I_1 - 3)(\bar I_2 - 3) + U(J)`; initial shear
    modulus :math:`2 C_{10}`.  Convex at moderate strain; use it within the strains of the fit.

    References
    ----------
    .. [1] M. Mooney, J. Appl. Phys. 11 (1940) 582-592.
    """

    code: ClassVar[int] = codes.EXTENDED_MOONEY
    stiffness_constants: ClassVar[tuple[str, ...]] = ("c10",)
    energy_constants: ClassVar[tuple[str, ...]] = ("c11",)
    c10: Quantity
    c11: Quantity

    def _validate(self) -> None:
        store_si(self, "Pa", "c10", low=0.0, open_low=True)
        store_si(self, "Pa", "c11", low=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Yeoh(_SplitLaw):
    r"""Yeoh law, a cubic in the first invariant.

    Parameters
    ----------
    c10 : float or str
        > 0 [Pa].
    c20, c30 : float or str
        Higher constants; the last one that is not zero must be > 0 [Pa].
    bulk_modulus : float or str
        K, > 0 [Pa].
    prony, fibres
        As in `SplitNeoHookean`.

    Notes
    -----
    :math:`W = \sum_{i=1}^3 C_{i0} (\bar I_1 - 3)^i + U(J)`; initial shear modulus
    :math:`2 C_{10}`.  Use it within the stretches of the fit: a negative `c20` softens first.

    References
    ----------
    .. [1] O. H. Yeoh, Rubber Chem. Technol. 66 (1993) 754-771.
    """

    code: ClassVar[int] = codes.YEOH
    stiffness_constants: ClassVar[tuple[str, ...]] = ("c10",)
    energy_constants: ClassVar[tuple[str, ...]] = ("c20", "c30")
    c10: Quantity
    c20: Quantity = 0.0
    c30: Quantity = 0.0

    def _validate(self) -> None:
        store_si(self, "Pa", "c10", low=0.0, open_low=True)
        store_si(self, "Pa", "c20", "c30", low=-math.inf)
        last = "c30" if self.c30 != 0.0 else "c20"
        if float(getattr(self, last)) < 0.0:
            raise InputError(
                f"{last} is {getattr(self, last):g} Pa; the highest constant that is not zero must "
                "be above 0 (otherwise the energy falls without bound)"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ogden(_SplitLaw):
    r"""Ogden law in principal stretches.

    Parameters
    ----------
    shear_modulus : tuple of float or str
        μₚ, each > 0; their sum is the initial shear modulus [Pa].
    exponent : tuple of float
        αₚ, of either sign but not zero [-].
    bulk_modulus : float or str
        K, > 0 [Pa].
    prony, fibres
        As in `SplitNeoHookean`.

    Notes
    -----
    :math:`W = \sum_p 2\mu_p/\alpha_p^2 (\bar\lambda_1^{\alpha_p} + \bar\lambda_2^{\alpha_p} +
    \bar\lambda_3^{\alpha_p} - 3) + U(J)`.  In Ogden's own notation (:math:`\mu'_p = 2 \mu_p /
    \alpha_p`) positive :math:`\mu_p` is his stability condition :math:`\mu'_p \alpha_p > 0`.

    References
    ----------
    .. [1] R. W. Ogden, Proc. R. Soc. Lond. A 326 (1972) 565-584.
    """

    code: ClassVar[int] = codes.OGDEN
    shear_factor: ClassVar[float] = 1.0
    stiffness_constants: ClassVar[tuple[str, ...]] = ("shear_modulus",)
    shear_modulus: Quantities
    exponent: Quantities

    def _validate(self) -> None:
        exponents = tuple(to_si(x, "1", "exponent") for x in items(self.exponent, "exponent"))
        given = items(self.shear_modulus, "shear_modulus")
        refuse_ogden_notation(tuple(to_si(x, "Pa", "shear_modulus") for x in given), exponents)
        moduli = positive(given, "Pa", "shear_modulus")
        store(self, "shear_modulus", moduli)
        store(self, "exponent", exponents)
        if len(moduli) != len(exponents) or not moduli:
            raise InputError(
                f"Ogden has {len(moduli)} values of shear_modulus and {len(exponents)} of "
                "exponent; give one of each per term"
            )
        if 0.0 in exponents:
            raise InputError("exponent is 0; must not be zero (leave that term out)")
        for exponent in exponents:
            refuse_unusual(exponent, "material.exponent", "exponent of Ogden")

    @property
    def is_usual(self) -> bool:
        """Whether the law is one of soft tissue, see `softsim.plausible`."""
        exponents = (RANGES["material.exponent"].holds(x) for x in floats(self.exponent))
        return _SplitLaw.is_usual.fget(self) and all(exponents)  # type: ignore[attr-defined]

    def _constants(self, factor: float) -> tuple[float, ...]:
        moduli, exponents = floats(self.shear_modulus), floats(self.exponent)
        pairs = zip(moduli, exponents, strict=True)
        return (float(len(moduli)), *(x for mu, alpha in pairs for x in (factor * mu, alpha)))


@dataclass(frozen=True, slots=True, kw_only=True)
class VerondaWestmann(_SplitLaw):
    r"""Veronda-Westmann law, exponential stiffening of skin.

    Parameters
    ----------
    c1 : float or str
        > 0 [Pa].
    c2 : float
        > 0 [-].
    bulk_modulus : float or str
        K, > 0 [Pa].
    prony, fibres
        As in `SplitNeoHookean`.

    Notes
    -----
    :math:`W = C_1 (e^{C_2 (\bar I_1 - 3)} - 1) - C_1 C_2/2\,(\bar I_2 - 3) + U(J)`; initial shear
    modulus :math:`C_1 C_2`.  Beyond :math:`C_2(\bar I_1 - 3) = 200` the exponential goes on as a
    parabola.

    References
    ----------
    .. [1] D. R. Veronda, R. A. Westmann, J. Biomech. 3 (1970) 111-124.
    """

    code: ClassVar[int] = codes.VERONDA_WESTMANN
    stiffness_constants: ClassVar[tuple[str, ...]] = ("c1",)
    c1: Quantity
    c2: Quantity

    def _validate(self) -> None:
        store_si(self, "Pa", "c1", low=0.0, open_low=True)
        store_si(self, "1", "c2", low=0.0, open_low=True)

    def _constants(self, factor: float) -> tuple[float, ...]:
        return factor * float(self.c1), float(self.c2)

    @property
    def shear_modulus_initial(self) -> float:
        """Instantaneous shear modulus of the matrix at the reference state [Pa]."""
        return self._energy_factor * float(self.c1) * float(self.c2)
