"""Energy that a steady stroke leaves in the tissue, from the tractions on the skin alone.

The tractions are a sum of waves and every wave loses its share in the layers below, however thin
these are: nothing is summed over rows of depth, which are too coarse under a narrow contact.
"""

from __future__ import annotations

import math

import numpy as np

from softsim.engines.linear.medium.stack import FloatArray
from softsim.engines.linear.section.contact import SlidingContact

# Waves longer than the contact are taken from the grid of the compliance; shorter ones, where the
# transform of the pressure turns once per contact width, so much finer in ln k.
FINER = 8


def energy_left(contact: SlidingContact) -> float:
    """Return what the tissue takes up per length of travel and per length across [J/m^2].

    Parameters
    ----------
    contact : SlidingContact
        Its pressure is taken as linear between the nodes.

    Returns
    -------
    float
        -int(p u_z' + q u_x') dx, which is 0 where nothing relaxes; never below 0.

    Notes
    -----
    By Parseval's theorem the integral of |p|^2 k Im(Czz + mu^2 Cxx) over k > 0, over pi; what p
    does to u_x and q to u_z cancels.
    """
    spacing, compliance = contact.spacing, contact.medium.compliance
    lost = (compliance.scaled[0] + contact.medium.friction**2 * compliance.scaled[2]).imag
    if not lost.any():
        return 0.0
    logarithm = np.log(compliance.wavenumber)
    middle = -np.log(max(2.0 * contact.half_width, spacing))
    end = np.log(2.0 * np.pi / spacing)
    count = int((end - middle) / compliance.step * FINER) + 2
    pieces = (logarithm[logarithm < middle], np.linspace(middle, end, count))
    total = 0.0
    for piece in pieces:
        wave = np.exp(piece)
        power = np.square(_transform(contact, wave)) * np.interp(piece, logarithm, lost)
        total += float(np.trapezoid(power * wave, piece))
    return total / np.pi


def _transform(contact: SlidingContact, wave: FloatArray) -> FloatArray:
    """Return the magnitude of the transform of the pressure, shape of `wave` [N/m].

    With z = exp(-i k spacing) it is a polynomial in z, evaluated by blocks: the powers within a
    block at once, the blocks one after the other.
    """
    spacing, loaded = contact.spacing, np.flatnonzero(contact.contact_pressure)
    force = spacing * contact.contact_pressure[loaded[0] : loaded[-1] + 1]
    length = math.isqrt(force.size - 1) + 1
    blocks = np.pad(force, (0, -force.size % length)).reshape(-1, length)
    turn = np.exp(-1j * spacing * wave)
    powers = np.ones((length + 1, wave.size), dtype=complex)
    for i in range(length):
        np.multiply(powers[i], turn, out=powers[i + 1])
    parts = blocks @ powers[:length]
    out = parts[-1]
    for part in parts[-2::-1]:
        out *= powers[length]
        out += part
    return np.asarray(np.abs(out) * np.sinc(wave * spacing / (2.0 * np.pi)) ** 2)
