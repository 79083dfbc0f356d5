"""Energy stored and lost under a whole edge that slides steadily."""

from __future__ import annotations

import numpy as np

from softsim.engines.linear.medium.spectra import layer_at
from softsim.engines.linear.medium.stack import FloatArray
from softsim.engines.linear.patch.fields import FieldRows, Fields

# The energy lost at a place is summed from this many lengths of the patch, or greatest depths,
# ahead of the load, on its cells and beyond it in steps that grow by this share.
STREAM_AHEAD, STREAM_GROWTH = 4.0, 0.1
# Of every displacement along the skin: what a tension in the skin works on.
SKIN_GRADIENTS = (
    "strain_along",
    "strain_across",
    "gradient_along_across",
    "gradient_across_along",
    "gradient_depth_along",
    "gradient_depth_across",
)


def fields_and_energies(rows: FieldRows, along: FloatArray) -> Fields:
    """Return the fields, the energy stored above the undisturbed state and the energy lost so far.

    Parameters
    ----------
    rows : FieldRows
        The stack with incremental moduli (from `increments.even_stack`).
    along : ndarray, shape (n_along,)
        [m].

    Returns
    -------
    dict of str to ndarray, shape (n_depth, n_along, n_across)
        Those of `FieldRows.fields`, "strain_energy_density" and "dissipated_energy_density"
        [J/m^3].

    Notes
    -----
    A branch holds g e:L:e/2 with the strain e of its spring and loses g e:L:e/tau, summed along
    the stream from ahead of the load, on its cells.
    """
    moduli = rows.stack.incremental
    layer = layer_at(rows.stack, rows.depth)
    weight, times = rows.stack.prony_weight[layer], rows.stack.prony_time[layer]
    tension = moduli.tension[layer, 0]
    long_term_share = (1.0 - weight.sum(axis=1))[:, None]
    long_term = moduli.elastic[layer] + long_term_share * moduli.relaxing[layer]
    long_term[:, 0] -= tension  # counted with the turned sections below
    active = np.flatnonzero(weight.any(axis=0)) if rows.speed else ()
    stream = _stream(rows, along) if len(active) else along
    where = np.searchsorted(stream, along)
    streamed, *springs = rows.fields(stream, springs=[int(branch) for branch in active])
    fields = {name: field[:, where] for name, field in streamed.items()}
    stretch = fields["strain_along"] + fields["strain_across"]
    turned = np.sum([fields[name] ** 2 for name in SKIN_GRADIENTS], axis=0)
    stored = 0.5 * _quadratic(long_term, fields)
    stored += tension[:, None, None] * (stretch + 0.5 * turned)
    lost = np.zeros_like(stored)
    for branch, spring in zip(active, springs, strict=True):
        density = weight[:, branch, None, None] * _quadratic(moduli.relaxing[layer], spring)
        rate = density / (rows.speed * times[:, branch, None, None])
        stored += 0.5 * density[:, where]
        # from ahead of the tool up to every place of the stream
        steps = 0.5 * (rate[:, 1:] + rate[:, :-1]) * np.diff(stream)[:, None]
        passed = np.zeros_like(rate)
        passed[:, :-1] = np.cumsum(steps[:, ::-1], axis=1)[:, ::-1]
        lost += passed[:, where]
    return fields | {"strain_energy_density": stored, "dissipated_energy_density": lost}


def _quadratic(moduli: FloatArray, fields: Fields) -> FloatArray:
    """Return e : L : e of layers alike in all directions of the skin.

    Parameters
    ----------
    moduli : ndarray, shape (n_depth, 6)
        L11, L12, L22, G, L13, L23, without tension [Pa].
    fields : dict
    """
    l11, l12, l22, shear, l13, _ = moduli.T[:, :, None, None]
    x, y, z = (fields[f"strain_{name}"] for name in ("along", "across", "depth"))
    twist = fields["gradient_along_across"] + fields["gradient_across_along"]
    slide = fields["strain_shear"] ** 2 + fields["strain_shear_across"] ** 2
    flat = l11 * (x * x + y * y) + 2.0 * l13 * x * y + 0.5 * (l11 - l13) * twist**2
    return np.asarray(flat + 2.0 * l12 * (x + y) * z + l22 * z * z + shear * slide)


def _stream(rows: FieldRows, along: FloatArray) -> FloatArray:
    """Return places from ahead of the load to the last one asked for, all of these among them."""
    first, last = float(rows.load.along[0]), float(rows.load.along[-1])
    side, depth = rows.load.spacing[0], float(rows.depth[-1])
    ahead = STREAM_AHEAD * max(last - first, depth)
    low, high = min(float(along[0]), first), max(float(along[-1]), last + ahead)
    even = np.linspace(first, last, int(np.ceil((last - first) / side)) + 1)
    places = np.concatenate(
        [
            first - graded_distances(first - low, side, STREAM_GROWTH),
            even,
            last + graded_distances(high - last, side, STREAM_GROWTH),
        ]
    )
    nearest = np.abs(places[:, None] - along).min(axis=1)
    return np.sort(np.concatenate([places[nearest > 1e-3 * side], along]))


def graded_distances(reach: float, first: float, growth: float) -> FloatArray:
    """Return distances up to a reach, steps growing by a share from a first one.

    Parameters
    ----------
    reach, first : float
        [m].
    growth : float
        [-].
    """
    if reach <= 0.0:
        return np.zeros(0)
    count = int(np.ceil(np.log1p(reach / first * growth) / np.log1p(growth)))
    distance = first / growth * np.expm1(np.arange(1, count + 1) * np.log1p(growth))
    return np.asarray(distance * (reach / distance[-1]))
