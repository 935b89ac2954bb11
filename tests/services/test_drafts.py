"""Drafts: nobody overwrites what somebody else has just written."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import SMALL_MODULE, an_edition
from trainer.services import drafts, folders, library
from trainer.services.problems import Conflict, Invalid, NotFound
from trainer.store.models import DraftFile

LESSON = "01-first.md"


@pytest.fixture
def draft(db: Session, now: datetime) -> drafts.DraftRow:
    an_edition(db)
    return drafts.open_draft(db, "small", by="Ana", now=now)


def test_a_draft_begins_with_the_files_of_the_newest_edition(db: Session, draft: drafts.DraftRow) -> None:
    files = drafts.draft_files(db, draft.id)
    assert {path: file.data for path, file in files.items()} == SMALL_MODULE
    assert {file.version for file in files.values()} == {1}


def test_a_new_module_begins_with_nothing(db: Session, now: datetime) -> None:
    draft = drafts.open_draft(db, "fresh", by="Ana", now=now)
    assert (draft.based_on, drafts.draft_files(db, draft.id)) == (None, {})


def test_a_module_has_one_draft_whoever_opens_it(db: Session, draft: drafts.DraftRow, now: datetime) -> None:
    assert drafts.open_draft(db, "small", by="Ben", now=now + timedelta(hours=1)) == draft
    assert drafts.drafts(db) == [draft]


def delete(db: Session, draft: drafts.DraftRow, now: datetime) -> None:
    """Ben deletes the lesson as it was at first."""
    seen = {LESSON: hashlib.sha256(SMALL_MODULE[LESSON]).hexdigest()}
    folders.change(db, draft.module, {LESSON: None}, seen=seen, by="Ben", now=now, how="deleted")


def test_saving_raises_the_version(db: Session, draft: drafts.DraftRow, now: datetime) -> None:
    later = now + timedelta(minutes=5)
    assert drafts.save_draft_file(db, draft.id, LESSON, b"new", expected_version=1, by="Ben", now=later) == 2
    file = drafts.draft_files(db, draft.id)[LESSON]
    assert (file.data, file.version, file.saved_by, file.saved_at) == (b"new", 2, "Ben", later)


def test_the_second_of_two_who_save_is_told_and_overwrites_nothing(
    db: Session, draft: drafts.DraftRow, now: datetime
) -> None:
    drafts.save_draft_file(db, draft.id, LESSON, b"Ana's", expected_version=1, by="Ana", now=now)
    with pytest.raises(Conflict):
        drafts.save_draft_file(db, draft.id, LESSON, b"Ben's", expected_version=1, by="Ben", now=now)
    with pytest.raises(Conflict):
        delete(db, draft, now)
    assert drafts.draft_files(db, draft.id)[LESSON].data == b"Ana's"


def test_two_who_add_the_same_file_are_told_too(db: Session, draft: drafts.DraftRow, now: datetime) -> None:
    assert drafts.save_draft_file(db, draft.id, "02-b.md", b"a", expected_version=0, by="Ana", now=now) == 1
    with pytest.raises(Conflict):
        drafts.save_draft_file(db, draft.id, "02-b.md", b"b", expected_version=0, by="Ben", now=now)


def test_a_deleted_file_cannot_be_saved_over(db: Session, draft: drafts.DraftRow, now: datetime) -> None:
    delete(db, draft, now)
    with pytest.raises(Conflict):
        drafts.save_draft_file(db, draft.id, LESSON, b"late", expected_version=1, by="Ben", now=now)
    assert set(drafts.draft_files(db, draft.id)) == {"module.md"}


def test_a_published_draft_is_the_next_edition_and_gone(db: Session, draft: drafts.DraftRow, now: datetime) -> None:
    data = SMALL_MODULE[LESSON] + b"\nMore.\n"
    drafts.save_draft_file(db, draft.id, LESSON, data, expected_version=1, by="Ana", now=now)
    edition = drafts.publish_draft(db, draft.id, by="Ana", now=now, note="more")
    assert (edition.number, edition.note) == (2, "more")
    assert library.edition_files(db, edition.id)[LESSON] == data
    assert drafts.drafts(db) == []
    assert db.scalar(select(func.count()).select_from(DraftFile)) == 0


def test_a_draft_with_errors_stays(db: Session, draft: drafts.DraftRow, now: datetime) -> None:
    drafts.save_draft_file(db, draft.id, "module.md", b"broken", expected_version=1, by="Ana", now=now)
    with pytest.raises(library.NotPublishable):
        drafts.publish_draft(db, draft.id, by="Ana", now=now)
    assert drafts.drafts(db) == [draft]


def test_a_draft_does_not_undo_an_edition_published_meanwhile(
    db: Session, draft: drafts.DraftRow, now: datetime
) -> None:
    changed = {**SMALL_MODULE, LESSON: SMALL_MODULE[LESSON] + b"\nOther.\n"}
    library.publish(db, "small", changed, by="command line", now=now)
    with pytest.raises(Conflict):
        drafts.publish_draft(db, draft.id, by="Ana", now=now)


def test_a_draft_can_be_thrown_away_once(db: Session, draft: drafts.DraftRow) -> None:
    drafts.discard_draft(db, draft.id)
    for act in (drafts.discard_draft, drafts.draft_files, drafts.draft):
        with pytest.raises(NotFound):
            act(db, draft.id)


def test_names_that_lead_elsewhere_are_refused(db: Session, draft: drafts.DraftRow, now: datetime) -> None:
    for path in ("../x.md", "/x.md", ".git/config", ""):
        with pytest.raises(Invalid):
            drafts.save_draft_file(db, draft.id, path, b"", expected_version=0, by="Ana", now=now)
    with pytest.raises(Invalid):
        drafts.open_draft(db, "../up", by="Ana", now=now)
