"""Problems for the finite engine that have closed solutions, and the numbers compared."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

import softsim as ss
import softsim.materials as sm
from softsim.engines.finite.solve import solve

NEARLY_HALF = 0.4999  # Poisson ratio that stands for 0.5


def gel(shear_modulus, poisson_ratio, prony=None):
    """Return a material of small-strain constants; split law where nearly incompressible."""
    if poisson_ratio < 0.499:
        return sm.NeoHookean(
            young_modulus=2.0 * shear_modulus * (1.0 + poisson_ratio),
            poisson_ratio=poisson_ratio,
            prony=prony,
        )
    ratio = 2.0 * (1.0 + poisson_ratio) / (3.0 * (1.0 - 2.0 * poisson_ratio))
    return sm.SplitNeoHookean(
        shear_modulus=shear_modulus, bulk_modulus=ratio * shear_modulus, prony=prony
    )


def dragged_block(layer, resolution, **stroke):
    """Return the snapshots of a flat block that is pressed with 2 N/m and then dragged."""
    with ss.allow_unusual():  # thought experiments: out of scale with any tool
        problem = ss.Problem(
            tissue=ss.Tissue(layers=[layer]),
            instrument=ss.Instrument(
                edge=ss.Edge(nose_radius="5 m", thickness="4 mm", shoulder_radius="0.1 mm"),
                contact_length=1.0,
            ),
            stroke=ss.Stroke(force=2.0, speed="2 mm/s", press_time="0.05 s", **stroke),
            resolution=resolution,
        )
    return [shot for shot in solve(problem, "transient").snapshots if shot.along > 0.0]


@dataclass(frozen=True, kw_only=True)
class Cylinder:
    """A rigid cylinder on one layer; `radius`, `half_width` and `thickness` in metres.

    `shear_modulus` is the long-term one [Pa] and `half_width` that of Hertz for it.
    """

    radius: float
    half_width: float
    thickness: float
    poisson_ratio: float = 0.45
    shear_modulus: float = 1.0e4
    ratio: float = 1.0  # instantaneous over long-term modulus
    relaxation_time: float = 0.1  # [s]
    friction: float = 0.0
    speed: float = 0.1  # [m/s]
    elements: int = 32  # in the contact
    rows: int | None = None
    load_factor: float = 1.0  # on the Hertz load

    @property
    def plane_modulus(self) -> float:
        """E* of the long-term response [Pa]."""
        return 2.0 * self.shear_modulus / (1.0 - self.poisson_ratio)

    @property
    def line_load(self) -> float:
        """[N/m]."""
        hertz = math.pi * self.plane_modulus * self.half_width**2 / (4.0 * self.radius)
        return self.load_factor * hertz

    @property
    def peak_pressure(self) -> float:
        """Largest pressure of Hertz [Pa]."""
        return self.plane_modulus * self.half_width / (2.0 * self.radius)

    def problem(self, *, resolution=None, **stroke) -> ss.Problem:
        """Return the problem; further settings of the stroke may be given."""
        prony = None
        if self.ratio > 1.0:
            prony = sm.Prony(
                g=(self.ratio - 1.0,), tau=(self.relaxation_time,), reference="equilibrium"
            )
        with ss.allow_unusual():  # thought experiments: out of scale with any tool
            material = gel(self.shear_modulus, self.poisson_ratio, prony)
            layer = ss.Layer(name="gel", thickness=self.thickness, material=material)
            edge = ss.Edge(nose_radius=self.radius, thickness=2.0 * self.radius)
            given = {"force": self.line_load, "speed": self.speed, "friction": self.friction}
            return ss.Problem(
                tissue=ss.Tissue(layers=[layer]),
                instrument=ss.Instrument(edge=edge, contact_length=1.0),
                stroke=ss.Stroke(**(given | stroke)),
                resolution=resolution
                or ss.Resolution(
                    element_along=2.0 * self.half_width / self.elements,
                    rows=None if self.rows is None else (self.rows,),
                ),
            )

    def contact(self):
        """Return the result and the contact of the steady stroke."""
        result = solve(self.problem(), "steady")
        return result, result.snapshots[0].contact


def finer(case, **changes):
    """Return a case with some settings changed."""
    return replace(case, **changes)


def field_places(result):
    """Return where the fields are, along and in depth [m]."""
    return result.columns, result.rows.depth


def max_shear(cauchy):
    """Largest in-plane shear stress [Pa]."""
    return np.hypot(0.5 * (cauchy[..., 0] - cauchy[..., 1]), cauchy[..., 3])


def von_mises(cauchy):
    """Von Mises stress [Pa]."""
    a, b, c, shear = np.moveaxis(cauchy, -1, 0)
    return np.sqrt(0.5 * ((a - b) ** 2 + (b - c) ** 2 + (c - a) ** 2) + 3.0 * shear**2)
