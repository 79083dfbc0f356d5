"""Which uncertain numbers matter: indices of Sobol', effects of Morris, one number at a time.

Each is read from a sweep whose draw was made for it (`softsim.Draw`, `method`).  Cases that failed
are not numbers: the blocks they belong to are left out as wholes, counted and told.

References
----------
- A. Saltelli et al., Variance based sensitivity analysis of model output, Computer Physics
  Communications 181 (2010) 259-270: estimators (b) of the first and (f, of Jansen) of the total
  index in its table 2.
- M. D. Morris, Technometrics 33 (1991) 161-174, and F. Campolongo, J. Cariboni and A. Saltelli, An
  effective screening design for sensitivity analysis of large models, Environmental Modelling &
  Software 22 (2007) 1509-1518: mean of absolute effects.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from softsim.checks import checked_choice, checked_count
from softsim.errors import InputError, shown
from softsim.progress import warn
from softsim.sweeps.axes import CASE
from softsim.sweeps.plans import BLOCK, INTERVAL, NUMBER, SHARE, STEP
from softsim.units import to_si

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

FEWEST = 2
"""Blocks without which there is no spread."""

DONE = 1


@dataclass(frozen=True, slots=True)
class _Blocks:
    """One output in the blocks of a draw, places of other dimensions behind each other.

    Parameters
    ----------
    values : ndarray of float64, shape (n_blocks, n_steps, n_places)
        NaN in cases that failed; in the unit of the output.
    shares : ndarray of float64, shape (n_blocks, n_steps, n_numbers)
        [-].
    cube : xarray.DataArray
        The output.
    numbers : xarray.DataArray
        Names of the uncertain numbers.
    """

    values: Array
    shares: Array
    cube: xr.DataArray
    numbers: xr.DataArray

    def labelled(self, found: Array, units: str, long_name: str) -> xr.DataArray:
        """Return numbers of shape (n_numbers, n_places) with their dimensions."""
        others = self.cube.isel({CASE: 0}, drop=True)
        shape = (self.numbers.size, *others.shape)
        coords = {k: v for k, v in others.coords.items() if CASE not in v.dims}
        return xr.DataArray(
            found.reshape(shape),
            dims=(NUMBER, *others.dims),
            coords={NUMBER: self.numbers.to_numpy(), **coords},
            attrs={"units": units, "long_name": f"{long_name} of {self.cube.name}"},
        )


def sobol_indices(
    cube: xr.Dataset,
    output: str,
    *,
    confidence: float | str = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> xr.Dataset:
    """Return which share of the variance of an output each uncertain number makes.

    Parameters
    ----------
    cube : xarray.Dataset
        Sweep of a design with ``Draw(method="saltelli")``.
    output : str
        Name of a variable with the dimension ``case``.
    confidence : float or str
        Of the intervals [-].
    resamples : int
        Drawings of blocks with replacement from which the intervals are taken.
    seed : int
        Of these drawings.

    Returns
    -------
    xarray.Dataset
        `first_order`, `total_order` and the ends of their intervals, ``_low`` and ``_high``, over
        ``uncertain_number`` and the other dimensions of the output; NaN where the output does not
        vary.  `blocks` were used and `blocks_left_out` had a case that failed.

    Raises
    ------
    InputError
        The sweep was drawn otherwise, has no such output, or too few whole blocks.

    Notes
    -----
    The first-order index is the share of the variance that goes if a number becomes known, the
    total one the share that is left if all others become known.  Numbers are drawn independently.
    """
    blocks = _blocks_of(cube, output, "saltelli")
    level = to_si(confidence, "1", "confidence", low=0.0, high=1.0, open_low=True, open_high=True)
    checked_count(resamples, "resamples", 10, 1_000_000)
    random = np.random.default_rng(checked_count(seed, "seed", 0, 2**32 - 1))
    tails = (50.0 - 50.0 * level, 50.0 + 50.0 * level)

    def read(values: Array, _: Array) -> Array:
        middle = np.stack(_indices(values))
        rows = random.integers(0, len(values), (resamples, len(values)))
        again = np.array([_indices(values[row]) for row in rows])
        low, high = np.percentile(again, tails, axis=0)
        return np.concatenate([middle, low, high])

    names = {"first_order": "first-order index", "total_order": "total index"}
    names |= {f"{k}_low": f"lower end of the {v}" for k, v in tuple(names.items())} | {
        f"{k}_high": f"upper end of the {v}" for k, v in tuple(names.items())
    }
    found = _read_everywhere(blocks, read, {name: ("1", words) for name, words in names.items()})
    return found.assign_attrs(confidence=level)


def morris_effects(cube: xr.Dataset, output: str) -> xr.Dataset:
    """Return how much each uncertain number moves an output over its range: a screening.

    Parameters
    ----------
    cube : xarray.Dataset
        Sweep of a design with ``Draw(method="morris")``.
    output : str
        Name of a variable with the dimension ``case``.

    Returns
    -------
    xarray.Dataset
        `mean_effect`, `mean_absolute_effect` and `spread_of_effects` (standard deviation) over
        ``uncertain_number`` and the other dimensions of the output, in its unit per whole range of
        the number.  `blocks` were used and `blocks_left_out` had a case that failed.

    Raises
    ------
    InputError
        The sweep was drawn otherwise, has no such output, or too few whole blocks.

    Notes
    -----
    A spread as large as the mean of absolute effects says that the number acts together with
    others, or not in proportion.
    """
    blocks = _blocks_of(cube, output, "morris")

    def read(values: Array, shares: Array) -> Array:
        steps = np.diff(shares, axis=1)
        # One number makes a step at a time: of the effects of all only its own is not 0.
        with np.errstate(divide="ignore", invalid="ignore"):
            effects = np.where(steps != 0.0, np.diff(values, axis=1)[..., None] / steps, 0.0)
        of_numbers = effects.sum(axis=1)
        return np.array([of_numbers.mean(0), np.abs(of_numbers).mean(0), of_numbers.std(0, ddof=1)])

    unit = str(blocks.cube.attrs.get("units", "1"))
    names = {
        "mean_effect": (unit, "mean effect"),
        "mean_absolute_effect": (unit, "mean of absolute effects"),
        "spread_of_effects": (unit, "standard deviation of the effects"),
    }
    return _read_everywhere(blocks, read, names)


def tornado(cube: xr.Dataset, output: str) -> xr.Dataset:
    """Return an output with each uncertain number alone at the ends of its 90 % interval.

    Parameters
    ----------
    cube : xarray.Dataset
        Sweep of a design with ``Draw(method="one_at_a_time")``.
    output : str
        Name of a variable with the dimension ``case``.

    Returns
    -------
    xarray.Dataset
        `at_low` and `at_high` over ``uncertain_number`` and the other dimensions of the output, and
        `as_it_is`, in its unit; the number that moves it most is first.  NaN where a case failed.

    Raises
    ------
    InputError
        The sweep was drawn otherwise, or has no such output.
    """
    blocks = _blocks_of(cube, output, "one_at_a_time")
    values = blocks.values[0]
    _tell_failures(int(np.isnan(values).all(axis=1).sum()), len(values), "case")
    unit = str(blocks.cube.attrs.get("units", "1"))
    low, high = (f"{100.0 * share:.0f} %" for share in INTERVAL)
    ends = {"at_low": (values[1::2], f"value at {low}"), "at_high": (values[2::2], f"at {high}")}
    found = xr.Dataset({name: blocks.labelled(v, unit, t) for name, (v, t) in ends.items()})
    found["as_it_is"] = blocks.cube.isel({CASE: 0}, drop=True)
    swing = np.nanmax(np.abs(values[2::2] - values[1::2]), axis=1, initial=0.0)
    return found.isel({NUMBER: np.argsort(-swing, kind="stable")})


def _indices(values: Array) -> tuple[Array, Array]:
    """Return first-order and total indices.

    Parameters
    ----------
    values : ndarray of float64, shape (n_blocks, n_numbers + 2)
        At A, at A with one number of B after the other, at B; any unit.
    """
    centred = values - values[:, [0, -1]].mean()
    first, mixed, second = centred[:, :1], centred[:, 1:-1], centred[:, -1:]
    variance = np.concatenate([first, second]).var()
    with np.errstate(divide="ignore", invalid="ignore"):
        return (
            np.mean(second * (mixed - first), axis=0) / variance,
            0.5 * np.mean((first - mixed) ** 2, axis=0) / variance,
        )


def _blocks_of(cube: xr.Dataset, output: str, method: str) -> _Blocks:
    """Return an output in the blocks of a draw, cases that are not done as NaN."""
    if not isinstance(cube, xr.Dataset) or not {SHARE, BLOCK, STEP} <= set(cube.coords):
        raise InputError(
            "sensitivity is read from a sweep of drawn cases; give what softsim.sweep returned for "
            f"a Design with draw = Draw(..., method = '{method}')"
        )
    given = str(cube[SHARE].attrs.get("method", ""))
    if given != method:
        raise InputError(
            f"the sweep was drawn with method '{given}'; must be '{method}' for this, so draw a "
            "design with it, or read what that method gives"
        )
    known = [str(name) for name, values in cube.data_vars.items() if CASE in values.dims]
    checked_choice(output, "output", known)
    values = cube[output]
    if values.dtype.kind not in "fi":
        raise InputError(f"output {shown(output)} is no number; take one of the scalars")
    values = values.transpose(CASE, ...).astype(np.float64)
    if "status" in cube:
        values = values.where(cube["status"] == DONE).transpose(CASE, ...)
    length = int(cube[STEP].max()) + 1
    whole = cube.sizes[CASE] % length == 0 and np.array_equal(
        cube[STEP], np.arange(cube.sizes[CASE]) % length
    )
    if not whole:
        raise InputError(
            f"the cases of the sweep are not whole blocks of {length}; give the sweep itself, not "
            "a selection along case"
        )
    flat = values.to_numpy().reshape(-1, length, max(1, values[0].size))
    shares = cube[SHARE].transpose(CASE, NUMBER).to_numpy().reshape(len(flat), length, -1)
    return _Blocks(flat, shares, values, cube[NUMBER])


def _read_everywhere(
    blocks: _Blocks, read: Callable[[Array, Array], Array], names: dict[str, tuple[str, str]]
) -> xr.Dataset:
    """Read a sensitivity at every place of the output, from the blocks that are whole there."""
    n_blocks, _, n_places = blocks.values.shape
    found = np.full((len(names), blocks.numbers.size, n_places), np.nan)
    # A place without any value, such as a depth below the tissue, has no index and loses no block.
    has_any: Flags = np.asarray(~np.isnan(blocks.values).all(axis=(0, 1)))
    whole: Flags = np.asarray(~np.isnan(blocks.values).any(axis=1))
    fewest = int(whole[:, has_any].sum(axis=0).min(initial=n_blocks))
    if fewest < FEWEST or not has_any.any():
        raise InputError(
            f"only {fewest if has_any.any() else 0} of {n_blocks} blocks of "
            f"{shown(blocks.cube.name)} are whole; must be at least {FEWEST} (run the sweep to its "
            "end, try failed cases again, or draw more)"
        )
    for place in np.flatnonzero(has_any):
        used = whole[:, place]
        found[:, :, place] = read(blocks.values[used, :, place], blocks.shares[used])
    _tell_failures(n_blocks - fewest, n_blocks, "block")
    pairs = zip(names.items(), found, strict=True)
    data: dict[str, Any] = {name: blocks.labelled(v, *words) for (name, words), v in pairs}
    counts = {"output": str(blocks.cube.name), "blocks": fewest}
    return xr.Dataset(data, attrs={**counts, "blocks_left_out": n_blocks - fewest})


def _tell_failures(n_failed: int, n_all: int, kind: str) -> None:
    """Say how many blocks or cases are left out."""
    if n_failed:
        warn(f"{n_failed} of {n_all} {kind}s had a case without a result and are left out")
