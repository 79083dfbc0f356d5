"""What the TOML file of a sweep may hold: keys and kinds of values, no physics."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from softsim.library.schema import Amount, Table
from softsim.problem import USUAL_ACCURACY


class StrokeTable(Table):
    """Fields of the stroke that are the same in every case."""

    force: Amount | None = None
    pressure: Amount | None = None
    indentation: Amount | None = None
    angle: Amount | None = None
    speed: Amount | None = None
    friction: Amount | None = None
    static_friction: Amount | None = None
    friction_exponent: Amount | None = None
    friction_pressure: Amount | None = None
    press_time: Amount | None = None
    dwell: Amount | None = None
    length: Amount | None = None
    passes: int | None = None
    lift_time: Amount | None = None


class ResolutionTable(Table):
    """Fields of the resolution."""

    element_along: Amount | None = None
    rows: list[int] | None = None
    steps: int | None = None
    growth: float | None = None
    accuracy: Amount = USUAL_ACCURACY


class DrawTable(Table):
    """How uncertain numbers are drawn."""

    vary: str | list[str]
    num: int | None = None
    method: str = "sobol"
    seed: int = 0


class DesignTable(Table):
    """A file that describes a sweep."""

    tissue: str | dict[str, Any] | None = None
    gliding: str | None = None
    instrument: str | dict[str, Any] | None = None
    mode: str = "steady"
    engine: str = "finite"
    allow_unusual: bool = False
    stroke: StrokeTable = StrokeTable()
    resolution: ResolutionTable = ResolutionTable()
    sweep: dict[str, Any] = Field(default_factory=dict)
    cases: str | dict[str, Any] | None = None
    draw: DrawTable | None = None


class RangeTable(Table):
    """Values at equal steps, or at equal ratios."""

    start: Amount
    stop: Amount
    num: int
    spacing: Literal["linear", "log"] = "linear"
