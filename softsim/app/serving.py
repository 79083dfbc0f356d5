"""The server of the live page: where it listens, what it lets in, how it stops."""

from __future__ import annotations

import importlib.util
import itertools
import logging
import secrets
import socket
from collections.abc import Callable
from typing import Any

from softsim.app.pool import Limits, Pool
from softsim.errors import InputError, shown

LOCAL = ("localhost", "127.0.0.1", "::1")
LARGEST_MESSAGE = 4_000_000
"""Most bytes of a message from a browser."""
FORGOTTEN_AFTER = 10_000
"""Time after which a page that was closed is forgotten [ms]."""

_log = logging.getLogger("softsim.app")


def refuse_without_panel() -> None:
    """Refuse to go on without the optional extra.

    Raises
    ------
    InputError
        Panel is not installed.
    """
    if importlib.util.find_spec("panel") is None:
        raise InputError(
            "the live page needs Panel, which is not installed; install it with "
            "pip install 'softsim[app]'"
        )


def serve(
    host: str, port: int, token: str | None, limits: Limits, told: Callable[[str], None]
) -> None:
    """Serve the live page until an interrupt.

    Parameters
    ----------
    host : str
        Where to listen; anything but this machine itself asks every visitor for a token.
    port : int
        0 for any that is free.
    token : str, optional
        Made by chance where one is needed and none is given.
    limits : Limits
    told : callable
        Is told the address, in one line.

    Raises
    ------
    InputError
        No Panel, or the place cannot be listened at.
    """
    refuse_without_panel()
    if host not in LOCAL and token is None:
        token = secrets.token_urlsafe(16)
    _refuse_taken(host, port)
    pool = Pool(limits)
    try:
        server = _server(host, port, token, limits, pool)
        server.start()
        place = f"http://{f'[{host}]' if ':' in host else host}:{server.port}/"
        told(f"{place}?token={token}" if token else place)
        server.run_until_shutdown()
    finally:
        pool.close()
        _log.info("stopped")


def _server(host: str, port: int, token: str | None, limits: Limits, pool: Pool) -> Any:
    """Return the server, not yet started."""
    from panel.io.server import get_server

    options: dict[str, Any] = {}
    if token is not None:
        from softsim.app.door import TokenDoor

        options["auth_provider"] = TokenDoor(token)
    origins = ["*"] if host not in LOCAL else [f"{name}:{port}" for name in LOCAL[:2]]
    if host in LOCAL and port == 0:
        origins = []  # the server adds its own
    return get_server(
        {"/": _pages(limits, pool)},
        port=port,
        address=host,
        websocket_origin=origins,
        title="softsim",
        compress_response=True,
        websocket_max_message_size=LARGEST_MESSAGE,
        http_server_kwargs={"max_body_size": LARGEST_MESSAGE, "max_buffer_size": LARGEST_MESSAGE},
        check_unused_sessions_milliseconds=FORGOTTEN_AFTER // 2,
        unused_session_lifetime_milliseconds=FORGOTTEN_AFTER,
        **options,
    )


def _pages(limits: Limits, pool: Pool) -> Callable[[], Any]:
    """Return what makes a page for each visitor, as long as there is room."""
    import panel

    from softsim.app.page import page_of

    numbers = itertools.count(1)
    here: set[int] = set()

    def page() -> Any:
        if len(here) >= limits.visitors:
            return panel.pane.Str(
                f"There are {limits.visitors} pages open already, and no more are served at a "
                "time. Close one, or come back in a while."
            )
        number = next(numbers)
        here.add(number)
        panel.state.curdoc.on_session_destroyed(lambda _: here.discard(number))
        return page_of(number, pool)

    return page


def _refuse_taken(host: str, port: int) -> None:
    """Refuse a place where nothing can listen."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family[0], socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(family[4])
    except OSError as error:
        raise InputError(
            f"cannot listen at {shown(host)}, port {port} ({error.strerror or error}); choose "
            "another --port, or --host localhost"
        ) from None
