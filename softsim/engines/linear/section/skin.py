"""The contact of the linear engine as it is reported: on its own deformed skin.

The solver knows the force per undeformed length of skin, pressure in depth and shear along; with
the pressure on the slopes of the skin it makes up the forces of the tool.  A result has the
traction per current length, normal and tangential to the deformed skin, which integrates to the
same forces.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from softsim.contacts import ContactMeasures, contact_runs, measures
from softsim.engines.linear.medium.stack import FloatArray
from softsim.engines.linear.section.active_set import contact_edge
from softsim.engines.linear.section.contact import SlidingContact
from softsim.engines.linear.section.fields import skin_shift
from softsim.errors import ConvergenceError

# Open nodes on both sides of the contact that the slopes at its ends need.
SLOPE_MARGIN = 2


@dataclass(frozen=True, eq=False)
class DeformedContact:
    """A contact on the deformed skin, in the frame of a tool that moves towards +x.

    Parameters
    ----------
    pressure, shear : ndarray, shape (n,)
        Normal to the skin, and along it towards +x, per current length [Pa].
    size : ContactMeasures
        Along the deformed skin.
    shortest : float
        Least length along x of skin under the tool over its undeformed length [-]; below 0 it is
        folded.
    """

    pressure: FloatArray
    shear: FloatArray
    size: ContactMeasures
    shortest: float

    def checked(self) -> DeformedContact:
        """Return the contact, or refuse one whose skin is folded so that the tool pulls on it.

        Raises
        ------
        ConvergenceError
            With the length that is left and the pull; without friction the skin is then folded,
            with the coefficient mu it is squeezed to mu^2/4 at most.
        """
        pull = -float(self.pressure.min())
        if pull > 0.0:
            raise ConvergenceError(
                f"the skin under the tool would be squeezed to {100.0 * self.shortest:.3g} % of "
                f"its length (folded below 0) and pulled on with {pull:.3g} Pa: small-strain "
                "theory has no result here; give a smaller load, or take engine='finite'"
            )
        return self


def deformed_contact(
    along: FloatArray, traction: FloatArray, displacement: FloatArray
) -> DeformedContact:
    """Return the contact on the deformed skin.

    Parameters
    ----------
    along : ndarray, shape (n,)
        Nodes, equal steps [m].
    traction : ndarray, shape (2, n)
        Shear towards +x and pressure, per undeformed length [Pa].
    displacement : ndarray, shape (2, n)
        Of the skin, along and in depth [m].

    Notes
    -----
    With the steps (dx, dz) of the deformed skin and the force (fx, fz) on one step, the pressure
    is (fz dx - fx dz) / ds^2 and the shear (fx dx + fz dz) / ds^2, so that their integral over ds
    is the force, whatever the deformation.
    """
    step = along[1] - along[0]
    place = np.stack([along + displacement[0], displacement[1]])
    steps = np.diff(place, axis=1)
    dx, dz = np.concatenate(
        [steps[:, :1], 0.5 * (steps[:, 1:] + steps[:, :-1]), steps[:, -1:]], axis=1
    )
    down = traction[1] * step
    ahead = traction[0] * step - traction[1] * dz
    square = dx * dx + dz * dz
    touching = traction[1] > 0.0
    pressure = np.where(touching, (down * dx - ahead * dz) / square, 0.0)
    shear = np.where(touching, (ahead * dx + down * dz) / square, 0.0)
    runs = contact_runs(touching)
    ends = np.array(
        [
            (contact_edge(along, traction[1], first, 1), contact_edge(along, traction[1], last, -1))
            for first, last in runs
        ]
    ).reshape(-1, 2)
    arc = np.append(0.0, np.cumsum(np.hypot(*steps)))
    size = measures(runs, np.interp(ends, along, arc), traction[1])
    shortest = float(dx[touching].min() / step) if touching.any() else 1.0
    return DeformedContact(pressure, shear, size, shortest)


def on_deformed_skin(contact: SlidingContact) -> tuple[DeformedContact, int]:
    """Return a steady contact on its deformed skin, and the number of its first node.

    Parameters
    ----------
    contact : SlidingContact
    """
    loaded = np.flatnonzero(contact.contact_pressure)
    first = max(int(loaded[0]) - SLOPE_MARGIN, 0)
    last = min(int(loaded[-1]) + SLOPE_MARGIN, contact.along.size - 1)
    nodes = slice(first, last + 1)
    traction = np.stack([contact.contact_shear[nodes], contact.contact_pressure[nodes]])
    along = skin_shift(contact, first, last)
    moved = np.stack([along, contact.displacement[nodes]])
    return deformed_contact(contact.along[nodes], traction, moved), first


def loaded_length(contact: SlidingContact) -> float:
    """Return the length of skin under pressure, along the deformed skin [m].

    Parameters
    ----------
    contact : SlidingContact
    """
    return on_deformed_skin(contact)[0].size.width
