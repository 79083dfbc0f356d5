"""Arrays that kernels of tables take together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class GreenFunction(NamedTuple):
    """Displacement of the skin by a unit line force: what its analytic terms leave, as tables.

    Parameters
    ----------
    start, step : float
        Natural logarithm of the first table node [ln m] and spacing of the table.
    ahead, behind : ndarray of float64, shape (n_table,)
        Residual for x > 0 and x < 0 [m/Pa/m].
    length : float
        Length lambda of the analytic terms [m].
    log, jump : float
        Factors of -ln|x| and of sign(x) [1/Pa].
    gap_re, gap_im, slope_re, slope_im : float
        Real and imaginary parts of the factors of -ln(lambda - i x) [1/Pa] and of
        1/(lambda - i x) [m/Pa].
    far_log : float
        Factor of -ln(distance) far from the force [1/Pa]; 0 over a rigid base.
    """

    start: float
    step: float
    ahead: NDArray[np.float64]
    behind: NDArray[np.float64]
    length: float
    log: float
    jump: float
    gap_re: float
    gap_im: float
    slope_re: float
    slope_im: float
    far_log: float
