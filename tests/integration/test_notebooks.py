"""Every notebook runs from its first cell to its last, at reduced resolution."""

import json

import pytest

import softsim as ss
from docs.generate import percent
from docs.generate.notebooks import NOTEBOOKS
from tests.small_case import JIT_IS_OFF

COARSE = ss.Resolution(element_along="1.5 mm", steps=10)
SMALL = {
    "compare_edges": {"resolution": COARSE, "force_per_length": 20.0},
    "first_stroke": {"seconds": 0.1},
    "layers_for_teachers": {"resolution": COARSE, "seconds": 0.1},
    "pressure_angle_speed": {
        "design": """
            tissue = "calf"
            instrument = "gt4_class_scanner"
            engine = "linear"
            stroke = { friction = "emollient" }
            [sweep]
            force = ["3 N", "6 N"]
            angle = ["60 deg", "90 deg"]
            speed = ["50 mm/s", "250 mm/s"]
        """
    },
    "scar_and_adhesion": {
        "resolution": COARSE,
        "length": "6 mm",
        "seconds": 0.1,
    },
    "sharper_is_not_deeper": {"resolution": COARSE, "radii": [2e-3, 4e-3, 8e-3]},
}
"""Values that take the place of those in the cells of parameters."""

PATHS = sorted(NOTEBOOKS.glob("*.py"))


def test_every_notebook_is_tested():
    assert {path.stem for path in PATHS} == set(SMALL)


@pytest.mark.skipif(JIT_IS_OFF, reason="needs compiled kernels: minutes without")
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_notebook_runs(path, tmp_path):
    ran = percent.run(path, tmp_path, SMALL[path.stem])
    assert [cell for cell in ran if cell.value is not None or cell.printed]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_notebook_opens_in_jupyter(path):
    notebook = json.loads(percent.for_jupyter(path))
    kinds = [cell["cell_type"] for cell in notebook["cells"]]
    assert kinds[0] == "markdown"
    assert "code" in kinds
    assert "".join(notebook["cells"][0]["source"]).startswith("# ")


def test_parameters_take_other_values(tmp_path):
    script = tmp_path / "script.py"
    script.write_text('# %% tags=["parameters"]\nsize = 3\n\n# %%\nprint(size)\nsize + 1\n')
    first, second = percent.run(script, tmp_path, {"size": 5})
    assert (first.printed, second.printed, second.value) == ("", "5\n", 6)
    with pytest.raises(NameError, match="no parameter sise"):
        percent.run(script, tmp_path, {"sise": 5})


def test_an_error_in_a_cell_names_the_line_of_the_script(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("# %% [markdown]\n# # Text\n\n# %%\nx = 1\nx / 0\n")
    with pytest.raises(ZeroDivisionError) as error:
        percent.run(script, tmp_path)
    assert error.traceback[-1].lineno == 5
