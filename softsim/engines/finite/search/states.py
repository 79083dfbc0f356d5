"""States on a mesh: how one is laid, started from another and solved."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from softsim import progress
from softsim.engines.finite.accuracy import Measured, Pass
from softsim.engines.finite.contact import ContactProblem, Touch, Window
from softsim.engines.finite.newton import Newton, Solved
from softsim.engines.finite.scene import Scene
from softsim.engines.finite.skin import skin_contact
from softsim.engines.finite.tissue.basis import Array, Integers, Line
from softsim.engines.finite.tissue.histories import Flow, History, Rest
from softsim.engines.finite.tissue.mesh import Patch, along_line, check_size
from softsim.engines.finite.tissue.section import Section, held_functions
from softsim.kernels.splines.geometry import ROUND

LONGEST = 4.0  # noses that the tool sinks at once
BESIDE = 1.0  # of a patch, on either side: the tool may touch there while a contact is sought
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
    longer: float = 1.0  # times, that spans under the tool are than the accuracy asks for

    @classmethod
    def of(
        cls,
        newton: Newton,
        solved: Solved,
        patches: tuple[Patch, ...],
        accuracy: Pass,
        before: Solution | None,
    ) -> Solution:
        """Return what was solved on patches; the work of a state before counts too."""
        return cls(
            newton.section,
            newton.contact,
            newton.history,
            solved.displacement,
            solved.touch,
            patches,
            solved.iterations + (before.iterations if before else 0),
            solved.factorings + (before.factorings if before else 0),
            solved.residual,
            solved.converged,
            newton.section.expected_now() if newton.expected is None else newton.expected,
            accuracy.tolerance,
        )

    @property
    def force_depth(self) -> float:
        """Force of the tool into the tissue [N/m]."""
        return float(self.contact.force(self.touch)[:, 1].sum())


def on_patches(
    scene: Scene,
    patches: tuple[Patch, ...],
    accuracy: Pass,
    before: Solution | None,
    longest: float = LONGEST,
) -> Solution:
    """Solve on patches."""
    newton, displacement, touch = built(scene, patches, accuracy, before, longest)
    newton.watch = partial(report, accuracy)
    solved = newton.solve(displacement, touch, scene.load, accuracy.tolerance)
    return Solution.of(newton, solved, patches, accuracy, before)


def report(
    accuracy: Pass, residual: float, *, looking: float = 0.5, sought: str = "contact"
) -> None:
    """Report how far a pass is.

    Parameters
    ----------
    accuracy : Pass
    residual : float
        Now [-].
    looking : float
        Share of the work that is done where the contact is found [-].
    sought : str
        What is done until then.
    """
    met = math.log(min(max(residual, accuracy.tolerance), 1.0)) / math.log(accuracy.tolerance)
    done = looking * met if accuracy.is_coarse else looking + (1.0 - looking) * met
    progress.report(done, 1.0, sought if accuracy.is_coarse else "resolved contact")


def built(
    scene: Scene,
    patches: tuple[Patch, ...],
    accuracy: Pass,
    before: Solution | None,
    longest: float = LONGEST,
) -> tuple[Newton, Array, Touch]:
    """Return a solver on new patches, and its start: the state before, or nothing."""
    rows, columns, counts = accuracy.row_growth, accuracy.growth, scene.rows
    if accuracy.is_coarse:
        counts = None
    elif scene.growth is not None:
        rows = columns = max(scene.growth, LEAST_GROWTH)
    details = scene.details(accuracy.spans)
    along = along_line(patches, scene.ends, scene.thickness, columns, scene.plate, *details)
    size = min(patch.size for patch in patches)
    least = np.where((scene.layers.thickness > size) | scene.bends, accuracy.least_rows, 1)
    bends = None if accuracy.is_coarse else scene.bends
    depth, owner = scene.inclusions.depth_line(
        scene.layers.thickness, size, least, rows, spans=accuracy.spans, counts=counts,
        bends=bends, glides=scene.springs.layer,
    )  # fmt: skip
    section = section_of(scene, along, depth, owner)
    history = history_of(scene, section)
    window = Window.of(along, beside(patches), scene.form)
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
    scale = scene.skin_modulus / size
    contact = ContactProblem(
        window, scene.outline.chain, scene.friction, scene.direction, anchor, offset, scale
    )
    newton = Newton(section, contact, history, longest * scene.nose_radius, budget=scene.budget)
    if before is not None:
        newton.expected = expected_before(before, section)
    return newton, displacement, touch


def history_of(scene: Scene, section: Section) -> History:
    """Return what a steady stroke does to tissue: it rests for long, or passes under the tool."""
    if scene.speed is None:
        return Rest(section, section.layers.long_term)
    return Flow(section, scene.speed)


def beside(patches: tuple[Patch, ...]) -> list[tuple[float, float]]:
    """Return where the tool may touch while a contact is sought: patches, and spans beside them."""
    parts: list[tuple[float, float]] = []
    for patch in patches:
        margin = BESIDE * (patch.high - patch.low)
        low, high = patch.low - margin, patch.high + margin
        if parts and low <= parts[-1][1]:
            low = parts.pop()[0]
        parts.append((low, high))
    return parts


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


def continued(last: Solution, found: Solution, depth: float) -> Solution:
    """Return a state continued by the last one to another depth of the tool [m]."""
    share = (depth - found.touch.depth) / (found.touch.depth - last.touch.depth)
    before, expected = transferred(last, found.section), expected_before(last, found.section)
    touch = found.touch.copy()
    touch.depth = depth
    displacement = found.displacement + share * (found.displacement - before)
    if not found.section.evaluate(displacement):
        return found
    return replace(
        found,
        displacement=displacement,
        expected=found.expected + share * (found.expected - expected),
        touch=touch,
    )


def expected_before(before: Solution, section: Section) -> Array:
    """Return what is expected of spans and of pairs, that of those before at their middles."""
    middle = [0.5 * (line.breaks[1:] + line.breaks[:-1]) for line in (section.along, section.depth)]
    old = before.section
    i, j = old.along.span_of(middle[0]), old.depth.span_of(middle[1])
    volume, normal = np.split(before.expected, [old.mesh.layer.size])
    grid = volume[: old.layer.size].reshape(old.layer.shape)[np.ix_(i, j)]
    return np.append(section.spread_over(grid), normal.reshape(old.gliding.pairs.slip.shape)[i])


def measured(found: Solution) -> Measured:
    """Return the scalars of a solution whose errors are told."""
    return Measured.of(found.section, found.contact, found.touch, found.displacement)


def mean_pressure(found: Solution) -> float:
    """Return the force over the length of skin that is loaded [Pa]."""
    shown = skin_contact(found.section.along, found.contact, found.touch, found.displacement)
    return shown.force_depth / shown.width
