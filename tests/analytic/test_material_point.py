"""Viscoelastic material point against closed forms and the table L07."""

import csv
from pathlib import Path

import numpy as np
import pytest

import softsim.materials as sm
from softsim.kernels.laws import codes
from softsim.kernels.laws.prony import branch_factors
from softsim.kernels.laws.response import point_scratch, shape_response
from softsim.kernels.tensors.symmetric import SECTION
from tests.one_point import maxwell_step

SERIES = sm.Prony(g=(0.3, 0.2), tau=("100 ms", "1 s"))
G, TAU = SERIES.pack()
TABLE = Path(__file__).parents[1] / "reference" / "L07_material_point.csv"

RTOL_EXACT = 1e-12  # the rule is exact on histories linear in each step
RTOL_CLOSED_FORM = 1e-6  # the table's tolerance on closed forms
RTOL_FINITE_SHEAR = 1e-5  # the table's tolerance at dt = 2.5 ms
STEP_FINITE_SHEAR = 2.5e-3
SMALLEST_ERROR = 1e-8  # below it nine printed digits do not resolve the ratio of errors
STEPS_PER_PERIOD = 4000  # linear interpolation of a sine then errs by (2 pi/4000)²/12 = 2e-7
BULK_RATIO = 1000.0  # any: simple shear keeps the volume


def table(case):
    """Return {(x, quantity): value} of one case."""
    lines = [line for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    rows = [row for row in csv.DictReader(lines) if row["case"] == case]
    assert rows
    return {(float(row["x"]), row["quantity"]): float(row["value"]) for row in rows}


def follow(times, stresses, overstress=None):
    """Return the relaxed stress at every time of a scalar history and the last branch stresses."""
    overstress = np.zeros((G.size, 4)) if overstress is None else overstress.copy()
    decay, gain = np.empty(G.size), np.empty(G.size)
    out = np.zeros(len(times))
    old, new = np.zeros(4), np.zeros(4)
    old[:] = stresses[0]
    out[0] = SERIES.g_inf * stresses[0] + overstress[:, 0].sum()
    for k in range(1, len(times)):
        new[:] = stresses[k]
        branch_factors(times[k] - times[k - 1], TAU, decay, gain)
        maxwell_step(G, decay, gain, new, old, overstress)
        old[:] = new
        out[k] = SERIES.g_inf * stresses[k] + overstress[:, 0].sum()
    return out, overstress


def relaxation(time):
    """Return G(t)/G0."""
    return SERIES.g_inf + np.sum(G * np.exp(-time / TAU))


def ramp(time):
    """Return stress/G0 of a strain rising at 1 per second."""
    return SERIES.g_inf * time - np.sum(G * TAU * np.expm1(-time / TAU))


@pytest.mark.parametrize("n_steps", [1, 7, 300])
@pytest.mark.parametrize("time", [1e-9, 0.01, 1.0, 50.0])
def test_step_strain_relaxes_exactly_at_any_step(time, n_steps):
    times = np.concatenate([[0.0], np.linspace(0.0, time, n_steps + 1)])
    out, _ = follow(times, np.concatenate([[0.0], np.ones(n_steps + 1)]))
    assert out[-1] == pytest.approx(relaxation(time), rel=RTOL_EXACT)


@pytest.mark.parametrize("n_steps", [1, 7, 300])
@pytest.mark.parametrize("time", [1e-9, 0.01, 1.0, 50.0])
def test_constant_rate_ramp_is_exact_at_any_step(time, n_steps):
    times = np.linspace(0.0, time, n_steps + 1)
    assert follow(times, times)[0][-1] == pytest.approx(ramp(time), rel=RTOL_EXACT)


def test_smooth_history_converges_with_second_order():
    counts = np.array([16, 32, 64, 128, 256])
    rate = 3.0
    error = []
    for n in counts:
        times = np.linspace(0.0, 2.0, n + 1)
        wanted = SERIES.g_inf * np.sin(2.0 * rate)
        for g, tau in zip(G, TAU, strict=True):
            x = rate * tau
            forced = (x * np.sin(2.0 * rate) + np.cos(2.0 * rate)) * x / (1.0 + x * x)
            wanted += g * (forced - x / (1.0 + x * x) * np.exp(-2.0 / tau))
        error.append(abs(follow(times, np.sin(rate * times))[0][-1] - wanted))
    slope = -np.polyfit(np.log(counts), np.log(error), 1)[0]
    assert slope == pytest.approx(2.0, abs=0.15)


def test_table_relaxation():
    for (time, _), value in table("relaxation").items():
        out, _ = follow([0.0, 0.0, time], [0.0, 1.0, 1.0])
        assert out[-1] == pytest.approx(value, rel=RTOL_CLOSED_FORM)


def test_table_ramp():
    for (time, _), value in table("ramp_rate_1").items():
        times = np.linspace(0.0, time, 5)
        assert follow(times, times)[0][-1] == pytest.approx(value, rel=RTOL_CLOSED_FORM)


def periodic_response(frequency):
    """Return storage and loss over G0 from one period in the periodic state."""
    times = np.linspace(0.0, 2.0 * np.pi / frequency, STEPS_PER_PERIOD + 1)
    strain = np.sin(frequency * times)
    _, after = follow(times, strain)
    # the map over one period is affine: its fixed point is the periodic state
    start = after / (1.0 - np.exp(-times[-1] / TAU))[:, None]
    stress = follow(times, strain, start)[0][1:]
    phase = frequency * times[1:]
    return 2.0 * np.mean(stress * np.sin(phase)), 2.0 * np.mean(stress * np.cos(phase))


def test_table_storage_and_loss():
    rows = table("dynamic")
    for frequency in sorted({key[0] for key in rows}):
        storage, loss = periodic_response(frequency)
        whole = np.hypot(storage, loss)
        assert abs(storage - rows[frequency, "storage_over_G0"]) <= RTOL_CLOSED_FORM * whole
        assert abs(loss - rows[frequency, "loss_over_G0"]) <= RTOL_CLOSED_FORM * whole


HISTORIES = {
    "simple_shear_ramp": lambda t: min(2.0 * t, 1.0),
    "simple_shear_triangle": lambda t: max(1.0 - 2.0 * abs(t - 0.5), 0.0),
}


def simple_shear(history, end, dt):
    """Return σ12 and N1 over G0 at time `end` of the split neo-Hookean material."""
    parameters, families = np.array([BULK_RATIO, 1.0]), np.empty((0, 5))
    old, new, tangent, scratch = np.zeros(4), np.zeros(4), np.empty((4, 4)), point_scratch(SECTION)
    overstress, decay, gain = np.zeros((G.size, 4)), np.empty(G.size), np.empty(G.size)
    branch_factors(dt, TAU, decay, gain)
    for k in range(1, round(end / dt) + 1):
        shear = history(k * dt)
        c = np.array([1.0, 1.0 + shear * shear, 1.0, shear, 0.0, 0.0])
        shape_response(codes.SPLIT_NEO_HOOKEAN, parameters, families, c, new, tangent, scratch)
        maxwell_step(G, decay, gain, new, old, overstress)
        old[:] = new
    s = SERIES.g_inf * new + overstress.sum(axis=0)
    gradient = np.array([[1.0, history(end)], [0.0, 1.0]])
    sigma = gradient @ np.array([[s[0], s[3]], [s[3], s[1]]]) @ gradient.T
    return {"sigma12_over_G0": sigma[0, 1], "N1_over_G0": sigma[0, 0] - sigma[1, 1]}


@pytest.mark.parametrize("case", HISTORIES)
def test_table_finite_simple_shear(case):
    rows = table(case)
    for end in sorted({key[0] for key in rows}):
        coarse = simple_shear(HISTORIES[case], end, STEP_FINITE_SHEAR)
        fine = simple_shear(HISTORIES[case], end, STEP_FINITE_SHEAR / 2.0)
        for name, value in coarse.items():
            error, error_fine = value - rows[end, name], fine[name] - rows[end, name]
            assert abs(error) <= RTOL_FINITE_SHEAR
            if abs(error) >= SMALLEST_ERROR:
                assert error / error_fine == pytest.approx(4.0, abs=0.2)
