"""One time step of the skin's creep under a tool that stands or slides by whole nodes.

In the frame of the tool the pressure is a sum of hats, linear in time over a step.  What it leaves
behind in a mode of creep is exact: the hats are drawn along the way with the weight exp(-t/t_j),
so that a stroke that has gone on for long is the steady one, whatever the step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import fft

from softsim.engines.linear.creep.basis import COMPONENTS, SurfaceCreep
from softsim.engines.linear.medium.quadrature import gauss_rule
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray
from softsim.engines.linear.section.contact import DATUM_EXTENTS
from softsim.engines.linear.section.green import GAUSS_POINTS, hat_column
from softsim.kernels.tables.arrays import GreenFunction
from softsim.kernels.tables.influence import shifted_hat_influence

# Places of the hat between two nodes at which its influence is computed, and points of the fine
# rule for the weights: panels halved towards the end of the step resolve any t_j below it.
PLACES = 8
PANEL_HALVINGS = 40
# Components zz, zx, xx in a mirror: the coupling changes sign.
MIRROR = np.array([[1.0], [-1.0], [1.0]])


@dataclass(frozen=True, eq=False)
class IntegrationWeights:
    """Exact weights of y' = (p - y)/t for p linear in time over a step, shape (n_modes,) each.

    At its end y is `decay` y + `old` p + `new` p', with y and p at its start and p' at its end.

    Parameters
    ----------
    decay, old, new : ndarray, shape (n_modes,)
        [-].
    """

    decay: FloatArray
    old: FloatArray
    new: FloatArray

    @classmethod
    def of(cls, time: FloatArray, step: float) -> IntegrationWeights:
        """Return the weights.

        Parameters
        ----------
        time : ndarray, shape (n_modes,)
            Retardation times [s].
        step : float
            [s]; 0 is a sudden change.
        """
        if step == 0.0:
            return cls(np.ones(time.size), np.zeros(time.size), np.zeros(time.size))
        x = step / time
        decay, mean = np.exp(-x), -np.expm1(-x) / x
        return cls(decay, mean - decay, 1.0 - mean)


def datum_shift(green: GreenFunction, name: str, spacing: float, datum: float) -> float:
    """Return what puts the zero of a logarithmic Green's function far away [m/Pa].

    Parameters
    ----------
    green : GreenFunction
    name : {"zz", "zx", "xx"}
        The coupling zx has no datum.
    spacing : float
        Of the nodes [m].
    datum : float
        Distance of the zero [m].
    """
    return 0.0 if name == "zx" else float(green.far_log * np.log(datum) * spacing)


@dataclass(frozen=True, eq=False)
class SkinInfluence:
    """Influence of hats of traction on the nodes of a skin, sudden and per mode of creep.

    Parameters
    ----------
    creep : SurfaceCreep
    spacing : float
        Of the nodes [m].
    n : int
        Number of nodes.
    size : int
        Length of padded transforms.
    datum : float
        Distance of the zero of logarithmic kernels [m].
    instant : ndarray, shape (3, 2 n - 1)
        zz, zx, xx [m/Pa].
    modes : ndarray, shape (n_modes, 3, 2 n - 1)
        [m/Pa].
    """

    creep: SurfaceCreep
    spacing: float
    n: int
    size: int
    datum: float
    instant: FloatArray
    modes: FloatArray

    @classmethod
    def of(
        cls, creep: SurfaceCreep, spacing: float, n: int, datum: float = np.inf
    ) -> SkinInfluence:
        """Sample the kernels.

        Parameters
        ----------
        creep : SurfaceCreep
        spacing : float
            [m].
        n : int
            Number of nodes.
        datum : float
            Distance of the zero of logarithmic kernels [m]; inf is ten extents of the nodes.
        """
        if np.isinf(datum):
            datum = DATUM_EXTENTS * spacing * n

        def column(green: GreenFunction, name: str) -> FloatArray:
            return hat_column(green, spacing, n) + datum_shift(green, name, spacing, datum)

        instant = np.array([column(creep.instant[name], name) for name in COMPONENTS])
        count = creep.basis.time.size
        modes = np.zeros((count, 3, 2 * n - 1))
        for i, name in enumerate(COMPONENTS):
            for j in range(count):
                modes[j, i] = column(creep.modes[name][j], name)
        size = 1 << int(np.ceil(np.log2(2 * n - 1)))
        return cls(creep, spacing, n, size, datum, instant, modes)

    def transform(self, columns: FloatArray) -> ComplexArray:
        """Return the transform of columns, lag 0 first.

        Parameters
        ----------
        columns : ndarray, shape (..., 2 n - 1)
            In any unit.
        """
        circle = np.zeros((*columns.shape[:-1], self.size))
        circle[..., : self.n] = columns[..., self.n - 1 :]
        circle[..., self.size - self.n + 1 :] = columns[..., : self.n - 1]
        return np.asarray(fft.rfft(circle, axis=-1))


@dataclass(frozen=True, eq=False)
class Propagator:
    """What a step of a tool leaves in the internal variables of creep.

    Parameters
    ----------
    travel : int
        Nodes the tool moves on; below 0: back, towards -x.
    duration : float
        [s].
    decay : ndarray, shape (n_modes,)
        What is left of the variables [-].
    old, new : ndarray of complex128, shape (n_modes, 1 or n_k)
        Transform of what a hat at its old (new) place leaves in a variable, on the nodes [-].
    """

    travel: int
    duration: float
    decay: FloatArray
    old: ComplexArray
    new: ComplexArray

    @classmethod
    def of(cls, time: FloatArray, duration: float, travel: int, size: int) -> Propagator:
        """Return what a step leaves in the internal variables.

        Parameters
        ----------
        time : ndarray, shape (n_modes,)
            Retardation times [s].
        duration : float
            [s].
        travel : int
            Nodes the tool moves on, not below 0; 0: it stands.
        size : int
            Length of the transforms.
        """
        if travel == 0:
            weights = IntegrationWeights.of(time, duration)
            columns = (w[:, None].astype(np.complex128) for w in (weights.old, weights.new))
            return cls(0, duration, weights.decay, *columns)
        places = gauss_rule(PLACES)[0]
        shape = np.zeros((2, time.size, size))
        for j, value in enumerate(time):
            weight = travel_weights(duration / float(value), travel, places)
            for passed in range(travel):
                here = weight[:, passed]
                for way in (0, 1):
                    at = passed - way * travel
                    shape[way, j, at] += here[way] @ (1.0 - places)
                    shape[way, j, at + 1] += here[way] @ places
        old, new = fft.rfft(shape, axis=-1)
        return cls(travel, duration, np.exp(-duration / time), old, new)

    @property
    def mirrored(self) -> Propagator:
        """The same step the other way."""
        return replace(self, travel=-self.travel, old=self.old.conj(), new=self.new.conj())


@dataclass(frozen=True, eq=False)
class Step:
    """A time step: the propagator of the tool and its influence on the skin.

    Parameters
    ----------
    propagator : Propagator
        Of the internal variables of the skin.
    old, new : ndarray of complex128, shape (n_modes, 3, n_k)
        Transform of the delayed displacement by it, zz, zx and xx [m/Pa].
    column : ndarray, shape (3, 2 n - 1)
        Influence of the new traction at the end of the step [m/Pa].
    """

    propagator: Propagator
    old: ComplexArray
    new: ComplexArray
    column: FloatArray

    @property
    def mirrored(self) -> Step:
        """The same step the other way."""
        return Step(
            self.propagator.mirrored,
            MIRROR * self.old.conj(),
            MIRROR * self.new.conj(),
            MIRROR * self.column[:, ::-1],
        )


def standing_step(skin: SkinInfluence, spectra: ComplexArray, duration: float) -> Step:
    """Return a step of a tool that stands.

    Parameters
    ----------
    skin : SkinInfluence
    spectra : ndarray of complex128, shape (n_modes, 3, n_k)
        Transform of the modes' columns [m/Pa].
    duration : float
        [s].
    """
    weights = IntegrationWeights.of(skin.creep.basis.time, duration)
    return Step(
        Propagator.of(skin.creep.basis.time, duration, 0, skin.size),
        weights.old[:, None, None] * spectra,
        weights.new[:, None, None] * spectra,
        skin.instant + np.tensordot(weights.new, skin.modes, 1),
    )


def sliding_step(skin: SkinInfluence, travel: int, duration: float) -> Step:
    """Return a step of a tool that slides towards +x.

    Parameters
    ----------
    skin : SkinInfluence
    travel : int
        Nodes the tool moves on, above 0.
    duration : float
        [s].
    """
    time, length = skin.creep.basis.time, 2 * skin.n - 1
    places = gauss_rule(PLACES)[0]
    influence = np.zeros((2, time.size, 3, length))
    for j, value in enumerate(time):
        weights = travel_weights(duration / float(value), travel, places)
        for i, name in enumerate(COMPONENTS):
            kernel = skin.creep.modes[name][j]
            between = np.array([_column_at(kernel, skin, travel, place) for place in places])
            between += datum_shift(kernel, name, skin.spacing, skin.datum)
            for passed in range(travel):
                part = weights[:, passed] @ between
                # entry n - 1 + lag of a column is entry n - 1 + travel + lag of `between`
                influence[0, j, i] += part[0, travel - passed :][:length]
                influence[1, j, i] += part[1, 2 * travel - passed :][:length]
    old, new = skin.transform(influence)
    column = skin.instant + influence[1].sum(axis=0)
    return Step(Propagator.of(time, duration, travel, skin.size), old, new, column)


def _column_at(green: GreenFunction, skin: SkinInfluence, travel: int, place: float) -> FloatArray:
    """Return the influence of a hat between nodes, with `travel` more nodes on both sides."""
    out = np.empty(2 * (skin.n + travel) - 1)
    shifted_hat_influence(green, skin.spacing, place, *gauss_rule(GAUSS_POINTS), out)
    return out


def travel_weights(rate: float, travel: int, places: FloatArray) -> FloatArray:
    """Return the weights of the hats drawn along the way, old and new (2, travel, n_places).

    Parameters
    ----------
    rate : float
        Duration of the step over the retardation time [-].
    travel : int
        Nodes on the way.
    places : ndarray, shape (n_places,)
        Places between two nodes, in spacings [-].

    Notes
    -----
    Exact for influences that are polynomials of degree n_places - 1 between two nodes: Lagrange
    polynomials times rate exp(-rate (1 - s)) times 1 - s (old) or s (new), s the share of the way.
    """
    fine, share = _fine_rule()
    basis = np.ones((places.size, fine.size))
    for i, place in enumerate(places):
        for other in np.delete(places, i):
            basis[i] *= (fine - other) / (place - other)
    way = (np.arange(travel)[:, None] + fine) / travel
    weight = rate * np.exp(-rate * (1.0 - way)) * share / travel
    return np.stack([(weight * (1.0 - way)) @ basis.T, (weight * way) @ basis.T])


def _fine_rule() -> tuple[FloatArray, FloatArray]:
    """Return points and weights on [0, 1], crowded towards 1."""
    nodes, weights = gauss_rule(PLACES)
    ends = np.append(1.0 - 0.5 ** np.arange(PANEL_HALVINGS), 1.0)
    width = np.diff(ends)[:, None]
    return (ends[:-1, None] + width * nodes).ravel(), (width * weights).ravel()
