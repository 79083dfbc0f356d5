"""How finely an accuracy is met, and the error that is left in every scalar of a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from softsim.engines.finite.contact import ContactProblem, Touch
from softsim.engines.finite.skin import skin_contact
from softsim.engines.finite.tissue.basis import Array
from softsim.engines.finite.tissue.fields import PointFields, report_rows, rest_stress
from softsim.engines.finite.tissue.section import Section
from softsim.invariants import invariants
from softsim.outcome import Contact
from softsim.problem import USUAL_ACCURACY
from softsim.stroke import LoadKind

SPANS, LEAST_SPANS = 26, 12
"""Over every contact: for the usual accuracy, and at least."""
USUAL_GROWTH, MOST_GROWTH = 1.3, 1.6
"""Of the lengths of columns: leaves 0.25 % of the depth on the calf; and at most, so that the
coarse pass tells what is left."""
ROWS_FASTER = 1.35
"""Growth of the heights of rows over that of columns: layers bend along, and what is strained most
in one lies at its boundaries, where its rows are cut."""
ORDER = 2.4
"""Of the error of the depth in the growth, found on the calf between 0.25 and 2."""
SPANS_ORDER = 0.5
"""Of the spans in the inverse accuracy: width and peaks come with their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """How finely a contact is solved.

    Parameters
    ----------
    spans : int
        Over every contact; half of them are enough.
    growth, row_growth : float
        Of the lengths and of the heights of spans away from the contact.
    least_rows : int
        Of a layer that is thicker than a span under the tool is long.
    tolerance : float
        Of the residual.
    is_coarse : bool
        Whether this only looks where the contact is; sizes that a user asks for do not count then.
    """

    spans: int
    growth: float
    row_growth: float
    least_rows: int
    tolerance: float
    is_coarse: bool = False


COARSE = Pass(spans=12, growth=1.0, row_growth=2.5, least_rows=1, tolerance=1e-2, is_coarse=True)


def fine_pass(accuracy: float, spans: int = SPANS) -> Pass:
    """Return the pass that meets an accuracy of the depth [-].

    `spans` are those over a contact for the usual accuracy.
    """
    share = accuracy / USUAL_ACCURACY
    growth = min(USUAL_GROWTH * share ** (1.0 / ORDER), MOST_GROWTH)
    return Pass(
        spans=max(min(LEAST_SPANS, spans), round(spans / share**SPANS_ORDER)),
        growth=growth,
        row_growth=ROWS_FASTER * growth,
        least_rows=2,
        tolerance=1e-5,
    )


# ------------------------------------------------------------------ what is left

IN_LAYER = "peak_von_mises_change_in_layer"
SHARES = {
    "indentation": 0.35,
    "normal_force": 0.3,
    "tangential_force": 0.3,
    "contact_width": 0.1,
    "peak_contact_pressure": 0.2,
    IN_LAYER: 0.4,
}
"""Of the difference between the coarse and the fine pass: the errors of a usual fine pass over it.

Found on drawn scenes (`tests/convergence/test_stated_errors.py`).
"""
OF_GROWTH = ("indentation", "normal_force", "tangential_force")
"""Scalars that come with the growth; the others come with the number of spans."""
LEAST = {
    "indentation": 1e-3,
    "normal_force": 1e-3,
    "tangential_force": 1e-3,
    "contact_width": 2e-3,
    "peak_contact_pressure": 3e-3,
    IN_LAYER: 1.5e-2,
}
"""What both passes may have in common, over the value."""
OF_FEW_SPANS = {
    "indentation": 0.1,
    "normal_force": 0.1,
    "tangential_force": 0.1,
    "contact_width": 0.3,
    "peak_contact_pressure": 0.3,
    IN_LAYER: 0.5,
}
"""Errors of the coarse pass, where it is the answer."""
END_KNOWN = 0.05
"""Of a span: how well an end of a contact is known."""
FEW = 0.1
"""Of the square of a span over a contact: error of the forces and the depth of a narrow one."""
BENT = 0.3
"""Of what the largest pressure stands out from its neighbours: peaks at a rim are narrow."""
PRESCRIBED = {"force": "normal_force", "indentation": "indentation"}
"""The scalar without an error, by the kind of the load."""


@dataclass(frozen=True, eq=False)
class Measured:
    """The scalars of one solved state whose errors are told.

    Parameters
    ----------
    values : mapping of ndarray, shape () or (n_layers,)
        By the names of the variables of a result, per length across [m], [N/m], [Pa].
    span : float
        Length of the spans under the tool [m].
    bend : float
        How far the largest pressure stands out from the mean of its neighbours, over it [-].
    """

    values: Mapping[str, Array]
    span: float
    bend: float

    @classmethod
    def of(
        cls,
        section: Section,
        contact: ContactProblem,
        touch: Touch,
        displacement: Array,
    ) -> Measured:
        """Measure a solved state, which the section holds.

        `displacement` has the shape (n_along, n_depth, 2) of the functions [m].
        """
        rows = report_rows(section)
        rest = rest_stress(section, rows)
        first = [int(np.argmax(rows.layer == k)) for k in range(int(rows.layer[-1]) + 1)]
        contact.weigh(displacement[contact.window.functions, 0], touch)
        shown = skin_contact(section.along, contact, touch, displacement)
        own = section.on_grid(PointFields.of(section, displacement).cauchy)
        layer = section.layer[0]
        change = own - rest[first][layer][None, :, None, :]
        mises = invariants(*np.moveaxis(change, -1, 0))["von_mises"]
        largest = [float(mises[:, layer == k].max()) for k in range(len(first))]
        values = {
            "indentation": np.array(touch.depth),
            "normal_force": np.array(shown.force_depth),
            "tangential_force": np.array(shown.force_along),
            "contact_width": np.array(shown.width),
            "peak_contact_pressure": np.array(shown.pressure.max()),
            IN_LAYER: np.array(largest),
        }
        window = contact.window.place[touch.pressure > 0.0]
        span = float(np.diff(window).min()) if window.size > 1 else 0.0
        return cls(values, span, standing_out(shown.pressure))


def standing_out(values: Array) -> float:
    """Return how far the largest of some values stands out from its neighbours, over it [-].

    `values` has the shape (n,), in any unit.
    """
    k = int(values.argmax())
    beside = values[max(k - 1, 0)], values[min(k + 1, values.size - 1)]
    return float(1.0 - 0.5 * sum(beside) / values[k]) if values[k] > 0.0 else 0.0


def share_left(name: str, accuracy: float) -> float:
    """Return what a pass for an accuracy leaves of the difference to the coarse pass [-]."""
    fine, usual = fine_pass(accuracy), fine_pass(USUAL_ACCURACY)
    if name not in OF_GROWTH:
        return SHARES[name] * usual.spans / fine.spans
    return float(SHARES[name] * (fine.growth / usual.growth) ** ORDER)


def errors_left(
    fine: Measured,
    coarse: Measured,
    accuracy: float,
    kind: LoadKind,
    contacts: Sequence[Contact] = (),
) -> dict[str, Array]:
    """Return the errors of a fine pass, over the value of each scalar [-].

    That of the tangential force is over the normal force.

    Parameters
    ----------
    fine, coarse : Measured
    accuracy : float
        That was asked of the fine one [-].
    kind : {"force", "pressure", "indentation"}
        Of the load.
    contacts : sequence of Contact
        In time; errors have the shape (n_times,) where they depend on the number of spans on which
        a narrow contact lies.
    """
    widths = np.array([one.width for one in contacts] or fine.values["contact_width"])
    bends = np.array([standing_out(one.pressure) for one in contacts] or fine.bend)
    number = np.array([one.number for one in contacts] or 1)
    span = fine.span / np.where(widths > 0.0, widths, np.inf)
    out = {}
    for name, value in fine.values.items():
        over = fine.values["normal_force"] if name == "tangential_force" else value
        over = np.maximum(np.abs(over), np.finfo(float).tiny)
        gap = np.abs(coarse.values[name] - value) / over
        error = share_left(name, accuracy) * gap + LEAST[name]
        if name == "peak_contact_pressure":
            error = error + BENT * bends
        if name == "contact_width":
            error = error + 2.0 * END_KNOWN * number * span
        if name in OF_GROWTH:
            error = error + FEW * span**2
        out[name] = np.zeros_like(error) if PRESCRIBED.get(kind) == name else error
    return out


def unknown_errors(found: Measured) -> dict[str, Array]:
    """Return errors that are not known, of a state with one pass behind it."""
    return {name: np.full(value.shape, np.nan) for name, value in found.values.items()}


def errors_of_few_spans(found: Measured) -> dict[str, Array]:
    """Return the errors of a pass that only looks where the contact is."""
    return {name: np.full(value.shape, OF_FEW_SPANS[name]) for name, value in found.values.items()}
