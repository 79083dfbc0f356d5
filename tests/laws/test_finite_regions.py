"""Regions: one that covers a layer, one that changes nothing, energies, translation."""

import numpy as np
import pytest

import softsim as ss
import softsim.materials as sm
from softsim.engines.finite.solve import solve
from softsim.engines.finite.tissue.basis import Line
from softsim.engines.finite.tissue.histories import Memory
from softsim.engines.finite.tissue.regions import Inclusions
from softsim.engines.finite.tissue.section import Section, held_functions
from softsim.variables import names
from softsim.viz import section_map
from softsim.viz.drawing.shots import region_outlines

SAME = 1e-9
BALANCE = 0.01  # of the work of the tool
MOVED = 2e-3  # of the depth: a scene on other spans
RELAXING = sm.Prony(g=(0.5, 0.2), tau=("0.02 s", "0.5 s"))
STROKE = {"force": 20.0, "friction": 0.3, "speed": "50 mm/s"}
PLACE = {"layers": "skin", "start": "1 mm", "length": "2 mm"}
SHAPES = {
    "box": {},
    "ellipse": {"shape": "ellipse"},
    "band": {"angle": "30 deg"},
    "soft": {"transition": "1 mm"},
    "deep": {"top": "0.5 mm", "height": "3 mm", "layers": ()},
}


def law(shear, prony=RELAXING):
    """Return a law of a shear modulus [Pa]."""
    return sm.SplitNeoHookean(shear_modulus=shear, bulk_modulus=100.0 * shear, prony=prony)


def tissue(region=None, skin=20e3, prestress="5 kPa", prony=RELAXING):
    """Return skin on fat with a region."""
    layers = [
        ss.Layer(name="skin", thickness="2 mm", material=law(skin, prony), prestress=prestress),
        ss.Layer(name="fat", thickness="6 mm", material=law(5e3, prony)),
    ]
    return ss.Tissue(layers=layers, regions={"scar": region} if region else {})


def meshed(regions, breaks, size):
    """Return lines along and in depth, the layer of each span, and the overlay of the regions."""
    along = Line.smooth(breaks)
    depth, owner = regions.depth_line(
        regions.materials.thickness[:2], size, np.array([2, 2]), 1.0, spans=8
    )
    layer = np.tile(owner, (along.n_spans, 1))
    return (along, depth), layer, regions.overlay((along, depth), layer)


def on_lines(regions, lines, layer, overlay):
    """Return a section of the layers on two lines."""
    held = held_functions(tuple(line.n_functions for line in lines))
    return Section(regions.materials, lines, layer, held, overlay=overlay)


def problem(body, **stroke):
    """Return a round edge on a tissue; forces are those per metre of edge."""
    with ss.allow_unusual():
        edge = ss.Edge(nose_radius="2 mm", thickness="4 mm")
        tool = ss.Instrument(edge=edge, contact_length=1.0)
        return ss.Problem(tissue=body, instrument=tool, stroke=ss.Stroke(**STROKE | stroke))


def residual(shot):
    """Return the energy that is not accounted for, over the work of the tool."""
    spent = shot.stored_energy + shot.viscous_work + shot.friction_work
    return abs(shot.tool_work - spent) / abs(shot.tool_work)


@pytest.mark.parametrize("mode", ["steady", "press"])
@pytest.mark.parametrize("prestress", [None, "5 kPa"])
def test_region_that_covers_a_layer_is_that_layer(mode, prestress):
    for material, factor in ((law(60e3), 1.0), (None, 3.0)):
        region = ss.Region(layers="skin", material=material, stiffness_factor=factor)
        found = solve(problem(tissue(region, prestress=prestress)), mode)
        wanted = solve(problem(tissue(skin=60e3, prestress=prestress)), mode)
        one, other = found.snapshots[-1], wanted.snapshots[-1]
        assert one.depth == pytest.approx(other.depth, rel=SAME)
        for name in ("cauchy", "displacement", "stored_density", "dissipated_density"):
            own, same = getattr(one, name), getattr(other, name)
            np.testing.assert_allclose(own, same, atol=1e-7 * np.abs(same).max())
        np.testing.assert_allclose(found.rest_stress, wanted.rest_stress, atol=1e-6)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_region_of_the_material_of_its_layer_changes_nothing(shape):
    regions = Inclusions.of(tissue(ss.Region(**PLACE | shape)))
    lines, layer, overlay = meshed(regions, np.linspace(-5e-3, 5e-3, 30), 0.7e-3)
    assert overlay.share.shape[0] > layer.size or shape in ({}, SHAPES["deep"])
    forces = []
    for more in (overlay, None):
        section = on_lines(regions, lines, layer, more)
        history = Memory(section)
        places = [line.greville for line in lines]
        place = np.stack(np.meshgrid(*places, indexing="ij"), axis=-1)
        moved = 0.03 * np.sin(300.0 * place[..., ::-1]) * np.array([2e-3, 8e-3])
        history.begin(section, 0.01)
        assert section.evaluate(moved, tangent=True)
        forces.append(section.forces(moved))
        assert np.abs(section.mesh.weight.sum() - 10e-3 * 8e-3) < 1e-12
    wanted = forces[1]
    cut = 0.05 if overlay.share.shape[0] > layer.size else SAME  # of two mean volumes in a span
    np.testing.assert_allclose(forces[0], wanted, atol=cut * np.abs(wanted).max())


def test_undisturbed_tissue_with_a_region_is_at_rest():
    region = ss.Region(
        **PLACE, angle="30 deg", stiffness_factor=5.0, prony=sm.Prony(g=0.3, tau="1 s")
    )
    regions = Inclusions.of(tissue(region))
    section = on_lines(regions, *meshed(regions, np.linspace(-5e-3, 5e-3, 30), 0.7e-3))
    history = Memory(section)
    history.begin(section, 0.01)
    section.evaluate(section.rest())
    left = section.free(section.forces(section.rest()))
    assert np.abs(left).max() < 1e-8 * 5e3 * 2e-3  # of the tension of the skin


@pytest.mark.parametrize("name", SHAPES)
def test_area_of_a_region_is_that_of_its_outline(name):
    region = ss.Region(**PLACE | SHAPES[name], stiffness_factor=2.0)
    regions = Inclusions.of(tissue(region))
    section = on_lines(regions, *meshed(regions, np.linspace(-5e-3, 5.3e-3, 41), 0.4e-3))
    found = section.mesh.weight[section.mesh.layer >= 2].sum()
    wanted = {"ellipse": np.pi * 1e-6, "band": 4e-6 / np.cos(np.radians(30.0)), "deep": 6e-6}
    assert found == pytest.approx(wanted.get(name, 4e-6), rel=1e-4)  # corners count roughly


@pytest.mark.parametrize("shape", ["box", "ellipse", "band"])
def test_energies_of_a_stroke_over_a_region_add_up(shape):
    region = ss.Region(**PLACE | SHAPES[shape], stiffness_factor=4.0)
    found = solve(problem(tissue(region), length="4 mm"), "transient")
    assert residual(found.snapshots[-1]) < BALANCE


def test_region_further_on_is_met_later():
    depths = []
    for shift in (0.0, 0.53e-3):
        region = ss.Region(layers="skin", start=1e-3 + shift, length=2e-3, stiffness_factor=4.0)
        case = problem(tissue(region, prony=None), length="3 mm", friction=0.0)
        shots = [shot for shot in solve(case, "transient").snapshots if shot.pass_number]
        place, depth = np.transpose([(shot.along - shift, shot.depth) for shot in shots])
        depths.append(np.interp(np.linspace(0.5e-3, 2.4e-3, 9), place, depth))
    np.testing.assert_allclose(depths[1], depths[0], rtol=MOVED)


def test_mirrored_scene_is_pressed_as_deep():
    depths = []
    for start in (0.3e-3, -2.3e-3):
        region = ss.Region(layers="skin", start=start, length=2e-3, stiffness_factor=4.0)
        found = solve(problem(tissue(region), friction=0.0), "press")
        depths.append(found.snapshots[-1].depth)
    assert depths[1] == pytest.approx(depths[0], rel=1e-6)


def test_region_under_a_round_tip_is_a_disc():
    depths = []
    for factor in (1.0, 4.0):
        region = ss.Region(layers="skin", start="-4 mm", length="8 mm", stiffness_factor=factor)
        tip = ss.Instrument(edge=ss.RoundTip(radius="4 mm"))
        case = ss.Problem(tissue=tissue(region), instrument=tip, stroke=ss.Stroke(force=0.1))
        depths.append(solve(case, "press").snapshots[-1].depth)
    assert depths[1] < 0.8 * depths[0]


def test_result_tells_what_a_region_bears():
    region = ss.Region(layers="skin", start="0.5 mm", length="3 mm", stiffness_factor=4.0)
    with ss.allow_unusual():
        found = ss.simulate(problem(tissue(region)), mode="press", progress=False).isel(time=-1)
    assert set(names("region")) <= set(found.data_vars)
    assert found["region"].to_numpy().tolist() == ["scar"]
    inside = (found.along > 0.5e-3) & (found.along < 3.5e-3) & (found.depth_layer == "skin")
    wanted = float(found.von_mises_change.where(inside).max())
    assert float(found.region_peak_von_mises_change[0]) == wanted
    beside = (found.along > -2.5e-3) & (found.along < 6.5e-3) & (found.depth_layer == "skin")
    around = float(found.von_mises_change.where(beside & ~inside).max())
    assert float(found.beside_region_peak_von_mises_change[0]) == pytest.approx(around, rel=0.02)
    ratio = wanted / float(found.beside_region_peak_von_mises_change[0])
    assert float(found.region_stress_ratio[0]) == pytest.approx(ratio)
    corners = region_outlines(found)[0]
    assert corners[:, 0].min() == pytest.approx(0.5, abs=0.5)  # mm, deformed
    lines = [line for line in section_map(found).get_lines() if line.is_dashed()]
    assert len(lines) == 1
