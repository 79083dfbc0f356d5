"""A problem as the linear engine sees it: packed, in the frame of a tool that moves towards +x."""

from __future__ import annotations

import math
from dataclasses import dataclass

from softsim.engines.linear.medium.increments import linear_stack
from softsim.engines.linear.medium.stack import FloatArray, LayeredStack
from softsim.errors import ConvergenceError, InputError
from softsim.load import Load
from softsim.outline import Outline
from softsim.problem import Problem

# The datum of an indentation over a half-space is the mean of the surface this many thicknesses
# of the stack (the nominal one of the last layer included) ahead of and behind the tool.
DATUM_THICKNESSES = 10.0


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A problem in the frame of a tool that moves towards +x.

    Parameters
    ----------
    stack : LayeredStack
    outline : Outline
        Of the edge, in world axes.
    direction : int
        +1 or -1; x of this frame times the direction is the along of the problem.
    speed : float
        >= 0 [m/s]; 0 is long-term rest.
    friction : float
        Coulomb coefficient [-].
    load : Load
        Per length across.
    thickness : float
        Of the stack, nominal [m].
    nose_radius : float
        [m].
    spacing : float or None
        Node spacing the user asks for [m].
    """

    stack: LayeredStack
    outline: Outline
    direction: int
    speed: float
    friction: float
    load: Load
    thickness: float
    nose_radius: float
    spacing: float | None

    @classmethod
    def of(cls, problem: Problem) -> Scene:
        """Pack a problem, at the speed and with the friction of its stroke."""
        tissue, given = problem.tissue, problem.resolution.element_along
        load = Load.on_section(problem)
        if not load.value > 0.0:
            raise InputError(
                f"{load.kind} is {load.value:g}; must be above 0 for engine 'linear', which "
                "solves a contact"
            )
        check_tissue(problem)
        return cls(
            stack=linear_stack(tissue),
            outline=problem.outline,
            direction=problem.direction,
            speed=abs(problem.stroke.usual_speed or 0.0),
            friction=problem.friction,
            load=load,
            thickness=tissue.thickness,
            nose_radius=float(problem.instrument.edge.nose_radius),
            spacing=None if given is None else float(given),
        )

    @property
    def datum_distance(self) -> float:
        """Distance of the surface points an indentation is measured from [m]."""
        return DATUM_THICKNESSES * self.thickness if self.stack.is_half_space else math.inf

    def check_bone(self, indentation: float, *, margin: float = 1.0) -> None:
        """Refuse a tool that sinks through the tissue, see `check_bone`."""
        check_bone(self.stack, indentation, datum_distance=self.datum_distance, margin=margin)

    def heights(self, along: FloatArray) -> FloatArray:
        """Return the heights of the edge on nodes of this frame; `along` has any shape [m]."""
        return self.outline.heights(self.direction * along)

    def span_below(self, height: float) -> tuple[float, float]:
        """Return where the edge is within a height of its lowest point, in this frame [m]."""
        low, high = sorted(self.direction * end for end in self.outline.span_below(height))
        return low, high


def check_tissue(problem: Problem) -> None:
    """Refuse tissue with ends, and an indentation that would reach the rigid base."""
    stroke, tissue = problem.stroke, problem.tissue
    if tissue.width is not None or tissue.sides != "held":
        raise InputError(
            "tissue has a width or free sides; engine 'linear' knows only layers without ends "
            "(leave width and sides out, or take engine='finite')"
        )
    if stroke.indentation is None or tissue.base == "half_space":
        return
    if stroke.load >= tissue.thickness:
        raise InputError(
            f"indentation is {stroke.load:g} m; must be less than the thickness of "
            f"the tissue over its rigid base, {tissue.thickness:g} m"
        )


def check_bone(
    stack: LayeredStack,
    indentation: float,
    *,
    datum_distance: float = math.inf,
    margin: float = 1.0,
) -> None:
    """Refuse a tool that small-strain theory sinks through the tissue into its rigid base.

    Parameters
    ----------
    stack : LayeredStack
    indentation : float
        [m].
    datum_distance : float
        Of the skin that an indentation over a half-space is measured from [m].
    margin : float
        Factor beyond which an indentation that is not known well is surely too deep.

    Raises
    ------
    ConvergenceError
        There, and where a half-space is pressed deeper than that.
    """
    if stack.is_half_space:
        bound, what = datum_distance, "the skin that its depth is measured from"
        text = f"deeper than {what} is away, {1e3 * bound:.3g} mm"
    else:
        bound = float(stack.thickness.sum())
        text = f"into {1e3 * bound:.3g} mm of tissue over its rigid base"
    if indentation >= margin * bound:
        raise ConvergenceError(
            f"the tool would sink {1e3 * indentation:.3g} mm {text}: small-strain theory has no "
            "result here; give a smaller load, or take engine='finite'"
        )
