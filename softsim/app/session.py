"""One visitor of the live page: what was chosen becomes jobs, what comes back becomes the page."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from softsim.app.choices import (
    Choices,
    checked_texts,
    in_words_of_page,
    problem_in,
    stroke_in_words,
    with_stroke,
)
from softsim.app.pool import Pool
from softsim.app.worker import Message
from softsim.errors import InputError, as_heading, unknown_name
from softsim.problem import Problem
from softsim.serialise import problem_to_toml

FILES = {
    "figure": (".png", "image/png"),
    "drawing": (".svg", "image/svg+xml"),
    "data": (".nc", "application/x-netcdf"),
    "problem": (".toml", "application/toml"),
}
"""What can be taken away: ending and kind."""

Show = Callable[[str, dict[str, Any]], None]
"""Puts something on the page: which of its properties, and the value."""


class Session:
    """What one visitor chose and is shown.

    Parameters
    ----------
    visitor : int
        Unique.
    pool : Pool
    show : callable
        Called with "shown" (a view, a refusal or a note) or "file"; in any thread.
    """

    def __init__(self, visitor: int, pool: Pool, show: Show) -> None:
        self._visitor, self._pool, self._show = visitor, pool, show
        self._problem: Problem | None = None
        self._base: Problem | None = None
        self._is_answered = False
        self._turn: Any = None

    def choose(self, given: object) -> None:
        """Answer what the browser sent: choices by name, and its own count under "turn"."""
        plain = dict(given) if isinstance(given, Mapping) else {}
        self._turn = plain.pop("turn", None)
        is_of_file = plain.pop("file", None) == "open" and self._base is not None
        try:
            if is_of_file and self._base is not None:
                problem = with_stroke(self._base, checked_texts(plain))
            else:
                problem = Choices.of(plain if isinstance(given, Mapping) else given).problem()
        except InputError as error:
            self._refuse(error)
            return
        self._solve(problem)

    def open(self, given: object) -> None:
        """Take a file that was dropped on the page, as ``{"name": ..., "content": base64}``."""
        plain = dict(given) if isinstance(given, Mapping) else {}
        name, content = plain.get("name"), plain.get("content")
        self._turn = plain.get("turn")
        try:
            if not isinstance(name, str) or not isinstance(content, str):
                raise InputError("the file has no name or no content; drop it again")
            try:
                read = base64.b64decode(content, validate=True)
            except ValueError:
                raise InputError("the file did not come whole; drop it again") from None
            problem = problem_in(name, read)
        except InputError as error:
            self._refuse(error)
            return
        self._base = problem
        self._say({"opened": {"name": as_heading(name, 40), "values": stroke_in_words(problem)}})
        self._solve(problem)

    def _refuse(self, error: InputError) -> None:
        self._pool.cancel(self._visitor)
        self._say({"refused": in_words_of_page(str(error))})

    def _solve(self, problem: Problem) -> None:
        self._problem, self._is_answered = problem, False
        self._pool.submit(self._visitor, problem, self._receiver(self._turn))

    def take_away(self, name: object) -> None:
        """Make one of `FILES` of what is shown."""
        if self._problem is None or not self._is_answered:
            self._say({"refused": "There is no answer yet; wait for it."})
            return
        if not isinstance(name, str) or name not in FILES:
            self._say({"refused": str(unknown_name("file", name, FILES))})
            return
        ending, kind = FILES[name]
        if ending == ".toml":
            self._hand_over(ending, kind, problem_to_toml(self._problem).encode())
            return

        def receive(message: Message) -> None:
            if message.kind == "file":
                self._hand_over(ending, kind, message.content)
            else:
                self._say({"refused": in_words_of_page(str(message.content))})

        self._pool.submit(self._visitor, self._problem, receive, ending)

    def close(self) -> None:
        """Drop what is under way."""
        self._pool.cancel(self._visitor)

    def _receiver(self, turn: Any) -> Callable[[Message], None]:
        def receive(message: Message) -> None:
            if turn != self._turn:
                return
            if message.kind == "view":
                self._is_answered = message.is_last
                self._say({"view": message.content, "is_last": message.is_last})
            else:
                self._say({"failed": in_words_of_page(str(message.content))})

        return receive

    def _say(self, content: dict[str, Any]) -> None:
        self._show("shown", {"turn": self._turn, **content})

    def _hand_over(self, ending: str, kind: str, content: bytes) -> None:
        packed = base64.b64encode(content).decode()
        self._show("file", {"name": f"stroke{ending}", "kind": kind, "content": packed})
