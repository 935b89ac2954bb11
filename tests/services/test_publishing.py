"""Publishing while others write: on both engines, one of the two is told, and no word is lost."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.content.test_changes import FILES, OLD
from tests.services.world import statements
from trainer.services import comparing, drafts, editions, history, library, publishing, returning
from trainer.services.desk import Desk
from trainer.services.drafts import DraftRow
from trainer.services.problems import Conflict, NotFound, Problem
from trainer.services.publishing import Material, Proofs
from trainer.store.authoring import FileVersion
from trainer.store.engine import Store
from trainer.store.scope import Scope

LESSON = "01-first.md"


def begun(store: Store, now: datetime) -> DraftRow:
    """A published module and a draft with one change."""
    with store.write(Scope.nobody()) as db:
        library.publish(db, "m", OLD, by="Ana", now=now)
        draft = drafts.open_draft(db, "m", by="Ana", now=now)
        drafts.save_draft_file(db, draft.id, LESSON, OLD[LESSON] + b"\nMore.\n", expected_version=1, by="Ana", now=now)
    return draft


def looked_at(store: Store) -> Material:
    with store.read(Scope.nobody()) as db:
        found = publishing.gather(db, "m")
    assert found is not None
    return found


def together(first: Any, second: Any) -> dict[str, Problem]:
    """Run both at once. Name → how it was refused."""
    refused: dict[str, Problem] = {}
    barrier = threading.Barrier(2)

    def run(act: Any) -> None:
        barrier.wait()
        try:
            act()
        except Problem as problem:
            refused[act.__name__] = problem

    threads = [threading.Thread(target=run, args=(act,)) for act in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_of_a_publication_and_a_save_at_the_same_time_exactly_one_is_told(store: Store, now: datetime) -> None:
    draft = begun(store, now)
    found = looked_at(store)
    ready = Proofs(Desk()).of(found).ready

    def publish() -> None:
        with store.write(Scope.nobody()) as db:
            drafts.publish_draft(db, draft.id, by="Ana", now=now, seen=found.seen, prepared=ready)

    def save() -> None:
        with store.write(Scope.nobody()) as db:
            drafts.save_draft_file(db, draft.id, LESSON, b"Ben's", expected_version=2, by="Ben", now=now)

    refused = together(publish, save)
    (who,) = refused
    with store.read(Scope.nobody()) as db:
        numbers = [row.number for row in editions.editions(db, "m")]
        there = publishing.draft_of(db, "m")
        if who == "save":
            assert isinstance(refused[who], NotFound | Conflict)
            assert (numbers, there) == ([2, 1], None)
        else:
            assert isinstance(refused[who], Conflict)
            assert numbers == [1]
            assert there is not None
            assert drafts.draft_files(db, there.id)[LESSON].data == b"Ben's"


def test_a_save_waits_while_its_draft_is_being_published(
    store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise it would succeed, and the draft with its words would be thrown away a moment later."""
    draft = begun(store, now)
    saved, refused = threading.Event(), threading.Event()

    def save() -> None:
        try:
            with store.write(Scope.nobody()) as db:
                drafts.save_draft_file(db, draft.id, LESSON, b"Ben's", expected_version=2, by="Ben", now=now)
            saved.set()
        except Problem:
            refused.set()

    other, real = threading.Thread(target=save), library.publish

    def publish(*args: Any, **more: Any) -> Any:
        other.start()
        saved.wait(0.3)  # not for long: it must not happen at all
        return real(*args, **more)

    monkeypatch.setattr(library, "publish", publish)
    with store.write(Scope.nobody()) as db:
        drafts.publish_draft(db, draft.id, by="Ana", now=now)
    other.join()
    assert refused.is_set()
    assert not saved.is_set()


def test_of_two_who_publish_the_same_draft_one_does(store: Store, now: datetime) -> None:
    draft = begun(store, now)
    found = looked_at(store)

    def publish() -> None:
        with store.write(Scope.nobody()) as db:
            drafts.publish_draft(db, draft.id, by="Ana", now=now, seen=found.seen)

    def also() -> None:
        publish()

    assert len(together(publish, also)) == 1
    with store.read(Scope.nobody()) as db:
        assert [row.number for row in editions.editions(db, "m")] == [2, 1]


def test_words_of_a_country_published_meanwhile_are_seen_first(db: Session, now: datetime) -> None:
    library.publish(db, "m", OLD, by="Ana", now=now)
    draft = drafts.open_draft(db, "m", by="Ana", now=now)
    drafts.save_draft_file(db, draft.id, LESSON, OLD[LESSON] + b"\nMore.\n", expected_version=1, by="Ana", now=now)
    found = publishing.gather(db, "m")
    assert found is not None
    words = OLD["national/KH.md"].replace(b"The law of Cambodia.", b"The law of 2008.")
    drafts.publish_parts(db, "m", {"national/KH.md": words}, by="Vibol", now=now)
    with pytest.raises(Conflict):
        drafts.publish_draft(db, draft.id, by="Ana", now=now, seen=found.seen)
    again = publishing.gather(db, "m")
    assert again is not None
    assert not again.is_behind
    drafts.publish_draft(db, draft.id, by="Ana", now=now, seen=again.seen)
    assert editions.edition_files(db, editions.edition(db, "m").id)["national/KH.md"] == words


def test_what_is_written_is_what_was_prepared(db: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    library.publish(db, "m", OLD, by="Ana", now=now)
    draft = drafts.open_draft(db, "m", by="Ana", now=now)
    drafts.save_draft_file(db, draft.id, LESSON, OLD[LESSON] + b"\nMore.\n", expected_version=1, by="Ana", now=now)
    found = publishing.gather(db, "m")
    assert found is not None
    proofs = Proofs(Desk())
    ready = proofs.of(found).ready
    assert proofs.of(found).ready is ready
    monkeypatch.setattr(library, "prepare", None)  # compiling or decoding now would hold the writer's lock
    drafts.publish_draft(db, draft.id, by="Ana", now=now, seen=found.seen, prepared=ready)


def test_putting_back_keeps_the_history_of_what_was_thrown_away(db: Session, now: datetime) -> None:
    first = library.publish(db, "m", OLD, by="Ana", now=now)
    gone = {path: data for path, data in OLD.items() if path != "02-quiz.md"}
    library.publish(db, "m", {**gone, "03-more.md": b"---\nid: more\ntitle: More\n---\n\nMore.\n"}, by="Ana", now=now)
    draft = drafts.open_draft(db, "m", by="Ben", now=now)
    drafts.save_draft_file(db, draft.id, LESSON, b"Ben's words", expected_version=1, by="Ben", now=now)
    returning.put_back(db, first, whole=True, discard=returning.draft_digest(db, "m"), by="Ana", now=now)
    kept = {(row.path, row.how): row.sha256 for row in db.scalars(select(FileVersion))}
    assert editions.blob(db, str(kept[LESSON, "typed"])) == b"Ben's words"
    assert editions.blob(db, str(kept["02-quiz.md", "restored"])) == OLD["02-quiz.md"]
    assert kept["03-more.md", "deleted"] is None
    assert {one.path: one.by for one in history.since(db, "m", now)} == {
        LESSON: "Ben", "02-quiz.md": "Ana", "03-more.md": "Ana",
    }  # fmt: skip


def test_reading_costs_the_same_for_any_number_of_files_and_editions(db: Session, now: datetime) -> None:
    counts = []
    for more in range(2):
        files = {**FILES, **{f"1{n}-x.md": f"---\nid: x{n}\ntitle: X\n---\n\nX.\n".encode() for n in range(9 * more)}}
        library.publish(db, "m", files, by="Ana", now=now)
        drafts.open_draft(db, "m", by="Ana", now=now)
        with statements(db) as seen:
            publishing.gather(db, "m")
            comparing.sign_offs(db, "m")
            row = editions.edition(db, "m")
            comparing.files(db, row.id, row.id)
            returning.newer(db, "m")
        counts.append(len(seen))
        drafts.discard_draft(db, str(getattr(publishing.draft_of(db, "m"), "id", "")))
    assert counts[0] == counts[1] < 30
