"""Pages that belong to no module: help, reading comfort, leaving quickly."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from trainer.content.coverage import Coverage
from trainer.content.glossary import TERMS
from trainer.languages.words import words
from trainer.services import learn
from trainer.vocabulary import N_
from trainer.web import cookies, preferences
from trainer.web.guard import public
from trainer.web.jinja import in_order, plain
from trainer.web.learn.present import say
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
    terms = in_order(TERMS.items(), lambda term: plain(term[1].english))
    return render_template("learn/glossary.html", terms=terms)


class Translated(NamedTuple):
    """A module in the table of languages."""

    slug: str
    title: Markup
    url: str
    source: str
    coverage: dict[str, Coverage]


class Interface(NamedTuple):
    """A language of the interface, and who reviewed its words."""

    tag: str
    reviewer: str | None


@blueprint.get("/<locale:locale>/languages")
@public
def languages() -> str:
    """Which languages there are, and how far anybody has looked at them."""
    with current.read() as db:
        listed = learn.translations(db)
    shown = [(current.shelf.module(row.id, current.locale), coverage) for row, coverage in listed]
    modules = [
        Translated(module.slug, say(module.title), url_for("learn.module", slug=module.slug), module.source, coverage)
        for module, coverage in shown
    ]
    tags = [Interface(tag, words(tag).reviewer) for tag in current.site.locales]
    return render_template("learn/languages.html", languages=tags, modules=modules)


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
