"""Forces on the skin from the reported tractions, as anybody would add them up."""

import numpy as np


def forces_on_nodes(result):
    """Return the forces along and in depth per length across that the nodes carry [N/m]."""
    x = (result.along + result.surface_displacement_along).transpose(..., "along").to_numpy()
    z = result.surface_displacement_depth.transpose(..., "along").to_numpy()
    dx, dz = np.gradient(x, axis=-1), np.gradient(z, axis=-1)
    p = result.contact_pressure.transpose(..., "along").to_numpy()
    q = result.contact_shear.transpose(..., "along").to_numpy()
    return q * dx - p * dz, p * dx + q * dz
