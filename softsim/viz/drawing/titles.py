"""Words of figures: which run this is, and what speaks against relying on it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D

from softsim.variables import warnings_of
from softsim.viz.drawing.labels import literal, words
from softsim.viz.drawing.style import CAUTION, inches_of, text_size

MODES = {"steady": "steady stroke", "press": "press", "transient": "stroke"}
WARNINGS_SHOWN = 4
"""Most lines of warnings in a figure; the rest is counted."""

_CHARACTER = 0.56  # mean width of a character, in sizes of its text

Results = xr.Dataset | Mapping[str, xr.Dataset]


def labelled(results: Results) -> dict[str, xr.Dataset]:
    """Return results by label; one result has none."""
    if isinstance(results, xr.Dataset):
        return {"": results}
    return {literal(str(label)): dataset for label, dataset in results.items()}


def mode_of(dataset: xr.Dataset) -> str:
    """Return the mode of a result: "steady", "press" or "transient"."""
    return str(dataset.attrs.get("stroke_mode", ""))


def _cautions_of(dataset: xr.Dataset) -> list[str]:
    """Return what speaks against a result, in a few words each: validity first, then warnings."""
    told = []
    validity = str(dataset.attrs.get("validity", "valid"))
    warnings = warnings_of(dataset.attrs)
    if validity != "valid":
        strain = float(dataset.attrs.get("largest_strain", float("nan")))
        where = "outside" if validity == "outside" else "at the border of"
        told.append(f"{where} small-strain theory (largest strain {100.0 * strain:.2g} %)")
        warnings = [text for text in warnings if "small-strain theory" not in text]
    return told + [words(text.split(";")[0]) for text in warnings]


def caution_lines(results: Results) -> list[str]:
    """Return the cautions of one or several results, the first few of many; empty without any."""
    lines: dict[str, list[str]] = {}
    several = len(labelled(results)) > 1
    for label, dataset in labelled(results).items():
        for told in _cautions_of(dataset):
            lines.setdefault(told, []).append(label)
    texts = [
        f"⚠ {', '.join(labels)}: {told}" if several else f"⚠ {told}"
        for told, labels in lines.items()
    ]
    rest = len(texts) - WARNINGS_SHOWN + 1
    if rest > 1:
        texts[WARNINGS_SHOWN - 1 :] = [f"and {rest} more warnings in the result's attributes"]
    return texts


def head(axes: Axes, title: str, results: Results) -> None:
    """Write a title above axes and, between the two, what speaks against the results."""
    size = text_size(0.78)
    inches, _ = inches_of(axes)
    text = "\n".join(fold(line, inches, size, most=2) for line in caution_lines(results))
    lines = text.count("\n") + 1 if text else 0
    if text:
        axes.annotate(
            text,
            xy=(0.0, 1.0),
            xycoords="axes fraction",
            xytext=(0.0, 0.35 * size),
            textcoords="offset points",
            ha="left",
            va="bottom",
            fontsize=size,
            color=CAUTION,
            linespacing=1.2,
        ).set_gid("caution")
    axes.set_title(fold(title, inches, text_size()), pad=0.6 * text_size() + 1.25 * lines * size)


def fold(text: str, inches: float, size: float, *, most: int | None = None) -> str:
    """Break the lines of a text so that they fit a width.

    Parameters
    ----------
    text : str
    inches : float
        Width [inch].
    size : float
        Of the text [pt].
    most : int, optional
        Lines that each line may become; what does not fit is left out.
    """
    width = max(12, int(inches * 72.0 / (_CHARACTER * size)))
    folded = (
        textwrap.fill(line, width, max_lines=most, placeholder=" …") for line in text.splitlines()
    )
    return "\n".join(folded)


def when(shot: xr.Dataset) -> str:
    """Return " at 0.3 s" for a result at one time, and nothing for a steady one."""
    return f" at {float(shot['time']):.3g} s" if "time" in shot.coords else ""


def title_of(dataset: xr.Dataset) -> str:
    """Return the line that says which run a result is of."""
    return words(str(dataset.attrs.get("title", "")))


def head_of_all(figure: Figure, title: str, results: Results) -> None:
    """Write a title over a figure of several frames and, under it, what speaks against results."""
    size, width = text_size(0.82), figure.get_size_inches()[0]
    text = "\n".join(fold(line, 0.94 * width, size, most=1) for line in caution_lines(results))
    heading = {"title": fold(title, 0.94 * width, text_size()), "title_fontsize": text_size()}
    legend = write_outside(figure, text, "upper center", size, CAUTION, **heading)
    legend.get_title().set_multialignment("center")


def write_outside(
    figure: Figure, text: str, place: str, size: float, colour: str, **options: Any
) -> Legend:
    """Write lines at the border of a figure: as a legend without marks, so that they get room."""
    handles = [Line2D([], [], alpha=0.0, label=text)] if text else []
    options |= {"loc": f"outside {place}", "fontsize": size, "labelcolor": colour}
    return figure.legend(handles=handles, handlelength=0.0, handletextpad=0.0, **options)
