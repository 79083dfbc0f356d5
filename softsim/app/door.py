"""Who may see the page: everybody on this machine, and elsewhere who knows the token."""

from __future__ import annotations

import hmac
from html import escape
from typing import Any

from bokeh.server.auth_provider import AuthProvider
from tornado.web import RequestHandler

COOKIE = "softsim_token"
LONGEST_TOKEN = 200

_FORM = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>softsim: token</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:18px/1.5 system-ui,sans-serif;color:#1f2328;max-width:30em;margin:3em auto;
padding:0 1em}}input,button{{font:inherit;padding:6px 10px}}</style></head>
<body><main><h1>softsim</h1><form method="post">
<p><label for="token">Token that the server showed when it was started</label></p>
<p><input id="token" name="token" type="password" autocomplete="off" required>
<button type="submit">Enter</button></p></form><p role="alert">{told}</p></main></body></html>"""


class TokenDoor(AuthProvider):
    """Lets in whoever gives the token, in the address once or in a form.

    Parameters
    ----------
    token : str
    """

    def __init__(self, token: str) -> None:
        self._token = token
        super().__init__()

    def _is_token(self, given: str | None) -> bool:
        return given is not None and hmac.compare_digest(given.encode(), self._token.encode())

    @property
    def get_user(self) -> Any:
        """Function that says who asks; None for who may not."""

        def found(handler: RequestHandler) -> str | None:
            if self._is_token(handler.get_cookie(COOKIE)):
                return "visitor"
            if handler.request.method == "GET" and self._is_token(
                handler.get_query_argument("token", None)
            ):
                handler.set_cookie(COOKIE, self._token, httponly=True, samesite="Strict")
                return "visitor"
            return None

        return found

    @property
    def get_user_async(self) -> None:
        """There is none beside `get_user`."""
        return

    @property
    def login_url(self) -> str:
        """Where the form is."""
        return "/token"

    @property
    def get_login_url(self) -> None:
        """There is none beside `login_url`."""
        return

    @property
    def login_handler(self) -> Any:
        """Class of the form."""
        door = self

        class TokenForm(RequestHandler):
            """Asks for the token."""

            def get(self) -> None:
                """Show the form."""
                self.write(_FORM.format(told=""))

            def post(self) -> None:
                """Take the token and go to the page, or say that it is another one."""
                given = self.get_body_argument("token", "")[:LONGEST_TOKEN]
                if door._is_token(given):
                    self.set_cookie(COOKIE, given, httponly=True, samesite="Strict")
                    self.redirect("/")
                    return
                self.set_status(403)
                self.write(_FORM.format(told=escape("That is not the token of this server.")))

        return TokenForm

    @property
    def logout_url(self) -> None:
        """There is none: closing the browser is enough."""
        return

    @property
    def logout_handler(self) -> None:
        """There is none, see `logout_url`."""
        return
