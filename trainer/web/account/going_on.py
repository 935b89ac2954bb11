"""Where somebody goes who is signed in now: on with what was waiting, or to the page that was asked for."""

from __future__ import annotations

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.vocabulary import N_
from trainer.web import cookies, notices, pending, sessions
from trainer.web.account.routes import DEVICE, DEVICE_AGE
from trainer.web.notices import notice
from trainer.web.targets import at_home

NOT_YOURS = notice(
    "not-yours", N_("The answer that was waiting belongs to somebody else's account. It was not sent from yours.")
)


def going_on(person_id: str, token: str, *, done: str = "") -> BaseResponse:
    """What was waiting is sent now; otherwise the page that was asked for, or the catalogue. `done`: a notice there."""
    waiting = pending.unseal(request.form.get(pending.FIELD, ""))
    if waiting is None:
        response: BaseResponse = redirect(at_home(request.form.get("next")) or url_for("learn.home"), 303)
    elif waiting.is_for(person_id):
        response = pending.send(current_app, waiting, token, request)
    else:
        return redirect(url_for("learn.home", done=NOT_YOURS), 303)
    if done and response.status_code == 303 and notices.PARAMETER not in response.location.partition("?")[2]:
        response.location += f"{'&' if '?' in response.location else '?'}{notices.PARAMETER}={done}"
    return response


def begun(response: BaseResponse, token: str) -> BaseResponse:
    """Hand over the session's token, in a response that nobody keeps."""
    sessions.begin(response, token)
    response.headers["Cache-Control"] = "no-store"
    return response


def remember(response: BaseResponse, device: str, own: bool) -> None:
    """Make the browser a known device. On a device of one's own that outlives the browser's closing."""
    cookies.put(response, DEVICE, device, max_age=DEVICE_AGE if own else None)
