"""The way to the contact of a whole edge: a look on few spans, then spans that resolve it."""

from __future__ import annotations

from dataclasses import replace

from softsim.engines.finite.search.passes import look as look_at_section
from softsim.engines.finite.search.states import Solution
from softsim.engines.finite.skin import contact_places
from softsim.engines.finite.tissue.mesh import Patch
from softsim.engines.finite.whole.scene import WholeScene
from softsim.engines.finite.whole.states import Fineness, on_patches
from softsim.engines.finite.whole.window import SurfaceWindow
from softsim.errors import ConvergenceError
from softsim.load import Load

LOOK = Fineness(
    spans=6, across=5, growth=2.6, growth_across=3.2, row_growth=3.5, least_rows=1,
    tolerance=1e-2, is_coarse=True,
)  # fmt: skip
RESOLVED = Fineness(
    spans=10, across=8, growth=1.4, growth_across=2.1, row_growth=2.2, least_rows=1,
    tolerance=1e-4,
)  # fmt: skip
WINDOWS = 10
SUNK = 0.85  # of the depth of a tool, by which it overlaps skin that gives way
MARGIN = 0.12  # of a contact, beside it
BEYOND = 0.3  # of a span, that a contact reaches beyond its last function under pressure
WIDENED = 0.5  # of a patch whose end the contact has come to
FEW, MANY = 0.6, 1.6  # of the spans wanted over a contact: patches outside are laid anew
SHARES = (0.15, 0.4, 1.0)  # of the load, where it is not solved at once


def solve_whole(whole: WholeScene, near: Solution | None = None) -> Solution:
    """Solve a scene from nothing, or from a neighbouring solution on the same tissue."""
    if near is None:
        near = look(whole)
    found = settled(whole, patches_for(whole, near, RESOLVED), near, RESOLVED)
    return replace(found, coarse=near)


def look(whole: WholeScene) -> Solution:
    """Find the contact on few spans: at once, or in shares of the load."""
    failure = ConvergenceError("no load was solved")
    try:
        return settled(whole, first_patches(whole), None, LOOK)
    except ConvergenceError as error:
        failure = error
    found: Solution | None = None
    for share in SHARES:
        load = Load(whole.scene.load.kind, share * whole.scene.load.value)
        part = replace(whole, scene=replace(whole.scene, load=load))
        try:
            patches = first_patches(part) if found is None else found.patches
            found = settled(part, patches, found, LOOK)
        except ConvergenceError as error:
            raise ConvergenceError(
                str(error), load_reached=share if found else 0.0, residual=error.residual,
                partial=found,
            ) from failure  # fmt: skip
    assert found is not None
    return found


def settled(
    whole: WholeScene, patches: tuple[Patch, ...], found: Solution | None, fineness: Fineness
) -> Solution:
    """Solve in windows that follow the contact until it is resolved."""
    for _ in range(WINDOWS):
        found = on_patches(whole, patches, fineness, found)
        if not found.converged:
            wider = _widened(found)
            if wider == patches:
                raise ConvergenceError("pass did not converge", residual=found.residual)
            patches = wider
            continue
        if found.touch.is_open:
            raise ConvergenceError("tool touches nothing", residual=found.residual)
        wanted = patches_for(whole, found, fineness)
        sizes = [new.size / old.size for new, old in zip(wanted, patches, strict=True)]
        if all(FEW < 1.0 / size < MANY for size in sizes):
            return found
        patches = wanted
    raise ConvergenceError("contact found no window", residual=found.residual if found else 0.0)


def first_patches(whole: WholeScene) -> tuple[Patch, ...]:
    """Return where the tool will touch, roughly: as its section does under the mean line load."""
    _, _, across = whole.overlap(SUNK * whole.expected_depth())
    load = whole.scene.load
    per_length = Load("force", load.value / across) if load.kind == "force" else load
    near = look_at_section(replace(whole.scene, load=per_length))
    places = contact_places(near.section.along, near.contact, near.touch, near.displacement)
    _, _, across = whole.overlap(SUNK * near.touch.depth)
    return _patch(float(places.min()), float(places.max()), LOOK.spans), _patch(
        0.0, across, LOOK.across
    )


def patches_for(whole: WholeScene, found: Solution, fineness: Fineness) -> tuple[Patch, ...]:
    """Return patches that resolve the contact that was found."""
    (low, high), across = contact_box(found)
    along = whole.scene.element_along
    own = _patch(low, high, fineness.spans)
    if along is not None and not fineness.is_coarse:
        own = replace(own, size=along)
    return own, _patch(0.0, across, fineness.across)


def _patch(low: float, high: float, spans: int) -> Patch:
    """Return a patch with so many spans over an interval, and a margin."""
    margin = MARGIN * (high - low)
    return Patch(low - margin if low else 0.0, high + margin, (high - low) / spans)


def contact_box(found: Solution) -> tuple[tuple[float, float], float]:
    """Return the ends of a contact along and its end across, undeformed [m]."""
    window = found.contact.window
    assert isinstance(window, SurfaceWindow)
    pressed = window.on_grid(found.touch.pressure) > 0.0
    x, y = (
        line.greville[own][pressed.any(axis=1 - axis)]
        for axis, (line, own) in enumerate(
            zip(found.section.lines[::2], (window.along, window.across), strict=True)
        )
    )
    beyond = BEYOND * found.patches[0].size, BEYOND * found.patches[1].size
    return (float(x[0] - beyond[0]), float(x[-1] + beyond[0])), float(y[-1] + beyond[1])


def _widened(found: Solution) -> tuple[Patch, ...]:
    """Return the patches, those longer whose end the contact has come to."""
    window = found.contact.window
    assert isinstance(window, SurfaceWindow)
    pressed = window.on_grid(found.touch.pressure) > 0.0
    ahead, beside = found.patches
    more = WIDENED * (ahead.high - ahead.low)
    low = ahead.low - more * bool(pressed[0].any())
    high = ahead.high + more * bool(pressed[-1].any())
    end = beside.high * (1.0 + WIDENED * bool(pressed[:, -1].any()))
    return (
        replace(
            ahead, low=low, high=high, size=ahead.size * (high - low) / (ahead.high - ahead.low)
        ),
        replace(beside, high=end, size=beside.size * end / beside.high),
    )
