"""One passage: the source with what must stay in it, the translation, and everything that helps to write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content import memory, terms
from trainer.content.diffs import Piece
from trainer.content.diffs import words as changes
from trainer.content.frozen import pieces
from trainer.content.glossary import TERMS
from trainer.content.memory import Match
from trainer.content.places import Place
from trainer.content.workbench import Row
from trainer.services import catalogs, passage_comments, passages
from trainer.services.catalogs import Seen
from trainer.services.passage_comments import Comment
from trainer.services.passages import ALWAYS_SECOND, Saved
from trainer.services.problems import NotFound
from trainer.web.guard import allow
from trainer.web.jinja import in_own_language
from trainer.web.state import current
from trainer.web.translate.routes import Filter, blueprint, may_review, own_name, seen_for, title_of
from trainer.web.translate.words import ROLES, STATES, said

LONGEST_TEXT = 20_000
"""Letters that a form may hold; what fits is told by the checks."""


class Word(NamedTuple):
    """A term of the glossary that the source has."""

    term: str
    english: str
    forms: tuple[str, ...]
    avoided: tuple[terms.Avoided, ...]


class Found(NamedTuple):
    """A match of the translation memory."""

    match: Match
    percent: int
    title: str
    """Of the module it comes from."""
    url: str
    """The same page with its words in the box."""
    is_ready: bool
    """It has the links and gaps that this source needs."""


class Around(NamedTuple):
    """The passages before and after, among those that the filter shows."""

    previous: Row | None
    following: Row | None
    place: int
    """From 1; 0: the passage itself is not among them."""
    total: int


class Opened(NamedTuple):
    """All that the page of a passage shows."""

    seen: Seen
    row: Row
    history: Sequence[Saved]
    comments: Sequence[Comment]
    known: Sequence[memory.Pages]


def open_passage(db: Session, slug: str, tag: str, digest: str) -> Opened:
    """Raises NotFound."""
    seen = seen_for(db, slug, tag)
    row = seen.sheet.by_digest.get(digest)
    if row is None:
        raise NotFound
    return opened(db, seen, row)


def opened(db: Session, seen: Seen, row: Row) -> Opened:
    slug, tag = seen.folder.module, seen.sheet.locale
    return Opened(
        seen,
        row,
        passages.history(db, slug, tag, row.context),
        passage_comments.comments(db, slug, context=row.context, tag=tag),
        catalogs.remembered(db, tag),
    )


@blueprint.get("/<slug>/<tag>/passage/<digest>")
@allow(Permission.TRANSLATE)
def passage(slug: str, tag: str, digest: str) -> Response:
    with current.read() as db:
        found = open_passage(db, slug, tag, digest)
    return page(found, _wanted(found))


@blueprint.get("/<slug>/<tag>/passage")
@allow(Permission.TRANSLATE)
def find_passage(slug: str, tag: str) -> BaseResponse:
    """By its context: a comment stays where it is when the words of the source change."""
    context = request.args.get("context", "")
    with current.read() as db:
        seen = seen_for(db, slug, tag)
    row = next((row for row in seen.sheet.rows if row.context == context), None)
    if row is None:
        abort(404)
    return redirect(url_for("translate.passage", slug=slug, tag=tag, digest=row.digest), 303)


@blueprint.post("/<slug>/<tag>/passage/<digest>/checks")
@allow(Permission.TRANSLATE)
def passage_checks(slug: str, tag: str, digest: str) -> str:
    """What the checks say about the words in the box, as a piece of the page."""
    with current.read() as db:
        seen = seen_for(db, slug, tag)
    row = seen.sheet.by_digest.get(digest)
    if row is None:
        raise NotFound
    text = text_of_form()
    return render_template("translate/checks.html", checks=said(passages.check(seen.module, row, tag, text)), text=text)


def text_of_form() -> str:
    """The words of the box: line ends as the source has them, nothing else changed."""
    return request.form.get("text", "")[:LONGEST_TEXT].replace("\r\n", "\n").strip()


def _wanted(found: Opened) -> str:
    """What stands in the box: the saved words, or others that a link puts there."""
    asked, row = request.args.get("fill", ""), found.row
    if asked == "source":
        return row.source
    kind, _, number = asked.partition("-")
    if kind == "memory" and number.isdecimal():
        several = matches(found)
        return several[int(number)].text if int(number) < len(several) else row.text
    if kind == "history" and number.isdecimal():
        return next((one.text for one in found.history if one.id == int(number)), row.text)
    return row.text


def matches(found: Opened) -> tuple[Match, ...]:
    return memory.ask(found.known, found.row.source, leave_out=(found.seen.folder.module, found.row.context))


# ------------------------------------------------------------------------ the page


class Came(NamedTuple):
    """What came of the last request, for showing the page again."""

    status: int = 200
    problem: Markup | None = None
    done: Markup | None = None
    theirs: Saved | None = None
    """What somebody else saved meanwhile."""
    gone: tuple[Piece, ...] = ()
    """How the source changed since the words were written."""
    is_done: bool | None = None
    """As the form had it; None: as the passage has it."""
    comment: str = ""
    errors: Mapping[str, Markup] = MappingProxyType({})


def page(found: Opened, text: str, came: Came = Came()) -> Response:  # noqa: B008  it is immutable
    """`text`: what stands in the box."""
    seen, row, asked = found.seen, found.row, Filter.asked()
    at: dict[str, Any] = {"slug": seen.folder.module, "tag": seen.sheet.locale, "digest": row.digest}
    writer = passages.writer_among(found.history, row)
    place = seen.places.of(row.context)
    html = render_template(
        "translate/passage.html",
        at=at,
        here=at | asked.address(),
        filter=asked.address(),
        title=title_of(seen),
        plain_title=seen.places.title,
        place=place,
        headline=_headline(place, row, seen),
        source=seen.module.source,
        language=own_name(seen.sheet.locale),
        row=row,
        pieces=pieces(row.source),
        role=ROLES.get(row.role.partition("-")[0], ""),
        difference=changes(row.older, row.source) if row.older else (),
        text=text,
        since=passages.newest_among(found.history, row),
        checks=said(passages.check(seen.module, row, seen.sheet.locale, text)),
        is_done=not (row.state == "draft" and row.edit) if came.is_done is None else came.is_done,
        always_second=row.role in ALWAYS_SECOND,
        words=_words(row, seen.sheet.locale),
        matches=_matches(found, at, asked),
        around=around_of(seen, row, asked),
        history=found.history,
        comments=found.comments,
        writer=writer,
        may_review=may_review(seen.sheet.locale),
        is_own=writer is not None and writer.person_id == current.me.person_id,
        states=STATES,
        came=came,
        errors=came.errors,
    )
    return make_response(html, came.status)


def _headline(place: Place, row: Row, seen: Seen) -> Markup:
    path = " › ".join(part for part in (place.unit, place.heading) if part)
    return in_own_language(path or row.context, seen.module.source)


def around_of(seen: Seen, row: Row, asked: Filter) -> Around:
    rows = asked.rows(seen)
    previous = next((one for one in reversed(rows) if one.number < row.number), None)
    following = next((one for one in rows if one.number > row.number), None)
    place = next((number for number, one in enumerate(rows, 1) if one.digest == row.digest), 0)
    return Around(previous, following, place, len(rows))


def _words(row: Row, tag: str) -> list[Word]:
    known = terms.glossary(tag)
    return [
        Word(term, TERMS[term].english, known.forms.get(term, ()), known.avoided.get(term, ()))
        for term in terms.terms_in(row.source)
        if term in known.forms or term in known.avoided
    ]


def _matches(found: Opened, at: dict[str, Any], asked: Filter) -> list[Found]:
    titles = {one.module: one.title for one in found.known}
    return [
        Found(
            one,
            round(100 * one.likeness),
            titles.get(one.module, one.module),
            url_for("translate.passage", **at, **asked.address(), fill=f"memory-{number}"),
            memory.is_ready(one, found.row.source),
        )
        for number, one in enumerate(matches(found))
    ]
