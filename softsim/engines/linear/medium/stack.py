"""The layered solid of the linear engine as plain arrays, and its complex moduli."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softsim.errors import InputError
from softsim.kernels.layers.moduli import (
    IncrementalModuli,
    Layers,
    general_laws,
    relaxation_factors,
)

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

# Long-term stiffness must stay positive: a Prony sum of one leaves a fluid, above one a negative
# stiffness.  The margin is the rounding of a sum of decimal fractions.
PRONY_SUM_MARGIN = 1e-12
# Stands for omega tau = inf, instantaneous; its square is still finite.
LARGEST_PHASE = 1e150


def _filled(value: ArrayLike, *shape: int) -> FloatArray:
    """Return `value` as a contiguous float array of a shape."""
    return np.ascontiguousarray(np.broadcast_to(np.asarray(value, dtype=float), shape))


def _isotropic(
    shear: FloatArray, ratio: FloatArray, constant_poisson: NDArray[np.bool_]
) -> IncrementalModuli:
    """Return the moduli of isotropic layers at rest; those of an incompressible one are inf."""
    whole = np.where(ratio < 0.5, 3.0 * (1.0 - 2.0 * ratio), 1.0)
    bulk = np.where(ratio < 0.5, 2.0 * shear * (1.0 + ratio) / whole, np.inf)
    of_shape = np.outer(shear, np.array([4.0, -2.0, 4.0, 3.0, -2.0, -2.0]) / 3.0)
    of_volume = np.zeros_like(of_shape)
    of_volume[:, [0, 1, 2, 4, 5]] = bulk[:, None]
    all_relaxes = constant_poisson[:, None]
    return IncrementalModuli(
        elastic=np.where(all_relaxes, 0.0, of_volume),
        relaxing=of_shape + np.where(all_relaxes, of_volume, 0.0),
        tension=np.zeros((shear.size, 2)),
        plain=np.ones(shear.size, dtype=bool),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class LayeredStack:
    """Layers from the skin down, with instantaneous moduli and Prony branches; made by `of`.

    Parameters
    ----------
    thickness : ndarray, shape (n_layers,)
        Thickness [m]; inf for the last layer makes a half-space, otherwise a rigid base follows.
    shear_modulus : ndarray, shape (n_layers,)
        Instantaneous shear modulus G0 [Pa].
    poisson_ratio : ndarray, shape (n_layers,)
        Instantaneous Poisson ratio [-], 0.5 exactly is allowed.
    prony_weight : ndarray, shape (n_layers, n_branches)
        Weights g_i [-]; zero where layers have fewer branches.
    prony_time : ndarray, shape (n_layers, n_branches)
        Relaxation times [s].
    constant_poisson : ndarray of bool, shape (n_layers,)
        True: the whole stress relaxes (constant Poisson ratio, relaxes="all");
        False: only the shear modulus relaxes, the bulk modulus is elastic.
    slip_stiffness : ndarray, shape (n_layers,)
        Shear spring k_t of the interface under each layer [Pa/m]; inf bonded, 0 with no viscosity
        free slip.  The last entry acts on a rigid base.
    slip_viscosity : ndarray, shape (n_layers,)
        Dashpot beside that spring [Pa s/m]; ignored where the spring is inf.
    slip_weight : ndarray, shape (n_layers, n_slip_branches)
        Prony weights of that spring [-]; zero where interfaces have fewer branches.
    slip_time : ndarray, shape (n_layers, n_slip_branches)
        Their relaxation times [s].
    membrane : ndarray, shape (n_layers,)
        In-plane stiffness E' t of a sheet glued under each layer, above the spring [N/m].
    incremental : IncrementalModuli
        Moduli of the layers; of those that are orthotropic or under tension `shear_modulus` and
        `poisson_ratio` only scale lengths.

    Raises
    ------
    InputError
        When a value is out of its bound.
    """

    thickness: FloatArray
    shear_modulus: FloatArray
    poisson_ratio: FloatArray
    prony_weight: FloatArray
    prony_time: FloatArray
    constant_poisson: NDArray[np.bool_]
    slip_stiffness: FloatArray
    slip_viscosity: FloatArray
    slip_weight: FloatArray
    slip_time: FloatArray
    membrane: FloatArray
    incremental: IncrementalModuli
    key: str = field(init=False, default="")

    @classmethod
    def of(
        cls,
        *,
        thickness: ArrayLike,
        shear_modulus: ArrayLike,
        poisson_ratio: ArrayLike,
        prony_weight: ArrayLike = (),
        prony_time: ArrayLike = 1.0,
        constant_poisson: ArrayLike = False,
        slip_stiffness: ArrayLike = np.inf,
        slip_viscosity: ArrayLike = 0.0,
        slip_weight: ArrayLike = (),
        slip_time: ArrayLike = 1.0,
        membrane: ArrayLike = 0.0,
        incremental: IncrementalModuli | None = None,
    ) -> LayeredStack:
        """Return a stack from what is known: elastic, bonded, isotropic and at rest by default.

        Parameters
        ----------
        thickness, shear_modulus, ...
            As of the class, or what broadcasts to them.
        """
        n = np.size(thickness)
        weight = np.atleast_2d(np.asarray(prony_weight, dtype=float))
        slack = np.atleast_2d(np.asarray(slip_weight, dtype=float))
        shear, ratio = _filled(shear_modulus, n), _filled(poisson_ratio, n)
        constant = _filled(constant_poisson, n).astype(bool)
        return cls(
            thickness=_filled(thickness, n),
            shear_modulus=shear,
            poisson_ratio=ratio,
            prony_weight=_filled(weight, n, weight.shape[-1]),
            prony_time=_filled(prony_time, n, weight.shape[-1]),
            constant_poisson=constant,
            slip_stiffness=_filled(slip_stiffness, n),
            slip_viscosity=_filled(slip_viscosity, n),
            slip_weight=_filled(slack, n, slack.shape[-1]),
            slip_time=_filled(slip_time, n, slack.shape[-1]),
            membrane=_filled(membrane, n),
            incremental=incremental or _isotropic(shear, ratio, constant),
        )

    def __post_init__(self) -> None:
        """Check and hash the arrays."""
        self._check()
        shapes = (self.prony_weight.shape, self.slip_weight.shape)
        digest = hashlib.sha256(repr(shapes).encode())
        for part in fields(self)[:-2]:
            digest.update(getattr(self, part.name).tobytes())
        for moduli in self.incremental:
            digest.update(moduli.tobytes())
        object.__setattr__(self, "key", digest.hexdigest())

    def _check(self) -> None:
        """Refuse impossible numbers; each message says what, value, bound and cure."""
        shear, ratio = self.shear_modulus, self.poisson_ratio
        rules = (
            ("thickness", self.thickness > 0.0, "> 0"),
            ("thickness", np.isfinite(self.thickness[:-1]), "finite above the last layer"),
            ("shear_modulus", (shear > 0.0) & np.isfinite(shear), "> 0"),
            ("poisson_ratio", (ratio > -1.0) & (ratio <= 0.5), "in (-1, 0.5]"),
            ("prony_weight", self.prony_weight >= 0.0, ">= 0"),
            ("prony_time", self.prony_time > 0.0, "> 0"),
            ("slip_stiffness", self.slip_stiffness >= 0.0, ">= 0"),
            ("slip_viscosity", self.slip_viscosity >= 0.0, ">= 0"),
            ("slip_weight", self.slip_weight >= 0.0, ">= 0"),
            ("slip_time", self.slip_time > 0.0, "> 0"),
            ("membrane", self.membrane >= 0.0, ">= 0"),
        )
        for name, good, bound in rules:
            if not np.all(good):
                raise InputError(f"{name} is {getattr(self, name)}; every entry must be {bound}")
        for what, weight in (("", self.prony_weight), ("the spring under ", self.slip_weight)):
            total = weight.sum(axis=1)
            if np.any(total >= 1.0 - PRONY_SUM_MARGIN):
                raise InputError(
                    f"prony weights of {what}layer {int(np.argmax(total))} sum to "
                    f"{total.max():.6g}; must stay below 1 (the long-term stiffness would not be "
                    "positive)"
                )

    @property
    def is_half_space(self) -> bool:
        """True when the last layer has no bottom."""
        return bool(np.isinf(self.thickness[-1]))

    @property
    def uniaxial_ratio(self) -> FloatArray:
        """Instantaneous G/(K + 4G/3) = (1 - 2 nu)/(2 (1 - nu)) [-], shape (n_layers,)."""
        return np.asarray((0.5 - self.poisson_ratio) / (1.0 - self.poisson_ratio))

    @property
    def is_plain(self) -> bool:
        """True when every layer is isotropic and at rest."""
        return bool(self.incremental.plain.all())

    def relaxation_factor(self, angular_frequency: FloatArray) -> ComplexArray:
        """Return G*(omega)/G0 = 1 - sum g_i / (1 + i omega tau_i), shape (n_omega, n_layers).

        Parameters
        ----------
        angular_frequency : ndarray, shape (n_omega,)
            Angular frequency under e^{+i omega t} [rad/s], any sign; +-inf is instantaneous.
        """
        omega = np.ascontiguousarray(angular_frequency, dtype=float)
        out = np.empty((omega.size, self.thickness.size), dtype=complex)
        relaxation_factors(omega, self.prony_weight, self.prony_time, LARGEST_PHASE, out)
        return out

    def complex_moduli(self, angular_frequency: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Return the shear modulus and the ratio G/(K + 4G/3) at each angular frequency.

        Parameters
        ----------
        angular_frequency : ndarray, shape (n_omega,)
            Angular frequency under e^{+i omega t} [rad/s], any sign; +-inf is instantaneous.

        Returns
        -------
        shear : ndarray of complex128, shape (n_omega, n_layers)
            G0 [1 - sum g_i / (1 + i omega tau_i)] [Pa].
        ratio : ndarray of complex128, shape (n_omega, n_layers)
            Constant for constant Poisson ratio, else from the elastic bulk modulus [-].
        """
        factor = self.relaxation_factor(angular_frequency)
        # m0/m - 4/3 = K/G0 stays finite through the product below, m = 0 when incompressible
        start = self.uniaxial_ratio
        ratio = start * factor / (1.0 + (4.0 / 3.0) * start * (factor - 1.0))
        ratio = np.where(self.constant_poisson, start, ratio)
        return np.asarray(self.shear_modulus * factor), np.ascontiguousarray(ratio, dtype=complex)

    def increments(self, angular_frequency: FloatArray) -> ComplexArray:
        """Return L11, L12, L22, G, L13, L23 at each frequency, shape (n_omega, n_layers, 6) [Pa].

        Parameters
        ----------
        angular_frequency : ndarray, shape (n_omega,)
            Angular frequency [rad/s].
        """
        factor = self.relaxation_factor(angular_frequency)
        relaxing = factor[:, :, None] * self.incremental.relaxing
        return np.asarray(self.incremental.elastic + relaxing)

    def layers(self, angular_frequency: FloatArray) -> Layers:
        """Return what the kernels need to know of the layers at each angular frequency.

        Parameters
        ----------
        angular_frequency : ndarray, shape (n_omega,)
            Angular frequency [rad/s].
        """
        plain, slip = self.incremental.plain, self.interface_compliance(angular_frequency)
        if self.is_plain:
            shear, ratio = self.complex_moduli(angular_frequency)
            return Layers(self.thickness, shear, ratio[..., None], plain, slip, self.membrane)
        factor = self.relaxation_factor(angular_frequency)
        shear = np.asarray(self.shear_modulus * factor)
        law = np.empty((*factor.shape, 4), dtype=complex)
        start, steady = self.uniaxial_ratio, self.constant_poisson
        general_laws(factor, self.incremental, start, steady, shear, law)
        return Layers(self.thickness, shear, law, plain, slip, self.membrane)

    def interface_stiffness(self, angular_frequency: FloatArray) -> ComplexArray:
        """Return the shear stiffness of the interface under each layer [Pa/m].

        Parameters
        ----------
        angular_frequency : ndarray, shape (n_omega,)
            Angular frequency [rad/s].

        Returns
        -------
        ndarray of complex128, shape (n_omega, n_layers)
            k_t [1 - sum g_i / (1 + i omega tau_i)] + i omega eta; inf bonded, 0 free slip.
        """
        omega = np.ascontiguousarray(angular_frequency, dtype=float)
        out = np.full((omega.size, self.thickness.size), np.inf, dtype=complex)
        slips = np.isfinite(self.slip_stiffness)
        if not slips.any():
            return out
        factor = np.empty_like(out)
        relaxation_factors(omega, self.slip_weight, self.slip_time, LARGEST_PHASE, factor)
        for i in np.flatnonzero(slips):
            out[:, i] = self.slip_stiffness[i] * factor[:, i]
            if self.slip_viscosity[i] > 0.0:
                rate = np.clip(omega * self.slip_viscosity[i], -LARGEST_PHASE, LARGEST_PHASE)
                out[:, i] += 1j * rate
        return out

    def interface_compliance(self, angular_frequency: FloatArray) -> ComplexArray:
        """Return the shear compliance of the interface under each layer [m/Pa].

        Parameters
        ----------
        angular_frequency : ndarray, shape (n_omega,)
            Angular frequency [rad/s].

        Returns
        -------
        ndarray of complex128, shape (n_omega, n_layers)
            Inverse of `interface_stiffness`; 0 bonded, inf free slip.
        """
        stiffness = self.interface_stiffness(angular_frequency)
        out = np.zeros_like(stiffness)
        finite = np.isfinite(self.slip_stiffness)
        held = finite & (stiffness != 0.0)
        np.divide(1.0, stiffness, out=out, where=held)
        out[finite & ~held] = np.inf
        return out
