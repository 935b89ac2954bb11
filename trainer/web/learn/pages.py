"""Pages that belong to no module: help, reading comfort, leaving quickly."""

from __future__ import annotations

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.content.glossary import TERMS
from trainer.vocabulary import N_
from trainer.web import cookies, preferences
from trainer.web.guard import public
from trainer.web.learn.routes import blueprint, reading
from trainer.web.notices import notice
from trainer.web.state import current

READING_KEPT = notice("reading-kept", N_("Your choice is kept on this device until you close the browser."))


@blueprint.get("/<locale:locale>/help")
@public
def help() -> str:  # noqa: A001  the page is called help
    return render_template("learn/help.html")


@blueprint.get("/<locale:locale>/glossary")
@public
def glossary() -> str:
    return render_template("learn/glossary.html", terms=sorted(TERMS.items(), key=lambda term: term[1].english))


@blueprint.get("/<locale:locale>/reading")
@public
def reading_page() -> str:
    return render_template("learn/reading.html", chosen=reading())


@blueprint.post("/<locale:locale>/reading")
@public
def keep_reading() -> BaseResponse:
    chosen = preferences.choose(reading(), {"saver": "", **request.form.to_dict()})
    response = redirect(url_for("learn.reading_page", done=READING_KEPT), 303)
    cookies.put(response, preferences.COOKIE, chosen.cookie())
    return response


@blueprint.get("/<locale:locale>/leave")
@public
def leave() -> BaseResponse:
    """Quick exit: the institution's neutral page, or one of our own that says nothing."""
    if current.config.exit_url:
        return redirect(current.config.exit_url, 303)
    return Response(render_template("learn/leave.html"))
