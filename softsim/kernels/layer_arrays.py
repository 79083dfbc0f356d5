"""Arrays that describe the layers of a tissue to kernels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class LayerArrays(NamedTuple):
    """The layers of a tissue as arrays, from the skin down.

    Parameters
    ----------
    thickness : ndarray of float64, shape (n_layers,)
        [m].
    law_codes, law_parameters : ndarray, shapes (n_layers,), (n_layers, n_parameters)
        Law and constants, each in its SI unit, for `softsim.kernels.laws.response.shape_response`.
    family_offsets, families : ndarray, shapes (n_layers + 1,), (n_families, 5)
        Fibre families of layer k are rows offsets[k] to offsets[k+1]; constants in their SI unit.
    prestretch : ndarray of float64, shape (n_layers, 3)
        Stretch (along, depth, across) from the stress-free to the undisturbed state [-].
    relaxes_all : ndarray of bool, shape (n_layers,)
        True where the whole stress relaxes.
    weights, times : ndarray of float64, shape (n_layers, n_branches)
        Prony weights [-] and relaxation times [s], padded with zero weights.
    at_points : ndarray of float64, shape (n_layers,)
        Share of the energy of the volume that a mesh takes at its points; the rest is that of the
        mean volume of a span [-].
    """

    thickness: NDArray[np.float64]
    law_codes: NDArray[np.int64]
    law_parameters: NDArray[np.float64]
    family_offsets: NDArray[np.int64]
    families: NDArray[np.float64]
    prestretch: NDArray[np.float64]
    relaxes_all: NDArray[np.bool_]
    weights: NDArray[np.float64]
    times: NDArray[np.float64]
    at_points: NDArray[np.float64]

    @property
    def long_term(self) -> NDArray[np.float64]:
        """Long-term share g_inf of the relaxing stress, shape (n_layers,) [-]."""
        return np.asarray(1.0 - self.weights.sum(axis=1))


class InterfaceArrays(NamedTuple):
    """The boundaries under the layers of a tissue as arrays, from the skin down.

    Parameters
    ----------
    stiffness : ndarray of float64, shape (n_layers,)
        Instantaneous tangential spring under each layer [Pa/m]; inf bonded, 0 free.
    viscosity : ndarray of float64, shape (n_layers,)
        Dashpot beside it [Pa s/m].
    weights, times : ndarray of float64, shape (n_layers, n_branches)
        Prony weights [-] and relaxation times [s] of the spring, padded with zero weights.
    """

    stiffness: NDArray[np.float64]
    viscosity: NDArray[np.float64]
    weights: NDArray[np.float64]
    times: NDArray[np.float64]

    @property
    def long_term(self) -> NDArray[np.float64]:
        """Stiffness that never relaxes, shape (n_layers,) [Pa/m]."""
        return np.asarray(self.stiffness * (1.0 - self.weights.sum(axis=1)))


class AdhesionArrays(NamedTuple):
    """The adhesions of a tissue as arrays.

    Parameters
    ----------
    layer : ndarray of int64, shape (n_patches,)
        Layer above the boundary that each lies on.
    start, end : ndarray of float64, shape (n_patches,)
        Places along [m].
    share : ndarray of float64, shape (n_patches,)
        Bonded area over area [-].
    stiffness : ndarray of float64, shape (n_patches,)
        Of whole bonds [Pa/m].
    strength, energy : ndarray of float64, shape (n_patches, 2)
        In shear and under a pull: largest traction [Pa], spent by breaking [J/m^2].
    exponent : ndarray of float64, shape (n_patches,)
        Between the two modes [-].
    lag : ndarray of float64, shape (n_patches,)
        Of damage behind the law [s].
    """

    layer: NDArray[np.int64]
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    share: NDArray[np.float64]
    stiffness: NDArray[np.float64]
    strength: NDArray[np.float64]
    energy: NDArray[np.float64]
    exponent: NDArray[np.float64]
    lag: NDArray[np.float64]

    @classmethod
    def none(cls) -> AdhesionArrays:
        """Return no adhesions."""
        empty, pairs = np.zeros(0), np.zeros((0, 2))
        return cls(np.zeros(0, np.int64), *(empty,) * 4, pairs, pairs, empty, empty)
