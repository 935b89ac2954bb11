"""What was posted after the session had ended is not lost: it waits, signed, in the sign-in form.

The envelope is a hidden field of the sign-in page: the path, the fields, and the CSRF token the original page carried.
It is opened only for the person that page was made for, and then sent through the application once more as an
ordinary request of the new session, with every check an ordinary request meets. Routes that take secrets keep
nothing (`guard.signed_in_afresh`).
"""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask, Request, Response
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from trainer.web import cookies, csrf, sessions
from trainer.web.state import State, current

FIELD = "pending"
LARGEST = 200_000
"""Characters of an envelope. Above it the page says that the answer could not be kept."""


class Pending(NamedTuple):
    path: str
    """Path of the route, as it was posted to."""
    fields: tuple[tuple[str, str], ...]
    proof: str
    """The CSRF token of the page that was posted: tells for whom it was made."""

    def is_for(self, person_id: str) -> bool:
        return csrf.is_for(self.proof, person_id)


class SignInNeeded(Exception):  # noqa: N818  a step, not a fault
    """Nobody is signed in, and the route asks for somebody. `envelope` holds what was posted, if it can be kept."""

    def __init__(self, envelope: str | None = None) -> None:
        super().__init__()
        self.envelope = envelope


def fields_of(request: Request) -> tuple[tuple[str, str], ...]:
    """What was posted, without the token."""
    return tuple((name, value) for name, value in request.form.items(multi=True) if name != csrf.FIELD)


def seal(request: Request, state: State) -> str:
    """The envelope of the request's form."""
    return _serializer(state).dumps([request.path, fields_of(request), request.form.get(csrf.FIELD, "")])


def unseal(text: str) -> Pending | None:
    """What an envelope of ours holds; None for anything else."""
    try:
        path, fields, proof = _serializer(current).loads(text)
    except BadData:
        return None
    return Pending(path, tuple((name, value) for name, value in fields), proof)


def send(app: Flask, pending: Pending, token: str, origin: Request) -> Response:
    """Run the kept post in the session that `token` opens, and give its response."""
    browser = {
        key: value
        for key, value in origin.environ.items()
        if key.startswith(("HTTP_", "REMOTE_", "SERVER_")) and key != "HTTP_COOKIE"
    }
    request = app.test_request_context(
        pending.path,
        method="POST",
        base_url=origin.host_url,
        environ_overrides=browser,
        headers={"Cookie": f"{cookies.name(sessions.COOKIE)}={token}"},
        data=MultiDict([*pending.fields, (csrf.FIELD, csrf.made_for(token))]),
    )
    # A context of its own, too: the person found for the outer request, nobody, is remembered in it.
    with app.app_context(), request:
        return app.full_dispatch_request()


def _serializer(state: State) -> URLSafeSerializer:
    return URLSafeSerializer(state.config.secret_key, salt="pending-post")
