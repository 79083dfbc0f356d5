"""Direct solution of small dense Toeplitz systems that need not be symmetric."""

from __future__ import annotations

from softsim._jit import inline, kernel

OK = 0
SINGULAR = 1


@inline
def reversed_dot(column, end, vector, size):
    """Return the sum of column[end - i] vector[i], i < size, in four interleaved sums.

    Parameters
    ----------
    column : ndarray of float64
        Read backwards from `end`.
    end : int
        Index that meets vector[0].
    vector : ndarray of float64
        Read forwards.
    size : int
        Number of terms.

    Returns
    -------
    float
        The sum; four independent chains keep the multiplier busy, the order is fixed.
    """
    a, b, c, d = 0.0, 0.0, 0.0, 0.0
    whole = size - size % 4
    for i in range(0, whole, 4):
        a += column[end - i] * vector[i]
        b += column[end - i - 1] * vector[i + 1]
        c += column[end - i - 2] * vector[i + 2]
        d += column[end - i - 3] * vector[i + 3]
    for i in range(whole, size):
        a += column[end - i] * vector[i]
    return (a + b) + (c + d)


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
        error_f = reversed_dot(column, middle + size, forward, size)
        error_b = reversed_dot(column, middle - 1, backward, size)
        det = 1.0 - error_f * error_b
        if det == 0.0:
            return SINGULAR
        inverse = 1.0 / det
        forward[size], backward[size] = 0.0, 0.0
        carried = 0.0
        for i in range(size + 1):
            f, b = forward[i], carried
            carried = backward[i]
            forward[i] = (f - error_f * b) * inverse
            backward[i] = (b - error_b * f) * inverse
        for i_rhs in range(right.shape[0]):
            error = reversed_dot(column, middle + size, out[i_rhs], size)
            out[i_rhs, size] = 0.0
            step = right[i_rhs, size] - error
            for i in range(size + 1):
                out[i_rhs, i] += step * backward[i]
    return OK
