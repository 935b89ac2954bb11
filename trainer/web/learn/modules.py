"""The page of one module: what it is, where you stand in it, and what to do next. Also its media and its handbook."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, render_template, request, url_for
from markupsafe import Markup

from trainer.assessment import rule_of
from trainer.content.html import plain, render
from trainer.services import learn, paths
from trainer.services.paths import Mine
from trainer.web.guard import public
from trainer.web.jinja import percent_text
from trainer.web.jinja import translated as _
from trainer.web.learn import events
from trainer.web.learn.present import country_chosen, honesty, kept, overdue_since, page_of, say
from trainer.web.learn.routes import blueprint
from trainer.web.learn.rules import rule_words, validity_words
from trainer.web.state import current


class Line(NamedTuple):
    """A unit in the module's contents."""

    url: str
    title: Markup
    minutes: int | None
    state: str
    """`done`, `part` or `none`."""
    here: bool
    """What to do next (module page), or the page shown (lesson)."""
    more: Markup | None


class Action(NamedTuple):
    url: str
    label: Markup


class Offer(NamedTuple):
    """Two ways on of equal weight: the test before the module, or its first lesson."""

    title: Markup
    lines: tuple[Markup, ...]
    post_url: str | None
    post_label: Markup
    event: str
    url: str
    label: Markup


@blueprint.get("/<locale:locale>/modules/<slug>")
@public
def module(slug: str) -> str:
    with current.read() as db:
        course = learn.course(
            db, current.shelf, current.identity, slug, locale=current.locale, country=country_chosen()
        )
        mine = paths.mine(db, current.shelf.paths, current.identity) if current.identity else None
    shown = course.module
    page = page_of(shown, course.edition_id)
    return render_template(
        "learn/module.html",
        title=say(shown.title),
        plain_title=plain(shown.title.content),
        summary=say(shown.summary),
        sensitive=say(shown.sensitive) if shown.sensitive else None,
        introduction=Markup(render(shown.introduction, page)) if shown.introduction else None,  # noqa: S704
        objectives=[say(objective.passage) for objective in shown.objectives],
        language=honesty(shown, url_for("learn.module", slug=slug, locale=shown.source)),
        overdue=overdue_since(shown),
        updated=course.newer,
        rule=rule_words(rule_of(shown)),
        renewing=renewing(course, mine),
        done=len([state for state in lessons_of(course) if state.done]),
        total=len(lessons_of(course)),
        lines=lines_of(course),
        offer=_offer(course),
        action=_action(course),
        completed_at=course.completion.at if course.completion else None,
        certificate_url=url_for("learn.certificate", slug=slug) if _has_certificate(course) else None,
        handbook_url=url_for("learn.handbook", slug=slug),
        edition=Edition(course.edition_number, course.published_at),
    )


class Renewing(NamedTuple):
    """What is said of a completed module's validity."""

    words: Markup
    state: str
    url: str | None
    """Where it is renewed, once it can be."""


class Edition(NamedTuple):
    number: int
    published_at: object


def course_now(slug: str) -> learn.Course:
    """The module and the person's state in it. Raises NotFound."""
    with current.read() as db:
        return learn.course(db, current.shelf, current.identity, slug, locale=current.locale, country=country_chosen())


def lessons_of(course: learn.Course) -> list[learn.UnitState]:
    return [state for state in course.units if state.unit.kind == "lesson"]


def _has_certificate(course: learn.Course) -> bool:
    return course.completion is not None and course.completion.certificate is not None


def lines_of(course: learn.Course) -> list[Line]:
    """The units in order; the test stands where its turn is. Marked is what comes next."""
    marked = course.next.id if course.next else ""
    links = kept("links", (course.edition_id,), lambda: _links(course))
    return [_line(links, state, state.unit.id == marked, _more(state)) for state in course.units]


def contents_of(course: learn.Course, here: str) -> list[Line]:
    """The same in short, for a lesson's page. Marked is the unit `here`, by id."""
    links = kept("links", (course.edition_id,), lambda: _links(course))
    return [_line(links, state, state.unit.id == here, None) for state in course.units]


def _links(course: learn.Course) -> dict[str, Action]:
    """Unit id → its address and title."""
    slug = course.module.slug
    return {
        state.unit.id: Action(url_for("learn.unit", slug=slug, unit=state.unit.slug), say(state.unit.title))
        for state in course.units
    }


def _line(links: dict[str, Action], state: learn.UnitState, here: bool, more: Markup | None) -> Line:
    unit = state.unit
    started = state.open_attempt is not None or state.last_attempt is not None
    link = links[unit.id]
    return Line(
        url=link.url,
        title=link.label,
        minutes=unit.minutes,
        state="done" if state.done else "part" if started else "none",
        here=here,
        more=more,
    )


def _more(state: learn.UnitState) -> Markup | None:
    """A line below the unit's title: what kind it is and what one needs."""
    match state.unit.kind:
        case "quiz" if state.best is not None:
            return _("Quiz. Your best: %(best)s.", best=percent_text(state.best / 100))
        case "quiz" if state.pass_mark is not None:
            return _("Quiz. You pass with %(mark)s.", mark=percent_text(state.pass_mark / 100))
        case "test":
            return _("The same kind of questions before and after the module.")
        case "job-aid":
            return _("A job aid to keep at hand.")
    return _("Has a content note.") if state.unit.sensitive else None


def renewing(course: learn.Course, mine: Mine | None) -> Renewing | None:
    """Until when the completed module counts for the person, on the path they are on."""
    if mine is None:
        return None
    rule = rule_of(course.module)
    found = paths.validity_in(
        mine.path, course.module.slug, course.completion, rule, country=current.me.country, now=current.now()
    )
    if found is None:
        return None
    kind = "test" if rule.test is not None else "quiz"
    unit = next((state.unit for state in course.units if state.unit.kind == kind), None)
    url = url_for("learn.unit", slug=course.module.slug, unit=unit.slug) if unit else None
    return Renewing(validity_words(found, rule), found.state, url if found.state != "current" else None)


def _first_lesson(course: learn.Course) -> learn.UnitState | None:
    return next(iter(lessons_of(course)), None)


def _offer(course: learn.Course) -> Offer | None:
    """The test before the first lesson, with a way past it that weighs the same."""
    test, first = course.test, _first_lesson(course)
    if current.identity is None or test is None or first is None or test.pre not in ("open", "running"):
        return None
    slug = course.module.slug
    running = test.pre == "running" and test.pre_attempt is not None
    return Offer(
        title=_("Before you begin: what do you know already?"),
        lines=(
            _(
                "A short test before the first lesson shows later how much you have gained. It has no pass "
                "mark, and you may skip it."
            ),
        ),
        post_url=url_for("learn.start", slug=slug, unit=test.unit.slug),
        post_label=_("Continue the test") if running else _("Take the test"),
        event=events.new_id(),
        url=url_for("learn.unit", slug=slug, unit=first.unit.slug),
        label=_("Skip the test and start lesson 1"),
    )


def _action(course: learn.Course) -> Action | None:
    slug = course.module.slug
    following = course.next or (course.units[0].unit if course.units else None)
    if following is None:
        return None
    url = url_for("learn.unit", slug=slug, unit=following.slug)
    if course.completion is not None and not course.missing:
        return Action(url, _("Read it again"))
    title = say(following.title)
    if course.done:
        return Action(url, _("Continue: %(title)s", title=title))
    return Action(url, _("Start: %(title)s", title=title))


@blueprint.get("/media/<int(max=2147483647):edition_id>/<path:path>")
@public
def media(edition_id: int, path: str) -> Response:
    """A picture of an edition, or its size for phones. Editions never change, so browsers keep it for ever."""
    medium = current.shelf.media(edition_id, f"media/{path}")
    small = medium.small if request.args.get("size") == "small" else None
    response = Response(small or medium.data, mimetype=medium.mime)
    response.cache_control.public = response.cache_control.immutable = True
    response.cache_control.max_age = 365 * 24 * 3600
    response.headers["Content-Disposition"] = "inline"
    return response
