"""Waiting made visible: loops report how far they are, one observer shows or logs it.

A loop that can take longer than two seconds calls `report` once per step, with how much of how much
is done and what it is doing:

>>> from softsim import progress
>>> for step in range(3):
...     progress.report(step, 3, "transient")

Where nobody watches, a report costs a fraction of a microsecond and does nothing.  `done` and
`total` may be steps, cases, or a share of the load out of 1.0; `done` may go back (a step that is
tried again), and a `what` that changes starts another bar.  What happens rarely and takes long is
told in one line by `note`.

Doors (`simulate`, sweeps, animations) open the display with `shown`: a bar with the time left in a
terminal or a notebook once two seconds have passed, lines of the logger ``softsim.progress``
otherwise.  Inside an open display another one stays silent, since its work is part of the outer's.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

BAR_AFTER = 2.0
"""Time that a solve may take before a bar appears [s]."""

LOG_EVERY = 10.0
"""Time between two lines of the logger [s]."""

MOVE_EVERY = 0.1
"""Time between two moves of a bar [s]."""

COMPILING = "compiling, once, about 30 s"
"""What `note` says when kernels are compiled; later runs find them on disk."""

_FORMAT = "{desc}: {percentage:3.0f}%|{bar:30}| {elapsed} < {remaining}"


class Observer(Protocol):
    """What is told of the progress of a solve."""

    def report(self, done: float, total: float, what: str) -> None: ...  # noqa: D102
    def note(self, text: str) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102


_observer: ContextVar[Observer | None] = ContextVar("softsim progress", default=None)


def report(done: float, total: float, what: str) -> None:
    """Tell whoever watches how far a loop is.

    Parameters
    ----------
    done, total : float
        Steps, cases or a share of the load; ``done == total`` at the end.
    what : str
        What is being done, in a word or two, e.g. ``"transient"``.
    """
    observer = _observer.get()
    if observer is not None:
        observer.report(done, total, what)


def _log(text: str, *parts: object) -> None:
    """Write one line to the logger."""
    import logging  # slow to import, and rarely needed

    logging.getLogger(__name__).info(text, *parts)


def note(text: str) -> None:
    """Tell whoever watches, in one line, of something that happens rarely and takes long."""
    observer = _observer.get()
    if observer is None:
        _log(text)
    else:
        observer.note(text)


def warn(text: str) -> None:
    """Tell in one line what everybody should know, whether somebody watches or not."""
    import logging  # slow to import, and rarely needed

    logging.getLogger(__name__).warning(text)


@contextmanager
def watched(observer: Observer) -> Iterator[None]:
    """Send reports of this context to an observer, and close it in the end.

    Inside another watched context only the notes go out: to the outer observer.
    """
    outer = _observer.get()
    token = _observer.set(observer if outer is None else _Inner(outer))
    try:
        yield
    finally:
        _observer.reset(token)
        observer.close()


@contextmanager
def shown(progress: bool | None = None) -> Iterator[None]:
    """Show the progress of what is done inside.

    Parameters
    ----------
    progress : bool, optional
        True for a bar, False for lines of the logger ``softsim.progress`` (level INFO); by default
        a bar where somebody looks: in a terminal and in a notebook.
    """
    bar = progress if progress is not None else _is_notebook() or sys.stderr.isatty()
    with watched(_Bar() if bar else _Log()):
        yield


def _is_notebook() -> bool:
    """Whether this runs in the kernel of a notebook."""
    return "ipykernel" in sys.modules


class _Inner:
    """Passes on notes only: the outer observer counts something else."""

    def __init__(self, outer: Observer) -> None:
        self.outer = outer

    def report(self, done: float, total: float, what: str) -> None:
        """Stay silent."""

    def note(self, text: str) -> None:
        """Pass a line on."""
        self.outer.note(text)

    def close(self) -> None:
        """Leave the outer observer open."""


class _Log:
    """Lines of the logger, some time apart."""

    def __init__(self) -> None:
        self.last = time.perf_counter()

    def report(self, done: float, total: float, what: str) -> None:
        """Log a line now and then."""
        now = time.perf_counter()
        if now - self.last >= LOG_EVERY:
            self.last = now
            _log("%s: %.0f %%", what, 100.0 * done / total)

    def note(self, text: str) -> None:
        """Log a line."""
        _log(text)

    def close(self) -> None:
        """Nothing is open."""


class _Bar:
    """A bar with the time left, once the work has taken `BAR_AFTER`."""

    def __init__(self) -> None:
        self.start = self.began = self.moved = time.perf_counter()
        self.what = ""
        self.bar: Any = None

    def report(self, done: float, total: float, what: str) -> None:
        """Move the bar."""
        now = time.perf_counter()
        if what != self.what:
            self._end()
            self.what, self.began = what, now
        if self.bar is None:
            if now - self.start < BAR_AFTER:
                return
            self.bar = _make_bar(total, what)
            self.bar.start_t -= now - self.began  # its speed counts from the first report
        self.bar.total, self.bar.n = total, min(done, total)
        if now - self.moved >= MOVE_EVERY or done >= total:
            self.moved = now
            self.bar.refresh()

    def note(self, text: str) -> None:
        """Write a line above the bar."""
        from tqdm import tqdm

        tqdm.write(f"softsim: {text}", file=sys.stderr)

    def close(self) -> None:
        """Remove the bar."""
        self._end()

    def _end(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None


def _make_bar(total: float, what: str) -> Any:
    """Return the bar of a terminal or, where its widgets are there, of a notebook."""
    options: dict[str, Any] = {"total": total, "desc": what, "bar_format": _FORMAT}
    options |= {"smoothing": 0, "leave": False, "delay": 1e-9}  # the first look is our own
    if _is_notebook():
        try:
            import ipywidgets  # noqa: F401
            from tqdm.notebook import tqdm as notebook_bar

            return notebook_bar(**options)
        except ImportError:
            pass
    from tqdm import tqdm

    return tqdm(file=sys.stderr, **options)
