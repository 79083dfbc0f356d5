"""What a visitor of the live page chose, and the problem that it makes."""

from __future__ import annotations

import dataclasses
import io
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from softsim.checks import checked_choice
from softsim.errors import LIFT, InputError, inside, shown, unknown_name
from softsim.library import instruments, load_instrument, load_tissue, tissues
from softsim.problem import Problem
from softsim.serialise import problem_from_toml, problem_of
from softsim.stroke import Stroke
from softsim.tissue import Tissue
from softsim.units import to_si

LONGEST_TEXT = 60
"""Most characters of one choice; a quantity with its unit has a dozen."""

LARGEST_FILE = 2_500_000
"""Most bytes of a file that is dropped on the page; a steady result has about 1.7 MB."""

OF_STROKE = ("force", "angle", "speed", "friction")
"""What the sliders change of a problem from a file."""

GLIDING = {"interface": "glides over the muscle", "layer": "a thin soft layer"}
"""What the loose connective tissue can be, in words."""


FATS = ("fat", "heel_pad")
"""Tissues of the library that are fat; the pad of the heel is fat in chambers."""


@dataclass(frozen=True, slots=True)
class Slider:
    """One quantity on the page.

    Parameters
    ----------
    name : str
        Field of `Choices`.
    label : str
    unit : str
        Of the bounds and of what the slider gives; "" for a pure number.
    low, high, step : float
        Of the slider; what is typed may lie outside, as far as the library takes it.
    """

    name: str
    label: str
    unit: str
    low: float
    high: float
    step: float


SLIDERS = (
    Slider("force", "Force", "N", 0.5, 20.0, 0.5),
    Slider("angle", "Angle of the blade", "deg", 20.0, 160.0, 5.0),
    Slider("speed", "Speed", "mm/s", 5.0, 400.0, 5.0),
    Slider("friction", "Friction", "", 0.0, 1.0, 0.02),
    Slider("fat", "Fat, all of it", "mm", 1.0, 40.0, 0.5),
)
"""Every quantity on the page, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """One stroke as the page describes it; text with units, checked where the problem is made.

    Parameters
    ----------
    site, instrument : str
        Names of the library; paths are refused.
    gliding : str
        Key of `GLIDING`.
    force, angle, speed, friction : str
        As `softsim.Stroke` takes them.
    fat : str
        Thickness of all fat together; "" for that of the site.
    """

    site: str = "calf"
    instrument: str = "gt4_class_scanner"
    gliding: str = "interface"
    force: str = "3 N"
    angle: str = "60 deg"
    speed: str = "100 mm/s"
    friction: str = "0.14"
    fat: str = ""

    @classmethod
    def of(cls, given: object) -> Choices:
        """Return the choices that a browser sent, whatever else it may have sent.

        Raises
        ------
        InputError
            For anything but short texts under the names of the fields.
        """
        if not isinstance(given, Mapping):
            raise InputError(f"choices are {shown(given)}; must be texts by name")
        known = {field.name for field in dataclasses.fields(cls)}
        for name in given:
            if not isinstance(name, str) or name not in known:
                raise unknown_name("choice", name, known)
        return cls(**checked_texts(given))

    def problem(self) -> Problem:
        """Return the problem of the choices.

        Raises
        ------
        InputError
            One sentence: what, value, bound and cure.
        """
        if self.site not in tissues():
            raise unknown_name("site", self.site, tissues())
        if self.instrument not in edges():
            raise unknown_name("instrument", self.instrument, edges())
        checked_choice(self.gliding, "gliding", tuple(GLIDING))
        site = load_tissue(self.site, gliding=self.gliding)
        return Problem(
            tissue=with_fat(site, self.fat) if self.fat.strip() else site,
            instrument=load_instrument(self.instrument),
            stroke=Stroke(
                force=self.force, angle=self.angle, speed=self.speed, friction=self.friction
            ),
        )


def checked_texts(given: Mapping[str, Any]) -> dict[str, str]:
    """Return values that a browser sent, each a short text.

    Raises
    ------
    InputError
        For another one.
    """
    for name, value in given.items():
        if not isinstance(value, str) or len(value) > LONGEST_TEXT:
            raise InputError(
                f"{name} is {shown(value)}; must be a text of at most {LONGEST_TEXT} characters"
            )
    return dict(given)


@cache
def edges() -> tuple[str, ...]:
    """Return the names of the tools of the library that slide: those with a section of an edge."""
    found = []
    for name in instruments():
        with suppress(InputError):  # a tool that only presses has no section
            if not load_instrument(name).is_round:
                found.append(name)
    return tuple(found)


def fat_thickness(tissue: Tissue) -> float:
    """Return the thickness of all layers of fat together [m].

    Examples
    --------
    >>> fat_thickness(load_tissue("calf"))
    0.006
    """
    return sum(float(layer.thickness) for layer in tissue.layers if layer.tissue in FATS)


def with_fat(tissue: Tissue, thickness: str) -> Tissue:
    """Return a tissue with another thickness of fat, shared as before.

    Parameters
    ----------
    tissue : Tissue
    thickness : str
        Of all layers of fat together, e.g. ``"12 mm"``.

    Raises
    ------
    InputError
        No length above 0, or there is no fat.
    """
    wanted = to_si(thickness, "m", "fat", low=0.0, open_low=True, high=0.1, cure="e.g. '6 mm'")
    own = fat_thickness(tissue)
    if own == 0.0:
        raise InputError(
            f"fat is {shown(thickness)}, and {shown(tissue.name)} has no fat to change"
        )
    layers = [
        replace(layer, thickness=float(layer.thickness) * wanted / own)
        if layer.tissue in FATS
        else layer
        for layer in tissue.layers
    ]
    return replace(tissue, layers=layers)


def problem_in(name: str, content: bytes) -> Problem:
    """Return the problem of a file that was dropped on the page; it is read and never run.

    Parameters
    ----------
    name : str
        Its ending says what it is: .toml, a problem, or .nc, a result.
    content : bytes

    Raises
    ------
    InputError
        Too large, of another kind, or no problem in it.
    """
    if len(content) > LARGEST_FILE:
        raise InputError(
            f"file {shown(name)} has {len(content) / 1e6:.3g} MB; must have at most "
            f"{LARGEST_FILE / 1e6:g} MB (drop its problem as TOML)"
        )
    if name.endswith(".toml"):
        try:
            text = content.decode()
        except UnicodeDecodeError:
            raise InputError(f"file {shown(name)} is no text; drop a problem as TOML") from None
        with inside(name):
            return problem_from_toml(text)
    if not name.endswith(".nc"):
        raise InputError(f"file {shown(name)} is neither NAME.toml nor NAME.nc; drop one of these")
    import xarray as xr

    try:
        with xr.open_dataset(io.BytesIO(content), engine="h5netcdf") as dataset:
            return problem_of(dataset)
    except InputError:
        raise
    except Exception as error:  # whatever a damaged file makes of its reader
        kind = type(error).__name__
        raise InputError(f"file {shown(name)} cannot be read as a result ({kind})") from None


def with_stroke(problem: Problem, given: Mapping[str, str]) -> Problem:
    """Return a problem with some numbers of its stroke chosen anew.

    Parameters
    ----------
    problem : Problem
    given : mapping
        Force, angle, speed and friction as text, as far as they are chosen.
    """
    numbers: dict[str, Any] = dict(given)
    for name in numbers:
        if name not in OF_STROKE:
            raise unknown_name("number of the stroke", name, OF_STROKE)
    if "force" in numbers:
        numbers |= {"pressure": None, "indentation": None}
    return replace(problem, stroke=replace(problem.stroke, **numbers))


def stroke_in_words(problem: Problem) -> dict[str, str]:
    """Return the numbers of a stroke as its sliders show them; those that it has."""
    stroke = problem.stroke
    found = {"friction": f"{problem.friction:.4g}"}
    if not stroke.histories:
        found["angle"] = f"{math.degrees(stroke.first_angle):.4g} deg"
        if stroke.load_kind == "force":
            found["force"] = f"{stroke.load:.4g} N"
        if stroke.usual_speed:
            found["speed"] = f"{1e3 * stroke.usual_speed:.4g} mm/s"
    return found


def in_words_of_page(text: str) -> str:
    """Return a refusal without the advice that only files and scripts can follow.

    Examples
    --------
    >>> in_words_of_page(f"force is 5e4 N; too much (write '5 N'; {LIFT})")
    "force is 5e4 N; too much (write '5 N')"
    """
    return text.replace(f"; {LIFT}", "").replace(f" ({LIFT})", "")


def controls() -> dict[str, Any]:
    """Return what the page needs to show its controls, as plain data."""
    own = dataclasses.asdict(Choices())
    sites = {
        name: {"label": _title(name), "fat": round(1e3 * fat_thickness(load_tissue(name)), 3)}
        for name in tissues()
    }
    return {
        "sites": sites,
        "instruments": {name: _title(name) for name in edges()},
        "gliding": GLIDING,
        "sliders": [dataclasses.asdict(slider) for slider in SLIDERS],
        "chosen": own,
        "largest": LARGEST_FILE,
    }


def _title(name: str) -> str:
    """Return the name of a thing of the library as a person writes it."""
    return name.replace("_", " ")
