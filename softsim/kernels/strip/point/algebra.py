"""Symmetric plane-strain tensors as four numbers: along, depth, across, along-depth."""

from softsim._jit import inline

IDENTITY = (1.0, 1.0, 1.0, 0.0)


@inline
def tensor_inverse(c):
    """Inverse of a symmetric tensor without along-across and depth-across parts.

    Parameters
    ----------
    c : ndarray of float64, shape (4,)
        Right Cauchy-Green tensor [-], determinant > 0.

    Returns
    -------
    determinant : float
        det C = J² [-].
    inverse : tuple of 4 floats
        C⁻¹ in the same order.
    """
    plane = c[0] * c[1] - c[3] * c[3]
    scale = 1.0 / plane
    return plane * c[2], (c[1] * scale, c[0] * scale, 1.0 / c[2], -c[3] * scale)


@inline
def square_fill(b, factor, tangent):
    """Overwrite the upper triangle with factor (B ⊙ B), B ⊙ B = -∂C⁻¹/∂C for B = C⁻¹.

    Parameters
    ----------
    b : tuple of 4 floats
        The tensor B.
    factor : float
        Multiplier.
    tangent : ndarray of float64, shape (4, 4)
        Upper triangle overwritten.
    """
    tangent[0, 0] = factor * b[0] * b[0]
    tangent[0, 1] = factor * b[3] * b[3]
    tangent[0, 2] = 0.0
    tangent[0, 3] = factor * b[0] * b[3]
    tangent[1, 1] = factor * b[1] * b[1]
    tangent[1, 2] = 0.0
    tangent[1, 3] = factor * b[1] * b[3]
    tangent[2, 2] = factor * b[2] * b[2]
    tangent[2, 3] = 0.0
    tangent[3, 3] = 0.5 * factor * (b[0] * b[1] + b[3] * b[3])


@inline
def square_add(b, factor, tangent):
    """Add factor (B ⊙ B) to the upper triangle; arguments as `square_fill`."""
    tangent[0, 0] += factor * b[0] * b[0]
    tangent[0, 1] += factor * b[3] * b[3]
    tangent[0, 3] += factor * b[0] * b[3]
    tangent[1, 1] += factor * b[1] * b[1]
    tangent[1, 3] += factor * b[1] * b[3]
    tangent[2, 2] += factor * b[2] * b[2]
    tangent[3, 3] += 0.5 * factor * (b[0] * b[1] + b[3] * b[3])


@inline
def mirror_fill(tangent):
    """Copy the upper triangle of a (4, 4) array to the lower one."""
    tangent[1, 0] = tangent[0, 1]
    tangent[2, 0] = tangent[0, 2]
    tangent[3, 0] = tangent[0, 3]
    tangent[2, 1] = tangent[1, 2]
    tangent[3, 1] = tangent[1, 3]
    tangent[3, 2] = tangent[2, 3]
