"""What a translator or second reader does with one passage. Whatever is refused, the words stay in the box."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission
from trainer.content.diffs import words as changes
from trainer.content.workbench import Row
from trainer.services import passage_comments, passages
from trainer.services.catalogs import Seen
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound, Problem
from trainer.vocabulary import N_
from trainer.web import log
from trainer.web.forms import Form
from trainer.web.guard import allow
from trainer.web.jinja import translated
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.translate.passage import Came, Opened, around_of, open_passage, opened, page, text_of_form
from trainer.web.translate.routes import REFUSALS, Filter, blueprint, may_review, seen_for

SENTENCES["passage-gone"] = N_(
    "The author has changed this passage meanwhile. Your words are in the box; please see whether they are still right."
)

SAVED = notice("passage-saved", N_("Saved."))
REVIEWED = notice("passage-reviewed", N_("Marked as read a second time, in your name."))
WAS_LAST = notice("passage-last", N_("Saved. That was the last passage of this list."))
NOT_SAVED = N_("Your comment is with the author. The words in the box are not saved yet.")
COMMENTED = notice("comment-added", N_("Your comment is with the author."))


@blueprint.post("/<slug>/<tag>/passage/<digest>")
@allow(Permission.TRANSLATE, keep=True)
def save_passage(slug: str, tag: str, digest: str) -> BaseResponse:
    """`do`: `save`, `next` (save and go on), `review`."""
    form, text = Form(), text_of_form()
    since, done = request.form.get("since", 0, type=int), form.raw("do")
    is_done = not form.flag("draft")
    if done == "review" and not may_review(tag):
        raise NotFound
    try:
        with current.write() as db:
            seen = seen_for(db, slug, tag)
            row = seen.sheet.by_digest.get(digest)
            if row is None:
                raise Conflict("passage-gone")
            if done == "review":
                passages.review(db, seen, row, text, me=current.me, now=current.now(), since=since)
            else:
                passages.save(db, seen, row, text, me=current.me, now=current.now(), since=since, is_done=is_done)
    except REFUSALS as problem:
        return _again(slug, tag, digest, text, problem, is_done)
    log.event("passage-reviewed" if done == "review" else "passage-saved", id=current.request_id, language=tag)
    return _onward(seen, row, done)


def _onward(seen: Seen, row: Row, done: str) -> BaseResponse:
    """The next passage of the list as it was before this one was saved, or the same one again."""
    asked = Filter.asked()
    following = around_of(seen, row, asked).following if done in ("next", "review") else row
    at: dict[str, Any] = {"slug": seen.folder.module, "tag": seen.sheet.locale, **asked.address()}
    if following is None:
        return redirect(url_for("translate.module", **at, done=WAS_LAST), 303)
    told = REVIEWED if done == "review" else SAVED
    return redirect(url_for("translate.passage", **at, digest=following.digest, done=told), 303)


def _again(slug: str, tag: str, digest: str, text: str, problem: Problem, is_done: bool) -> BaseResponse:
    """The page with the words in the box and what was wrong; with the other text where somebody was faster."""
    with current.read() as db:
        found = _found(db, slug, tag, digest)
    if found is None:
        raise problem
    words = translated(problem.sentence, **{key: value for key, value in problem.params.items() if key != "field"})
    status = 422 if isinstance(problem, Invalid) else 409
    if problem.code == "passage-gone":
        older = request.form.get("source", "")
        gone = changes(older, found.row.source)
        return page(found, text, Came(status, words, gone=gone, is_done=is_done))
    theirs = found.history[0] if problem.code == "passage-changed" and found.history else None
    errors = {"text": words} if theirs is None else {}
    return page(found, text, Came(status, words, theirs=theirs, is_done=is_done, errors=errors))


def _found(db: Session, slug: str, tag: str, digest: str) -> Opened | None:
    """The passage that was meant: by its address, or by its place when the author has changed its words."""
    seen = seen_for(db, slug, tag)
    row = seen.sheet.by_digest.get(digest)
    if row is None:
        context = request.form.get("context", "")
        row = next((one for one in seen.sheet.rows if one.context == context), None)
    return None if row is None else opened(db, seen, row)


@blueprint.post("/<slug>/<tag>/passage/<digest>/comment")
@allow(Permission.TRANSLATE, keep=True)
def add_comment(slug: str, tag: str, digest: str) -> BaseResponse:
    """A question to the author. What stands in the box comes along, and stays in the box where it is not saved."""
    form, text = Form(), text_of_form()
    comment = form.raw("comment").replace("\r\n", "\n").strip()
    try:
        with current.write() as db:
            found = open_passage(db, slug, tag, digest)
            passage_comments.add(
                db, slug, tag, found.row.context, comment, by=current.me.full_name, now=current.now()
            )  # fmt: skip
    except Invalid as problem:
        form.take(problem, "comment")
        return page(found, text, Came(422, comment=comment, errors=form.errors))
    log.event("comment-added", id=current.request_id, language=tag)
    if text != found.row.text:
        with current.read() as db:
            found = open_passage(db, slug, tag, digest)
        return page(found, text, Came(done=translated(NOT_SAVED)))
    address: dict[str, Any] = {"slug": slug, "tag": tag, "digest": digest, **Filter.asked().address()}
    return redirect(url_for("translate.passage", **address, done=COMMENTED, _anchor="comments"), 303)
