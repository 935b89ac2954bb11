"""The history of a file: over editions, drafts and other names; nothing that was written is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import SMALL_MODULE, an_edition
from tests.services.world import statements
from trainer.services import desk, drafts, editions, folders, history, module_files, module_list
from trainer.services.desk import Desk
from trainer.services.problems import Conflict, Invalid

LESSON = "01-first.md"


@pytest.fixture
def hours(now: datetime) -> Iterator[datetime]:
    """One hour after the other."""
    return iter(now + timedelta(hours=hour) for hour in range(1, 1000))


def write(db: Session, data: bytes, at: datetime, path: str = LESSON, by: str = "Ana") -> None:
    draft = drafts.open_draft(db, "small", by=by, now=at)
    held = drafts.draft_files(db, draft.id).get(path)
    version = held.version if held else 0
    drafts.save_draft_file(db, draft.id, path, data, expected_version=version, by=by, now=at)


def told(db: Session, path: str = LESSON) -> list[tuple[str, str, tuple[int, ...]]]:
    return [(one.how, one.by, one.editions) for one in history.versions(db, "small", path)]


def text(db: Session, path: str = LESSON) -> bytes:
    return desk.files(db, desk.folder(db, "small"))[path]


def test_editions_and_drafts_are_one_history_and_what_was_published_as_written_is_one_line(
    db: Session, hours: Iterator[datetime]
) -> None:
    an_edition(db, published_by="Ben", published_at=next(hours))
    an_edition(
        db, files={**SMALL_MODULE, LESSON: b"---\nid: first\ntitle: Two\n---\n\nText.\n"}, published_at=next(hours)
    )
    write(db, b"---\nid: first\ntitle: Three\n---\n\nText.\n", next(hours))
    draft = drafts.open_draft(db, "small", by="Ana", now=next(hours))
    drafts.publish_draft(db, draft.id, by="Ana", now=next(hours))
    write(db, b"four", next(hours), by="Cham")
    assert told(db) == [
        ("typed", "Cham", ()), ("typed", "Ana", (3,)), ("edition", "test", (2,)), ("edition", "Ben", (1,)),
    ]  # fmt: skip


def test_history_goes_on_when_files_swap_their_names(db: Session, hours: Iterator[datetime]) -> None:
    an_edition(db, published_at=next(hours))
    write(db, b"---\nid: second\ntitle: Second\n---\n\nText.\n", next(hours), "02-second.md", by="Ben")
    assert module_files.move(db, "small", "02-second.md", -1, by="Ana", now=next(hours)) == "01-second.md"
    assert told(db, "02-first.md") == [("renamed", "Ana", ()), ("edition", "test", (1,))]
    assert told(db, "01-second.md") == [("renamed", "Ana", ()), ("typed", "Ben", ())]
    assert history.versions(db, "small", "02-first.md")[0].was == LESSON
    assert {unit.id: unit.file for unit in Desk().module(db, desk.folder(db, "small")).units} == {
        "first": "02-first.md", "second": "01-second.md",
    }  # fmt: skip
    write(db, b"another file of the old name", next(hours), LESSON)
    assert len(history.versions(db, "small", "02-first.md")) == 2


def test_a_deleted_file_and_an_older_version_come_back(db: Session, hours: Iterator[datetime]) -> None:
    an_edition(db, published_at=next(hours))
    sha256 = desk.folder(db, "small").manifest[LESSON]
    module_files.remove(db, "small", LESSON, seen=sha256, by="Ana", now=next(hours))
    assert LESSON not in desk.folder(db, "small").manifest
    module_files.restore(db, "small", LESSON, "e1", seen="", by="Ana", now=next(hours))
    assert text(db) == SMALL_MODULE[LESSON]
    write(db, b"other", next(hours))
    with pytest.raises(Conflict):
        module_files.restore(db, "small", LESSON, "e1", seen=sha256, by="Ana", now=next(hours))
    assert text(db) == b"other"
    with pytest.raises(Invalid):
        module_files.remove(db, "small", "module.md", seen="", by="Ana", now=next(hours))


def test_what_was_in_a_draft_that_was_thrown_away_can_be_brought_back(db: Session, hours: Iterator[datetime]) -> None:
    an_edition(db, published_at=next(hours))
    write(db, b"words", next(hours))
    write(db, b"new", next(hours), "02-new.md")
    assert folders.discard(db, "small", by="Ben", now=next(hours)) == [LESSON, "02-new.md"]
    assert (text(db), desk.folder(db, "small").draft_id) == (SMALL_MODULE[LESSON], None)
    assert told(db)[:2] == [("discarded", "Ben", ()), ("typed", "Ana", ())]
    key = history.versions(db, "small", "02-new.md")[1].key
    module_files.restore(db, "small", "02-new.md", key, seen="", by="Ana", now=next(hours))
    assert text(db, "02-new.md") == b"new"


def test_several_files_change_together_or_not_at_all(db: Session, hours: Iterator[datetime]) -> None:
    an_edition(db, published_at=next(hours))
    seen = desk.folder(db, "small").manifest
    write(db, b"meanwhile", next(hours), by="Ben")
    changes = {"02-new.md": b"new", LESSON: b"mine"}
    with pytest.raises(Conflict):
        folders.change_bytes(db, "small", changes, seen=seen, by="Ana", now=next(hours), how="imported")
    assert desk.files(db, desk.folder(db, "small")) == {
        **SMALL_MODULE, LESSON: b"meanwhile",
    }  # fmt: skip


def test_lists_cost_as_many_statements_however_much_there_is(db: Session, hours: Iterator[datetime]) -> None:
    counts = []
    for many in (1, 12):
        for number in range(many):
            slug = f"{'abcdefghijkl'[number]}-{many}"
            files = {**SMALL_MODULE, "module.md": SMALL_MODULE["module.md"] + slug.encode()}
            an_edition(db, slug, files, published_at=next(hours), translations={} if number % 2 else None)
            write(db, b"%d" % number, next(hours))
            if number % 3:
                drafts.open_draft(db, slug, by="Ana", now=next(hours))
        db.flush()
        with statements(db) as listed:
            assert len(module_list.rows(db, Desk())) >= many
        with statements(db) as told_of:
            assert history.versions(db, "small", LESSON)
        counts.append((len(listed), len(told_of)))
    assert counts == [(7, 4), (7, 4)]


def test_a_copy_is_a_module_of_its_own(db: Session, hours: Iterator[datetime]) -> None:
    catalog = b'msgid ""\nmsgstr ""\n"Language: km\\n"\n"X-Trainer-Module: small\\n"\n'
    an_edition(db, files={**SMALL_MODULE, "translations/km.po": catalog, "national/KH.md": b"---\n---\n"})
    slug = module_files.duplicate(db, "small", "A second: one", "", by="Ana", now=next(hours))
    copy = desk.files(db, desk.folder(db, slug))
    module = Desk().check(db, desk.folder(db, slug)).module
    assert module is not None
    assert (slug, module.id, module.title.source) == ("a-second-one", "a-second-one", "A second: one")
    assert sorted(copy) == [LESSON, "module.md", "translations/km.po"]
    assert b"X-Trainer-Module: a-second-one" in copy["translations/km.po"]
    assert copy[LESSON] == SMALL_MODULE[LESSON]
    with pytest.raises(Invalid):
        module_files.duplicate(db, "small", "x", "small", by="Ana", now=next(hours))
    assert editions.current_edition(db, slug) is None
