"""The live page as Panel holds it: what the browser sends and what it is shown."""

from __future__ import annotations

from functools import partial
from typing import Any

import panel
import param
from panel.custom import JSComponent

from softsim.app.assets import colours, live_script
from softsim.app.choices import controls
from softsim.app.pool import Pool
from softsim.app.session import Session

GATHERED = 30
"""Time in which what comes from a browser is gathered, and the last of it taken [ms]."""


class LivePage(JSComponent):
    """One visitor's page.

    Attributes
    ----------
    start : dict
        Controls and colours, set once.
    choices, wanted, dropped : dict
        From the browser: what is chosen, the file that is wanted, a file that was dropped.
    shown, file : dict
        To the browser: a view or a refusal, and a file.
    """

    start = param.Dict(default={})
    choices = param.Dict(default={})
    wanted = param.Dict(default={})
    dropped = param.Dict(default={})
    shown = param.Dict(default={})
    file = param.Dict(default={})

    _esm = live_script()


def page_of(visitor: int, pool: Pool) -> LivePage:
    """Return the page of a visitor, whose choices go to a pool."""
    page = LivePage(start={**controls(), "colours": colours()}, sizing_mode="stretch_width")
    document = panel.state.curdoc

    def show(name: str, value: dict[str, Any]) -> None:
        document.add_next_tick_callback(partial(setattr, page, name, value))

    session = Session(visitor, pool, show)
    waiting: list[Any] = []

    def choose() -> None:
        waiting.clear()
        session.choose(page.choices)

    def gather(_: Any) -> None:
        if not waiting:
            waiting.append(document.add_timeout_callback(choose, GATHERED))

    page.param.watch(gather, "choices")
    page.param.watch(lambda event: session.take_away(event.new.get("name")), "wanted")
    page.param.watch(lambda event: session.open(event.new), "dropped")
    document.on_session_destroyed(lambda _: session.close())
    return page
