"""Whether a restructuring has changed a number: 40 drawn problems before and after, all results.

Both engines in all modes, whole edges, height maps, fields under them, batches, a sweep of warm
neighbours, refusals and what they leave behind.  With the code before a change, then with it:

    python benchmarks/same_numbers.py record before.nc
    python benchmarks/same_numbers.py compare before.nc

or a part, ``--only linear-steady,batch``; ``record --help`` lists the groups.  `compare` prints the
largest difference of every result, relative to the largest magnitude of the variable it is in
(`residual`, a relative number by itself: as it is), and a table by group; its exit status is 1
where one is above ``--tolerance``, or where a variable, a shape, a unit or a text is another.
`wall_time` and the version are left out.  One thread; half a minute once the kernels are compiled.

The problems are drawn from the number of the group and the number of the draw.  Numbers left out
in `GROUPS` are problems that softsim refused when the list was made.  The record is a NumPy archive
without pickles, whatever its name.
"""

from __future__ import annotations

import os

# Before NumPy is imported: sums of several threads may differ.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["NUMBA_NUM_THREADS"] = "1"

import argparse
import importlib
import inspect
import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import xarray as xr

import softsim as ss

Rng = np.random.Generator
Answer = dict[str, np.ndarray]  # "variable normal_force", "attribute warnings", ... of one result
LEFT_OUT = ("wall_time", "softsim_version")


def whole_edge(problem: ss.Problem, **options) -> xr.Dataset:
    """Solve a whole edge; before `simulate` took it as an option it had a function of its own."""
    if "edge" in inspect.signature(ss.simulate).parameters:
        return ss.simulate(problem, engine="linear", edge="whole", **options)
    return importlib.import_module("softsim.engines.linear").solve_surface(problem, **options)


def many(problems: list[ss.Problem]) -> xr.Dataset:
    """Solve a batch; before `simulate_many` it was the linear engine's own."""
    if hasattr(ss, "simulate_many"):
        return ss.simulate_many(problems)
    return importlib.import_module("softsim.engines.linear").solve_batch(problems)


def fields_under(result: xr.Dataset, **places) -> xr.Dataset:
    """Return fields under a whole edge; before `ss.fields_under` it was the linear engine's own."""
    if hasattr(ss, "fields_under"):
        return ss.fields_under(result, **places)
    return importlib.import_module("softsim.engines.linear").surface_fields(result, **places)


LAWS = (
    "NeoHookean", "SplitNeoHookean", "MooneyRivlin", "ExtendedMooney", "Yeoh", "Ogden",
    "VerondaWestmann",
)  # fmt: skip


def even(rng: Rng, low: float, high: float) -> float:
    """Draw evenly on a logarithmic scale."""
    return float(np.exp(rng.uniform(math.log(low), math.log(high))))


def drawn_prony(rng: Rng) -> ss.Prony | None:
    """Draw a relaxation of up to three branches, or none."""
    count = int(rng.integers(0, 4))
    if count == 0:
        return None
    return ss.Prony(
        g=tuple(float(share) for share in 0.8 * rng.dirichlet(np.ones(count + 1))[:count]),
        tau=tuple(even(rng, 0.01, 10.0) for _ in range(count)),
        relaxes=str(rng.choice(["shear", "shear", "all"])),
    )


def drawn_material(rng: Rng, shear: float) -> object:
    """Draw a law of a shear modulus [Pa], some with fibres on both sides of the stroke."""
    law, bulk, prony = str(rng.choice(LAWS)), shear * even(rng, 3.0, 100.0), drawn_prony(rng)
    extra = float(rng.uniform(0.0, 2.0))
    if law == "NeoHookean":
        ratio = (3.0 * bulk - 2.0 * shear) / (2.0 * (3.0 * bulk + shear))
        young = 2.0 * shear * (1.0 + ratio)
        return ss.NeoHookean(young_modulus=young, poisson_ratio=ratio, prony=prony)
    constants = {
        "SplitNeoHookean": {"shear_modulus": shear},
        "MooneyRivlin": {"c10": 0.35 * shear, "c01": 0.15 * shear},
        "ExtendedMooney": {"c10": 0.5 * shear, "c11": 0.5 * extra * shear},
        "Yeoh": {"c10": 0.5 * shear, "c20": 0.1 * extra * shear, "c30": 0.02 * extra * shear},
        "Ogden": {"shear_modulus": (shear,), "exponent": (float(rng.uniform(2.0, 10.0)),)},
        "VerondaWestmann": {"c1": shear / (1.0 + extra), "c2": 1.0 + extra},
    }[law]
    if rng.random() < 0.3:
        stiffness, exponent = shear * even(rng, 0.1, 2.0), float(rng.uniform(0.0, 5.0))
        angle = math.radians(rng.uniform(10.0, 80.0))
        constants["fibres"] = tuple(
            ss.FibreFamily(k1=stiffness, k2=exponent, angle=side) for side in (angle, -angle)
        )
    return getattr(ss, law)(bulk_modulus=bulk, prony=prony, **constants)


def drawn_tissue(rng: Rng, base: str) -> ss.Tissue:
    """Draw a site of the library, or two or three layers, some stretched."""
    if base == "rigid" and rng.random() < 0.4:
        site = str(rng.choice(ss.tissues()))
        return ss.load_tissue(site, fibre_angle=str(rng.choice(["0 deg", "90 deg"])))
    layers = []
    for number in range(int(rng.integers(2, 4))):
        shear = even(rng, 20.0e3, 100.0e3) if number == 0 else even(rng, 2.0e3, 30.0e3)
        state = int(rng.integers(0, 4))
        layers.append(
            ss.Layer(
                name=f"layer_{number}",
                thickness=even(rng, 1.0e-3, 3.0e-3) if number == 0 else even(rng, 4.0e-3, 12.0e-3),
                material=drawn_material(rng, shear),
                prestretch=(float(rng.uniform(1.0, 1.04)), 1.02) if state == 0 else 1.0,
                prestress=0.02 * shear if state == 1 else None,
            )
        )
    return ss.Tissue(layers=layers, base=base)


def drawn_instrument(rng: Rng) -> ss.Instrument:
    """Draw a tool of the library, a rod or a blade with two flanks of its own."""
    if rng.random() < 0.4:
        return ss.load_instrument(str(rng.choice(ss.instruments())))
    radius = even(rng, 1.0e-3, 8.0e-3)
    edge = ss.Edge(nose_radius=radius, thickness=2.0 * radius)
    if rng.random() < 0.6:
        flanks = [math.radians(rng.uniform(10.0, 50.0)) for _ in range(2)]
        least = radius * sum(1.0 / math.cos(flank) for flank in flanks)
        edge = ss.Edge(
            nose_radius=radius,
            leading_flank_angle=flanks[0],
            trailing_flank_angle=flanks[1],
            thickness=1.05 * least + float(rng.uniform(1.0e-3, 5.0e-3)),
        )
    return ss.Instrument(
        edge=edge,
        contact_length=float(rng.uniform(0.02, 0.08)),
        edge_curvature_radius=float(rng.choice([-0.3, 0.1, math.inf])),
    )


def drawn(
    rng: Rng,
    *,
    base: str = "rigid",
    loads: tuple[str, ...] = ("force", "pressure", "indentation"),
    tissue: ss.Tissue | None = None,
    steps: int | None = None,
    passes: int = 1,
) -> ss.Problem:
    """Draw a problem of tissue, tool and stroke, in either direction and at either lean."""
    tissue = drawn_tissue(rng, base) if tissue is None else tissue
    instrument = drawn_instrument(rng)
    kind = str(rng.choice(loads))
    load = {
        "force": float(instrument.contact_length) * even(rng, 10.0, 120.0),
        "pressure": even(rng, 2.0e3, 15.0e3),
        "indentation": tissue.thickness * even(rng, 0.02, 0.12),
    }[kind]
    stroke = ss.Stroke(
        **{kind: load},
        angle=math.radians(rng.uniform(20.0, 160.0)),
        speed=even(rng, 5.0e-3, 0.3) * float(rng.choice([-1.0, 1.0])),
        friction=[0.0, "dry", "emollient", float(rng.uniform(0.05, 0.6))][int(rng.integers(0, 4))],
        press_time=even(rng, 0.05, 0.5),
        dwell=float(rng.choice([0.0, 0.3])),
        length=float(rng.uniform(2.0e-3, 4.0e-3)),
        passes=passes,
        lift_time=even(rng, 0.05, 0.3) if rng.random() < 0.5 else None,
    )
    coarse = {} if steps is None else {"steps": steps, "element_along": "1.5 mm", "growth": 1.4}
    return ss.Problem(
        tissue=tissue, instrument=instrument, stroke=stroke, resolution=ss.Resolution(**coarse)
    )


def base_of(number: int) -> str:
    return "half_space" if number % 3 == 2 else "rigid"


def section(rng: Rng, number: int, *, engine: str, mode: str) -> xr.Dataset:
    """Solve a section; of the transients every second has two passes."""
    problem = drawn(
        rng,
        base=base_of(number) if engine == "linear" else "rigid",
        steps=None if mode == "steady" else {"linear": 12, "finite": 8}[engine],
        passes=1 + number % 2 if mode == "transient" else 1,
    )
    return ss.simulate(problem, engine=engine, mode=mode)


def whole(rng: Rng, number: int, *, mode: str) -> xr.Dataset:
    """Solve a whole edge on few cells."""
    if mode == "steady":
        return whole_edge(drawn(rng, base=base_of(number)), cells=(24, 16))
    problem = drawn(rng, base=base_of(number), loads=("force", "indentation"), steps=8)
    return whole_edge(problem, mode=mode, cells=(16, 12))


def height_map(rng: Rng, number: int) -> xr.Dataset:
    """Solve a bowl with a ripple, cut round."""
    along, across = np.meshgrid(np.arange(32) - 15.5, np.arange(24) - 11.5, indexing="ij")
    away = np.hypot(along, across)
    ripple = 2.0e-5 * np.sin(rng.uniform(0.3, 1.0) * along + rng.uniform(0.0, 1.0) * across)
    heights = (4.0e-4 * away) ** 2 / even(rng, 0.01, 0.05) + ripple
    heights[away > 11.0] = np.inf
    problem = drawn(rng, base=base_of(number), loads=("force",))
    mode = "press" if number % 2 else "steady"
    return whole_edge(problem, mode=mode, heights=heights, spacing=(4.0e-4, 5.0e-4))


def fields(rng: Rng, number: int) -> xr.Dataset:
    """Return the fields under a whole edge, on a plane along it or in a small block."""
    result = whole_edge(drawn(rng, base=base_of(number)), cells=(16, 12))
    if number % 2:
        return fields_under(result)
    along, across = np.linspace(-6.0e-3, 5.0e-3, 9), np.array([-2.0e-3, 1.0e-3, 7.0e-3])
    return fields_under(result, along=along, across=across, depth=np.array([0.0, 1.1e-3, 4.0e-3]))


def batch(rng: Rng, number: int) -> xr.Dataset:
    """Solve four strokes on one tissue at once."""
    shared = drawn_tissue(rng, base_of(number))
    return many([drawn(rng, tissue=shared) for _ in range(4)])


NEIGHBOURS = """
mode = "steady"
instrument = { nose_radius = "4 mm", thickness = "8 mm", contact_length = "50 mm" }

[[tissue.layer]]
name = "skin"
thickness = "1.5 mm"
[tissue.layer.material]
law = "neo_hookean"
young_modulus = "0.2 MPa"
poisson_ratio = 0.45
prony = { g = [0.5], tau = ["0.3 s"] }
[[tissue.layer]]
name = "fat"
thickness = "8 mm"
[tissue.layer.material]
law = "ogden"
shear_modulus = ["2 kPa"]
exponent = [6.0]
bulk_modulus = "100 kPa"

[stroke]
angle = "80 deg"
friction = 0.2

[sweep]
force = ["1 N", "2 N", "3 N"]
speed = ["-60 mm/s", "30 mm/s"]
"""


def neighbours(rng: Rng, number: int) -> xr.Dataset:
    """Sweep six finite strokes, each started from the state of the one before."""
    with tempfile.TemporaryDirectory() as folder:
        design = Path(folder) / "design.toml"
        design.write_text(NEIGHBOURS)
        return ss.sweep(design, Path(folder) / "cube.zarr", progress=False).load()


def two_layers() -> ss.Tissue:
    """Return a tissue that cannot be pressed flat."""
    spectrum = ss.Prony(g=(0.5,), tau=("0.3 s",))
    skin = ss.NeoHookean(young_modulus="0.2 MPa", poisson_ratio=0.45, prony=spectrum)
    fat = ss.Ogden(shear_modulus=("1.2 kPa",), exponent=(9.0,), bulk_modulus="120 kPa")
    return ss.Tissue(
        layers=(
            ss.Layer(name="skin", thickness="1.5 mm", material=skin),
            ss.Layer(name="fat", thickness="8 mm", material=fat),
        )
    )


def refused(rng: Rng, number: int) -> xr.Dataset:
    """Ask for what is refused (0, 1), fails at once (2) or comes only part of the way (3, 4)."""
    if number == 0:
        return ss.simulate(drawn(rng, base="half_space"))
    rod = ss.Edge(nose_radius="5 mm", thickness="10 mm")
    load = ({"force": "3 N"}, {"pressure": "40 kPa"}, {"indentation": "9.45 mm"})[
        min(number - 1, 2)
    ]
    problem = ss.Problem(
        tissue=two_layers(),
        instrument=ss.Instrument(edge=rod, contact_length="60 mm", edge_curvature_radius="0.1 m"),
        stroke=ss.Stroke(
            **load, speed="-40 mm/s", friction=0.2, length=None if number == 1 else "3 mm"
        ),
        resolution=ss.Resolution(element_along="1 mm", rows=(2, 4), steps=10),
    )
    if number == 1:
        return ss.simulate(problem, mode="transient", engine="linear")
    if number == 2:
        return whole_edge(problem, cells=(24, 16))
    return ss.simulate(problem, mode="steady" if number == 3 else "transient")


GROUPS: dict[str, tuple[Callable[[Rng, int], xr.Dataset], tuple[int, ...]]] = {
    "linear-steady": (partial(section, engine="linear", mode="steady"), (1, 2, 3, 4, 6, 11)),
    "linear-press": (partial(section, engine="linear", mode="press"), (0, 8, 9, 19)),
    "linear-transient": (partial(section, engine="linear", mode="transient"), (1, 4, 5, 8)),
    "finite-steady": (partial(section, engine="finite", mode="steady"), (1, 2, 3, 4, 5)),
    "finite-press": (partial(section, engine="finite", mode="press"), (1, 2, 5, 7)),
    "finite-transient": (partial(section, engine="finite", mode="transient"), (5, 6, 7, 8)),
    "whole-steady": (partial(whole, mode="steady"), (4, 5, 8, 12)),
    "whole-press": (partial(whole, mode="press"), (2, 4)),
    "height-map": (height_map, (2, 3)),
    "fields": (fields, (0, 1, 2)),
    "batch": (batch, (1, 2)),
    "neighbours": (neighbours, (0,)),
    "refused": (refused, (0, 1, 2, 3, 4)),
}
"""What solves a draw of a group, and its draws."""


def solved(group: str, number: int) -> Answer:
    """Solve one draw; what it is refused with, and what was solved before, count as its result."""
    rng = np.random.default_rng([16, list(GROUPS).index(group), number])
    try:
        return kept(GROUPS[group][0](rng, number))
    except ss.SoftsimError as error:
        partial = getattr(error, "partial", None)
        before = kept(partial) if isinstance(partial, xr.Dataset) else {}
        return {"error": np.array(f"{type(error).__name__}: {error}"), **before}


def kept(dataset: xr.Dataset) -> Answer:
    """Return all numbers and texts of a Dataset."""
    found: Answer = {}
    for name, variable in dataset.variables.items():
        if name not in LEFT_OUT:
            found[f"variable {name}"] = plain(variable.to_numpy())
            found[f"dimensions of {name}"] = plain(variable.dims)
            found[f"unit of {name}"] = plain(variable.attrs.get("units", "none"))
    for name, value in dataset.attrs.items():
        if name not in LEFT_OUT:
            found[f"attribute {name}"] = plain(value)
    return found


def plain(values: object) -> np.ndarray:
    """Return values as an array of floats, or of text where they are none."""
    array = np.asarray(values)
    return array.astype(float) if array.dtype.kind in "biuf" else array.astype(str)


def all_solved(groups: list[str], seconds: dict[str, float]) -> Iterator[tuple[str, Answer]]:
    """Yield the name and the result of every draw of some groups; add up the time of each group."""
    for group in groups:
        for number in GROUPS[group][1]:
            start = time.perf_counter()
            answer = solved(group, number)
            seconds[group] = seconds.get(group, 0.0) + time.perf_counter() - start
            yield f"{group}/{number}", answer


def difference(name: str, before: np.ndarray, now: np.ndarray) -> float:
    """Return the largest difference over the largest magnitude before; infinite for another text.

    NaN and infinities must be in the same places.
    """
    if before.shape != now.shape or before.dtype.kind != now.dtype.kind:
        return math.inf
    if before.dtype.kind == "U":
        return 0.0 if np.array_equal(before, now) else math.inf
    same = (before == now) | (np.isnan(before) & np.isnan(now))
    if same.all():
        return 0.0
    if not (np.isfinite(before[~same]) & np.isfinite(now[~same])).all():
        return math.inf
    residual = name.endswith(" residual")
    scale = 1.0 if residual else float(np.abs(before[np.isfinite(before)]).max())
    largest = float(np.abs(now[~same] - before[~same]).max())
    return largest / scale if scale > 0.0 else math.inf


def differences(before: Answer, now: Answer) -> list[tuple[float, str]]:
    """Return the difference of every quantity of a result, the largest first.

    Attributes that were not there before are no difference.
    """
    new = [name for name in now if name not in before and not name.startswith("attribute ")]
    missing = [name for name in before if name not in now]
    found = [(math.inf, f"{name} (not there before)") for name in new]
    found += [(math.inf, f"{name} (missing)") for name in missing]
    both = before.keys() & now.keys()
    found += [(difference(name, before[name], now[name]), name) for name in both]
    return sorted(found, key=lambda row: (-row[0], row[1]))


def shown(name: str, before: Answer, now: Answer) -> str:
    """Return how a text or a shape has changed, nothing for numbers."""
    if name not in before or name not in now:
        return ""
    old, new = before[name].ravel(), now[name].ravel()
    if before[name].shape != now[name].shape:
        return f" shape {before[name].shape} -> {now[name].shape}"
    if old.dtype.kind != "U" or new.dtype.kind != "U":
        return ""
    one, other = next((str(a), str(b)) for a, b in zip(old, new, strict=True) if a != b)
    pairs = enumerate(zip(one, other, strict=False))
    first = next((k for k, (a, b) in pairs if a != b), min(len(one), len(other)))
    part = slice(max(0, first - 30), first + 90)
    return f"\n      before ...{one[part]!r}\n      now    ...{other[part]!r}"


def record(path: Path, groups: list[str]) -> int:
    """Solve all draws of some groups and write them to a file."""
    arrays: Answer = {}
    seconds: dict[str, float] = {}
    for result, answer in all_solved(groups, seconds):
        told = str(answer["error"])[:150] if "error" in answer else f"{len(answer)} quantities"
        print(f"{result}: {told}", flush=True)
        arrays |= {f"{result}|{name}": values for name, values in answer.items()}
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)
    for group, took in seconds.items():
        print(f"{group:18s} {took:6.1f} s")
    return 0


def compare(path: Path, groups: list[str], tolerance: float) -> int:
    """Solve them again; return 1 where a number differs by more than a tolerance, else 0."""
    before: dict[str, Answer] = {}
    with np.load(path, allow_pickle=False) as archive:
        for key in archive.files:
            result, name = key.split("|", 1)
            if result.split("/")[0] in groups:
                before.setdefault(result, {})[name] = archive[key]
    seconds: dict[str, float] = {}
    worst = dict.fromkeys(groups, (-1.0, "nothing compared"))
    wrong = 0
    for result, now in all_solved(groups, seconds):
        group = result.split("/")[0]
        rows = differences(before.get(result, {}), now)
        changed = [row for row in rows if not row[0] <= tolerance]
        print(f"{result}: {rows[0][0]:.1e} {rows[0][1] if rows[0][0] else 'equal'}", flush=True)
        for value, name in changed[:8]:
            print(f"    {value:.1e} {name}{shown(name, before.get(result, {}), now)}")
        if len(changed) > 8:
            print(f"    and {len(changed) - 8} more")
        wrong += len(changed)
        worst[group] = max(worst[group], (rows[0][0], f"{result} {rows[0][1]}"))
    print(f"\n{'group':18s} {'results':>7s} {'largest':>9s} {'seconds':>8s}  where")
    for group, (value, name) in worst.items():
        where = name if value else "equal to the last bit"
        print(f"{group:18s} {len(GROUPS[group][1]):7d} {value:9.1e} {seconds[group]:8.1f}  {where}")
    print(f"{wrong} quantities differ by more than {tolerance:g}")
    return 1 if wrong else 0


def chosen(text: str) -> list[str]:
    """Return the groups named in a list with commas."""
    groups = text.split(",")
    for group in groups:
        if group not in GROUPS:
            raise argparse.ArgumentTypeError(f"{group!r} is none of {', '.join(GROUPS)}")
    return groups


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=("record", "compare"))
    parser.add_argument("file", type=Path, help="the record to write, or to compare with")
    parser.add_argument("--only", type=chosen, default=list(GROUPS), help=", ".join(GROUPS))
    parser.add_argument("--tolerance", type=float, default=1.0e-12, help="relative, 1e-12")
    given = parser.parse_args()
    if given.task == "record":
        return record(given.file, given.only)
    return compare(given.file, given.only, given.tolerance)


if __name__ == "__main__":
    sys.exit(main())
