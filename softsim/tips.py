"""Round tips: rigid tools that are round about an upright axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

from softsim.edge import BODY_LENGTH, UP, Edge, flank_angle_of, length_of, mirrored
from softsim.errors import InputError
from softsim.outline import Arc, Segment
from softsim.units import Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """A rigid tip that is round about its upright axis, for presses; in the place of an `Edge`.

    It has no length across: forces are the whole force [N].
    """

    def section(self) -> tuple[Segment | Arc, ...]:
        """Return the outline of the section through the axis, as `Edge.section` does."""
        raise NotImplementedError

    @property
    def nose_radius(self) -> float:
        """Distance from the axis within which the tip is about round, or flat [m]."""
        raise NotImplementedError

    @property
    def thickness(self) -> float:
        """Diameter of the body [m]."""
        raise NotImplementedError

    @property
    def words(self) -> str:
        """The tip in words, with its size."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTip(Tip):
    """A ball, or the round end of a rod: an indenter, a knob; a fingertip has about 8 mm.

    Parameters
    ----------
    radius : float or str
        [m].

    Examples
    --------
    >>> RoundTip(radius="5 mm").thickness
    0.01
    """

    radius: Quantity

    def __post_init__(self) -> None:
        object.__setattr__(self, "radius", length_of(self.radius, "edge.nose_radius", "radius"))

    def section(self) -> tuple[Segment | Arc, ...]:
        """Return the outline of the section through the axis, as `Edge.section` does."""
        return Edge(nose_radius=self.radius, thickness=self.thickness).section()

    @property
    def nose_radius(self) -> float:
        """Radius of the ball [m]."""
        return float(self.radius)

    @property
    def thickness(self) -> float:
        """Diameter of the body [m]."""
        return 2.0 * float(self.radius)

    @property
    def words(self) -> str:
        """The tip in words, with its size."""
        return f"round tip r {1e3 * float(self.radius):g} mm"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatPunch(Tip):
    """A flat round punch with a rounded rim.

    Parameters
    ----------
    radius : float or str
        Of the body [m].
    rim_radius : float or str
        Of the rounding between face and body, at most `radius` [m].
    """

    radius: Quantity
    rim_radius: Quantity

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "radius", length_of(self.radius, "edge.nose_radius", "radius"))
        rim = length_of(self.rim_radius, "edge.shoulder_radius", "rim_radius")
        set_(self, "rim_radius", rim)
        if rim >= float(self.radius):
            raise InputError(
                f"rim_radius is {rim:g} m; must be below radius = {float(self.radius):g} m "
                "(a RoundTip is round all over)"
            )

    @property
    def rim(self) -> tuple[float, float]:
        """Radii where the face ends and where the rim does [m]."""
        return float(self.radius) - float(self.rim_radius), float(self.radius)

    def section(self) -> tuple[Segment | Arc, ...]:
        """Return the outline of the section through the axis, as `Edge.section` does."""
        radius, rim = float(self.radius), float(self.rim_radius)
        face = radius - rim
        upper = (
            Segment((BODY_LENGTH, radius), (0.0, radius)),
            Arc((0.0, face), rim, UP, 2.0 * UP),
            Segment((-rim, face), (-rim, 0.0)),
        )
        return (*upper, *mirrored(upper))

    @property
    def nose_radius(self) -> float:
        """Radius of the body [m]."""
        return float(self.radius)

    @property
    def thickness(self) -> float:
        """Diameter of the body [m]."""
        return 2.0 * float(self.radius)

    @property
    def words(self) -> str:
        """The tip in words, with its size."""
        return f"flat punch r {1e3 * float(self.radius):g} mm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cone(Tip):
    """A cone with a rounded tip.

    Parameters
    ----------
    half_angle : float or str
        Between axis and flank, above 0 and at most 89 deg [rad].
    tip_radius : float or str
        [m].
    radius : float or str
        Of the body [m].
    """

    half_angle: Quantity
    tip_radius: Quantity
    radius: Quantity

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "half_angle", flank_angle_of(self.half_angle, "half_angle"))
        set_(self, "tip_radius", length_of(self.tip_radius, "edge.nose_radius", "tip_radius"))
        set_(self, "radius", length_of(self.radius, "edge.nose_radius", "radius"))
        self.section()  # refuses a section that cannot be drawn

    def section(self) -> tuple[Segment | Arc, ...]:
        """Return the outline of the section through the axis, as `Edge.section` does."""
        return Edge(
            nose_radius=self.tip_radius,
            leading_flank_angle=self.half_angle,
            trailing_flank_angle=self.half_angle,
            thickness=self.thickness,
        ).section()

    @property
    def nose_radius(self) -> float:
        """Radius of the tip [m]."""
        return float(self.tip_radius)

    @property
    def thickness(self) -> float:
        """Diameter of the body [m]."""
        return 2.0 * float(self.radius)

    @property
    def words(self) -> str:
        """The tip in words, with its size."""
        angle = math.degrees(float(self.half_angle))
        return f"cone of {angle:.3g}°, tip r {1e3 * float(self.tip_radius):g} mm"


TIPS: dict[str, type[Tip]] = {"round_tip": RoundTip, "flat_punch": FlatPunch, "cone": Cone}
"""Round tips by the name of their shape in a text."""
