"""Edge outlines join, are convex, and are as thick as asked for."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from softsim.edge import BODY_LENGTH, Edge
from softsim.errors import InputError
from softsim.instrument import Instrument
from softsim.library import instruments, load_instrument
from softsim.outline import Arc, Segment

JOIN = 1e-14  # metres; rounding of millimetres
ANGLE = 1e-9  # radians; a shoulder of a thin crown is found by acos near 1


def normals(piece):
    """Angles of the outward normal at both ends of a piece, in [0, 2 pi)."""
    if isinstance(piece, Segment):
        way = np.subtract(piece.end, piece.start)
        angle = math.atan2(-way[0], way[1]) % (2 * math.pi)  # the body is on the left
        return angle, angle
    return piece.first, piece.last


def check_outline(edge):
    outline = edge.section()
    for piece, following in itertools.pairwise(outline):
        assert np.abs(np.subtract(piece.ends[1], following.ends[0])).max() <= JOIN
        assert abs(normals(piece)[1] - normals(following)[0]) <= ANGLE  # no corner
    for piece in outline:
        if isinstance(piece, Arc):
            assert piece.radius > 0.0
            assert piece.last > piece.first  # convex: normals turn counter-clockwise only
        else:
            assert math.dist(*piece) > 0.0
    first, last = outline[0].start, outline[-1].end
    assert first[0] == last[0] >= BODY_LENGTH
    assert first[1] - last[1] == pytest.approx(edge.thickness, rel=1e-9)
    assert (normals(outline[0])[0], normals(outline[-1])[1]) == (math.pi / 2, 1.5 * math.pi)
    return outline


def kinds(outline):
    return [type(piece) for piece in outline]


def test_round_rod_is_two_sides_and_half_a_circle():
    outline = check_outline(Edge(nose_radius="5 mm", thickness="10 mm"))
    assert kinds(outline) == [Segment, Arc, Segment]
    assert outline[1] == ((0.0, 0.0), 5e-3, math.pi / 2, 3 * math.pi / 2)


def test_single_bevel_has_flank_on_the_leading_side_only():
    edge = Edge(nose_radius="1 mm", leading_flank_angle="45 deg", thickness="5 mm")
    outline = check_outline(edge)
    assert kinds(outline) == [Segment, Arc, Segment, Arc, Segment]
    flank = outline[2]
    root = math.sqrt(0.5)
    assert normals(flank)[0] == pytest.approx(0.75 * math.pi)
    for s, y in flank:
        assert y * root - s * root == pytest.approx(1e-3)
    # 4 mm of leading half width at the shoulder: y = (r + s sin a)/cos a
    shoulder = 5e-3 - 1e-3 * (math.sqrt(2) + 1)
    assert outline[0].start[1] == pytest.approx(4e-3)
    assert outline[1].centre[0] == pytest.approx(shoulder + 1e-3 * math.tan(math.pi / 8))


def test_turned_tool_is_the_mirror_image():
    ahead = Edge(nose_radius=1e-3, leading_flank_angle=0.7, thickness=5e-3).section()
    behind = Edge(nose_radius=1e-3, trailing_flank_angle=0.7, thickness=5e-3).section()
    points = np.array([piece.ends[0] for piece in ahead] + [ahead[-1].end])
    other = np.array([piece.ends[0] for piece in behind] + [behind[-1].end])
    assert np.abs(points - other[::-1] * [1, -1]).max() <= JOIN


def test_body_thinner_than_the_arc_is_a_rounded_crown():
    outline = check_outline(Edge(nose_radius="10 mm", thickness="4 mm"))
    assert kinds(outline) == [Segment, Arc, Arc, Arc, Segment]
    assert outline[2].radius == 0.01


def test_given_shoulder_radius_is_used():
    edge = Edge(nose_radius=1e-3, leading_flank_angle=0.7, thickness=5e-3, shoulder_radius="0.2 mm")
    assert check_outline(edge)[1].radius == pytest.approx(2e-4)


@pytest.mark.parametrize("name", sorted(set(instruments()) - {"algometer_1cm2"}))
def test_every_library_edge_has_a_proper_outline(name):
    check_outline(load_instrument(name).edge)


@given(
    radius=st.floats(1e-4, 1e-2),
    leading=st.sampled_from([0.0, 1.0]).flatmap(lambda k: st.floats(1.0, 89.0).map(k.__mul__)),
    trailing=st.sampled_from([0.0, 1.0]).flatmap(lambda k: st.floats(1.0, 89.0).map(k.__mul__)),
    ratio=st.floats(0.2, 20.0),
)
def test_outline_joins_and_is_convex_whenever_it_is_accepted(radius, leading, trailing, ratio):
    try:
        edge = Edge(
            nose_radius=radius,
            leading_flank_angle=math.radians(leading),
            trailing_flank_angle=math.radians(trailing),
            thickness=ratio * radius,
        )
    except InputError:
        assume(False)
    check_outline(edge)


@given(radius=st.floats(1e-4, 1e-2), angle=st.floats(0.0, 89.0), ratio=st.floats(0.05, 50.0))
def test_symmetric_edge_is_refused_only_if_parallel_and_too_thick(radius, angle, ratio):
    options = {
        "nose_radius": radius,
        "leading_flank_angle": math.radians(angle),
        "trailing_flank_angle": math.radians(angle),
        "thickness": ratio * radius,
    }
    if angle == 0.0 and ratio > 2.0 + 1e-6:
        with pytest.raises(InputError):
            Edge(**options)
    elif angle == 0.0 or angle > 0.5:
        check_outline(Edge(**options))


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"nose_radius": 0}, ("nose_radius", "0", "'5 mm'")),
        ({"nose_radius": "-1 mm"}, ("nose_radius", "-1 mm", "(0, 10] m")),
        ({"thickness": "0 mm"}, ("thickness of the edge", "0 mm", "metres")),
        ({"thickness": 50.0}, ("thickness of the edge", "50", "metres")),
        ({"leading_flank_angle": 45.0}, ("leading_flank_angle is 45.0", "'45 deg'")),
        ({"trailing_flank_angle": 30}, ("trailing_flank_angle is 30", "'30 deg'")),
        ({"leading_flank_angle": "90 deg"}, ("leading_flank_angle", "90 deg", "1.55334")),
        ({"leading_flank_angle": "-5 deg"}, ("leading_flank_angle", "-5 deg", "mid-plane")),
        (
            {"leading_flank_angle": 0.0},
            ("thickness of the edge is 0.005 m", "at most 2 nose_radius = 0.002 m", "round rod"),
        ),
        (
            {"thickness": "1 mm"},
            ("thickness of the edge is 0.001 m", "above 0.00241421", "thicken"),
        ),
        (
            {"shoulder_radius": "60 mm"},
            ("shoulder_radius is 0.06 m", "at most 0.00562132", "reduce it"),
        ),
    ],
)
def test_impossible_edge_is_refused(options, parts):
    good = {"nose_radius": "1 mm", "leading_flank_angle": "45 deg", "thickness": "5 mm"}
    with pytest.raises(InputError) as caught:
        Edge(**{**good, **options})
    for part in parts:
        assert part in str(caught.value)


ROD = Edge(nose_radius="5 mm", thickness="10 mm")


def test_instrument_numbers_become_si():
    tool = Instrument(
        edge=ROD, contact_length="60 mm", mass="170 g", edge_curvature_radius=math.inf
    )
    assert (tool.contact_length, tool.mass) == (0.06, pytest.approx(0.17))
    assert tool.edge_curvature_radius == math.inf
    assert tool.friction_multiplier == 1.0


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"edge": "rod"}, ("edge of the instrument", "'rod'", "must be an Edge")),
        ({"contact_length": 60.0}, ("contact_length", "60", "metres")),
        ({"contact_length": "60"}, ("contact_length", "without a unit")),
        ({"mass": 0}, ("mass", "0", "'170 g'")),
        ({"edge_curvature_radius": 0.0}, ("edge_curvature_radius", "must not be 0", "inf")),
        ({"friction_multiplier": 0}, ("friction_multiplier", "(0, 10]", "polished")),
    ],
)
def test_impossible_instrument_is_refused(options, parts):
    with pytest.raises(InputError) as caught:
        Instrument(**{"edge": ROD, "contact_length": "60 mm", **options})
    for part in parts:
        assert part in str(caught.value)
