"""Slow twin of the fields inside layers at one wavenumber: a transfer matrix in many digits."""

import mpmath as mp
import numpy as np


def system(k, moduli):
    """Return the matrix of d(X, W, tau, N)/dz of a layer with L11, L12, L22, G and tension.

    u_x = i X e^{ikx}, u_z = W e^{ikx}; nominal stresses sigma_xz = i tau e^{ikx}, sigma_zz = N.
    """
    l11, l12, l22, g, tension = (mp.mpmathify(value) for value in moduli)
    return mp.matrix(
        [
            [0, -k, 1 / g, 0],
            [l12 / l22 * k, 0, 0, 1 / l22],
            [(l11 - l12**2 / l22) * k**2, 0, 0, -l12 / l22 * k],
            [0, tension * mp.mpf(k) ** 2, k, 0],
        ]
    )


def up(k, moduli, height, columns):
    """Return states at the top of a layer from those at its bottom."""
    return mp.expm(-system(k, moduli) * mp.mpf(height), method="taylor") * columns


def fields(k, thickness, layers, shear, pressure, depth):
    """Return u_x, u_z, nominal sigma_x, sigma_z and sigma_xz at depths of bonded layers on a base.

    Under a shear towards +x and a pressure on the skin.
    """
    with mp.workdps(int(6 * k * sum(thickness)) + 60):
        columns, below = [mp.matrix([[0, 0], [0, 0], [-1, 0], [0, -1]])], []
        for height, moduli in zip(thickness[::-1], layers[::-1], strict=True):
            below.append(columns[-1])
            columns.append(up(k, moduli, height, columns[-1]))
        top, below = columns[-1], below[::-1]
        tractions = mp.matrix([[top[2, 0], top[2, 1]], [top[3, 0], top[3, 1]]])
        share = mp.lu_solve(tractions, mp.matrix([1j * shear, -pressure]))
        edges, found = np.concatenate([[0.0], np.cumsum(thickness)]), []
        for z in depth:
            i = int(np.searchsorted(edges, z, side="right")) - 1
            state = up(k, layers[i], edges[i + 1] - z, below[i]) * share
            l11, l12, l22, _, _ = (mp.mpmathify(value) for value in layers[i])
            along = -(l11 - l12**2 / l22) * k * state[0] + l12 / l22 * state[3]
            found.append([1j * state[0], state[1], along, state[3], 1j * state[2]])
        return np.array([[complex(value) for value in row] for row in found]).T
