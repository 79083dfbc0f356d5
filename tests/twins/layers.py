"""Slow twins of layers at one wavenumber: transfer matrices in many digits, a dense system."""

import mpmath as mp
import numpy as np

# The twin works with as many digits as the growing exponentials eat, plus fifty.
SPARE_DIGITS = 50


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


def compliance_of(columns):
    """Return Czz, Czx, Cxx from two states on the skin."""
    u = mp.matrix([[columns[0, 0], columns[0, 1]], [columns[1, 0], columns[1, 1]]])
    t = -mp.matrix([[columns[2, 0], columns[2, 1]], [columns[3, 0], columns[3, 1]]])
    c = u * t**-1
    return complex(c[1, 1]), complex(c[1, 0]), complex(c[0, 0])


def prestressed_compliance(k, thickness, layers, slip, membrane, half_space):
    """Return Czz, Czx, Cxx: state (X, W, tau, N) of the nominal tractions, from the bottom up."""
    mp.mp.dps = int(6 * k * sum(h for h in thickness if np.isfinite(h))) + 100
    columns = mp.matrix([[0, 0], [0, 0], [-1, 0], [0, -1]])
    if half_space:  # thick enough to be one
        thickness = (*thickness[:-1], 60.0 / k)
        mp.mp.dps += 400
    for i in range(len(thickness) - 1, -1, -1):
        for col in range(2):
            columns[0, col] -= mp.mpmathify(slip[i]) * columns[2, col]
        for col in range(2):
            columns[2, col] -= membrane[i] * mp.mpf(k) ** 2 * columns[0, col]
        columns = up(k, layers[i], thickness[i], columns)
    return compliance_of(columns)


def plain_compliance(k, thickness, shear, ratio, slip, membrane):
    """Return Czz, Czx, Cxx from Lame's equations and a plain transfer matrix from the bottom up.

    State (X, W, tau, N) with u_x = i X e^{ikx}, sigma_xz = i tau e^{ikx}, sigma_zz = N e^{ikx};
    lambda and mu are the Lame constants (lambda is huge but finite when the ratio is 0).
    """
    depth = sum(k * h for h in thickness if np.isfinite(h))
    mp.mp.dps = int(2 * depth * 0.87) + 2 * SPARE_DIGITS
    n = len(thickness)
    if np.isinf(thickness[-1]):
        # displacement and traction of the half-space under unit tractions, Kausel and Roesset
        g, m = mp.mpmathify(shear[-1]), mp.mpmathify(ratio[-1])
        diagonal = 1 / (2 * g * k * (1 - m))
        columns = mp.matrix([[diagonal, m * diagonal], [m * diagonal, diagonal], [-1, 0], [0, -1]])
        layers = range(n - 2, -1, -1)
    else:
        columns = mp.matrix([[0, 0], [0, 0], [-1, 0], [0, -1]])
        layers = range(n - 1, -1, -1)
    for i in layers:
        g, m = mp.mpmathify(shear[i]), mp.mpmathify(ratio[i])
        if np.isinf(slip[i].real):
            # no shear passes: keep the combination without shear, add a free slide
            a, b = columns[2, 0], columns[2, 1]
            kept = [b * columns[r, 0] - a * columns[r, 1] for r in range(4)]
            columns = mp.matrix([[1, 0], [0, kept[1]], [0, 0], [0, kept[3]]])
        else:
            for col in range(2):
                columns[0, col] -= mp.mpmathify(slip[i]) * columns[2, col]
        for col in range(2):  # the sheet takes the jump of shear
            columns[2, col] -= membrane[i] * mp.mpf(k) ** 2 * columns[0, col]
        # lambda / (lambda + 2 mu) = 1 - 2 m and mu / (lambda + 2 mu) = m
        uniaxial_inverse = m / g
        plane = 4 * g * (1 - m)
        r = 1 - 2 * m
        system = mp.matrix(
            [
                [0, -k, 1 / g, 0],
                [r * k, 0, 0, uniaxial_inverse],
                [plane * k**2, 0, 0, -r * k],
                [0, 0, k, 0],  # sigma_zz' = k tau
            ]
        )
        columns = mp.expm(-system * mp.mpf(thickness[i]), method="taylor") * columns
    return compliance_of(columns)


def antiplane_fields(k, thickness, shear, plane, slip, depth):
    """Return u_t and sigma_tz at some depths for a unit drag, from a dense linear system.

    Two waves a e^{-gz} and b e^{-g(h - z)} per layer; drag on the top, continuity of drag, jump of
    displacement over the spring of each interface, nothing moves at the bottom.
    """
    n = len(thickness)
    matrix, right = np.zeros((2 * n, 2 * n), dtype=complex), np.zeros(2 * n, dtype=complex)
    rate = [k * np.sqrt(h / g) for h, g in zip(plane, shear, strict=True)]
    fade = [np.exp(-r * h) for r, h in zip(rate, thickness, strict=True)]
    stiff = [g * r for g, r in zip(shear, rate, strict=True)]
    matrix[0, 0], matrix[0, 1], right[0] = stiff[0], -stiff[0] * fade[0], 1.0
    row = 1
    for i in range(n - 1):
        a, b, c, d = 2 * i, 2 * i + 1, 2 * i + 2, 2 * i + 3
        drag = np.zeros(2 * n, dtype=complex)
        drag[[a, b]] = stiff[i] * fade[i], -stiff[i]
        matrix[row, [c, d]] = stiff[i + 1], -stiff[i + 1] * fade[i + 1]
        if np.isinf(slip[i]):
            matrix[row + 1] = drag
        else:
            matrix[row] -= drag
            matrix[row + 1, [a, b, c, d]] = fade[i], 1.0, -1.0, -fade[i + 1]
            matrix[row + 1] -= slip[i] * drag
        row += 2
    matrix[row, [-2, -1]] = fade[-1], 1.0
    if not np.isinf(slip[-1]):
        matrix[row, [-2, -1]] -= slip[-1] * stiff[-1] * np.array([fade[-1], -1.0])
    else:
        matrix[row, [-2, -1]] = fade[-1], -1.0
    waves = np.linalg.solve(matrix, right)
    tops = np.concatenate([[0.0], np.cumsum(thickness)])
    out = np.empty((2, len(depth)), dtype=complex)
    for j, z in enumerate(depth):
        i = min(int(np.searchsorted(tops, z, side="right")) - 1, n - 1)
        down = waves[2 * i] * np.exp(-rate[i] * (z - tops[i]))
        up = waves[2 * i + 1] * np.exp(-rate[i] * (tops[i + 1] - z))
        out[:, j] = down + up, -stiff[i] * (down - up)
    return out
