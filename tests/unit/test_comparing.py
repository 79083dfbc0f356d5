"""Results of different grids on one: whole differences, layers kept apart, clear refusals."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

import softsim as ss
from softsim.errors import InputError


def result_of(bottoms, depths, along, *, names=("skin", "muscle"), slope=(1.0, 5.0), **extra):
    """Return a made-up result: in each layer a field linear in depth and along, with a jump."""
    depths, along = np.asarray(depths), np.asarray(along)
    layer = np.searchsorted(np.asarray(bottoms), depths, side="left")
    field = np.asarray(slope)[layer][:, None] * depths[:, None] + 10.0 * layer[:, None] + along
    return xr.Dataset(
        {
            "stress_depth": (("depth", "along"), field),
            "normal_force": ((), 6.0),
            "share": ("layer", np.arange(float(len(names)))),
        },
        coords={
            "depth": ("depth", depths, {"units": "m"}),
            "along": along,
            "layer": list(names),
            "layer_bottom": ("layer", np.asarray(bottoms)),
            "depth_layer": ("depth", np.asarray(names)[layer]),
        },
    ).assign(extra)


ALONG = np.linspace(-1.0, 1.0, 5)


def test_difference_of_two_grids_is_whole_and_exact_for_linear_fields():
    first = result_of((1.0, 3.0), (0.0, 0.5, 0.9, 1.1, 2.9), ALONG)
    second = result_of((1.0, 3.0), (0.0, 0.3, 0.7, 1.4, 2.0, 2.8), np.linspace(-0.8, 1.2, 9))
    one, two = ss.on_common_grid([first, second])
    difference = two - one
    inside = [x for x in difference.depth.values if 0.0 <= x <= 0.7 or 1.4 <= x <= 2.8]
    assert len(inside) == 7
    np.testing.assert_allclose(difference.stress_depth.sel(depth=inside), 0.0, atol=1e-13)
    assert not one.stress_depth.isnull().any()
    assert not two.stress_depth.isnull().any()
    assert one.depth.attrs == {"units": "m"}
    joined = xr.concat([one, two], "run", compat="override", coords="minimal")
    assert not joined.stress_depth.isnull().any()


def test_nothing_is_mixed_across_a_boundary_that_lies_elsewhere():
    thin = result_of((1.0, 3.0), (0.0, 0.9, 1.1, 2.9), ALONG, slope=(0.0, 0.0))
    thick = result_of((2.0, 3.0), (0.0, 1.9, 2.1, 2.9), ALONG, slope=(0.0, 0.0))
    one, two = ss.on_common_grid({"thin": thin, "thick": thick}, depth=[0.5, 1.5, 2.5]).values()
    np.testing.assert_array_equal(one.stress_depth.sel(along=0.0), [0.0, 10.0, 10.0])
    np.testing.assert_array_equal(two.stress_depth.sel(along=0.0), [0.0, 0.0, 10.0])
    assert list(one.depth_layer.values) == ["skin", "muscle", "muscle"]
    assert list(two.depth_layer.values) == ["skin", "skin", "muscle"]


@given(st.lists(st.floats(0.0, 3.0), min_size=2, max_size=9, unique=True))
def test_a_result_alone_is_what_it_was(places):
    depths = np.sort(np.round(places, 3))
    if np.any(np.diff(depths) < 1e-3):
        return
    own = result_of((1.0, 3.0), depths, ALONG)
    (same,) = ss.on_common_grid([own])
    np.testing.assert_allclose(same.stress_depth, own.stress_depth)


def test_times_and_counts_are_taken_between_and_from_the_nearer():
    def path(times):
        rows = [result_of((1.0, 3.0), (0.0, 2.0), ALONG) * t for t in times]
        joined = xr.concat(rows, xr.Variable("time", times))
        return joined.assign_coords(pass_number=("time", [0, *[1] * (len(times) - 1)]))

    one, two = ss.on_common_grid([path([0.0, 1.0, 2.0]), path([0.0, 0.4, 1.0, 1.6])])
    np.testing.assert_allclose(one.time, [0.0, 0.4, 1.0, 1.6])
    np.testing.assert_allclose(one.stress_depth, two.stress_depth, atol=1e-13)
    assert list(one.pass_number.values) == [0, 0, 1, 1]


def test_a_missing_value_stays_where_it_is():
    own = result_of((1.0, 3.0), (0.0, 0.5, 2.0), ALONG)
    own["stress_depth"][1, :] = np.nan
    (found,) = ss.on_common_grid([own], depth=[0.0, 0.5, 2.0])
    assert list(found.stress_depth.isnull().any("along").values) == [False, True, False]


def test_what_not_all_have_is_left_out_and_named():
    first = result_of((1.0, 3.0), (0.0, 2.0), ALONG, section_ratio=1.2)
    second = result_of((1.0, 3.0), (0.0, 2.0), ALONG, names=("skin", "fat"))
    one, _ = ss.on_common_grid([first, second])
    assert "section_ratio" not in one
    assert list(one.layer.values) == ["skin"]
    assert one.attrs["left_out"] == "layer muscle, layer fat, section_ratio"


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda a: a, "must be several"),
        (lambda a: [], "give at least one"),
        (lambda a: [a, 3.0], "result 1 is 'float'"),
        (lambda a: [a, a.expand_dims(time=[0.0])], "result 0 has no time and result 1 has"),
        (lambda a: [a, a.assign_coords(along=a.along + 9.0)], "no common along"),
        (lambda a: [a, a.assign_coords(layer=["bone", "wood"])], "no layer in common"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_a_sentence(make, told):
    with pytest.raises(InputError, match=told):
        ss.on_common_grid(make(result_of((1.0, 3.0), (0.0, 2.0), ALONG)))


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"depth": [0.0, 9.0]}, "depth 9 m lies outside result 0, which covers 0 to 3 m"),
        ({"along": [0.5, 0.1]}, "must rise"),
        ({"along": [np.nan]}, "finite"),
    ],
)
def test_wanted_places_outside_are_refused(wanted, told):
    with pytest.raises(InputError, match=told):
        ss.on_common_grid([result_of((1.0, 3.0), (0.0, 2.0), ALONG)], **wanted)
