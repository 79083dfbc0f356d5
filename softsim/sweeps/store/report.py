"""What is in the store of a sweep, in words: the study, how far it is, holes and sources."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import xarray as xr

from softsim.sweeps.store.contents import DONE, FAILED, PENDING, read_contents
from softsim.sweeps.store.opening import open_sweep

MOST_LISTED = 5
"""Holes and kinds of failures that are told one by one."""


def report_of(store: str | Path) -> list[tuple[str, str]]:
    """Return the rows of a report on a store, heading and text.

    Parameters
    ----------
    store : str or Path

    Returns
    -------
    list of tuple of str

    Raises
    ------
    InputError
        There is no store at that place, or it is damaged.
    """
    cube = open_sweep(store)
    status = cube["status"].to_numpy()
    counts = {kind: int((status == flag).sum()) for kind, flag in
              (("done", DONE), ("failed", FAILED), ("to do", PENDING))}  # fmt: skip
    rows = [
        ("made by", f"softsim {cube.attrs['softsim_version']}"),
        ("study", f"{cube.attrs['stroke_mode']}, {cube.attrs['engine']} engine"),
        ("cases", f"{status.size} ({', '.join(f'{n} {kind}' for kind, n in counts.items())})"),
        *((f"  {dim}", _values(cube, str(dim))) for dim in cube["status"].dims),
    ]
    spent = cube["wall_time"].to_numpy()
    if np.isfinite(spent).any():
        typical = float(np.nanmedian(spent))
        left = f"; {counts['to do'] * typical:.3g} s for the rest" if counts["to do"] else ""
        rows.append(("time", f"{np.nansum(spent):.3g} s, {typical:.3g} s for a usual case{left}"))
    rows += _holes(Path(store), status)
    rows += _failures(cube)
    rows += [("numbers", str(cube.attrs[key])) for key in ("evidence",) if key in cube.attrs]
    return rows


def _values(cube: xr.Dataset, dim: str) -> str:
    """Return the values along a dimension."""
    values = cube[dim].to_numpy()
    if values.dtype.kind in "OUS":
        return ", ".join(map(str, values[:MOST_LISTED])) + (
            f", and {values.size - MOST_LISTED} more" if values.size > MOST_LISTED else ""
        )
    unit = str(cube[dim].attrs.get("units", "1"))
    unit = "" if unit == "1" else f" {unit}"
    return f"{values.size} from {values.min():.4g}{unit} to {values.max():.4g}{unit}"


def _holes(
    store: Path, status: np.ndarray[tuple[int, ...], np.dtype[np.int8]]
) -> list[tuple[str, str]]:
    """Return the first cases that are still to do."""
    places = [tuple(map(int, index)) for index in np.argwhere(status == PENDING)[:MOST_LISTED]]
    contents = read_contents(store)
    more = int((status == PENDING).sum()) - len(places)
    rows = [("to do" if k == 0 else "", contents.label(index)) for k, index in enumerate(places)]
    return rows + ([("", f"and {more} more")] if more > 0 else [])


def _failures(cube: xr.Dataset) -> list[tuple[str, str]]:
    """Return why cases failed, the commonest reason first."""
    reasons = Counter(str(reason) for reason in cube["reason"].to_numpy().ravel() if reason)
    rows = [f"{count} times: {reason}" for reason, count in reasons.most_common(MOST_LISTED)]
    return [("failed" if k == 0 else "", row) for k, row in enumerate(rows)]
