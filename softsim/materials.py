"""Material laws and relaxation spectra as frozen descriptions, validated on construction.

Constants are instantaneous unless a `Prony` says ``reference="equilibrium"``.  Scientific
background and ranges are in each docstring; the arithmetic is in `softsim.kernels.laws`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softsim.errors import InputError
from softsim.kernels.laws import codes, point_response
from softsim.units import Quantity, to_si

Array: TypeAlias = NDArray[np.float64]
Quantities: TypeAlias = Quantity | Sequence[Quantity]


def _store(target: Any, name: str, value: Any) -> None:
    """Set a field of a frozen dataclass during its construction."""
    object.__setattr__(target, name, value)


def _store_si(target: Any, unit: str, *names: str, low: float, open_low: bool = False) -> None:
    """Turn the named fields into SI floats with a common lower bound."""
    for name in names:
        value = to_si(getattr(target, name), unit, name, low=low, open_low=open_low)
        _store(target, name, value)


def _items(value: Any) -> tuple[Any, ...]:
    """Return a tuple, also for one value given alone."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        return (value,)
    return tuple(value)


def _positive(value: Any, unit: str, name: str) -> tuple[float, ...]:
    """Return positive SI floats of one quantity or a sequence of quantities."""
    return tuple(to_si(item, unit, name, low=0.0, open_low=True) for item in _items(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prony:
    r"""Relaxation spectrum: fractions of the modulus that decay, and their times.

    Parameters
    ----------
    g : tuple of float
        Fractions of the instantaneous modulus, > 0 with a sum below 1; with
        ``reference="equilibrium"`` ratios to the equilibrium modulus, any positive sum [-].
    tau : tuple of float or str
        Relaxation times, > 0 [s].
    relaxes : {"shear", "all"}
        ``"shear"``: the isochoric stress relaxes and the volumetric response is elastic;
        ``"all"``: the whole stress relaxes.
    reference : {"instantaneous", "equilibrium"}
        What the elastic constants of the material mean and what `g` is a fraction of.

    Notes
    -----
    :math:`G(t) = G_0 (g_\infty + \sum g_i e^{-t/\tau_i})`, :math:`g_\infty + \sum g_i = 1`, or
    :math:`G(t) = G_\infty (1 + \sum g_i e^{-t/\tau_i})`.

    References
    ----------
    .. [1] R. L. Taylor, K. S. Pister, G. L. Goudreau, Int. J. Numer. Methods Eng. 2 (1970) 45-59.
    .. [2] J. C. Simo, Comput. Methods Appl. Mech. Eng. 60 (1987) 153-173.

    Examples
    --------
    >>> Prony(g=(0.3, 0.2), tau=("100 ms", "1 s")).g_inf
    0.5
    """

    g: Quantities
    tau: Quantities
    relaxes: Literal["shear", "all"] = "shear"
    reference: Literal["instantaneous", "equilibrium"] = "instantaneous"

    def __post_init__(self) -> None:
        g = _positive(self.g, "1", "g")
        tau = _positive(self.tau, "s", "tau")
        _store(self, "g", g)
        _store(self, "tau", tau)
        if len(g) != len(tau) or not g:
            raise InputError(
                f"prony has {len(g)} values of g and {len(tau)} of tau; give one g and one tau "
                "per branch (for an elastic material leave prony out)"
            )
        if self.relaxes not in ("shear", "all"):
            raise InputError(f"relaxes is {self.relaxes!r}; must be 'shear' or 'all'")
        if self.reference not in ("instantaneous", "equilibrium"):
            raise InputError(
                f"reference is {self.reference!r}; must be 'instantaneous' or 'equilibrium'"
            )
        if self.reference == "instantaneous" and sum(g) >= 1.0:
            raise InputError(
                f"the sum of g is {sum(g):g}; must be below 1 (if g are ratios to the equilibrium "
                "modulus write reference='equilibrium')"
            )

    @property
    def instantaneous_factor(self) -> float:
        """Instantaneous modulus over the modulus that the material's constants give [-]."""
        return 1.0 + math.fsum(_floats(self.g)) if self.reference == "equilibrium" else 1.0

    @property
    def normalised_g(self) -> tuple[float, ...]:
        """Fractions of the instantaneous modulus, one per branch [-]."""
        factor = self.instantaneous_factor
        return tuple(value / factor for value in _floats(self.g))

    @property
    def g_inf(self) -> float:
        """Fraction of the instantaneous modulus that never relaxes [-]."""
        if self.reference == "equilibrium":
            return 1.0 / self.instantaneous_factor
        return 1.0 - math.fsum(_floats(self.g))

    def pack(self) -> tuple[Array, Array]:
        """Return fractions of the instantaneous modulus [-] and times [s], shape (n_branch,)."""
        return np.array(self.normalised_g), np.array(_floats(self.tau))


def _floats(value: Quantities) -> tuple[float, ...]:
    """Return a validated field as floats."""
    return tuple(float(item) for item in _items(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class FibreFamily:
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
        _store_si(self, "Pa", "k1", low=0.0, open_low=True)
        _store_si(self, "1", "k2", low=0.0)
        angle = to_si(
            self.angle, "rad", "angle", low=-math.pi, high=math.pi, cure="write e.g. '45 deg'"
        )
        _store(self, "angle", angle)
        third = 1.0 / 3.0
        spread = to_si(
            self.dispersion, "1", "dispersion", low=0.0, high=third, open_high=True,
            cure="1/3 is isotropic: use a law without fibres",
        )  # fmt: skip
        _store(self, "dispersion", spread)

    def pack(self, factor: float = 1.0) -> tuple[float, float, float, float, float]:
        """Return the kernel's row, k₁ multiplied by `factor`."""
        cosine, sine = math.cos(float(self.angle)), math.sin(float(self.angle))
        row = (factor * float(self.k1), float(self.k2), float(self.dispersion))
        return (*row, cosine * cosine, sine * sine)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Law:
    """What every law offers: a code, packed constants, initial moduli."""

    code: ClassVar[int]
    prony: Prony | None = None

    def __post_init__(self) -> None:
        if not (self.prony is None or isinstance(self.prony, Prony)):
            raise InputError(f"prony is {self.prony!r}; must be a Prony or None")
        self._validate()

    def _validate(self) -> None:
        """Turn the law's own fields into SI and check them."""
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
        _store_si(self, "Pa", "young_modulus", low=0.0, open_low=True)
        ratio = to_si(
            self.poisson_ratio, "1", "poisson_ratio", low=0.0, high=0.5, open_high=True,
            cure="for an incompressible material use SplitNeoHookean with a bulk modulus",
        )  # fmt: skip
        _store(self, "poisson_ratio", ratio)

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

    bulk_modulus: Quantity
    fibres: FibreFamily | Sequence[FibreFamily] = ()

    def __post_init__(self) -> None:
        _store_si(self, "Pa", "bulk_modulus", low=0.0, open_low=True)
        _store(self, "fibres", _items(self.fibres))
        for family in _items(self.fibres):
            if not isinstance(family, FibreFamily):
                raise InputError(f"fibres holds {family!r}; must hold FibreFamily objects only")
        _Law.__post_init__(self)

    def _constants(self, factor: float) -> tuple[float, ...]:
        """Return the law's own constants with energies multiplied by `factor`."""
        raise NotImplementedError

    @property
    def bulk_modulus_initial(self) -> float:
        """Instantaneous bulk modulus at the reference state [Pa]."""
        return self._bulk_factor * float(self.bulk_modulus)

    def pack(self) -> tuple[Array, Array]:
        """Return the kernel's parameters and fibre families, instantaneous constants."""
        factor = self._energy_factor
        parameters = np.array([self.bulk_modulus_initial, *self._constants(factor)])
        rows = [family.pack(factor) for family in _items(self.fibres)]
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
    shear_modulus: Quantity

    def _validate(self) -> None:
        _store_si(self, "Pa", "shear_modulus", low=0.0, open_low=True)

    def _constants(self, factor: float) -> tuple[float, ...]:
        return (factor * float(self.shear_modulus),)

    @property
    def shear_modulus_initial(self) -> float:
        """Instantaneous shear modulus of the matrix at the reference state [Pa]."""
        return self._energy_factor * float(self.shear_modulus)


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
    c10: Quantity
    c01: Quantity

    def _validate(self) -> None:
        _store_si(self, "Pa", "c10", "c01", low=-math.inf)
        if float(self.c10) + float(self.c01) <= 0.0:
            raise InputError(
                f"c10 + c01 is {float(self.c10) + float(self.c01):g} Pa; must be above 0 "
                "(it is half the initial shear modulus)"
            )

    def _constants(self, factor: float) -> tuple[float, ...]:
        return factor * float(self.c10), factor * float(self.c01)

    @property
    def shear_modulus_initial(self) -> float:
        """Instantaneous shear modulus of the matrix at the reference state [Pa]."""
        return self._energy_factor * 2.0 * (float(self.c10) + float(self.c01))


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
    c10: Quantity
    c11: Quantity

    def _validate(self) -> None:
        _store_si(self, "Pa", "c10", low=0.0, open_low=True)
        _store_si(self, "Pa", "c11", low=0.0)

    def _constants(self, factor: float) -> tuple[float, ...]:
        return factor * float(self.c10), factor * float(self.c11)

    @property
    def shear_modulus_initial(self) -> float:
        """Instantaneous shear modulus of the matrix at the reference state [Pa]."""
        return self._energy_factor * 2.0 * float(self.c10)


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
    c10: Quantity
    c20: Quantity = 0.0
    c30: Quantity = 0.0

    def _validate(self) -> None:
        _store_si(self, "Pa", "c10", low=0.0, open_low=True)
        _store_si(self, "Pa", "c20", "c30", low=-math.inf)
        last = "c30" if self.c30 != 0.0 else "c20"
        if float(getattr(self, last)) < 0.0:
            raise InputError(
                f"{last} is {getattr(self, last):g} Pa; the highest constant that is not zero must "
                "be above 0 (otherwise the energy falls without bound)"
            )

    def _constants(self, factor: float) -> tuple[float, ...]:
        return factor * float(self.c10), factor * float(self.c20), factor * float(self.c30)

    @property
    def shear_modulus_initial(self) -> float:
        """Instantaneous shear modulus of the matrix at the reference state [Pa]."""
        return self._energy_factor * 2.0 * float(self.c10)


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
    shear_modulus: Quantities
    exponent: Quantities

    def _validate(self) -> None:
        moduli = _positive(self.shear_modulus, "Pa", "shear_modulus")
        exponents = tuple(to_si(item, "1", "exponent") for item in _items(self.exponent))
        _store(self, "shear_modulus", moduli)
        _store(self, "exponent", exponents)
        if len(moduli) != len(exponents) or not moduli:
            raise InputError(
                f"Ogden has {len(moduli)} values of shear_modulus and {len(exponents)} of "
                "exponent; give one of each per term"
            )
        if 0.0 in exponents:
            raise InputError("exponent is 0; must not be zero (leave that term out)")

    def _constants(self, factor: float) -> tuple[float, ...]:
        moduli, exponents = _floats(self.shear_modulus), _floats(self.exponent)
        pairs = zip(moduli, exponents, strict=True)
        return (float(len(moduli)), *(x for mu, alpha in pairs for x in (factor * mu, alpha)))

    @property
    def shear_modulus_initial(self) -> float:
        """Instantaneous shear modulus of the matrix at the reference state [Pa]."""
        return self._energy_factor * math.fsum(_floats(self.shear_modulus))


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
    c1: Quantity
    c2: Quantity

    def _validate(self) -> None:
        _store_si(self, "Pa", "c1", low=0.0, open_low=True)
        _store_si(self, "1", "c2", low=0.0, open_low=True)

    def _constants(self, factor: float) -> tuple[float, ...]:
        return factor * float(self.c1), float(self.c2)

    @property
    def shear_modulus_initial(self) -> float:
        """Instantaneous shear modulus of the matrix at the reference state [Pa]."""
        return self._energy_factor * float(self.c1) * float(self.c2)


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
    parameters, families = material.pack()
    stress_iso, stress_vol = np.empty(4), np.empty(4)
    tangent_iso, tangent_vol = np.empty((4, 4)), np.empty((4, 4))
    point = np.array(c, dtype=np.float64)
    if point.shape != (4,):
        raise InputError(f"c has shape {point.shape}; must be 4 numbers")
    energy_iso, energy_vol = point_response(
        material.code, parameters, families, point, stress_iso, tangent_iso, stress_vol, tangent_vol
    )
    return PointResponse(
        float(energy_iso), float(energy_vol), stress_iso, tangent_iso, stress_vol, tangent_vol
    )
