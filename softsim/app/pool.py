"""The processes that solve for the live page, and who is next.

A visitor has one job at a time: the last one asked for.  What it replaces is taken out of the queue
or, where it is being solved, cancelled; so however fast sliders move, no more than one job per
visitor ever waits.
"""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from softsim.app.solver import work
from softsim.app.worker import READY, Job, Message
from softsim.problem import Problem, describe
from softsim.sweeps.runner import one_thread

Receiver = Callable[[Message], None]
"""What a visitor is told by; called in a thread of the pool."""

GRACE = 20.0
"""Time that a cancelled solve has to come to its end before its process is ended [s]."""

MOST_STILLBORN = 3
"""Processes one after another that may end before they are ready; then no more are started."""

NOBODY = "Nothing can be solved here: no process of the server could be started."
"""Told to every visitor then."""

LOOKED_EVERY = 0.5
"""Time between two looks at solves that take too long [s]."""

_log = logging.getLogger("softsim.app")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the server spends at most.

    Parameters
    ----------
    processes : int
        That solve at the same time.
    visitors : int
        Pages open at the same time.
    seconds : float
        For one solve [s].
    memory : float
        Of one process that solves [GB].
    """

    processes: int = 2
    visitors: int = 20
    seconds: float = 60.0
    memory: float = 4.0


@dataclass(slots=True)
class _Place:
    """One process, its pipe, and what it does."""

    process: Any
    connection: Connection
    job: Job | None = None
    since: float = 0.0
    why: str = ""
    is_ready: bool = False
    visitors: set[int] = field(default_factory=set)


class Pool:
    """Gives jobs of visitors to processes.

    Parameters
    ----------
    limits : Limits
    target : callable, optional
        Main function of a process, that of `softsim.app.solver` by default.
    """

    def __init__(self, limits: Limits, target: Callable[[Connection, float], None] = work) -> None:
        self._limits, self._target = limits, target
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self._waiting: OrderedDict[int, Job] = OrderedDict()
        self._receivers: dict[int, Receiver] = {}
        self._is_closed = threading.Event()
        self._places: list[_Place] = []
        self._stillborn = 0
        self._places.append(self._started())  # the others when it has compiled what all need
        threading.Thread(target=self._watch, daemon=True).start()

    def submit(self, visitor: int, problem: Problem, tell: Receiver, file: str = "") -> int:
        """Ask for an answer, or a file; what the visitor asked for before is dropped.

        Parameters
        ----------
        visitor : int
        problem : Problem
        tell : callable
            Gets every message of the job.
        file : str
            As of a `Job`.

        Returns
        -------
        int
            Number of the job.
        """
        with self._lock:
            job = Job(next(self._numbers), visitor, problem, file)
            self.cancel(visitor)
            if self._places:
                self._receivers[job.number] = tell
                self._waiting[visitor] = job
                self._deal()
        if not self._places:
            tell(Message(job.number, "failed", NOBODY))
        return job.number

    def cancel(self, visitor: int, why: str = "") -> None:
        """Drop what a visitor asked for.

        Parameters
        ----------
        visitor : int
        why : str
            Sentence for the visitor; none where the visitor needs none.
        """
        with self._lock:
            dropped = self._waiting.pop(visitor, None)
            if dropped is not None:
                self._receivers.pop(dropped.number, None)
            for place in self._places:
                if place.job is not None and place.job.visitor == visitor and not place.why:
                    place.why, place.since = why or "unwanted", time.monotonic()
                    if not why:
                        self._receivers.pop(place.job.number, None)
                    with suppress(OSError):
                        place.connection.send(place.job.number)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is solved and nothing waits."""
        with self._lock:
            return not self._waiting and all(place.job is None for place in self._places)

    def close(self) -> None:
        """End all processes."""
        self._is_closed.set()
        with self._lock:
            for place in self._places:
                place.connection.close()
                place.process.terminate()
            for place in self._places:
                place.process.join(5.0)

    def _started(self) -> _Place:
        """Start a process and a thread that listens to it."""
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=self._target, args=(theirs, self._limits.memory), daemon=True
        )
        with one_thread():
            process.start()
        theirs.close()
        place = _Place(process, ours)
        threading.Thread(target=self._listen, args=(place,), daemon=True).start()
        return place

    def _listen(self, place: _Place) -> None:
        """Pass on what a process says, until it ends."""
        with suppress(EOFError, OSError):
            while True:
                came = place.connection.recv()
                if came == READY:
                    with self._lock:
                        place.is_ready = True
                        while len(self._places) < self._limits.processes:
                            self._places.append(self._started())
                        self._deal()
                else:
                    self._take(place, came)
        self._lost(place)

    def _take(self, place: _Place, message: Message) -> None:
        """Pass a message on, and the next job to a process that has done its own."""
        with self._lock:
            tell = self._receivers.get(message.number)
            job = place.job
            if message.is_last:
                self._receivers.pop(message.number, None)
                if job is not None:
                    _tell_log(job, message, place.why)
                if message.kind == "cancelled" and place.why:
                    message = Message(message.number, "failed", place.why, message.seconds)
                place.job, place.why = None, ""
                self._deal()
        if tell is not None:
            tell(message)

    def _deal(self) -> None:
        """Give what waits to those who are free: to the process that knows the visitor, if any."""
        free = [place for place in self._places if place.is_ready and place.job is None]
        while free and self._waiting:
            visitor, job = self._waiting.popitem(last=False)
            place = next((one for one in free if visitor in one.visitors), free[0])
            free.remove(place)
            place.job, place.since, place.why = job, time.monotonic(), ""
            place.visitors.add(visitor)
            with suppress(OSError):
                place.connection.send(job)

    def _watch(self) -> None:
        """Cancel solves that take too long; end processes that do not listen."""
        while not self._is_closed.wait(LOOKED_EVERY):
            with self._lock:
                for place in self._places:
                    passed = time.monotonic() - place.since
                    if place.job is not None and not place.why and passed > self._limits.seconds:
                        self.cancel(
                            place.job.visitor,
                            f"This took longer than {self._limits.seconds:g} s and was stopped.",
                        )
                    elif place.job is not None and place.why and passed > GRACE:
                        place.process.terminate()

    def _lost(self, place: _Place) -> None:
        """Start another process in the place of one that ended."""
        if self._is_closed.is_set():
            return
        with self._lock:
            job, dropped = place.job, []
            tell = self._receivers.pop(job.number, None) if job is not None else None
            self._places.remove(place)
            self._stillborn = 0 if place.is_ready else self._stillborn + 1
            if self._stillborn < MOST_STILLBORN:
                self._places.append(self._started())
            elif not self._places:
                _log.error("processes end before they are ready; no more are started")
                dropped = list(self._waiting.values())
                self._waiting.clear()
            nobody = [(one, self._receivers.pop(one.number, None)) for one in dropped]
        if job is not None:
            told = place.why if place.why not in ("", "unwanted") else "The solve ended early."
            message = Message(job.number, "failed", told, time.monotonic() - place.since)
            _tell_log(job, message, place.why)
            if tell is not None:
                tell(message)
        for one, tell in nobody:
            if tell is not None:
                tell(Message(one.number, "failed", NOBODY))


def _tell_log(job: Job, message: Message, why: str) -> None:
    """Write the one line of a job that has ended."""
    end = f"{message.kind} ({why})" if why else message.kind
    what = f"file {job.file}" if job.file else "solve"
    text = f": {message.content}" if message.kind == "failed" else ""
    _log.info(
        "visitor %d, %s, %s, %.2f s, %s%s",
        *(job.visitor, what, end, message.seconds, describe(job.problem), text),
    )
