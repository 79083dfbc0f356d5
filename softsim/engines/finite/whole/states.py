"""States of a whole edge on a mesh: how one is laid, started from another and solved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from softsim import progress
from softsim.engines.finite.accuracy import Pass
from softsim.engines.finite.contact import Touch
from softsim.engines.finite.newton import Newton
from softsim.engines.finite.search.states import LONGEST, Solution, history_of, report
from softsim.engines.finite.tissue.basis import Array, Line
from softsim.engines.finite.tissue.mesh import Patch, along_line, depth_line
from softsim.engines.finite.tissue.section import Section, held_functions
from softsim.engines.finite.whole.scene import WholeScene
from softsim.engines.finite.whole.window import SurfaceContact, SurfaceWindow
from softsim.errors import InputError

BESIDE = 0.35  # of a patch, on either side of it: there the tool may touch as well
SPAN_BYTES, COPIES, MOST_BYTES = 16e3, 1.3, 3e9  # of a span; of the band; of all
MAX_DEGREE = 2
LOOKING = 0.2  # of the work, done where the contact is found


@dataclass(frozen=True, slots=True, kw_only=True)
class Fineness(Pass):
    """How finely a whole edge is solved; `spans` are those over the contact along.

    Parameters
    ----------
    across : int
        Spans over half of the contact across.
    growth_across : float
        As `growth`, of the sizes across.
    """

    across: int
    growth_across: float


def on_patches(
    whole: WholeScene,
    patches: tuple[Patch, ...],
    fineness: Fineness,
    before: Solution | None,
) -> Solution:
    """Solve on patches, one along and one across from the middle."""
    newton, displacement, touch = built(whole, patches, fineness, before)
    newton.watch = partial(report, fineness, looking=LOOKING, sought="contact of the whole edge")
    solved = newton.solve(displacement, touch, whole.scene.load, fineness.tolerance)
    return Solution.of(newton, solved, patches, fineness, before)


def built(
    whole: WholeScene,
    patches: tuple[Patch, ...],
    fineness: Fineness,
    before: Solution | None,
) -> tuple[Newton, Array, Touch]:
    """Return a solver on new patches, and its start: the state before, or nothing."""
    scene, (ahead, beside) = whole.scene, patches
    section = body_of(whole, patches, fineness)
    window = SurfaceWindow.over(
        (section.along, section.lines[2]), (_wider(ahead), (0.0, _wider(beside)[1]))
    )
    history = history_of(scene, section)
    displacement, touch = section.rest(), Touch.none(window.functions.size)
    if before is not None:
        displacement, touch = _transferred(before, section, window)
    anchor = _anchor(ahead, section, window)
    contact = SurfaceContact(
        window,
        scene.outline.chain,
        scene.friction,
        scene.direction,
        anchor,
        touch.along - float(anchor @ window.of_skin(displacement)[:, 0]),
        scene.skin_modulus / ahead.size,
        whole.body,
    )
    newton = Newton(section, contact, history, LONGEST * scene.nose_radius, budget=scene.budget)
    if before is not None:
        newton.expected = _expected(before, section)
    return newton, displacement, touch


def body_of(whole: WholeScene, patches: tuple[Patch, ...], fineness: Fineness) -> Section:
    """Return the half of the tissue on spans that are short in the patches."""
    scene, (ahead, beside) = whole.scene, patches
    thickness = scene.layers.thickness
    along = along_line((ahead,), scene.ends, scene.thickness, fineness.growth, scene.plate)
    across = along_line(
        (beside,), (0.0, whole.reach), scene.thickness, fineness.growth_across, scene.plate
    )
    least = np.where(thickness > ahead.size, fineness.least_rows, 1)
    counts = None if fineness.is_coarse else scene.rows
    depth, owner = depth_line(
        thickness, min(ahead.size, beside.size), least, fineness.row_growth, counts
    )
    check_size((along, depth, across))
    shape = (along.n_functions, depth.n_functions, across.n_functions)
    layer = np.empty((along.n_spans, depth.n_spans, across.n_spans), dtype=np.int64)
    layer[:] = owner[:, None]
    held = held_functions(shape, free_sides=scene.free_sides, is_half=True)
    return Section(scene.layers, (along, depth, across), layer, held)


def check_size(lines: tuple[Line, Line, Line]) -> None:
    """Refuse a body that does not fit into memory, before it is made."""
    spans = float(np.prod([line.n_spans for line in lines]))
    along, depth, across = (float(line.n_functions) for line in lines)
    band = 3.0 * (MAX_DEGREE * (depth + 1.0) * across + MAX_DEGREE)
    size = SPAN_BYTES * spans + COPIES * 8.0 * 3.0 * along * depth * across * band
    if size > MOST_BYTES:
        raise InputError(
            f"the grid of the whole edge would have {along:g} x {depth:g} x {across:g} functions "
            f"and take {size / 1e9:.3g} GB; must be at most {MOST_BYTES / 1e9:g} GB (give fewer "
            "rows or layers, or take edge='section')"
        )
    progress.note(f"whole edge: {3.0 * along * depth * across:.0f} unknowns, {size / 1e6:.0f} MB")


def _wider(patch: Patch) -> tuple[float, float]:
    """Return where the tool may touch: a patch and what is beside it [m]."""
    margin = BESIDE * (patch.high - patch.low)
    return patch.low - margin, patch.high + margin


def _anchor(ahead: Patch, section: Section, window: SurfaceWindow) -> Array:
    """Return the weights of the skin that the tool follows: at zero, or in the middle of its patch.

    The shape is (n_functions,).
    """
    middle = 0.0 if ahead.low < 0.0 < ahead.high else 0.5 * (ahead.low + ahead.high)
    out = np.zeros((window.along.size, window.across.size))
    (i,), x, _ = section.along.at(np.array([middle]))
    (j,), y, _ = section.lines[2].at(np.zeros(1))
    i, j = i - window.along[0], j - window.across[0]
    out[i : i + x.shape[1], j : j + y.shape[1]] = np.outer(x[0], y[0])
    return out.ravel()


def _transferred(before: Solution, section: Section, window: SurfaceWindow) -> tuple[Array, Touch]:
    """Return displacement and tractions of another mesh on this one."""
    moves = [
        old.transfer(new) for old, new in zip(before.section.lines, section.lines, strict=True)
    ]
    found = before.displacement
    for axis, move in enumerate(moves):
        found = np.moveaxis(np.tensordot(move, found, (1, axis)), 0, axis)
    found = np.where(section.held, 0.0, found)
    old = before.contact.window
    assert isinstance(old, SurfaceWindow)
    lines = before.section.lines
    x = _tent(lines[0].greville[old.along], section.along.greville[window.along])
    y = _tent(lines[2].greville[old.across], section.lines[2].greville[window.across])
    pressure, drag = (
        (x @ old.on_grid(values) @ y.T).ravel()
        for values in (before.touch.pressure, before.touch.drag)
    )
    return found, replace(before.touch, pressure=pressure, drag=drag, settled=False, lost=False)


def _tent(old: Array, new: Array) -> Array:
    """Return the matrix that interpolates values at places linearly, zero beyond them."""
    unit = np.eye(old.size)
    columns = [np.interp(new, old, row, left=0.0, right=0.0) for row in unit]
    return np.stack(columns, axis=1)


def _expected(before: Solution, section: Section) -> Array:
    """Return the volume stress expected of spans, that of the spans before at their middles."""
    old = before.section
    at = [
        line.span_of(0.5 * (new.breaks[1:] + new.breaks[:-1]))
        for line, new in zip(old.lines, section.lines, strict=True)
    ]
    return np.asarray(
        before.expected[: old.layer.size].reshape(old.layer.shape)[np.ix_(*at)].ravel()
    )
