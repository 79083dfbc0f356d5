"""Adhesions under the tool: broken over strokes, energy, damage, limits."""

from dataclasses import replace

import numpy as np
import pytest

import softsim as ss
from tests.analytic.test_finite_gliding import problem, tissue

BALANCE = 0.01  # of the work of the tool
LAGGING = 0.01  # of it, that damage may cost by its lag
SAME = 1e-6  # scenes that are one
PATCH = {
    "interface": "loose",
    "start": "2 mm",
    "length": "2 mm",
    "stiffness": 3e8,
    "bonded_fraction": 1.0,
}


def scene(passes=1, length="5 mm", **bonds):
    """Return a stroke over a patch."""
    body = tissue(ss.Interface(stiffness=1e6, under="skin"))
    if bonds:
        patch = ss.load_adhesion(**PATCH, **bonds)
        body = replace(body, adhesions={"bridge": patch})
    stroke = {"friction": 0.5, "speed": "20 mm/s", "length": length, "passes": passes}
    return problem(body, force=20.0, **stroke)


def test_a_patch_breaks_for_good_and_the_energies_add_up():
    bonds = {"strength": 1500.0, "fracture_energy": 0.3, "lag": "1 ms"}
    found = ss.simulate(scene(2, **bonds), mode="transient", engine="finite")
    assert found.adhesion.values.tolist() == ["bridge"]
    for name in ("adhesion_damage_max", "adhesion_damage_mean", "adhesion_energy_released"):
        assert (np.diff(found[name].values[:, 0]) >= -1e-12).all()
    assert (np.diff(found.adhesion_damage.values, axis=0) >= 0.0).all()
    assert float(found.adhesion_damage_mean[-1, 0]) > 0.9
    area = 0.3 * 2e-3
    assert 0.5 * area < float(found.adhesion_energy_released[-1, 0]) <= area
    assert float(found.adhesion_lag_energy[-1, 0]) < LAGGING * float(found.work_of_stroke[-1])
    assert float(found.energy_residual[-1]) < BALANCE
    assert "assumed strength" in found.adhesion_traction_ratio.long_name


def test_bonds_that_hold_keep_the_patch_from_slipping():
    strong = {"strength": 6e4, "fracture_energy": 180.0}
    found, free = (
        ss.simulate(scene(length="3 mm", **bonds), mode="transient", engine="finite")
        for bonds in (strong, {})
    )
    assert float(found.adhesion_damage_max.max()) == 0.0
    assert float(found.adhesion_energy_released.max()) == 0.0
    inside = {"along": slice(2.2e-3, 3.8e-3)}
    held, loose = (abs(one.slip.sel(inside)).max() for one in (found, free))
    assert float(held) < 0.3 * float(loose)
    assert float(found.adhesion_traction_ratio.max()) == pytest.approx(
        float(found.adhesion_shear.max()) / 6e4, rel=0.05
    )


def test_a_patch_beyond_the_tissue_is_refused():
    body = scene(strength=6e4, fracture_energy=180.0)
    patch = replace(body.tissue.adhesions["bridge"], start="900 mm")
    far = replace(body, tissue=replace(body.tissue, adhesions={"bridge": patch}))
    with pytest.raises(ss.InputError, match="move or shorten it"):
        ss.simulate(far, mode="transient", engine="finite")
