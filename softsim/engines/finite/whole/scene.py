"""A whole edge as the finite engine sees it: the half of it on one side of its middle."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from softsim.engines.finite.budget import WORK, Budget
from softsim.engines.finite.scene import REACH, Scene
from softsim.engines.finite.tissue.basis import Array
from softsim.engines.finite.whole.body import sag, swept_body
from softsim.errors import InputError, shown
from softsim.friction import Friction
from softsim.kernels.outline.swept import Body
from softsim.load import Load
from softsim.problem import Problem
from softsim.tissue import Tissue

MORE_WORK = 200.0  # of a whole edge over that of a section
SAME_FIBRES = 1e-9  # of a family and its mirror image
PLACES = 2001  # where the line of the edge is looked at
FULL = 0.9  # of a strip theory, by which the first depth is guessed


@dataclass(frozen=True, kw_only=True)
class WholeScene:
    """Half of a whole edge: tissue and tool are the same on both sides of across = 0.

    Parameters
    ----------
    scene : Scene
        Layers and what acts on them; its load is that on the half.
    body : Body
    reach : float
        Where the mesh ends across [m].
    """

    scene: Scene
    body: Body
    reach: float

    @classmethod
    def of(cls, problem: Problem) -> WholeScene:
        """Pack a problem.

        Raises
        ------
        InputError
            For what the third direction does not know yet.
        """
        check_tissue(problem.tissue)
        stroke, speed = problem.stroke, problem.stroke.usual_speed
        half = 1.0 if stroke.load_kind == "indentation" else 0.5
        scene = Scene.of(problem, speed=speed)
        scene = replace(
            scene,
            load=Load(stroke.load_kind, half * stroke.load),
            friction=scene.friction if speed else Friction.none(),
            budget=Budget(MORE_WORK * WORK),
        )
        return cls(
            scene=scene,
            body=swept_body(problem),
            reach=scene.half_width or REACH * scene.thickness,
        )

    @property
    def half_length(self) -> float:
        """Of the edge [m]."""
        return float(self.body.line[-1, 1])

    def overlap(self, depth: float) -> tuple[float, float, float]:
        """Return where an edge overlaps undeformed skin: first and last place along, last across.

        `depth` is that of the tool [m]; places in [m].
        """
        across = np.linspace(0.0, self.half_length, PLACES)
        over = depth - self.heights(across)
        low, high = self.scene.outline.span_below(depth, samples=PLACES)
        return low, high, float(across[over > 0.0].max(initial=across[1]))

    def heights(self, across: Array) -> Array:
        """Return the height of the line of the edge over its lowest place [m].

        `across` has the shape (n,) [m].
        """
        sine = float(self.body.place[0])
        places = np.linspace(0.0, self.half_length, PLACES)
        lowest = float(sag(self.body.line, places).min())
        return np.asarray((sag(self.body.line, across) - lowest) * sine)

    def expected_depth(self) -> float:
        """Return a rough depth under the load [m].

        Each strip of the edge carries its overlap times a modulus, that of the layers averaged
        over the depth that feels it.
        """
        scene, load = self.scene, self.scene.load
        if load.kind == "indentation":
            return load.value
        across = np.linspace(0.0, self.half_length, PLACES)
        height, step = self.heights(across), across[1]
        tops = np.append(0.0, np.cumsum(scene.layers.thickness)[:-1])
        depth = 0.1 * scene.thickness
        for _ in range(40):
            over = np.maximum(depth - height, 0.0)
            length = float((over > 0.0).sum()) * step
            felt = max(2.0 * length, scene.nose_radius)
            inside = np.clip(felt - tops, 0.0, scene.layers.thickness)
            modulus = 4.0 / float((inside / scene.shear_moduli).sum() / inside.sum())
            force = FULL * modulus * float(over.sum()) * step
            if load.kind == "pressure":
                force = FULL * modulus * float(over.max())
            aim = load.value if load.kind == "force" else load.value * scene.nose_radius
            depth = min(depth * math.sqrt(aim / force), 0.5 * scene.thickness)
        return depth


def check_tissue(tissue: Tissue) -> None:
    """Refuse tissue that is not the same on both sides of the stroke, or not bonded throughout."""
    if tissue.interfaces:
        raise InputError(
            f"tissue has interface {shown(next(iter(tissue.interfaces)))}, and under a whole edge "
            "engine 'finite' knows layers that are bonded; leave interfaces out (a library site "
            "has none with gliding='layer'), or take edge='section'"
        )
    for layer in tissue.layers:
        _, families = layer.material.pack()
        if not _is_mirrored(families):
            raise InputError(
                f"layer {shown(layer.name)} has fibres at an angle to the stroke that others do "
                "not mirror, and a whole edge of engine 'finite' is solved on one side of its "
                "middle; turn the fibres along or across, or take edge='section'"
            )


def _is_mirrored(families: Array) -> bool:
    """Whether fibre families, shape (n, 5), are the same seen from the other side."""
    # a direction and its opposite are one: what counts are the products of its components
    own = np.column_stack([families[:, :4], families[:, 3] * families[:, 4]])
    own[:, 3] **= 2
    for row in own:
        same = np.abs(own - row * np.array([1.0, 1.0, 1.0, 1.0, -1.0])).max(axis=1)
        if same.min() > SAME_FIBRES * np.abs(row).max():
            return False
    return True
