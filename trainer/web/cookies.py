"""The cookies Trainer sets: every one HttpOnly, SameSite=Lax, for this host only.

They are gone when the browser closes, but for one that says nothing about anybody (`max_age`).

Over TLS they carry the `__Host-` prefix and Secure. Plain HTTP (a demo on loopback) can have neither.
"""

from __future__ import annotations

from flask import Request
from werkzeug.wrappers import Response

from trainer.web.state import site


def name(purpose: str) -> str:
    return f"__Host-{purpose}" if site().config.secure_cookies else purpose


def read(request: Request, purpose: str) -> str | None:
    return request.cookies.get(name(purpose))


def put(response: Response, purpose: str, value: str, *, max_age: int | None = None) -> None:
    """`max_age` in seconds; without it the cookie ends with the browser."""
    secure = site().config.secure_cookies
    response.set_cookie(name(purpose), value, max_age, secure=secure, httponly=True, samesite="Lax", path="/")


def drop(response: Response, purpose: str) -> None:
    secure = site().config.secure_cookies
    response.delete_cookie(name(purpose), secure=secure, httponly=True, samesite="Lax", path="/")
