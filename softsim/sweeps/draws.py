"""Uncertain numbers drawn from their ranges, many at once.

Numbers of the library carry the range in which they are known.  One that several parameters were
made from (a modulus of fat that two layers have, a ratio of bulk to shear that all have) is drawn
once and scales all of them; a bulk modulus that is a ratio times a shear modulus follows both.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from softsim.checks import checked_choice, checked_count, checked_items
from softsim.errors import InputError, inside, shown, unknown_name
from softsim.problem import Problem
from softsim.sources import Source
from softsim.sweeps.axes import CASE, MOST_CASES, Axis
from softsim.sweeps.parameters import Parameter, parameters_of
from softsim.sweeps.plans import BASED_ON_SOBOL, Method, n_cases_of, plan_of
from softsim.units import to_si

Array = NDArray[np.float64]
LIBRARY = "library"
_CV = re.compile(r"^(\S+)\s+cv\s+(\S+(?:\s*%)?)$")
_RANGE = re.compile(r"^(\S+)(\s+log)?\s+from\s+(.+?)\s+to\s+(.+)$")
_END = 1.0e-12
"""Least distance of a drawn share from 0 and 1: a normal distribution has no ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """How uncertain numbers are drawn.

    Parameters
    ----------
    vary : str or sequence of str
        Which numbers: ``"library"`` for every number of the problem that has a range in the
        library; the beginning of a name (``"tissue.fat"``, ``"tissue.fat_deep.thickness"``,
        ``"edge"``, ``"friction"``) for those of them under it; ``"force cv 20 %"`` for a number
        with a coefficient of variation around its value (lognormal); ``"angle from 40 deg to
        60 deg"`` (uniform) or ``"speed log from 50 mm/s to 0.2 m/s"`` for one between bounds.
    num : int, optional
        Number of cases; of base points for ``"saltelli"``, of trajectories for ``"morris"``, left
        out for ``"one_at_a_time"``.  A power of two for ``"sobol"`` and ``"saltelli"``.
    method : str
        To fill the ranges: ``"sobol"`` (scrambled Sobol' points), ``"latin_hypercube"`` or
        ``"monte_carlo"``.  To find which numbers matter, n of them: ``"saltelli"``, num (n + 2)
        cases for `softsim.sobol_indices`; ``"morris"``, num (n + 1) cases for
        `softsim.morris_effects`; ``"one_at_a_time"``, 1 + 2 n cases for `softsim.tornado`.
    seed : int
        The same seed draws the same cases.

    Notes
    -----
    Numbers of the library are log-uniform between the ends of their range, or uniform where it
    touches 0.
    """

    vary: str | Sequence[str]
    num: int | None = None
    method: Method = "sobol"
    seed: int = 0

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        entries = checked_items(self.vary, "draw.vary", MOST_CASES)
        if not entries or not all(isinstance(entry, str) and entry.strip() for entry in entries):
            raise InputError(
                f"draw.vary is {shown(self.vary)}; must be 'library', or a list such as "
                "['tissue.fat', 'force cv 20 %']"
            )
        set_(self, "vary", tuple(entry.strip() for entry in entries))
        set_(self, "seed", checked_count(self.seed, "draw.seed", 0, 2**32 - 1))
        checked_choice(self.method, "draw.method", get_args(Method))
        if self.method != "one_at_a_time":
            set_(self, "num", checked_count(self.num, "draw.num", 1, MOST_CASES))
        elif self.num is not None:
            raise InputError(
                f"draw.num is {shown(self.num)}; must be left out for method 'one_at_a_time', "
                "which has two cases for each number"
            )
        if self.method in BASED_ON_SOBOL and self.size & (self.size - 1):
            below = 1 << (self.size.bit_length() - 1)
            other = "morris" if self.method == "saltelli" else "latin_hypercube"
            raise InputError(
                f"draw.num is {self.size}; must be a power of two for method '{self.method}', e.g. "
                f"{below} or {2 * below} (or take method = '{other}')"
            )

    @property
    def size(self) -> int:
        """Number of points or trajectories; 1 where there is no choice."""
        return self.num or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertain:
    """One uncertain number and the parameters that it scales.

    Parameters
    ----------
    name : str
    law : {"log-uniform", "uniform", "lognormal"}
    middle : float
        The number now.
    low, high : float
        Its range; for ``"lognormal"`` mean and coefficient of variation.
    scales : tuple of Parameter
        Each is what it is now times the drawn number over `middle`.
    is_cited : bool
        Whether the range is that of a source.
    """

    name: str
    law: str
    middle: float
    low: float
    high: float
    scales: tuple[Parameter, ...]
    is_cited: bool = True

    @property
    def share_now(self) -> float:
        """Share at which the number is what it is now."""
        if self.law == "lognormal":
            spread = math.sqrt(math.log1p(self.high**2))
            return float(norm.cdf(math.log(self.middle / self.low) / spread + 0.5 * spread))
        if self.law == "log-uniform":
            share = math.log(self.middle / self.low) / math.log(self.high / self.low)
        else:
            share = (self.middle - self.low) / (self.high - self.low)
        return share

    def factors(self, share: Array) -> Array:
        """Return the drawn number over that of now.

        Parameters
        ----------
        share : ndarray of float64, shape (n,)
            Values of the distribution function, between 0 and 1 [-].
        """
        if self.law == "lognormal":
            variance = math.log1p(self.high**2)
            normal = norm.ppf(np.clip(share, _END, 1.0 - _END))
            drawn = self.low * np.exp(math.sqrt(variance) * normal - 0.5 * variance)
        elif self.law == "log-uniform":
            drawn = self.low * (self.high / self.low) ** share
        else:
            drawn = self.low + (self.high - self.low) * share
        return np.asarray(drawn / self.middle)


def drawn_axis(draw: Draw, problem: Problem) -> Axis:
    """Return the axis of cases of a draw.

    Parameters
    ----------
    draw : Draw
    problem : Problem
        Has the numbers as they are now, and their sources.

    Raises
    ------
    InputError
        An entry of `vary` names nothing that can be varied, or two name the same number.
    """
    numbers = uncertain_numbers(draw.vary, problem)
    n_cases = n_cases_of(draw.method, draw.size, len(numbers))
    if n_cases > MOST_CASES:
        raise InputError(
            f"draw has {n_cases} cases for {len(numbers)} uncertain numbers; must be at most "
            f"{MOST_CASES} (take a smaller num, or vary fewer)"
        )
    now = np.array([number.share_now for number in numbers])
    names = tuple(number.name for number in numbers)
    plan = plan_of(draw.method, draw.size, draw.seed, names, now)
    factors: dict[Parameter, Array] = {}
    for number, share in zip(numbers, plan.shares.T, strict=True):
        for parameter in number.scales:
            factors[parameter] = factors.get(parameter, 1.0) * number.factors(share)
    own = {p: p.read(problem) for p in factors}
    points = tuple(zip(*(tuple((own[p] * f).tolist()) for p, f in factors.items()), strict=True))
    by_hand = {p.name for number in numbers if not number.is_cited for p in number.scales}
    cited = tuple(p.name for p in factors if p.name not in by_hand)
    return Axis(CASE, tuple(factors), points, points, cited, plan)


def uncertain_numbers(vary: Iterable[str], problem: Problem) -> list[Uncertain]:
    """Return the numbers that are varied, in the order of the problem's sources and then by hand.

    Raises
    ------
    InputError
        An entry names nothing that can be varied, or two name the same number.
    """
    by_hand, names = [], []
    for number, entry in enumerate(vary):
        with inside(f"draw.vary[{number}]"):
            given = _given(entry, problem)
            if given is None:
                names.append(_whole(entry))
                _refuse_nothing(names[-1], problem)
            else:
                by_hand.append(given)
    taken = [parameter.name for number in by_hand for parameter in number.scales]
    for name in taken:
        if taken.count(name) > 1:
            raise InputError(f"draw.vary has {name} twice; leave one of them out")
    found = [*_of_library(names, problem, set(taken)), *by_hand]
    if not found:
        raise InputError(
            "draw.vary names no number with a range; numbers given by the user have none: write "
            "e.g. 'force cv 20 %'"
        )
    return found


def _of_library(names: Sequence[str], problem: Problem, taken: set[str]) -> list[Uncertain]:
    """Return the numbers of the library under some names, each once."""
    found: dict[str, Uncertain] = {}
    for source, parameter in _ranged(problem):
        wanted = any(name in ("", LIBRARY) or _is_under(source, parameter, name) for name in names)
        if not wanted or parameter.name in taken:
            continue
        before = found.get(source.name)
        if before is not None:
            found[source.name] = replace(before, scales=(*before.scales, parameter))
            continue
        low, high = float(source.low or 0.0), float(source.high or 0.0)
        found[source.name] = Uncertain(
            name=source.name,
            law="log-uniform" if low > 0.0 else "uniform",
            middle=source.value,
            low=low,
            high=high,
            scales=(parameter,),
        )
    followers = _followers(problem)
    return [
        replace(
            number,
            scales=(
                *number.scales,
                *(
                    bulk
                    for shear, bulk in followers
                    if shear in number.scales and bulk.name not in taken
                ),
            ),
        )
        for number in found.values()
    ]


def _ranged(problem: Problem) -> list[tuple[Source, Parameter]]:
    """Return each source with a range and a parameter that is proportional to it.

    A parameter made from several numbers of the library is proportional to none of them.
    """
    known = parameters_of(problem)
    sources = problem.sources
    count: dict[str, int] = {}
    for source in sources:
        for path in source.feeds:
            count[path] = count.get(path, 0) + 1
    return [
        (source, known[path])
        for source in sources
        if source.low is not None and source.high is not None and source.low < source.high
        for path in source.feeds
        if path in known
        and count[path] == 1
        and source.value != 0.0
        and (_fits(source.unit, known[path].unit) or _is_ratio(source))
        and known[path].read(problem) != 0.0
    ]


def _followers(problem: Problem) -> list[tuple[Parameter, Parameter]]:
    """Return pairs of a modulus and the bulk modulus that is a ratio times it."""
    known = parameters_of(problem)
    pairs = []
    for source in problem.sources:
        for path in source.feeds:
            head, _, field = path.rpartition(".")
            if field != "bulk_modulus" or not _is_ratio(source) or path not in known:
                continue
            moduli = [
                p
                for name, p in known.items()
                if name.rpartition(".")[0] == head and p.unit == "Pa" and p.field != field
            ]
            pairs += [(moduli[0], known[path])] if moduli else []
    return pairs


def _is_ratio(source: Source) -> bool:
    """Whether a number of the library is a pure one, of which moduli are made by multiplying."""
    return source.unit in ("-", "1")


def _fits(unit: str, other: str) -> bool:
    """Whether two units measure the same."""
    try:
        to_si(f"1 {unit}" if unit not in ("-", "1") else 1.0, other, "unit")
    except InputError:
        return False
    return (unit in ("-", "1")) == (other == "1")


def _is_under(source: Source, parameter: Parameter, name: str) -> bool:
    """Whether a number, by its own name or that of what it feeds, stands under a name."""
    return any(own == name or own.startswith(f"{name}.") for own in (source.name, parameter.name))


def _whole(entry: str) -> str:
    """Return an entry as parameters are named, those of the stroke without their owner."""
    return entry.removeprefix("stroke.")


def _refuse_nothing(name: str, problem: Problem) -> None:
    """Refuse a name under which nothing has a range."""
    ranged = _ranged(problem)
    if name == LIBRARY or any(_is_under(s, p, name) for s, p in ranged):
        return
    if name in parameters_of(problem):
        raise InputError(
            f"{name} has no range in the library; write '{name} cv 20 %' or '{name} from A to B'"
        )
    names = {LIBRARY, *parameters_of(problem), *(source.name for source, _ in ranged)}
    raise unknown_name("uncertain number", name, sorted(names))


def _given(entry: str, problem: Problem) -> Uncertain | None:
    """Return an uncertain number whose distribution the entry says, or None."""
    spread, between = _CV.match(entry), _RANGE.match(entry)
    if spread is None and between is None:
        return None
    words = spread or between
    name = _whole(str(words[1]))  # type: ignore[index]
    known = parameters_of(problem)
    if name not in known:
        raise unknown_name("uncertain number", name, known)
    parameter = known[name]
    now = parameter.read(problem)
    if spread is not None:
        cv = to_si(spread[2], "1", f"cv of {name}", low=0.0, high=2.0, open_low=True)
        return _by_hand(parameter, "lognormal", now, now, cv)
    assert between is not None
    low = to_si(between[3], parameter.unit, name)
    high = to_si(between[4], parameter.unit, name)
    if not low < high or (between[2] and low <= 0.0):
        raise InputError(
            f"{name} goes from {shown(between[3])} to {shown(between[4])}; the first must be the "
            f"smaller{' and above 0' if between[2] else ''}"
        )
    return _by_hand(parameter, "log-uniform" if between[2] else "uniform", now, low, high)


def _by_hand(parameter: Parameter, law: str, now: float, low: float, high: float) -> Uncertain:
    """Return an uncertain number that is one parameter."""
    if not now:
        raise InputError(
            f"{parameter.name} is 0; must have a value around which it is varied (a factor of 0 "
            "stays 0)"
        )
    return Uncertain(
        name=parameter.name,
        law=law,
        middle=now,
        low=low,
        high=high,
        scales=(parameter,),
        is_cited=False,
    )
