"""Questions and remarks of translators to the author, each about one passage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trainer.access import Identity, Permission, allowed
from trainer.services.problems import SENTENCES, Invalid, NotFound
from trainer.store.authoring import PassageComment
from trainer.vocabulary import N_

SENTENCES["comment-empty"] = N_("Write your question or remark first.")
SENTENCES["comment-long"] = N_("A comment has at most %(limit)s letters.")
LONGEST = 2_000


class Comment(NamedTuple):
    id: str
    locale: str
    context: str
    text: str
    written_by: str
    written_at: datetime
    done_by: str | None
    done_at: datetime | None


def add(db: Session, module: str, tag: str, context: str, text: str, *, by: str, now: datetime) -> str:
    """The new comment's id. Raises Invalid."""
    if not text.strip():
        raise Invalid("comment-empty", field="comment")
    if len(text) > LONGEST:
        raise Invalid("comment-long", field="comment", limit=LONGEST)
    row = PassageComment(module=module, locale=tag, context=context, text=text, written_by=by, written_at=now)
    db.add(row)
    db.flush()
    return row.id


def comments(db: Session, module: str, *, context: str | None = None, tag: str | None = None) -> list[Comment]:
    """Of a module, or of one of its passages in one language; open ones first, the newest of each kind first."""
    query = select(PassageComment).where(PassageComment.module == module)
    if context is not None:
        query = query.where(PassageComment.context == context)
    if tag is not None:
        query = query.where(PassageComment.locale == tag)
    query = query.order_by(PassageComment.done_at.is_not(None), PassageComment.written_at.desc(), PassageComment.id)
    return [
        Comment(
            one.id, one.locale, one.context, one.text, one.written_by, one.written_at, one.done_by, one.done_at
        )
        for one in db.scalars(query)
    ]  # fmt: skip


def open_comments(db: Session, module: str, tag: str) -> Mapping[str, int]:
    """Context → how many comments wait for the author."""
    query = (
        select(PassageComment.context, func.count())
        .where(PassageComment.module == module, PassageComment.locale == tag, PassageComment.done_at.is_(None))
        .group_by(PassageComment.context)
    )
    return {one.context: one[1] for one in db.execute(query)}


def set_done(db: Session, module: str, comment_id: str, done: bool, *, me: Identity, now: datetime) -> None:
    """By an author, or by a translator of the language it was written for. Raises NotFound, also for everybody else."""
    row = db.scalar(select(PassageComment).where(PassageComment.id == comment_id, PassageComment.module == module))
    if row is None or not may_close(me, row.locale):
        raise NotFound
    row.done_by, row.done_at = (me.full_name, now) if done else (None, None)
    db.flush()


def may_close(me: Identity, tag: str) -> bool:
    return allowed(me, Permission.AUTHOR) or allowed(me, Permission.TRANSLATE, locale=tag)
