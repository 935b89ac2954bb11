"""The two pages between a password and being signed in: prove the second step, or set one up."""

from __future__ import annotations

import io
import ipaddress
from urllib.parse import urlsplit

import segno
from flask import Response, current_app, make_response, render_template, request, url_for
from markupsafe import Markup

from trainer.access import ENROL
from trainer.services import factors, passkeys, totp
from trainer.services.passkeys import Place
from trainer.services.problems import NotFound
from trainer.web import pending
from trainer.web.forms import Form
from trainer.web.state import current
from trainer.web.targets import at_home


def step_address(lacks: str, target: str | None) -> str:
    """The page where what is lacking (`access.missing`) can be given; `target` is the page that was asked for."""
    endpoint = "account.set_up" if lacks == ENROL else "account.second_step"
    return url_for(endpoint, next=at_home(target))


def step_page(lacks: str, status: int = 200, *, envelope: str | None = None) -> Response:
    if lacks == ENROL:
        return set_up_page(Form(), status, envelope=envelope)
    return second_step_page(Form(), status, envelope=envelope)


def second_step_page(
    form: Form, status: int = 200, *, target: str | None = None, envelope: str | None = None
) -> Response:
    """Code or passkey. `envelope` waits in the page."""
    with current.read() as db:
        held = factors.held(db, current.me)
    here = place()
    html = render_template(
        "account/second_step.html",
        errors=form.errors,
        held=held,
        passkeys_here=[key for key in held.passkeys if here and key.rp_id == here.rp_id],
        **_waiting(target, envelope),
    )
    return make_response(html, status)


def set_up_page(
    form: Form, status: int = 200, *, target: str | None = None, envelope: str | None = None, secret: str | None = None
) -> Response:
    """A new key for an app, as a square and as text, and a button for a passkey. `secret`: the key shown before."""
    with current.read() as db:
        held = factors.held(db, current.me)
        name = factors.sign_in_name(db, current.me)
    secret = secret or totp.new_secret()
    address = totp.address(secret, name)
    html = render_template(
        "account/set_up.html",
        errors=form.errors,
        held=held,
        required=current.waiting is not None,
        device=form.text("name"),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        app_address=address,
        square=square(address),
        offer=totp.offered(secret, current.me.session_id, current.config.secret_key, current.now()),
        can_have_passkeys=place() is not None,
        longest_name=passkeys.LONGEST_NAME,
        **_waiting(target, envelope),
    )
    return make_response(html, status)


def _waiting(target: str | None, envelope: str | None) -> dict[str, str]:
    """What the forms of both pages carry on."""
    return {
        "target": at_home(target or request.form.get("next")) or "",
        "envelope": envelope or request.form.get(pending.FIELD, ""),
    }


def square(address: str) -> Markup:
    """The QR code as SVG inside the page: black on white whatever the theme, or cameras will not read it."""
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawing, kind="svg", border=4, light="#FFFFFF", xmldecl=False, svgns=False, omitsize=True,
        svgclass="square", lineclass=None,
    )  # fmt: skip
    return Markup(drawing.getvalue().decode())  # noqa: S704  drawn by the library from black and white squares


def here() -> Place:
    """`place`. Raises NotFound where there is none."""
    found = place()
    if found is None:
        raise NotFound
    return found


def question(asked: str) -> Response:
    """What the browser asks a device, as JSON. For the page's script."""
    return current_app.response_class(asked, mimetype="application/json")


def place() -> Place | None:
    """Where passkeys belong. None at a bare address without a name, such as 127.0.0.1: browsers refuse them there."""
    origin = current.config.origin or request.host_url.rstrip("/")
    host = urlsplit(origin).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Place(host, origin) if host else None
    return None
