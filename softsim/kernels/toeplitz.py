"""Direct solution of small dense Toeplitz systems that need not be symmetric."""

from __future__ import annotations

from softsim._jit import kernel

OK = 0
SINGULAR = 1


@kernel
def toeplitz_solve(column, right, scratch, out):
    """Solve T x = y for several y with the Levinson recursion.

    For a contiguous contact.  All leading minors must be non-singular, which holds for a kernel
    with a positive definite symmetric part; elsewhere use a dense solve.

    Parameters
    ----------
    column : ndarray of float64, shape (2 n - 1,)
        Entry n - 1 + j is T[i, i - j].
    right : ndarray of float64, shape (n_rhs, n)
        Right-hand sides.
    scratch : ndarray of float64, shape (2, n)
        Work space.
    out : ndarray of float64, shape (n_rhs, n)
        Overwritten with the solutions.

    Returns
    -------
    int
        `OK` or `SINGULAR`.

    Notes
    -----
    O(n_rhs n + 2 n) n multiplications; backward stable for the positive definite case.

    References
    ----------
    .. [1] W. F. Trench, J. SIAM 12 (1964) 515-522.
    """
    n = right.shape[1]
    middle = n - 1
    forward, backward = scratch[0], scratch[1]
    if column[middle] == 0.0:
        return SINGULAR
    forward[0] = backward[0] = 1.0 / column[middle]
    for i_rhs in range(right.shape[0]):
        out[i_rhs, 0] = right[i_rhs, 0] / column[middle]
    for size in range(1, n):
        error_f, error_b = 0.0, 0.0
        for i in range(size):
            error_f += column[middle + size - i] * forward[i]
            error_b += column[middle - i - 1] * backward[i]
        det = 1.0 - error_f * error_b
        if det == 0.0:
            return SINGULAR
        forward[size] = 0.0
        carried = 0.0
        for i in range(size + 1):
            f, b = forward[i], carried
            carried = backward[i] if i < size else 0.0
            forward[i] = (f - error_f * b) / det
            backward[i] = (b - error_b * f) / det
        for i_rhs in range(right.shape[0]):
            error = 0.0
            for i in range(size):
                error += column[middle + size - i] * out[i_rhs, i]
            out[i_rhs, size] = 0.0
            step = right[i_rhs, size] - error
            for i in range(size + 1):
                out[i_rhs, i] += step * backward[i]
    return OK
