"""Contact solvers on a block of cells: projected conjugate gradients, and active set with GMRES."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.sparse.linalg import LinearOperator, gmres

from softsim.engines.linear.medium.stack import ComplexArray, FloatArray
from softsim.errors import ConvergenceError
from softsim.load import Load

BoolArray = NDArray[np.bool_]
TOLERANCE = 1e-7  # relative change of the pressure at which an iteration stops
MAX_CELL_ITERATIONS = 400
MAX_ACTIVE_SETS = 40
# Residual of the inner solves: loose while the contact is still being found, then tight.
GMRES_TOLERANCES = (1e-3, 1e-7)
UNIT_TOLERANCE = 1e-2  # of the pressure per unit depth, used only to correct the depth
DEPTH_TOLERANCE = 1e-7  # last correction of the depth, relative
SETTLED_FRACTION = 0.01  # of the contact cells may still change when the solves become tight
GMRES_RESTART = 60
DIRECT_CELLS = 400  # up to so many contact cells a matrix is faster than GMRES
MOST_DIRECT_CELLS = 4500  # where GMRES fails, a matrix of 160 MB


class CellOperator:
    """Product of an influence with pressures on a block of cells, by padded transforms.

    Parameters
    ----------
    influence : ndarray, shape (2 n_along - 1, 2 n_across - 1)
        Influence of one cell, centred.
    shape : tuple of int
        Cells of the block, at most (n_along, n_across).
    """

    def __init__(self, influence: FloatArray, shape: tuple[int, int]) -> None:
        self.shape = shape
        self.influence = influence
        padded = padded_influence(influence, shape)
        self.size = padded.shape
        self.spectrum = fft.rfft2(padded)
        # A sharp cut of the influence rings at short waves and hides a stiff thin skin; faded to
        # zero at the largest lag, the transform is the smoothed symbol of the solid.
        for axis, n in enumerate(shape):
            lag = np.minimum(np.arange(self.size[axis]), np.arange(self.size[axis], 0, -1))
            fade = np.where(lag < n, np.cos(0.5 * np.pi * np.minimum(lag, n) / n) ** 2, 0.0)
            padded *= fade[:, None] if axis == 0 else fade
        self.inverse = 1.0 / fft.rfft2(padded)

    def __call__(self, pressure: FloatArray) -> FloatArray:
        """Return the displacement [m], shape of the block."""
        return self._apply(self.spectrum, pressure)

    def approximate_inverse(self, value: FloatArray) -> FloatArray:
        """Divide by the symbol: an inverse up to what happens at the ends of the block.

        `value` has the shape of the block, displacements [m].
        """
        return self._apply(self.inverse, value)

    def matrix(self, active: BoolArray) -> FloatArray:
        """Return the displacement of every active cell per pressure of every one [m/Pa]."""
        centre = [(n - 1) // 2 for n in self.influence.shape]
        row, column = np.nonzero(active)
        return np.asarray(
            self.influence[
                centre[0] + row[:, None] - row[None, :], centre[1] + column[:, None] - column
            ]
        )

    def _apply(self, spectrum: ComplexArray, field: FloatArray) -> FloatArray:
        """Multiply the padded transform of a field."""
        # axis by axis: what is padded, or thrown away after, is not transformed along
        waves = fft.fft(fft.rfft(field, self.size[1], axis=1), self.size[0], axis=0)
        waves *= spectrum
        rows = fft.ifft(waves, axis=0, overwrite_x=True)[: self.shape[0]]
        return np.asarray(fft.irfft(rows, self.size[1], axis=1)[:, : self.shape[1]])


def padded_influence(influence: FloatArray, shape: tuple[int, int]) -> FloatArray:
    """Return the influence on a block of cells for padded transforms, lag 0 first.

    Parameters
    ----------
    influence : ndarray, shape (..., 2 n_along - 1, 2 n_across - 1)
        Of one cell, centred, in any unit.
    shape : tuple of int
        Cells of the block, at most (n_along, n_across).
    """
    sizes = [fft.next_fast_len(2 * n - 1, real=True) for n in shape]
    rows, columns = (np.arange(1 - n, n) % size for n, size in zip(shape, sizes, strict=True))
    spare = [m // 2 - n + 1 for m, n in zip(influence.shape[-2:], shape, strict=True)]
    part = influence[..., spare[0] :, spare[1] :][..., : rows.size, : columns.size]
    padded = np.zeros((*influence.shape[:-2], *sizes))
    padded[..., rows[:, None], columns] = part
    return padded


class CellPressure(NamedTuple):
    """Solution of the contact equations on a block of cells.

    Parameters
    ----------
    pressure : ndarray, shape of the block
        [Pa].
    depth : float
        Of the zero of the heights [m].
    iterations : int
        Used.
    """

    pressure: FloatArray
    depth: float
    iterations: int


def lowest_share(heights: FloatArray, share: float) -> FloatArray:
    """Return a first pressure: 1 on a share of the lowest cells.

    Parameters
    ----------
    heights : ndarray, shape (n_along, n_across)
        [m]; inf where there is no tool.
    share : float
        [-].
    """
    lowest = heights <= np.quantile(heights[np.isfinite(heights)], share)
    return np.asarray(lowest, dtype=float)


def _remove_rigid(field: FloatArray, active: BoolArray, load: Load) -> tuple[FloatArray, float]:
    """Return the field less its mean over the contact when the force is given, and that mean."""
    if load.force is None:
        return field, 0.0
    mean = float(field[active].mean())
    return field - mean, mean


def conjugate_contact(
    operator: CellOperator, heights: FloatArray, load: Load, pressure: FloatArray
) -> CellPressure:
    """Solve a symmetric contact by projected conjugate gradients.

    Parameters
    ----------
    operator : CellOperator
        Symmetric positive definite influence.
    heights : ndarray, shape of the block
        Heights of the tool [m]; inf where there is none.
    load : Load
        Sum of the pressures ("force") [Pa], or depth [m].
    pressure : ndarray, shape of the block
        First guess [Pa], not everywhere zero.

    Returns
    -------
    CellPressure

    Raises
    ------
    ConvergenceError
        When the pressure does not settle.

    References
    ----------
    .. [1] I. A. Polonsky, L. M. Keer, Wear 231 (1999) 206-219.
    """
    possible = np.isfinite(heights)
    base = np.where(possible, heights, 0.0) - (load.indentation or 0.0)
    pressure = pressure.copy()
    if load.force is not None:
        pressure *= load.force / pressure.sum()
    gap = operator(pressure) + base
    direction = np.zeros_like(pressure)
    old, restart, depth = 1.0, True, 0.0
    for iteration in range(1, MAX_CELL_ITERATIONS + 1):
        active = pressure > 0.0
        field, depth = _remove_rigid(gap, active, load)
        square = float(np.square(field[active]).sum())
        direction = np.where(active, field + (0.0 if restart else square / old) * direction, 0.0)
        old = square
        image, _ = _remove_rigid(operator(direction), active, load)
        curvature = float((image * direction)[active].sum())
        if curvature <= 0.0:
            return CellPressure(pressure, _depth(depth, load), iteration)
        step = float((field * direction)[active].sum()) / curvature
        previous = pressure
        pressure = np.maximum(pressure - step * direction, 0.0)
        overlap = possible & (pressure == 0.0) & (field < 0.0)
        restart = bool(overlap.any())
        pressure[overlap] -= step * field[overlap]
        if not pressure.any():
            return CellPressure(pressure, _depth(depth, load), iteration)
        if load.force is not None:
            pressure *= load.force / pressure.sum()
        gap = operator(pressure) + base
        if np.abs(pressure - previous).sum() < TOLERANCE * pressure.sum():
            _, depth = _remove_rigid(gap, pressure > 0.0, load)
            return CellPressure(pressure, _depth(depth, load), iteration)
    raise ConvergenceError(
        f"contact pressure still changes after {MAX_CELL_ITERATIONS} iterations "
        f"(relative change {np.abs(pressure - previous).sum() / pressure.sum():.1e}); "
        "use a finer grid or a smoother edge"
    )


def _depth(mean: float, load: Load) -> float:
    """Return the depth from the mean gap of a force-controlled contact, or the given depth."""
    return mean if load.indentation is None else load.indentation


def active_set_contact(
    operator: CellOperator, heights: FloatArray, load: Load, pressure: FloatArray
) -> CellPressure:
    """Solve a contact whose influence need not be symmetric: active set with inner GMRES.

    Parameters
    ----------
    operator, heights, load, pressure
        As in `conjugate_contact`.

    Returns
    -------
    CellPressure
        Iterations count products with the influence.

    Raises
    ------
    ConvergenceError
        When the contact does not settle or GMRES fails.
    """
    active = pressure > 0.0
    finite = np.where(np.isfinite(heights), heights, 0.0)
    pressure = np.zeros_like(heights)
    unit = np.zeros_like(heights)
    ones = np.ones_like(heights)
    depth = load.indentation
    products = 0
    stage = 0
    tried: set[bytes] = set()
    for _ in range(MAX_ACTIVE_SETS):
        tolerance = GMRES_TOLERANCES[stage]
        shift = 0.0
        if load.force is not None:
            unit, used = _solve_on(operator, active, ones, unit, UNIT_TOLERANCE)
            products += used
            if depth is None:
                depth = float(finite[active].max()) + load.force / float(unit.sum())
        assert depth is not None
        pressure, used = _solve_on(operator, active, depth - finite, pressure, tolerance)
        products += used
        if load.force is not None:
            shift = (load.force - float(pressure.sum())) / float(unit.sum())
            pressure += shift * unit
            depth += shift
        gap = heights + operator(pressure) - depth
        pressed = np.where(active, pressure > 0.0, gap < -tolerance * abs(depth))
        changed = int(np.count_nonzero(pressed != active))
        tight = stage == len(GMRES_TOLERANCES) - 1
        if tight and changed == 0 and abs(shift) < DEPTH_TOLERANCE * abs(depth):
            return CellPressure(pressure, depth, products)
        repeats = changed > 0 and pressed.tobytes() in tried
        if not tight and (repeats or changed <= SETTLED_FRACTION * active.sum()):
            stage += 1
            tried.clear()
        elif tight and repeats:
            pressed &= active  # a cycle: only let cells leave, which must end
        tried.add(pressed.tobytes())
        if not pressed.any():
            pressed[np.unravel_index(np.argmin(heights), heights.shape)] = True
        active = pressed
    raise ConvergenceError(
        f"contact cells still change after {MAX_ACTIVE_SETS} active sets; take other cells, e.g. a "
        "quarter more each way, or a smoother height map"
    )


def _solve_on(
    operator: CellOperator,
    active: BoolArray,
    right: FloatArray,
    guess: FloatArray,
    tolerance: float,
) -> tuple[FloatArray, int]:
    """Solve the influence equations on the active cells: directly, or by preconditioned GMRES."""
    n = int(active.sum())
    count = 0
    if n <= DIRECT_CELLS:
        return _solve_directly(operator, active, right), 1

    def spread(values: FloatArray) -> FloatArray:
        field = np.zeros(active.shape)
        field[active] = values
        return field

    def product(values: FloatArray) -> FloatArray:
        nonlocal count
        count += 1
        return np.asarray(operator(spread(values))[active])

    def precondition(values: FloatArray) -> FloatArray:
        return np.asarray(operator.approximate_inverse(spread(values))[active])

    values, status = gmres(
        LinearOperator((n, n), matvec=product, dtype=float),
        right[active],
        x0=guess[active],
        rtol=tolerance,
        atol=0.0,
        restart=min(GMRES_RESTART, n),
        maxiter=20,
        M=LinearOperator((n, n), matvec=precondition, dtype=float),
    )
    if status == 0:
        return spread(values), count
    if n <= MOST_DIRECT_CELLS:
        return _solve_directly(operator, active, right), count + 1
    raise ConvergenceError(
        f"GMRES on {n} contact cells did not reach {tolerance:g}, as happens under very stiff thin "
        f"skins; take cells so that fewer than {MOST_DIRECT_CELLS} touch"
    )


def _solve_directly(operator: CellOperator, active: BoolArray, right: FloatArray) -> FloatArray:
    """Solve the influence equations on the active cells with their matrix."""
    field = np.zeros(active.shape)
    field[active] = np.linalg.solve(operator.matrix(active), right[active])
    return field
