"""Wide random scenes: everything a problem may hold, drawn far beyond what the library has.

A scene is known by its number, so that a failure can be drawn again alone.  Drawing never solves
anything; a scene that the objects themselves refuse raises their InputError.
"""

from __future__ import annotations

import math

import numpy as np

import softsim as ss

MODES = ("steady", "press", "transient")
MODULUS = (200.0, 2.0e7)  # shear, long-term or instantaneous [Pa]
BULK_RATIO = (1.5, 3.0e3)  # bulk over shear modulus [-]
LAYER = (0.2e-3, 20.0e-3)  # thickness [m]
NOSE = (0.05e-3, 20.0e-3)  # radius [m]
CONTACT_LENGTH = (5.0e-3, 120.0e-3)  # [m]
LINE_LOAD = (5.0, 600.0)  # [N/m]
MEAN_PRESSURE = (0.3e3, 60.0e3)  # [Pa]
DEPTH_SHARE = (0.005, 0.5)  # indentation over the thickness of the stack [-]
SPEED = (1.0e-3, 0.5)  # magnitude [m/s]
RELAXATION_TIME = (1.0e-3, 100.0)  # [s]
LAWS = (
    "NeoHookean", "SplitNeoHookean", "MooneyRivlin", "ExtendedMooney", "Yeoh", "Ogden",
    "VerondaWestmann",
)  # fmt: skip


def wide_problem(number: int) -> ss.Problem:
    """Return scene `number`; its `length` and `speed` serve every mode of `wide_mode`.

    Parameters
    ----------
    number : int
        At least 0.

    Raises
    ------
    InputError
        Where the scene is one that softsim refuses to describe.
    """
    rng = np.random.default_rng([15, number])
    layers = [_layer(rng, k) for k in range(int(rng.integers(1, 7)))]
    thickness = sum(float(layer.thickness) for layer in layers)
    edge = _edge(rng)
    length = _even(rng, CONTACT_LENGTH)
    load = {
        "force": lambda: {"force": length * _even(rng, LINE_LOAD)},
        "pressure": lambda: {"pressure": _even(rng, MEAN_PRESSURE)},
        "indentation": lambda: {"indentation": thickness * _even(rng, DEPTH_SHARE)},
    }[str(rng.choice(["force", "force", "pressure", "indentation"]))]()
    stroke = ss.Stroke(
        **load,
        angle=math.radians(rng.uniform(10.0, 170.0)),
        speed=_even(rng, SPEED) * float(rng.choice([-1.0, 1.0])),
        friction=float(rng.choice([0.0, rng.uniform(0.0, 1.0)])),
        press_time=_even(rng, (0.02, 2.0)),
        dwell=float(rng.choice([0.0, rng.uniform(0.0, 1.0)])),
        length=rng.uniform(1.0e-3, 10.0e-3),
        lift_time=_even(rng, (0.02, 1.0)),
    )
    return ss.Problem(
        tissue=ss.Tissue(layers=layers),
        instrument=ss.Instrument(edge=edge, contact_length=length),
        stroke=stroke,
    )


def wide_mode(number: int) -> str:
    """Return the mode that scene `number` is to be solved in."""
    return MODES[number % len(MODES)]


def _even(rng: np.random.Generator, bounds: tuple[float, float]) -> float:
    """Draw evenly on a logarithmic scale."""
    return float(np.exp(rng.uniform(*np.log(bounds))))


def _layer(rng: np.random.Generator, number: int) -> ss.Layer:
    """Draw a layer of any law, relaxing or not, stretched or not."""
    stretched = rng.random() < 0.15
    return ss.Layer(
        name=f"layer_{number}",
        thickness=_even(rng, LAYER),
        material=_material(rng),
        prestretch=float(rng.uniform(1.0, 1.05)) if stretched else 1.0,
    )


def _material(rng: np.random.Generator) -> ss.materials.Material:
    """Draw a law whose shear modulus at rest is spread over `MODULUS`."""
    law, shear = str(rng.choice(LAWS)), _even(rng, MODULUS)
    bulk, prony = shear * _even(rng, BULK_RATIO), _prony(rng)
    extra = float(rng.uniform(0.0, 3.0))
    if law == "NeoHookean":
        ratio = (3.0 * bulk - 2.0 * shear) / (2.0 * (3.0 * bulk + shear))
        return ss.NeoHookean(
            young_modulus=2.0 * shear * (1.0 + ratio), poisson_ratio=ratio, prony=prony
        )
    constants = {
        "SplitNeoHookean": {"shear_modulus": shear},
        "MooneyRivlin": {"c10": 0.35 * shear, "c01": 0.15 * shear},
        "ExtendedMooney": {"c10": 0.5 * shear, "c11": 0.5 * extra * shear},
        "Yeoh": {"c10": 0.5 * shear, "c20": 0.1 * extra * shear, "c30": 0.02 * extra * shear},
        "Ogden": {"shear_modulus": (shear,), "exponent": (float(rng.uniform(2.0, 12.0)),)},
        "VerondaWestmann": {"c1": shear / (1.0 + extra), "c2": 1.0 + extra},
    }[law]
    if rng.random() < 0.15:
        stiffness = shear * _even(rng, (0.05, 5.0))
        constants["fibres"] = tuple(
            ss.FibreFamily(k1=stiffness, k2=float(rng.uniform(0.0, 10.0)), angle=angle)
            for angle in (0.0, 0.5 * math.pi)
        )
    return getattr(ss, law)(bulk_modulus=bulk, prony=prony, **constants)


def _prony(rng: np.random.Generator) -> ss.Prony | None:
    """Draw a relaxation of up to four branches, or none."""
    count = int(rng.integers(0, 5))
    if count == 0:
        return None
    shares = rng.dirichlet(np.ones(count + 1))[:count]
    return ss.Prony(
        g=tuple(float(max(share, 1.0e-3)) * 0.95 for share in shares),
        tau=tuple(_even(rng, RELAXATION_TIME) for _ in range(count)),
        relaxes=str(rng.choice(["shear", "shear", "all"])),
    )


def _edge(rng: np.random.Generator) -> ss.Edge:
    """Draw a rod, or a blade with two flanks of its own."""
    radius = _even(rng, NOSE)
    if rng.random() < 0.3:
        return ss.Edge(nose_radius=radius, thickness=2.0 * radius)
    flanks = [float(math.radians(rng.uniform(5.0, 60.0))) for _ in range(2)]
    least = radius * (1.0 / math.cos(flanks[0]) + 1.0 / math.cos(flanks[1]))
    return ss.Edge(
        nose_radius=radius,
        leading_flank_angle=flanks[0],
        trailing_flank_angle=flanks[1],
        thickness=least * 1.05 + float(rng.uniform(0.5e-3, 15.0e-3)),
    )
