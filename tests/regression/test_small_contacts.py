"""Small and divided contacts: peaks are not those of the nodes, deep layers not cut off.

Guards against largest values that lie outside the fields of a result, or between its nodes
(issue 15, points 7 and 9).
"""

import inspect
import json

import click
import numpy as np
import pytest

import softsim as ss
from softsim import viz
from softsim.accessor import Pictures
from softsim.cli.advice import in_words_of
from softsim.cli.plot import animate as animate_command
from softsim.cli.stroke import stroke as stroke_command
from softsim.errors import brief
from softsim.variables import names
from tests.small_case import linear_result

TOOL = ss.load_instrument("gt4_class_scanner")
# Samples of rows at the door and in the batch, and the linear law of a growing contact.
RTOL_ROWS = 0.04
RTOL_PEAK = 0.03


def problem(tissue="calf", element_along=None, **stroke):
    given = {"angle": "60 deg", "speed": "100 mm/s", "friction": 0.14, **stroke}
    return ss.Problem(
        tissue=ss.load_tissue(tissue),
        instrument=TOOL,
        stroke=ss.Stroke(**given),
        resolution=ss.Resolution(element_along=element_along),
    )


@pytest.mark.parametrize("tissue", ["calf", "forearm_volar"])
def test_deep_layers_have_their_largest_values_under_a_small_contact(tissue):
    """The gap under the deep fascia is sheared most some 20 mm beside a contact of 0.02 mm."""
    forces = (0.0125, 0.05)
    cases = [problem(tissue, force=force) for force in forces]
    found = [linear_result(case) for case in cases]
    batch = ss.simulate_many(cases)
    deep = found[0].depth.to_numpy() > 3e-4
    for field in ("von_mises_change", "strain_max_shear", "stress_depth"):
        name = f"peak_{field}_at_depth"
        shares = [
            result[name].to_numpy()[deep] / f for result, f in zip(found, forces, strict=True)
        ]
        np.testing.assert_allclose(shares[0], shares[1], rtol=RTOL_ROWS, err_msg=field)
        for share, f, values in zip(shares, forces, batch[name].to_numpy(), strict=True):
            np.testing.assert_allclose(share, values[deep] / f, rtol=RTOL_ROWS, err_msg=field)


def test_fields_that_end_too_near_are_told():
    few, enough = (
        [
            text
            for text in json.loads(linear_result(problem(force=f)).attrs["warnings"])
            if "beyond" in text
        ]
        for f in ("3 mN", "50 mN")
    )
    assert "fields end" in few[0]
    assert not enough


def test_peak_where_a_flat_bottom_bends_up_is_not_that_of_the_nodes():
    """A bevel that lies flat: 8.5 kPa where 10.9 kPa are right."""
    case = {"force": "50 mN", "angle": "45 deg", "friction": 0.3}
    found = linear_result(problem("forearm_volar", **case))
    fine = linear_result(problem("forearm_volar", element_along="2 um", **case))
    assert int(found.contact_count) == 2
    for name in ("peak_contact_pressure", "contact_width", "indentation"):
        assert float(found[name]) == pytest.approx(float(fine[name]), rel=RTOL_PEAK), name


def test_every_picture_shows_effects_by_default():
    doors = [viz.plot_stroke, viz.section_map, viz.depth_profile, viz.animate]
    doors += [Pictures.section_map, Pictures.depth_profile]
    for door in doors:
        assert inspect.signature(door).parameters["field"].default == "von_mises_change"
    [option] = [p for p in animate_command.params if p.name == "field"]
    assert option.default == "von_mises_change"
    assert "von_mises_change" in names("field")


def test_advice_on_the_resolution_is_an_option_of_the_command():
    context = click.Context(stroke_command)
    text = in_words_of(context, "give resolution.element_along='0.1 mm' or more")
    assert text == 'give --element-along "0.1 mm" or more'


def test_numbers_in_messages_have_no_powers_of_ten():
    assert [brief(x) for x in (171.8, 99.6, 1234.0, -150.2)] == ["172", "100", "1234", "-150"]
