"""Sweeps over tools, tissues and engines by name."""

from __future__ import annotations

import numpy as np
import pytest

import softsim as ss
from softsim.errors import InputError
from softsim.sweeps import check_sweep
from softsim.sweeps.design import design_from_table

TOOLS = ["gt4_class_scanner", "guasha_jade_face"]
PROBLEM = ss.Problem(
    tissue=ss.load_tissue("calf"),
    instrument=ss.load_instrument(TOOLS[0]),
    stroke=ss.Stroke(force="0.5 N", angle="60 deg", speed="50 mm/s", friction="emollient"),
)


def solved(sweep, path, **options):
    """Return the cube of a design."""
    return ss.sweep(ss.Design(problem=PROBLEM, sweep=sweep, **options), path, progress=False)


def test_tools_by_name_are_a_dimension_with_their_names(tmp_path):
    cube = solved({"instrument": TOOLS, "force": [0.2, 0.5]}, tmp_path / "s.zarr", engine="linear")
    assert (cube.status == 1).all()
    assert list(cube.instrument.values) == TOOLS
    for name in TOOLS:
        one = ss.Problem(
            tissue=PROBLEM.tissue, instrument=ss.load_instrument(name), stroke=PROBLEM.stroke
        )
        alone = ss.simulate(one, engine="linear")
        found = cube.indentation.sel(instrument=name, force=0.5)
        assert float(found) == pytest.approx(float(alone.indentation), rel=1e-6)
    assert check_sweep(tmp_path / "s.zarr").damage == ()
    again = solved({"instrument": TOOLS, "force": [0.2, 0.5]}, tmp_path / "s.zarr", engine="linear")
    assert again.equals(cube)


def test_tissues_with_other_layers_are_joined_by_name(tmp_path):
    sites = ["calf", "plantar_heel"]
    cube = solved({"tissue": sites}, tmp_path / "s.zarr", engine="linear")
    assert (cube.status == 1).all()
    tissues = {site: ss.load_tissue(site) for site in sites}
    for site, tissue in tissues.items():
        own = [layer.name for layer in tissue.layers]
        peaks = cube.peak_von_mises_change_in_layer.sel(tissue=site)
        assert list(peaks.layer[peaks.notnull()].values) == [
            n for n in cube.layer.values if n in own
        ]
        alone = ss.simulate(
            ss.Problem(tissue=tissue, instrument=PROBLEM.instrument, stroke=PROBLEM.stroke),
            engine="linear",
        )
        expected = alone.peak_von_mises_change_in_layer
        np.testing.assert_allclose(peaks.sel(layer=expected.layer), expected, rtol=1e-6)
        named = cube.depth_layer.sel(tissue=site)
        inside = cube.depth < tissue.thickness
        assert set(named[inside].values) == set(own)


def test_engines_side_by_side(tmp_path):
    cube = solved({"engine": ["linear", "finite"]}, tmp_path / "s.zarr")
    assert (cube.status == 1).all()
    assert cube.attrs["engine"] == "linear, finite"
    linear, finite = cube.indentation.values
    assert linear == pytest.approx(finite, rel=0.5)
    assert linear != finite


def test_sources_are_those_of_every_choice():
    design = ss.Design(problem=PROBLEM, sweep={"instrument": TOOLS, "force": [1.0]})
    found = {source.name for source in design.sources}
    for name in TOOLS:
        assert {source.name for source in ss.load_instrument(name).sources} <= found


def test_a_file_names_its_first_tool_in_the_sweep(tmp_path):
    table = {
        "tissue": "calf",
        "stroke": {"friction": "emollient", "force": "2 N", "angle": "60 deg", "speed": 0.1},
        "sweep": {"instrument": TOOLS},
    }
    design = design_from_table(table)
    assert design.case((1,)).instrument.edge == ss.load_instrument(TOOLS[1]).edge
    swapped = design_from_table({**table, "sweep": {"instrument": TOOLS[::-1]}})
    assert swapped.digest != design.digest
    same = design_from_table({**table, "instrument": TOOLS[1]})
    assert same.digest == design.digest
    own = tmp_path / "mine.toml"
    own.write_text('nose_radius = "2 mm"\nthickness = "4 mm"\ncontact_length = "40 mm"\n')
    with_file = {**table, "sweep": {"instrument": [TOOLS[0], "mine.toml"]}}
    found = design_from_table(with_file, str(tmp_path / "design.toml"))
    assert found.case((1,)).instrument.edge.nose_radius == pytest.approx(0.002)
    before = found.digest
    own.write_text(own.read_text().replace("2 mm", "3 mm"))
    assert design_from_table(with_file, str(tmp_path / "design.toml")).digest != before


@pytest.mark.parametrize(
    ("sweep", "told"),
    [
        ({"instrument": ["gt4_class_scaner"]}, r"sweep.instrument\[0\].*gt4_class_scanner"),
        ({"tissue": [3.0]}, r"sweep.tissue\[0\].*must be a name of the library"),
        ({"engine": ["exact"]}, r"sweep.engine\[0\].*finite"),
        ({"instrument": "gt4_class_scanner"}, "must be a list of values"),
        ({"instrument": TOOLS[:1] * 2}, "the same as"),
    ],
)
def test_bad_names_are_refused(sweep, told):
    with pytest.raises(InputError, match=told):
        ss.Design(problem=PROBLEM, sweep=sweep)


def test_a_layer_that_only_one_tissue_has_fails_as_a_case():
    sweep = {"tissue": ["calf", "plantar_heel"], "tissue.fat_deep.thickness": ["2 mm"]}
    design = ss.Design(problem=PROBLEM, sweep=sweep)
    with pytest.raises(InputError, match="layer of tissue"):
        design.case((1, 0))


def test_file_without_a_tool_is_refused():
    with pytest.raises(InputError, match="instrument: missing"):
        design_from_table({"tissue": "calf", "sweep": {"force": [1.0]}})
    with pytest.raises(InputError, match="gliding: given for tissues"):
        design_from_table(
            {"instrument": TOOLS[0], "gliding": "layer", "sweep": {"tissue": ["calf"]},
             "stroke": {"force": 1.0}}
        )  # fmt: skip
