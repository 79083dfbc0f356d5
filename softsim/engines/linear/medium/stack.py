"""The layered solid of the linear engine as plain arrays, and its complex moduli."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from softsim.errors import InputError
from softsim.kernels.layers.moduli import general_laws, relaxation_factors

FloatArray = NDArray[np.float64]
ComplexArray = NDArray[np.complex128]

# Long-term stiffness must stay positive: a Prony sum of one leaves a fluid, above one a negative
# stiffness.  The margin is the rounding of a sum of decimal fractions.
PRONY_SUM_MARGIN = 1e-12
# Stands for omega tau = inf, instantaneous; its square is still finite.
LARGEST_PHASE = 1e150


@dataclass(frozen=True, kw_only=True, eq=False)
class IncrementalModuli:
    """Moduli of small increments about a prestretched state, per layer.

    Parameters
    ----------
    elastic, relaxing : ndarray, shape (n_layers, 6)
        L11, L12, L22, G, L13, L23 [Pa] (1 along, 2 depth, 3 across) of the part that stays and of
        the part that the Prony factor multiplies, instantaneous; L11 includes the tension.
    tension : ndarray, shape (n_layers, 2)
        Cauchy stress along and across of the undisturbed layer [Pa]; that in depth is zero.
    plain : ndarray of bool, shape (n_layers,)
        True for isotropic layers at rest, which use the stack's shear modulus and Poisson ratio.
    """

    elastic: FloatArray
    relaxing: FloatArray
    tension: FloatArray
    plain: NDArray[np.bool_]


def _filled(value: object, shape: tuple[int, ...], default: float) -> FloatArray:
    """Return `value` as a contiguous float array of `shape`, or the default everywhere."""
    if value is None:
        return np.full(shape, default)
    return np.ascontiguousarray(np.broadcast_to(np.asarray(value, dtype=float), shape))


@dataclass(frozen=True, kw_only=True, eq=False)
class LayeredStack:
    """Layers from the skin down, with instantaneous moduli and Prony branches.

    Parameters
    ----------
    thickness : ndarray, shape (n_layers,)
        Thickness [m]; inf for the last layer makes a half-space, otherwise a rigid base follows.
    shear_modulus : ndarray, shape (n_layers,)
        Instantaneous shear modulus G0 [Pa].
    poisson_ratio : ndarray, shape (n_layers,)
        Instantaneous Poisson ratio [-], 0.5 exactly is allowed.
    prony_weight : ndarray, shape (n_layers, n_branches), optional
        Weights g_i [-]; pad with zeros where layers have fewer branches.
    prony_time : ndarray, shape (n_layers, n_branches), optional
        Relaxation times [s]; pad with ones.
    constant_poisson : ndarray of bool, shape (n_layers,), optional
        True: the whole stress relaxes (constant Poisson ratio, relaxes="all");
        False (default): only the shear modulus relaxes, the bulk modulus is elastic.
    slip_stiffness : ndarray, shape (n_layers,), optional
        Shear spring k_t of the interface under each layer [Pa/m]; inf bonded (default), 0 with
        no viscosity free slip.  The last entry acts on a rigid base.
    slip_viscosity : ndarray, shape (n_layers,), optional
        Dashpot beside that spring [Pa s/m], default 0; ignored where the spring is inf.
    membrane : ndarray, shape (n_layers,), optional
        In-plane stiffness E' t of a sheet glued under each layer, above the spring [N/m].
    incremental : IncrementalModuli, optional
        Moduli of the layers that are orthotropic or under tension; of those layers
        `shear_modulus` and `poisson_ratio` only scale lengths.

    Raises
    ------
    InputError
        When a value is out of its bound.
    """

    thickness: FloatArray
    shear_modulus: FloatArray
    poisson_ratio: FloatArray
    prony_weight: FloatArray | None = None
    prony_time: FloatArray | None = None
    constant_poisson: NDArray[np.bool_] | None = None
    slip_stiffness: FloatArray | None = None
    slip_viscosity: FloatArray | None = None
    membrane: FloatArray | None = None
    incremental: IncrementalModuli | None = None
    key: str = field(init=False, default="")

    def __post_init__(self) -> None:
        """Broadcast, check and hash the arrays."""
        n = np.atleast_1d(np.asarray(self.thickness, dtype=float)).size
        weight = np.zeros((n, 0)) if self.prony_weight is None else self.prony_weight
        weight = np.atleast_2d(np.asarray(weight, dtype=float))
        shape = (n, weight.shape[-1])
        values: dict[str, FloatArray | NDArray[np.bool_]] = {
            "thickness": _filled(self.thickness, (n,), 0.0),
            "shear_modulus": _filled(self.shear_modulus, (n,), 0.0),
            "poisson_ratio": _filled(self.poisson_ratio, (n,), 0.0),
            "prony_weight": _filled(weight, shape, 0.0),
            "prony_time": _filled(self.prony_time, shape, 1.0),
            "constant_poisson": _filled(self.constant_poisson, (n,), 0.0).astype(bool),
            "slip_stiffness": _filled(self.slip_stiffness, (n,), np.inf),
            "slip_viscosity": _filled(self.slip_viscosity, (n,), 0.0),
            "membrane": _filled(self.membrane, (n,), 0.0),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)
        self._check()
        digest = hashlib.sha256(repr(shape).encode())
        for value in values.values():
            digest.update(value.tobytes())
        if self.incremental is not None:
            for name in ("elastic", "relaxing", "tension", "plain"):
                digest.update(np.ascontiguousarray(getattr(self.incremental, name)).tobytes())
        object.__setattr__(self, "key", digest.hexdigest())

    def _check(self) -> None:
        """Refuse impossible numbers; each message says what, value, bound and cure."""
        rules = (
            ("thickness", self.thickness > 0.0, "> 0"),
            ("thickness", np.isfinite(self.thickness[:-1]), "finite above the last layer"),
            ("shear_modulus", (self.shear_modulus > 0.0) & np.isfinite(self.shear_modulus), "> 0"),
            (
                "poisson_ratio",
                (self.poisson_ratio > -1.0) & (self.poisson_ratio <= 0.5),
                "in (-1, 0.5]",
            ),
            ("prony_weight", self.branch_weight >= 0.0, ">= 0"),
            ("prony_time", self.branch_time > 0.0, "> 0"),
            ("slip_stiffness", self.interface_stiffness >= 0.0, ">= 0"),
            ("slip_viscosity", self.interface_viscosity >= 0.0, ">= 0"),
            ("membrane", self.sheet_stiffness >= 0.0, ">= 0"),
        )
        for name, good, bound in rules:
            if not np.all(good):
                raise InputError(f"{name} is {getattr(self, name)}; every entry must be {bound}")
        total = self.branch_weight.sum(axis=1)
        if np.any(total >= 1.0 - PRONY_SUM_MARGIN):
            raise InputError(
                f"prony weights of layer {int(np.argmax(total))} sum to {total.max():.6g}; "
                "must stay below 1 (the long-term stiffness would not be positive)"
            )

    @property
    def branch_weight(self) -> FloatArray:
        """Prony weights [-], shape (n_layers, n_branches)."""
        assert self.prony_weight is not None
        return self.prony_weight

    @property
    def branch_time(self) -> FloatArray:
        """Relaxation times [s], shape (n_layers, n_branches)."""
        assert self.prony_time is not None
        return self.prony_time

    @property
    def ratio_is_constant(self) -> NDArray[np.bool_]:
        """True for the layers whose Poisson ratio is constant, shape (n_layers,)."""
        assert self.constant_poisson is not None
        return self.constant_poisson

    @property
    def interface_stiffness(self) -> FloatArray:
        """Shear spring under each layer [Pa/m], shape (n_layers,)."""
        assert self.slip_stiffness is not None
        return self.slip_stiffness

    @property
    def interface_viscosity(self) -> FloatArray:
        """Shear dashpot under each layer [Pa s/m], shape (n_layers,)."""
        assert self.slip_viscosity is not None
        return self.slip_viscosity

    @property
    def sheet_stiffness(self) -> FloatArray:
        """In-plane stiffness of the sheet under each layer [N/m], shape (n_layers,)."""
        assert self.membrane is not None
        return self.membrane

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
        return self.incremental is None or bool(self.incremental.plain.all())

    def relaxation_factor(self, angular_frequency: FloatArray) -> ComplexArray:
        """Return G*(omega)/G0 = 1 - sum g_i / (1 + i omega tau_i), shape (n_omega, n_layers).

        Parameters
        ----------
        angular_frequency : ndarray, shape (n_omega,)
            Angular frequency under e^{+i omega t} [rad/s], any sign; +-inf is instantaneous.
        """
        omega = np.ascontiguousarray(angular_frequency, dtype=float)
        out = np.empty((omega.size, self.thickness.size), dtype=complex)
        relaxation_factors(omega, self.branch_weight, self.branch_time, LARGEST_PHASE, out)
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
        ratio = np.where(self.ratio_is_constant, start, ratio)
        return np.asarray(self.shear_modulus * factor), np.ascontiguousarray(ratio, dtype=complex)

    def increments(self, angular_frequency: FloatArray) -> ComplexArray:
        """Return L11, L12, L22, G, L13, L23 at each frequency, shape (n_omega, n_layers, 6) [Pa].

        Parameters
        ----------
        angular_frequency : ndarray, shape (n_omega,)
            Angular frequency [rad/s].
        """
        assert self.incremental is not None
        factor = self.relaxation_factor(angular_frequency)
        relaxing = factor[:, :, None] * self.incremental.relaxing
        return np.asarray(self.incremental.elastic + relaxing)

    def general_moduli(self, angular_frequency: FloatArray) -> tuple[ComplexArray, ComplexArray]:
        """Return the shear moduli and the laws (m, r, c, t) of `kernels.layered_prestressed`.

        Parameters
        ----------
        angular_frequency : ndarray, shape (n_omega,)
            Angular frequency [rad/s].

        Returns
        -------
        shear : ndarray of complex128, shape (n_omega, n_layers)
            [Pa].
        law : ndarray of complex128, shape (n_omega, n_layers, 4)
            [-].
        """
        assert self.incremental is not None
        factor = self.relaxation_factor(angular_frequency)
        shear = np.asarray(self.shear_modulus * factor)
        law = np.empty((*factor.shape, 4), dtype=complex)
        general_laws(
            factor,
            self.incremental.elastic,
            self.incremental.relaxing,
            np.ascontiguousarray(self.incremental.tension[:, 0]),
            self.incremental.plain,
            self.uniaxial_ratio,
            self.ratio_is_constant,
            shear,
            law,
        )
        return shear, law

    def interface_compliance(self, angular_frequency: FloatArray) -> ComplexArray:
        """Return the shear compliance of the interface under each layer [m/Pa].

        Parameters
        ----------
        angular_frequency : ndarray, shape (n_omega,)
            Angular frequency [rad/s].

        Returns
        -------
        ndarray of complex128, shape (n_omega, n_layers)
            1/(k_t + i omega eta); 0 bonded, inf free slip.
        """
        omega = np.asarray(angular_frequency, dtype=float)
        out = np.zeros((omega.size, self.thickness.size), dtype=complex)
        for i, (spring, dashpot) in enumerate(
            zip(self.interface_stiffness, self.interface_viscosity, strict=True)
        ):
            if np.isinf(spring):
                continue
            rate = np.zeros_like(omega)
            if dashpot > 0.0:
                rate = np.clip(omega * dashpot, -LARGEST_PHASE, LARGEST_PHASE)
            size = spring**2 + rate**2
            free = size == 0.0
            size = np.where(free, 1.0, size)
            out[:, i] = np.where(free, np.inf, spring / size) - 1j * np.where(
                free, 0.0, rate / size
            )
        return out
