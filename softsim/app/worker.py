"""A process that works for the live page: jobs come through a pipe, messages go back.

A job that nobody waits for any more is cancelled in the middle of its solve: the thread that
listens interrupts the main one, which raises `Cancelled` out of whatever it does, and takes the
next job.
"""

from __future__ import annotations

import _thread
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Protocol

from softsim.errors import ConvergenceError, SoftsimError
from softsim.problem import Problem, describe

READY = "ready"


@dataclass(frozen=True, slots=True)
class Job:
    """What a process is asked for.

    Parameters
    ----------
    number : int
        Unique.
    visitor : int
        For whom; the last solution of a visitor is where the next one starts.
    problem : Problem
    file : str
        Ending of the file that is wanted, ".png", ".svg" or ".nc"; "" for the answer itself.
    """

    number: int
    visitor: int
    problem: Problem
    file: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What a process says of a job.

    Parameters
    ----------
    number : int
        Of the job.
    kind : str
        "view", "file", "failed", or "cancelled".
    content : Any
        A view, bytes, or a sentence.
    seconds : float
        Since the job began [s].
    is_last : bool
        Whether the job has ended.
    """

    number: int
    kind: str
    content: Any = None
    seconds: float = 0.0
    is_last: bool = True


class Cancelled(BaseException):
    """Nobody waits for what is being solved; no error, and no handler of errors may keep it."""


class Solver(Protocol):
    """What answers jobs."""

    def prepare(self) -> None:
        """Do what every answer needs, once."""

    def answer(self, job: Job, tell: Callable[[Any], None]) -> tuple[str, Any]:
        """Return kind and content of the last message; `tell` sends what comes before."""


class Worker:
    """Does jobs one after another in the main thread.

    Parameters
    ----------
    connection : Connection
        Its other end is in the server.
    solver : Solver
    """

    def __init__(self, connection: Connection, solver: Solver) -> None:
        self._connection, self._solver = connection, solver
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._unwanted: set[int] = set()
        self._current: int | None = None
        self._is_shielded = False

    def run(self) -> None:
        """Solve until the pipe closes."""
        signal.signal(signal.SIGINT, self._interrupted)
        threading.Thread(target=self._listen, daemon=True).start()
        with suppress(SoftsimError):
            self._solver.prepare()
        self._connection.send(READY)
        while (job := self._jobs.get()) is not None:
            if job.number not in self._unwanted:
                self._do(job)
            else:
                self._say(Message(job.number, "cancelled"))
            self._unwanted.discard(job.number)

    def _listen(self) -> None:
        """Take jobs, and numbers of jobs that nobody wants, from the pipe."""
        with suppress(EOFError, OSError):
            while True:
                came = self._connection.recv()
                if isinstance(came, Job):
                    self._jobs.put(came)
                else:
                    self._unwanted.add(came)
                    if self._current == came:
                        _thread.interrupt_main()
        self._jobs.put(None)
        if self._current is not None:  # the server is gone: nobody wants anything
            self._unwanted.add(self._current)
            _thread.interrupt_main()

    def _interrupted(self, *_: object) -> None:
        """Leave the present job if it is unwanted; an interrupt from a keyboard is the server's."""
        if self._current in self._unwanted and not self._is_shielded:
            raise Cancelled

    @contextmanager
    def _shielded(self) -> Iterator[None]:
        """Let no interrupt tear what is inside, a message above all."""
        self._is_shielded = True
        yield
        self._is_shielded = False
        if self._current in self._unwanted:
            raise Cancelled

    def _say(self, message: Message) -> None:
        with suppress(OSError):  # the server is gone
            self._connection.send(message)

    def _do(self, job: Job) -> None:
        """Do one job, whatever becomes of it."""
        start = time.perf_counter()
        try:
            kind, content = self._attempted(job, start)
        except Cancelled:
            self._current = None
            kind, content = "cancelled", None
        self._say(Message(job.number, kind, content, time.perf_counter() - start))

    def _attempted(self, job: Job, start: float) -> tuple[str, Any]:
        """Return kind and content of the last message of a job, a failure among them."""
        try:
            self._current = job.number
            if job.number in self._unwanted:
                raise Cancelled

            def tell(content: Any) -> None:
                with self._shielded():
                    passed = time.perf_counter() - start
                    self._say(Message(job.number, "view", content, passed, is_last=False))

            return self._solver.answer(job, tell)
        except ConvergenceError as error:
            return "failed", str(error).removeprefix(f"{describe(job.problem)}: ")
        except SoftsimError as error:
            return "failed", str(error)
        except MemoryError:
            return "failed", "This needs more memory than a solve may have here."
        except Exception as error:  # one job must never end the process
            return "failed", f"This is a fault of softsim ({type(error).__name__}: {error})."
        finally:
            self._current = None
