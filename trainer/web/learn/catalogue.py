"""The catalogue, and the choice of language and country."""

from __future__ import annotations

from typing import NamedTuple

from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from trainer.content.coverage import Coverage
from trainer.content.inline import words
from trainer.languages import folding
from trainer.services import follow_ups, learn, paths, reactions
from trainer.services.follow_ups import Open
from trainer.services.paths import PathState
from trainer.vocabulary import COUNTRIES, OTHER_COUNTRY, country_name
from trainer.web import cookies, locale, preferences
from trainer.web.guard import public
from trainer.web.jinja import countries_in_order
from trainer.web.jinja import translated as _
from trainer.web.learn.paths import asked_of, in_path_order, learning, need_words, path_summary
from trainer.web.learn.present import COUNTRY, country_chosen, say
from trainer.web.learn.routes import blueprint, reading
from trainer.web.learn.rules import rule_words, validity_words
from trainer.web.state import current


class Card(NamedTuple):
    """A module in the catalogue."""

    slug: str
    url: str
    title: Markup
    summary: Markup
    languages: tuple[str, ...]
    coverage: Coverage | None
    minutes: int | None
    lessons: int
    done: int
    state: str
    """`none`, `part`, `done`, or `due`: completed, and to be renewed."""
    rule: Markup
    need: Markup | None
    """What it is on the person's path."""
    validity: Markup | None
    """Of a completed module: until when it counts."""


class Resume(NamedTuple):
    url: str
    module: Markup
    unit: Markup | None


class Forms(NamedTuple):
    """What the person may tell about courses."""

    follow_ups: tuple[Open, ...]
    reaction: str | None
    """Module completed last that nothing was said about."""


LONGEST_SEARCH = 100
STATES = {"new": "none", "started": "part", "completed": "done"}


@blueprint.get("/")
@public
def root() -> Response:
    return locale.to_preferred()


@blueprint.get("/<locale:locale>/")
@public
def home() -> str:
    country = country_chosen()
    with current.read() as db:
        everything = learn.catalogue(
            db, current.shelf, current.identity, locale=current.locale, country=country, past=True
        )
        mine = paths.mine(db, current.shelf.paths, current.identity) if current.identity else None
        asked_for = _forms(db)
    cards = [card for card in everything if not card.is_past]
    known = learning(everything, mine) if mine else None
    state = known.state if known else None
    asked = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    begun = next((_card(card, state) for card in cards if card.progress == "started"), None)
    resume = Resume(begun.url, begun.title, None) if begun and not asked else None
    found = [_card(card, state) for card in in_path_order(cards, state) if not asked or _is_found(asked, card)]
    return render_template(
        "learn/home.html",
        cards=found,
        resume=resume,
        country=country,
        asked=asked,
        are_there_any=bool(cards),
        mine=mine,
        path=path_summary(state) if state else None,
        assigned=[one for one in asked_of(known.assigned, cards) if not one.is_done] if known and not asked else [],
        forms=asked_for,
        titles={card.slug: say(card.title) for card in cards},
    )


def _forms(db: Session) -> Forms:
    """Two statements for somebody signed in."""
    if current.identity is None:
        return Forms((), None)
    follow_up = follow_ups.waiting(db, current.identity, now=current.now())
    offers = reactions.offered(db, current.identity, now=current.now())
    return Forms(follow_up, next((one.module for one in offers if not one.declined), None))


def _is_found(asked: str, card: learn.CatalogueCard) -> bool:
    """In the reader's language, or as it was written."""
    texts = (text for passage in card.told for text in (words(passage.content), passage.source))
    return folding.found_in(asked, " ".join(texts), current.locale)


def _card(card: learn.CatalogueCard, state: PathState | None) -> Card:
    step = next((one for one in state.steps if one.module == card.slug), None) if state else None
    is_due = step is not None and step.validity is not None and step.validity.state != "current"
    return Card(
        slug=card.slug,
        url=url_for("learn.module", slug=card.slug),
        title=say(card.title),
        summary=say(card.summary),
        languages=card.languages,
        coverage=card.coverage,
        minutes=card.minutes,
        lessons=card.lessons,
        done=card.lessons_done,
        state="due" if is_due else STATES[card.progress],
        rule=rule_words(card.rule),
        need=need_words(step),
        validity=validity_words(step.validity, card.rule) if step and step.validity else None,
    )


@blueprint.get("/<locale:locale>/welcome")
@public
def welcome() -> str:
    countries = [(code, _(country_name(code))) for code in countries_in_order(COUNTRIES)]
    countries.append((OTHER_COUNTRY, _("Another country, or I prefer not to say")))
    chosen = country_chosen() or cookies.read(request, COUNTRY)
    saver = reading().saver == "1"
    return render_template("learn/welcome.html", countries=countries, country=chosen, saver=saver)


@blueprint.post("/<locale:locale>/welcome")
@public
def keep_welcome() -> Response:
    """Keeps the choices in cookies of this device; nobody is signed up by it."""
    response = redirect(url_for("learn.home"), 303)
    saver = "1" if request.form.get("saver") == "1" else ""
    cookies.put(response, preferences.COOKIE, reading()._replace(saver=saver).cookie())
    country = request.form.get("country", "")
    if country in COUNTRIES or country == OTHER_COUNTRY:
        cookies.put(response, COUNTRY, country)
    locale.remember(response, current.locale)
    return response
