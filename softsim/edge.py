"""The edge of a tool: its plane section, upright."""

from __future__ import annotations

import math
from dataclasses import dataclass

from softsim.errors import InputError
from softsim.outline import Arc, Segment
from softsim.plausible import usual_si
from softsim.units import Quantity, to_si

FLANK_LIMIT = math.radians(89.0)
BODY_LENGTH = 0.05
"""Length of the body above the nose centre that the outline shows [m]."""
UP = 0.5 * math.pi
MILLIMETRES = "bare numbers are metres; write e.g. '5 mm'"

_SAME = 1.0e-9  # relative difference below which two lengths typed by hand are meant to be equal
_Pieces = tuple[Segment | Arc, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Plane section of a rigid edge: a nose arc, two flanks, and the body above them.

    After construction every number is an SI float (angles in radians).

    Parameters
    ----------
    nose_radius : float or str
        Radius of the nose [m].
    leading_flank_angle, trailing_flank_angle : float or str
        Angle from the blade's mid-plane to each flank [rad], in [0°, 89°].  The leading flank is
        the one on the side the tool travels to.
    thickness : float or str
        Thickness of the body [m].  Both flanks 0 and ``thickness = 2 nose_radius`` is a round
        rod; a body thinner than the arc is cut from it: a blunt, slightly crowned blade.
    shoulder_radius : float or str, optional
        Radius of the rounding between flank and body side [m].  By default the nose radius, or
        less where that would take more than half of the flank: an estimate, since no tool's
        shoulder was ever printed.

    Examples
    --------
    >>> rod = Edge(nose_radius="5 mm", thickness="10 mm")
    >>> [type(piece).__name__ for piece in rod.section()]
    ['Segment', 'Arc', 'Segment']
    """

    nose_radius: Quantity
    leading_flank_angle: Quantity = 0.0
    trailing_flank_angle: Quantity = 0.0
    thickness: Quantity
    shoulder_radius: Quantity | None = None

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "nose_radius", length_of(self.nose_radius, "edge.nose_radius", "nose_radius"))
        thickness = length_of(self.thickness, "edge.thickness", "thickness of the edge")
        set_(self, "thickness", thickness)
        for name in ("leading_flank_angle", "trailing_flank_angle"):
            set_(self, name, flank_angle_of(getattr(self, name), name))
        if self.shoulder_radius is not None:
            radius = length_of(self.shoulder_radius, "edge.shoulder_radius", "shoulder_radius")
            set_(self, "shoulder_radius", radius)
            if self._is_rod():
                raise InputError(
                    f"shoulder_radius is {radius:g} m, but a round rod (flanks 0, thickness = 2 "
                    "nose_radius) has no shoulder; leave it out, or give a flank angle"
                )
        self.section()  # refuses a section that cannot be drawn

    def section(self) -> tuple[Segment | Arc, ...]:
        """Return the outline of the section in the blade frame.

        Returns
        -------
        tuple of Segment and Arc (`softsim.outline`)
            In order: leading side from the top, shoulder, leading flank, nose, and up the trailing
            side.

        Notes
        -----
        s runs along the mid-plane from the centre of the nose arc towards the handle, y towards the
        leading side.  Outward normals turn counter-clockwise; pieces join exactly and tangentially,
        and the outline is convex.
        """
        leading, trailing = self._flanks()
        if self._is_rod():
            radius = float(self.nose_radius)
            rows = _upper(_Side(radius, 0.0), 0.0, BODY_LENGTH, 0.0, radius)
            nose = (UP, 3.0 * UP)
            lower = rows
        elif self._is_crowned():
            return self._crowned_section()
        else:
            shoulder = self._shoulder(leading, trailing)
            top = max(BODY_LENGTH, 2.0 * shoulder)
            radius = float(self.nose_radius)
            rows = self._half(leading, shoulder, top)
            lower = self._half(trailing, shoulder, top)
            nose = (UP + leading, 3.0 * UP - trailing)
        return (*rows, Arc((0.0, 0.0), radius, *nose), *mirrored(lower))

    def _flanks(self) -> tuple[float, float]:
        return float(self.leading_flank_angle), float(self.trailing_flank_angle)

    def _is_rod(self) -> bool:
        width = 2.0 * float(self.nose_radius)
        return self._flanks() == (0.0, 0.0) and abs(float(self.thickness) - width) <= _SAME * width

    def _is_crowned(self) -> bool:
        """Whether the body is no thicker than the nose arc where symmetric flanks would start."""
        leading, trailing = self._flanks()
        width = 2.0 * float(self.nose_radius) * math.cos(leading)
        return leading == trailing and float(self.thickness) <= width * (1.0 + _SAME)

    def _shoulder(self, leading: float, trailing: float) -> float:
        """Return s where the flanks are `thickness` apart."""
        radius, thickness = float(self.nose_radius), float(self.thickness)
        slope = math.tan(leading) + math.tan(trailing)
        if slope == 0.0:
            raise InputError(
                f"thickness of the edge is {thickness:g} m; must be at most 2 nose_radius = "
                f"{2.0 * radius:g} m where both flank angles are 0 (give a flank angle, or "
                "nose_radius = thickness / 2 for a round rod)"
            )
        shoulder = (
            thickness - radius * (1.0 / math.cos(leading) + 1.0 / math.cos(trailing))
        ) / slope
        start = -radius * math.sin(min(leading, trailing))
        if shoulder <= start + _SAME * radius:
            least = radius * (1.0 / math.cos(leading) + 1.0 / math.cos(trailing)) + start * slope
            raise InputError(
                f"thickness of the edge is {thickness:g} m; must be above {least:g} m for flanks "
                f"of {math.degrees(leading):g} and {math.degrees(trailing):g} deg on a nose of "
                f"radius {radius:g} m (thicken the body or reduce nose_radius)"
            )
        return shoulder

    def _half(self, flank: float, shoulder: float, top: float) -> _Pieces:
        """Return side, shoulder and flank of one half, mirrored to y > 0."""
        radius = float(self.nose_radius)
        width = (radius + shoulder * math.sin(flank)) / math.cos(flank)
        flank_length = (shoulder + radius * math.sin(flank)) / math.cos(flank)
        largest = math.inf
        if flank > 0.0:
            largest = 0.5 * min(flank_length, top - shoulder) / math.tan(0.5 * flank)
        rounding = min(radius, largest) if self.shoulder_radius is None else self._given(largest)
        return _upper(_Side(width, flank), shoulder, top, rounding, radius)

    def _given(self, largest: float) -> float:
        """Return the shoulder radius the user gave, if it fits."""
        given = float(self.shoulder_radius or 0.0)
        if given > largest:
            raise InputError(
                f"shoulder_radius is {given:g} m; must be at most {largest:g} m to fit between "
                "flank and side (reduce it, or leave it out)"
            )
        return given

    def _crowned_section(self) -> _Pieces:
        """Return a body cut from a wide nose arc, its two shoulders rounded."""
        radius, half = float(self.nose_radius), 0.5 * float(self.thickness)
        largest = 0.5 * half
        rounding = min(radius, largest) if self.shoulder_radius is None else self._given(largest)
        # The rounding touches the side (y = half) and, from inside, the nose arc.
        turn = math.acos(min(1.0, (half - rounding) / (radius - rounding)))
        centre_s = -(radius - rounding) * math.sin(turn)
        centre_y = half - rounding
        side = Segment((BODY_LENGTH, half), (centre_s, half))
        corner = Arc((centre_s, centre_y), rounding, UP, UP + turn)
        nose = Arc((0.0, 0.0), radius, UP + turn, 3.0 * UP - turn)
        upper = (side, corner) if turn > 0.0 else (side,)
        return (*upper, nose, *mirrored(upper))


@dataclass(frozen=True, slots=True)
class _Side:
    """Half width of the body on one side [m] and the flank's angle there [rad]."""

    half_width: float
    flank: float


def _upper(
    side: _Side, shoulder: float, top: float, rounding: float, nose_radius: float
) -> _Pieces:
    """Return side, shoulder and flank of the half with y > 0, from the top down to the nose."""
    width, flank = side.half_width, side.flank
    if flank == 0.0:  # side and flank are one line that touches the nose at s = 0
        return (Segment((top, width), (0.0, width)),)
    centre_s = shoulder + rounding * math.tan(0.5 * flank)
    centre_y = width - rounding
    normal_s, normal_y = -math.sin(flank), math.cos(flank)
    foot = (centre_s + rounding * normal_s, centre_y + rounding * normal_y)
    return (
        Segment((top, width), (centre_s, width)),
        Arc((centre_s, centre_y), rounding, UP, UP + flank),
        Segment(foot, (nose_radius * normal_s, nose_radius * normal_y)),
    )


def mirrored(pieces: _Pieces) -> _Pieces:
    """Return the pieces of an upper half as the lower half, from the nose up."""
    return tuple(_mirror(piece) for piece in reversed(pieces))


def _mirror(piece: Segment | Arc) -> Segment | Arc:
    if isinstance(piece, Segment):
        (s0, y0), (s1, y1) = piece
        return Segment((s1, -y1), (s0, -y0))
    s, y = piece.centre
    return Arc((s, -y), piece.radius, 4.0 * UP - piece.last, 4.0 * UP - piece.first)


def length_of(value: Quantity, key: str, name: str) -> float:
    """Return a length above 0 [m]."""
    return usual_si(value, key, name, low=0.0, open_low=True, high=10.0, cure=MILLIMETRES)


def flank_angle_of(value: Quantity, name: str) -> float:
    """Return a flank angle in [0, 89 deg] [rad]."""
    cure = "the angle from the blade's mid-plane to the flank"
    if isinstance(value, (int, float)) and UP < value < 1.0e9:
        cure = f"bare numbers are radians; write '{value:g} deg'"
    return to_si(value, "rad", name, low=0.0, high=FLANK_LIMIT, cure=cure)
