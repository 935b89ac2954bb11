"""What translators ask the author: one list per module, for everybody who sees it before learners do."""

from __future__ import annotations

from typing import NamedTuple

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from trainer.access import Permission, allowed
from trainer.content.model import Passage
from trainer.content.places import Place, Places
from trainer.services import desk, passage_comments
from trainer.services.passage_comments import Comment
from trainer.vocabulary import N_
from trainer.web.guard import allow
from trainer.web.notices import notice
from trainer.web.state import current
from trainer.web.texts import say
from trainer.web.translate.routes import blueprint

DONE = notice("comment-done", N_("The comment is marked as done."))
OPEN = notice("comment-open", N_("The comment is open again."))


class Shown(NamedTuple):
    comment: Comment
    place: Place
    source: str
    """What stands there now; empty: the passage has gone."""
    url: str
    """Of the passage, for its translators; otherwise empty."""
    may_close: bool


@blueprint.get("/<slug>/comments")
@allow(Permission.READ_DRAFTS)
def comment_list(slug: str) -> str:
    with current.read() as db:
        module = current.desk.module(db, desk.folder(db, slug))
        comments = passage_comments.comments(db, slug)
    places, passages = Places(module), {one.context: one for one in reversed(module.passages)}
    shown = [_shown(slug, one, places, passages.get(one.context)) for one in comments]
    return render_template(
        "translate/comments.html", slug=slug, title=say(module.title), plain_title=places.title, shown=shown,
        source=module.source, open_ones=sum(one.done_at is None for one in comments),
    )  # fmt: skip


def _shown(slug: str, comment: Comment, places: Places, passage: Passage | None) -> Shown:
    url = ""
    if allowed(current.me, Permission.TRANSLATE, locale=comment.locale):
        url = url_for("translate.find_passage", slug=slug, tag=comment.locale, context=comment.context)
    may_close = passage_comments.may_close(current.me, comment.locale)
    return Shown(comment, places.of(comment.context), passage.source if passage else "", url, may_close)


@blueprint.post("/<slug>/comments/<comment_id>")
@allow(Permission.READ_DRAFTS)
def close_comment(slug: str, comment_id: str) -> BaseResponse:
    """`done`: 1, or 0 to open it again."""
    is_done = request.form.get("done") == "1"
    with current.write() as db:
        passage_comments.set_done(db, slug, comment_id, is_done, me=current.me, now=current.now())
    return redirect(url_for("translate.comment_list", slug=slug, done=DONE if is_done else OPEN), 303)
