"""From coarse to fine: where the tool touches is found on few spans, then resolved."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from softsim import progress
from softsim.engines.finite.accuracy import COARSE, Measured, Pass, fine_pass
from softsim.engines.finite.contact import ContactProblem, Touch, Window
from softsim.engines.finite.newton import Newton
from softsim.engines.finite.scene import Scene
from softsim.engines.finite.skin import contact_places, is_folded, skin_contact
from softsim.engines.finite.tissue.basis import Array, Integers, Line
from softsim.engines.finite.tissue.histories import Flow, History, Rest
from softsim.engines.finite.tissue.mesh import Patch, along_line, check_size
from softsim.engines.finite.tissue.section import Section, held_functions
from softsim.errors import ConvergenceError
from softsim.kernels.splines.geometry import ROUND
from softsim.load import Load, force_at_pressure

WINDOWS = 12
PATCHES_MET = 1e-3  # residual of a state that only tells where it touches
PRESSURE_NEAR, PRESSURE_MET = 1e-2, 1e-3  # in ln, of a coarse and a fine pass
COARSE_SOLVES, FINE_SOLVES = 8, 24  # for a mean pressure
SAME_SPANS = 0.1  # in ln of the force
CLIMB, LEAST_STEP, SMALLER, LARGER = 40, 0.01, 0.3, 1.6
FIRST_SHARE = 0.1  # of the thickness, that the tool sinks at first
LONGEST, CAREFUL = 4.0, 0.5  # noses that the tool sinks at once
MARGIN = 0.12  # of a contact, beside it
TOO_LONG = 0.5  # of a span: a contact on few spans reaches further than it does
SIZES, STRIDE = 4, 4  # of spans, in an octave; and spans between places where a patch may end
ON_SHARP, MOST_ON_SHARP = 0.25, 64  # of a sharp nose: its longest span, within so many of them
WIDENED = 0.75  # of a contact that has come to the end of its window
MOST_SPANS = 40  # of a window that grows
ON_NOSE = 4097  # points looked at: a nose may be far blunter than tissue is thick
LEAST_GROWTH = 1e-3  # spans that are all alike


@dataclass(eq=False)
class Solution:
    """A solved state: where it lives and what was found.

    `displacement` has the shape (n_along, n_depth, 2) of the functions [m].  `expected`, shape
    (n_spans + n_pairs,), is what is expected of spans and of pairs at gliding boundaries [Pa].
    """

    section: Section
    contact: ContactProblem
    history: History
    displacement: Array
    touch: Touch
    patches: tuple[Patch, ...]
    iterations: int
    factorings: int
    residual: float
    converged: bool
    expected: Array
    tolerance: float  # of the residual, that was asked for
    coarse: Solution | None = None  # of the same load, where it is known

    @property
    def force_depth(self) -> float:
        """Force of the tool into the tissue [N/m]."""
        return float(self.contact.force(self.touch)[:, 1].sum())


def built(
    scene: Scene,
    patches: tuple[Patch, ...],
    accuracy: Pass,
    before: Solution | None,
    longest: float = LONGEST,
) -> tuple[Newton, Array, Touch]:
    """Return a solver on new patches, and its start: the state before, or nothing."""
    rows, columns, counts = accuracy.growth, accuracy.growth, scene.rows
    if accuracy.is_coarse:
        columns, counts = 1.0, None
    elif scene.growth is not None:
        rows = columns = max(scene.growth, LEAST_GROWTH)
    regions = scene.inclusions.along(accuracy.spans)
    along = along_line(patches, scene.ends, scene.thickness, columns, scene.plate, *regions)
    size = min(patch.size for patch in patches)
    least = np.where((scene.layers.thickness > size) | scene.bends, accuracy.least_rows, 1)
    bends = None if accuracy.is_coarse else scene.bends
    depth, owner = scene.inclusions.depth_line(
        scene.layers.thickness, size, least, rows, spans=accuracy.spans, counts=counts,
        bends=bends, glides=scene.springs.layer,
    )  # fmt: skip
    section = section_of(scene, along, depth, owner)
    history = (
        Rest(section, section.layers.long_term)
        if scene.speed is None
        else Flow(section, scene.speed)
    )
    window = Window.of(along, [(patch.low, patch.high) for patch in patches], scene.form)
    anchor, is_tied = anchor_of(patches, along, window)
    if scene.form == ROUND:
        anchor[:] = 0.0
    displacement, touch, offset = section.rest(), Touch.none(window.functions.size), 0.0
    if before is not None:
        displacement = transferred(before, section)
        pressure, drag = (
            np.interp(window.place, before.contact.window.place, values, left=0.0, right=0.0)
            for values in (before.touch.pressure, before.touch.drag)
        )
        touch = Touch(pressure, drag, before.touch.depth, before.touch.along)
        if not is_tied:
            offset = before.touch.along - float(anchor @ displacement[window.functions, 0, 0])
    scale = float(scene.shear_moduli.max()) / size
    contact = ContactProblem(
        window, scene.outline.chain, scene.friction, scene.direction, anchor, offset, scale
    )
    newton = Newton(section, contact, history, longest * scene.nose_radius)
    if before is not None:
        newton.expected = expected_before(before, section)
    return newton, displacement, touch


def anchor_of(patches: tuple[Patch, ...], along: Line, window: Window) -> tuple[Array, bool]:
    """Return the weights of the skin that the tool follows, and whether it is that at zero.

    The tool stands over the skin at zero, so that its place on the mesh does not depend on the way
    to a solution; where that does not touch, over the middle of a patch.  The weights have the
    shape (n_functions,) of the window.
    """
    is_tied = any(patch.low < 0.0 < patch.high for patch in patches)
    middle = 0.0 if is_tied else 0.5 * (patches[0].low + patches[0].high)
    first, value, _ = along.at(np.array([middle]))
    anchor = np.zeros(window.functions.size)
    anchor[np.searchsorted(window.functions, first[0]) + np.arange(value.shape[1])] = value[0]
    return anchor, is_tied


def section_of(scene: Scene, along: Line, depth: Line, owner: Integers) -> Section:
    """Return a section of layers on two lines; `owner` is the layer of each row."""
    check_size(along.n_spans, depth.n_spans)
    shape = (along.n_functions, depth.n_functions)
    held = held_functions(shape, free_sides=scene.free_sides, form=scene.form)
    if scene.layers.thickness.size - 1 in scene.springs.layer:
        held[1:-1, -1, 0] = False  # tissue that slides on its ground
    layer = np.tile(owner, (along.n_spans, 1))
    overlay = scene.inclusions.overlay((along, depth), layer)
    return Section(
        scene.inclusions.materials, (along, depth), layer, held, scene.form, scene.springs, overlay
    )


def transferred(before: Solution, section: Section) -> Array:
    """Return the displacement of another section on this one."""
    along = before.section.along.transfer(section.along)
    depth = before.section.depth.transfer(section.depth)
    found = np.einsum("ia,jb,abk->ijk", along, depth, before.displacement, optimize=True)
    found[section.held] = 0.0
    return np.asarray(found)


def expected_before(before: Solution, section: Section) -> Array:
    """Return what is expected of spans and of pairs, that of those before at their middles."""
    middle = [0.5 * (line.breaks[1:] + line.breaks[:-1]) for line in (section.along, section.depth)]
    old = before.section
    i, j = old.along.span_of(middle[0]), old.depth.span_of(middle[1])
    volume, normal = np.split(before.expected, [old.mesh.layer.size])
    grid = volume[: old.layer.size].reshape(old.layer.shape)[np.ix_(i, j)]
    return np.append(section.spread_over(grid), normal.reshape(old.gliding.pairs.slip.shape)[i])


def solve_scene(scene: Scene, near: Solution | None = None) -> Solution:
    """Solve a scene, from nothing or from a neighbouring solution on the same tissue."""
    if scene.load.kind == "pressure":
        return _at_pressure(scene)
    if near is not None:
        with suppress(ConvergenceError):
            return _from_neighbour(scene, near)
    fine = fine_pass(scene.accuracy)
    coarse = look(scene)
    patches = patches_for(scene, coarse, fine)
    try:
        rough = settled(scene, patches, coarse, replace(fine, tolerance=PATCHES_MET))
        found = resolved(scene, rough, fine)
    except ConvergenceError:
        found = resolved(scene, _carefully(scene, coarse, fine), fine)
    return replace(found, coarse=coarse)


def _carefully(scene: Scene, coarse: Solution, fine: Pass) -> Solution:
    """Solve a scene on fine spans at the depth of few, then under its load; or sink the tool."""
    with suppress(ConvergenceError):
        near = refined(scene, coarse)
        return settled(scene, near.patches, near, fine, CAREFUL)
    return sunk(scene, fine)


def _from_neighbour(scene: Scene, near: Solution) -> Solution:
    """Solve a scene where a neighbour touches, then where the tool does."""
    fine = fine_pass(scene.accuracy)
    start = replace(near, iterations=0, factorings=0, coarse=None)
    rough = replace(fine, tolerance=PATCHES_MET)
    return resolved(scene, settled(scene, near.patches, start, rough), fine)


def resolved(scene: Scene, found: Solution, accuracy: Pass) -> Solution:
    """Return a solution on the patches that it asks for itself, whatever was known before.

    Raises
    ------
    ConvergenceError
        Where what is known only tells where the tool touches, and nothing finer is found.
    """
    tried: list[Solution] = []
    for _ in range(WINDOWS):
        patches = patches_for(scene, found, accuracy)
        solved = [one for one in (*tried, found) if one.tolerance <= accuracy.tolerance]
        if solved and found is solved[-1] and patches == found.patches:
            break
        known = [one for one in solved if one.patches == patches]
        if known:  # meshes that ask for each other: that with the shortest spans
            pair = [*known, *(one for one in solved if one is found)]
            return min(pair, key=lambda one: min(own.size for own in one.patches))
        tried.append(found)
        try:
            found = settled(scene, patches, found, accuracy)
        except ConvergenceError:
            if not solved:
                raise
            return solved[-1]
    return found


def _at_pressure(scene: Scene) -> Solution:
    """Solve a scene under the force whose mean pressure is the one asked for.

    Found on few spans first; then on spans that stay the same while the force changes little, so
    that the mean pressure depends smoothly on it.
    """
    fine = fine_pass(scene.accuracy)
    met = {COARSE: PRESSURE_NEAR, fine: PRESSURE_MET}
    laid = -math.inf
    state: Solution | None = None

    def trial(force: float, accuracy: Pass) -> tuple[tuple[float, Solution], float]:
        nonlocal laid, state
        part = replace(scene, load=Load("force", force))
        if state is None or accuracy.is_coarse:
            state = _again(part, state)
        else:
            patches = state.patches
            if abs(math.log(force) - laid) > SAME_SPANS:
                laid = math.log(force)
                patches = patches_for(scene, state, fine)
            state = settled(part, patches, state, accuracy)
        excess = math.log(mean_pressure(state) / scene.load.value)
        return (force, state), 0.0 if abs(excess) < met[accuracy] else excess

    force = 2.0 * scene.load.value * scene.expected_half_width()
    ends = []
    for accuracy, solves in ((COARSE, COARSE_SOLVES), (fine, FINE_SOLVES)):
        (force, found), _ = force_at_pressure(
            partial(trial, accuracy=accuracy), force, largest_step=1.0, solves=solves, secants=8
        )
        ends.append(found)
    coarse = _again(replace(scene, load=Load("force", force)), ends[0])
    return replace(found, coarse=coarse)


def _again(scene: Scene, near: Solution | None) -> Solution:
    """Find a contact on few spans from a neighbouring one, or from nothing."""
    if near is not None:
        with suppress(ConvergenceError):
            return settled(scene, near.patches, near, COARSE)
    return look(scene)


def measured(found: Solution) -> Measured:
    """Return the scalars of a solution whose errors are told."""
    return Measured.of(found.section, found.contact, found.touch, found.displacement)


def mean_pressure(found: Solution) -> float:
    """Return the force over the length of skin that is loaded [Pa]."""
    shown = skin_contact(found.section.along, found.contact, found.touch, found.displacement)
    return shown.force_depth / shown.width


def look(scene: Scene) -> Solution:
    """Find the contact on few spans: at once, or where that fails by sinking the tool."""
    try:
        return settled(scene, first_patches(scene), None, COARSE)
    except ConvergenceError:
        return sunk(scene, COARSE)


def sunk(scene: Scene, accuracy: Pass) -> Solution:
    """Solve a scene by sinking the tool step by step, which passes where the load has a summit.

    Raises
    ------
    ConvergenceError
        With the share of the load that was reached, and the last `Solution` as `partial`.
    """
    found: Solution | None = None
    reached, residual = 0.0, math.nan
    step = CAREFUL * min(scene.nose_radius, FIRST_SHARE * scene.thickness)
    least = LEAST_STEP * step
    for _ in range(CLIMB):
        goal = (0.0 if found is None else found.touch.depth) + step
        is_last = scene.load.kind == "indentation" and goal >= scene.load.value
        part = Load("indentation", scene.load.value if is_last else goal)
        try:
            trial = _onwards(scene, part, found, accuracy)
            if scene.load.kind == "force" and trial.force_depth >= scene.load.value:
                return _onwards(scene, scene.load, trial, accuracy)
        except ConvergenceError as error:
            residual = error.residual
            step *= SMALLER
            if step < least:
                break
            continue
        if is_last:
            return trial
        carried = trial.force_depth if scene.load.kind == "force" else trial.touch.depth
        step, reached, found = step * LARGER, carried / scene.load.value, trial
    raise ConvergenceError(
        "tool could not be sunk further", load_reached=reached, residual=residual, partial=found
    )


def refined(scene: Scene, found: Solution) -> Solution:
    """Return a state that was found on few spans on fine ones, or as it is where that fails."""
    fine = fine_pass(scene.accuracy)
    patches = patches_for(scene, found, fine)
    part = replace(scene, load=Load("indentation", found.touch.depth))
    try:
        return settled(part, patches, found, fine, CAREFUL)
    except ConvergenceError:
        return found


def _onwards(scene: Scene, load: Load, found: Solution | None, accuracy: Pass) -> Solution:
    """Solve another load from a state near it, or from nothing."""
    part = replace(scene, load=load)
    patches = first_patches(part) if found is None else found.patches
    return settled(part, patches, found, accuracy, CAREFUL)


def first_patches(scene: Scene) -> tuple[Patch, ...]:
    """Return where the tool will touch, roughly."""
    behind, ahead = scene.outline.span_below(scene.thickness, samples=ON_NOSE)
    half = min(2.0 * scene.expected_half_width(), ahead - behind)
    return (Patch(max(-half, scene.least), half, 2.0 * half / COARSE.spans),)


def on_patches(
    scene: Scene,
    patches: tuple[Patch, ...],
    accuracy: Pass,
    before: Solution | None,
    longest: float = LONGEST,
) -> Solution:
    """Solve on patches."""
    newton, displacement, touch = built(scene, patches, accuracy, before, longest)
    newton.watch = partial(_report, accuracy)
    solved = newton.solve(displacement, touch, scene.load, accuracy.tolerance)
    iterations = before.iterations if before else 0
    factorings = before.factorings if before else 0
    return Solution(
        newton.section,
        newton.contact,
        newton.history,
        solved.displacement,
        solved.touch,
        patches,
        iterations + solved.iterations,
        factorings + solved.factorings,
        solved.residual,
        solved.converged,
        newton.section.expected_now() if newton.expected is None else newton.expected,
        accuracy.tolerance,
    )


def _report(accuracy: Pass, residual: float) -> None:
    """Report how far a pass is: half of the work is done where the contact is found."""
    met = math.log(min(max(residual, accuracy.tolerance), 1.0)) / math.log(accuracy.tolerance)
    done = 0.5 * met if accuracy.is_coarse else 0.5 + 0.5 * met
    progress.report(done, 1.0, "contact" if accuracy.is_coarse else "resolved contact")


def settled(
    scene: Scene,
    patches: tuple[Patch, ...],
    found: Solution | None,
    accuracy: Pass,
    longest: float = LONGEST,
) -> Solution:
    """Solve in windows that follow the contact until it is resolved.

    Parameters
    ----------
    scene : Scene
    patches : tuple of Patch
        First guess.
    found : Solution or None
        Start.
    accuracy : Pass
    """
    for _ in range(WINDOWS):
        found = on_patches(scene, patches, accuracy, found, longest)
        if not found.converged:
            wider = widened(found)
            if wider == patches:
                raise ConvergenceError("pass did not converge", residual=found.residual)
            patches = wider
            continue
        if found.touch.is_open:
            raise ConvergenceError("tool touches nothing", residual=found.residual)
        run = max(last - first for first, last in contact_runs(found)) + 1
        if run >= accuracy.spans // 2 or (scene.element_along and not accuracy.is_coarse):
            if not accuracy.is_coarse and is_folded(found.section.along, found.displacement):
                raise ConvergenceError("skin folds under the tool", residual=found.residual)
            return found
        patches = patches_for(scene, found, accuracy)
    raise ConvergenceError("contact found no window", residual=found.residual if found else 0.0)


def contact_runs(found: Solution) -> list[tuple[int, int]]:
    """Return first and last function under pressure of every contact of the window."""
    active = np.flatnonzero(found.touch.pressure > 0.0)
    runs = np.split(active, np.flatnonzero(np.diff(active) > 2) + 1)
    return [(int(run[0]), int(run[-1])) for run in runs if run.size]


def widened(found: Solution) -> tuple[Patch, ...]:
    """Return the patches, those that the contact has come to the end of longer on that side."""
    out = []
    pressed = found.touch.pressure > 0.0
    for patch, (first, last) in zip(found.patches, found.contact.window.outer, strict=True):
        own = np.flatnonzero(pressed[first : last + 1])
        longer = WIDENED * max(float(own.size) * patch.size, 4.0 * patch.size)
        low = max(patch.low - longer * bool(pressed[first]), found.section.along.breaks[0])
        high = patch.high + longer * bool(pressed[last])
        out.append(Patch(low, high, max(patch.size, (high - low) / MOST_SPANS)))
    return merged(out)


def patches_for(scene: Scene, found: Solution, accuracy: Pass) -> tuple[Patch, ...]:
    """Return patches that resolve every contact that was found, for a pass."""
    size = None if accuracy.is_coarse else scene.element_along
    return resolved_patches(scene, found, accuracy.spans, size)


def resolved_patches(
    scene: Scene, found: Solution, spans: int, size: float | None = None
) -> tuple[Patch, ...]:
    """Return patches that resolve every contact that was found.

    Their sizes are steps of a scale and their ends steps of their sizes from zero: contacts that
    are known a little differently are solved on the same mesh.
    """
    line, unit = found.section.along, scene.nose_radius
    patches: list[Patch] = []
    for low, high in contact_places(line, found.contact, found.touch, found.displacement):
        span = float(np.diff(line.breaks)[line.span_of(np.array([0.5 * (low + high)]))][0])
        length = max(high - low - TOO_LONG * span, span)
        wanted = min(length / spans, max(ON_SHARP * unit, length / MOST_ON_SHARP))
        own = size or unit * 2.0 ** (math.floor(SIZES * math.log2(wanted / unit)) / SIZES)
        step, margin = STRIDE * own, MARGIN * length
        start, end = math.floor((low - margin) / step), math.ceil((high + margin) / step)
        first, last = max(start * step, scene.ends[0]), min(end * step, scene.ends[1])
        patches.append(Patch(first, last, own))
    return with_zero(merged(patches))


def with_zero(patches: tuple[Patch, ...]) -> tuple[Patch, ...]:
    """Return the patches, one that ends close to zero longer: see `anchor_of`."""
    if any(patch.low <= 0.0 <= patch.high for patch in patches):
        return patches
    near = min(range(len(patches)), key=lambda k: min(abs(patches[k].low), abs(patches[k].high)))
    own = patches[near]
    longer = replace(own, low=min(own.low, 0.0), high=max(own.high, 0.0))
    if longer.high - longer.low > 2.0 * (own.high - own.low):
        return patches
    return (*patches[:near], longer, *patches[near + 1 :])


def merged(patches: list[Patch]) -> tuple[Patch, ...]:
    """Return patches, those that nearly meet as one."""
    out = [patches[0]]
    for patch in patches[1:]:
        last = out[-1]
        if patch.low - last.high < 4.0 * max(patch.size, last.size):
            out[-1] = Patch(last.low, patch.high, min(last.size, patch.size))
        else:
            out.append(patch)
    return tuple(out)
