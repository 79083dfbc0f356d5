"""The registry is complete, readable by unit libraries, and the docs table is current."""

from __future__ import annotations

from pathlib import Path

import pint
import pytest

from softsim.variables import GROUPS, PROFILED, REGISTRY, names, profile_name, variables_table
from tests.small_case import small_result

DOCS = Path(__file__).resolve().parents[2] / "docs" / "variables.md"
DESIGNED = [
    "displacement_along",
    "displacement_depth",
    "stress_along",
    "stress_depth",
    "stress_across",
    "stress_shear",
    "von_mises",
    "max_shear",
    "pressure",
    "strain_max_shear",
    "strain_energy_density",
    "dissipated_energy_density",
    "contact_pressure",
    "contact_shear",
    "surface_displacement_along",
    "surface_displacement_depth",
    "normal_force",
    "tangential_force",
    "indentation",
    "contact_width",
    "peak_contact_pressure",
    "apparent_friction",
    "work_of_stroke",
    "contact_shift",
    "mean_contact_pressure",
    "von_mises_change",
    "depth_of_action_50_von_mises_change",
    "depth_of_strain_1",
    "depth_of_strain_energy",
    "depth_of_action_10_stress_depth",
    "layer_energy_share",
    "selectivity",
    "hysteretic_friction",
    "energy_residual",
    "plane_strain_ratio",
]


@pytest.mark.parametrize("name", DESIGNED)
def test_registry_holds_the_designed_names(name):
    assert name in REGISTRY


@pytest.mark.parametrize("variable", REGISTRY.values(), ids=list(REGISTRY))
def test_unit_is_readable_and_words_are_there(variable):
    if variable.unit:
        pint.get_application_registry().Unit(
            variable.unit if variable.unit != "1" else "dimensionless"
        )
    assert variable.long_name
    assert variable.definition.endswith(".")
    assert variable.group in GROUPS


def test_every_profile_has_the_unit_of_its_field():
    for field in PROFILED:
        assert REGISTRY[profile_name(field)].unit == REGISTRY[field].unit


def test_docs_table_is_current():
    expected = variables_table()
    assert DOCS.read_text(encoding="utf-8") == expected, (
        "write softsim.variables.variables_table() to docs/variables.md"
    )


@pytest.mark.parametrize("mode", ["steady", "press", "transient"])
def test_result_holds_exactly_the_registered_variables(mode):
    result = small_result(mode)
    groups = ("field", "surface", "scalar", "profile", "undisturbed", "metric", "error", "ratio")
    assert set(result.data_vars) == {name for group in groups for name in names(group)}
    lead = () if mode == "steady" else ("time",)
    for name, variable in result.data_vars.items():
        known = REGISTRY[str(name)]
        assert variable.dims == (*(lead if known.in_time else ()), *known.dims)
        assert variable.attrs == known.attributes
    timed = {"time", "pass_number", "stroke_number"}
    gliding = {"interface", "interface_depth", "adhesion", "adhesion_start", "adhesion_end"}
    regions = {"region", "region_outline_along", "region_outline_depth"}
    expected = {*names("coordinate")} - gliding - regions - (timed if mode == "steady" else set())
    assert set(result.coords) == expected
