"""Layered compliance against the bonded-layer kernel (L6) and the layered tables (L8)."""

import numpy as np
import pytest

from softsim.engines.linear.medium.compliance import compliance_at
from softsim.engines.linear.medium.stack import LayeredStack

from .linear_reference import read_table

RTOL_TABLE = 1e-8  # printed with nine digits
ATOL_TABLE = 1e-6  # stated tolerance of L8; Czx is measured against Czz


@pytest.mark.parametrize("row", [r for r in read_table("L06") if r["case"] == "kernel"], ids=str)
def test_bonded_layer_kernel_matches_closed_form(row):
    nu, kh = float(row["nu"]), float(row["x"])
    stack = LayeredStack.of(thickness=[2.0], shear_modulus=[3.0], poisson_ratio=[nu])
    czz = compliance_at(stack, np.array([kh / 2.0]), np.zeros(1))[0, 0]
    plane = 2.0 * 3.0 / (1.0 - nu)
    assert czz.real * (kh / 2.0) * plane / 2.0 == pytest.approx(float(row["value"]), rel=RTOL_TABLE)


STACKS = {
    "skin_like": ([2, 8, 1.5, np.inf], [0.10, 0.02, 0.30, 0.06], [0.45] * 4),
    "P": (
        [0.6, 1.89, 2.6, 0.44, np.inf],
        [0.017, 1.03, 0.012, 0.016, 1.145],
        [0.421, 0.372, 0.4, 0.429, 0.354],
    ),
}


@pytest.mark.parametrize("row", read_table("L08"), ids=lambda r: f"{r['stack']}-{r['k_per_mm']}")
def test_multilayer_compliance_matches_table(row):
    thickness, young, nu = (
        np.array(v, dtype=float) for v in STACKS[row["stack"].split("_spring")[0]]
    )
    spring = np.full(thickness.size, np.inf)
    if row["stack"] == "P_spring":
        spring[1] = 0.001
    stack = LayeredStack.of(
        thickness=thickness,
        shear_modulus=young / (2 * (1 + nu)),
        poisson_ratio=nu,
        slip_stiffness=spring,
    )
    k = float(row["k_per_mm"])
    unit = 2 * (1 - nu[0] ** 2) / (young[0] * k)
    czz, czx, cxx = compliance_at(stack, np.array([k]), np.zeros(1))[0].real / unit
    assert czz == pytest.approx(float(row["czz"]), rel=ATOL_TABLE)
    assert cxx == pytest.approx(float(row["cxx"]), rel=ATOL_TABLE)
    assert czx == pytest.approx(float(row["czx"]), abs=ATOL_TABLE * czz)
