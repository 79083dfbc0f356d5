"""Steady strokes drawn at random over the library: defaults converge almost always, or say why."""

import numpy as np
import pytest

import softsim as ss
from softsim.engines.finite.solve import solve
from softsim.errors import ConvergenceError

pytestmark = pytest.mark.jit

SEED = 11
LINE_LOAD = (20.0, 300.0)  # [N/m], even on a logarithmic scale
SPEED = (0.01, 0.3)  # [m/s], likewise
ANGLE = (30.0, 150.0)  # [deg]
FRICTION = (0.0, 0.4)
EDGES = (
    "strigil_bronze", "guasha_horn_thin", "gt4_class_scanner", "generic_double_bevel_medium",
    "astym_polymer", "gt1_class_long_concave", "spoon_porcelain",
)  # fmt: skip


def draw(rng):
    """Return one stroke over any site with one of seven edges."""
    tissue = ss.load_tissue(str(rng.choice(list(ss.tissues()))))
    instrument = ss.load_instrument(str(rng.choice(EDGES)))
    line_load = np.exp(rng.uniform(*np.log(LINE_LOAD)))
    return ss.Problem(
        tissue=tissue,
        instrument=instrument,
        stroke=ss.Stroke(
            force=float(line_load * instrument.contact_length),
            angle=f"{rng.uniform(*ANGLE)} deg",
            speed=float(np.exp(rng.uniform(*np.log(SPEED)))),
            friction=float(rng.uniform(*FRICTION)),
        ),
    )


@pytest.mark.parametrize(
    ("count", "may_fail"), [(5, 0), pytest.param(200, 2, marks=pytest.mark.slow)]
)
def test_random_strokes_over_the_library_converge_or_say_why(count, may_fail):
    rng = np.random.default_rng(SEED)
    failed = []
    for _ in range(count):
        problem = draw(rng)
        try:
            contact = solve(problem, "steady").snapshots[0].contact
        except ConvergenceError as error:
            failed.append((problem.stroke, str(error)))
            continue
        wanted = float(problem.stroke.force) / float(problem.instrument.contact_length)
        assert contact.force_depth == pytest.approx(wanted, rel=1e-5)
        assert contact.width > 0.0
    assert len(failed) <= may_fail, failed
