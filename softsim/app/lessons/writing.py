"""A lesson as one page of HTML: no server, no network, nothing but the file."""

from __future__ import annotations

import json
from dataclasses import asdict
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softsim import progress as waiting
from softsim._version import __version__
from softsim.app import words
from softsim.app.assets import text_of
from softsim.app.lessons.lesson import Lesson
from softsim.app.lessons.sampling import ALONG, levels
from softsim.app.lessons.six import LESSONS
from softsim.app.lessons.solving import Solved, solved
from softsim.colours import layer_colour
from softsim.errors import unknown_name
from softsim.output_files import draft_of, refuse_ending, refuse_missing_folder
from softsim.problem import Problem
from softsim.provenance import evidence_summary
from softsim.serialise import problem_to_toml

Array = NDArray[np.float64]
_DIGITS = 4
_ABOVE = 6.0  # of the section that is shown over the skin [mm]


def write_lesson(
    path: str | Path, name: str | None = None, *, progress: bool | None = None
) -> Solved:
    """Solve a lesson and write its page.

    Parameters
    ----------
    path : str or Path
        NAME.html.
    name : str, optional
        Of a lesson, by default that of the file.
    progress : bool, optional
        As in `softsim.simulate`.

    Returns
    -------
    Solved
        What the page shows, with its errors.

    Raises
    ------
    InputError
        For an unknown lesson and a place that cannot be written.
    """
    path = Path(path)
    refuse_ending(path, (".html",), "output")
    refuse_missing_folder(path)
    wanted = path.stem if name is None else name
    if wanted not in LESSONS:
        raise unknown_name("lesson", wanted, LESSONS)
    with waiting.shown(progress):
        found = solved(LESSONS[wanted])
    with draft_of(path) as draft:
        draft.write_text(page_of(found), encoding="utf-8")
    return found


def page_of(found: Solved) -> str:
    """Return the page of a lesson that is solved."""
    lesson = found.lesson
    middle = lesson.at(0.5 * (lesson.axis.count - 1))
    count = len(found.cases)
    made = (
        f"{count} cases were solved and curves run through them (cubic through the nearest four). "
        f"Held against {found.left_out} more cases in between, the largest error is "
        f"{100.0 * found.worst:.1f} % of the range of a curve. softsim {__version__}."
    )
    data = json.dumps(_data(found, middle), ensure_ascii=False).replace("</", "<\\/")
    return Template(text_of("lesson.html")).substitute(
        question=escape(lesson.question),
        look=escape(lesson.look),
        finding=escape(lesson.finding(found.table("numbers"))),
        made=escape(made),
        evidence=escape(f"It rests on {evidence_summary(middle.sources)}"),
        mechanics=escape(words.MECHANICS_ONLY),
        problem=escape(problem_to_toml(middle)),
        style=text_of("page.css"),
        data=data,
        script=text_of("draw.js") + text_of("lesson.js"),
    )


def _data(found: Solved, problem: Problem) -> dict[str, Any]:
    """Return what the script of a page reads."""
    lesson, tissue = found.lesson, problem.tissue
    bounds = 1e3 * np.asarray(tissue.bounds)
    tables = {name: found.table(name) for name in (*found.cases[0].sample, "numbers")}
    names = lesson.names or ("",) * len(lesson.profiles)
    return {
        "axis": asdict(lesson.axis),
        "numbers": [asdict(number) for number in lesson.numbers],
        "layers": [
            {
                "name": layer.name.replace("_", " "),
                "top": _rounded(top),
                "bottom": _rounded(bottom),
                "colour": layer_colour(layer.name),
            }
            for layer, top, bottom in zip(tissue.layers, bounds[:-1], bounds[1:], strict=True)
        ],
        "depth": [_rounded(z) for z in levels(tissue)],
        "profiles": [
            {"curve": curve, "label": label, "name": name, "most": _rounded(tables[curve].max())}
            for (curve, label), name in zip(lesson.profiles, names, strict=True)
        ],
        "regions": list(tissue.regions),
        "section": _section(lesson, tables.get("lines")),
        "cases": {name: _rows(table) for name, table in tables.items()},
        "cautions": [list(case.cautions) for case in found.cases],
    }


def _section(lesson: Lesson, lines: Array | None) -> dict[str, Any] | None:
    """Return the frame of the section; None where none is shown."""
    if lines is None:
        return None
    bottom = _ABOVE + 0.9 * lesson.half
    along = np.linspace(-lesson.half, lesson.half, ALONG)
    return {
        "along": [_rounded(x) for x in along],
        "half": lesson.half,
        "top": -_ABOVE,
        "bottom": bottom,
    }


def _rows(table: Array) -> list[list[float]]:
    return [[_rounded(x) for x in row] for row in table]


def _rounded(value: float) -> float:
    return float(f"{float(value):.{_DIGITS}g}")
