"""The library: editions that never change, and the shelf that keeps them compiled."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import delete, event, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.factories import SMALL_MODULE
from trainer.content import compiler
from trainer.services import editions as reading
from trainer.services import library, shelf
from trainer.services.library import NotPublishable, Shelf
from trainer.services.problems import Invalid, NotFound, Refused
from trainer.store.engine import Store
from trainer.store.models import Blob, Edition, Picture
from trainer.store.scope import Scope

QUESTION = b"""---
id: quiz
title: A quiz
kind: quiz
---

::: question {#q1 type=single}
Which one?

- [x] This
- [ ] That
:::
"""


def picture(kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "teal").save(out, kind, **options)
    return out.getvalue()


def with_picture(data: bytes) -> dict[str, bytes]:
    lesson = SMALL_MODULE["01-first.md"] + b"\n![A teal field](media/teal.png)\n"
    return {**SMALL_MODULE, "01-first.md": lesson, "media/teal.png": data}


def published(store: Store, now: datetime, files: dict[str, bytes] = SMALL_MODULE, slug: str = "small") -> int:
    with store.write(Scope.nobody()) as db:
        return library.publish(db, slug, files, by="Ms Editor", now=now).id


# ----------------------------------------------------------------- publishing


def test_a_published_folder_is_edition_one(db: Session, now: datetime) -> None:
    edition = library.publish(db, "small", SMALL_MODULE, by="Ms Editor", now=now, note="first")
    assert (edition.module, edition.number, edition.title) == ("small", 1, "A small module")
    assert (edition.published_at, edition.published_by, edition.note) == (now, "Ms Editor", "first")


def test_the_same_folder_again_is_the_same_edition(db: Session, now: datetime) -> None:
    first = library.publish(db, "small", SMALL_MODULE, by="a", now=now)
    assert library.publish(db, "small", dict(reversed(SMALL_MODULE.items())), by="b", now=now) == first
    assert len(library.editions(db, "small")) == 1


def test_a_changed_folder_is_the_next_edition_and_going_back_is_another(db: Session, now: datetime) -> None:
    changed = {**SMALL_MODULE, "01-first.md": SMALL_MODULE["01-first.md"] + b"\nMore.\n"}
    for files in (SMALL_MODULE, changed, SMALL_MODULE):
        library.publish(db, "small", files, by="a", now=now)
    assert [row.number for row in library.editions(db, "small")] == [3, 2, 1]
    assert [row.number for row in library.current_editions(db)] == [3]
    assert db.scalar(select(func.count()).select_from(Blob)) == 3


def test_modules_are_numbered_on_their_own(db: Session, now: datetime) -> None:
    for slug in ("one", "two"):
        assert library.publish(db, slug, SMALL_MODULE, by="a", now=now).number == 1
    assert [row.module for row in library.current_editions(db)] == ["one", "two"]


def test_a_folder_with_an_error_is_not_published_and_every_finding_is_told(db: Session, now: datetime) -> None:
    broken = {"module.md": b"---\nid: x\nunknown: 1\n---\n", "01-a.md": b"no front matter"}
    with pytest.raises(NotPublishable) as refusal:
        library.publish(db, "small", broken, by="a", now=now)
    assert {one.file for one in refusal.value.diagnostics} == {"module.md", "01-a.md"}
    assert library.editions(db) == []
    assert db.scalar(select(func.count()).select_from(Blob)) == 0


def test_an_error_in_a_translation_stops_publishing_too(db: Session, now: datetime) -> None:
    files = {**SMALL_MODULE, "translations/km.po": b'msgid "unclosed\n'}
    with pytest.raises(NotPublishable) as refusal:
        library.publish(db, "small", files, by="a", now=now)
    assert {one.file for one in refusal.value.diagnostics if one.severity == "error"} == {"translations/km.po"}


def test_a_question_with_another_key_needs_a_new_rev(db: Session, now: datetime) -> None:
    files = {**SMALL_MODULE, "02-quiz.md": QUESTION}
    library.publish(db, "small", files, by="a", now=now)
    turned = QUESTION.replace(b"[x] This", b"[ ] This").replace(b"[ ] That", b"[x] That")
    with pytest.raises(NotPublishable) as refusal:
        library.publish(db, "small", {**files, "02-quiz.md": turned}, by="a", now=now)
    assert [one.code for one in refusal.value.diagnostics] == ["rev-needed"]
    raised = turned.replace(b"type=single", b"type=single rev=2")
    assert library.publish(db, "small", {**files, "02-quiz.md": raised}, by="a", now=now).number == 2


@pytest.mark.parametrize("slug", ["", "Small", "a b", "../x", "a--b", "a" * 101, "-a"])
def test_a_slug_that_cannot_be_an_address_is_refused(db: Session, now: datetime, slug: str) -> None:
    with pytest.raises(Invalid):
        library.publish(db, slug, SMALL_MODULE, by="a", now=now)


@pytest.mark.parametrize("path", ["../evil.md", "/etc/x", "a/../../b", "media/.hidden", "media\\x.png", "a/b/c/d/e"])
def test_a_file_that_leads_out_of_the_folder_is_refused(db: Session, now: datetime, path: str) -> None:
    with pytest.raises(NotPublishable):
        library.publish(db, "small", {**SMALL_MODULE, path: b""}, by="a", now=now)


def test_publishing_at_once_from_many_threads_counts_without_gap_or_twin(store: Store, now: datetime) -> None:
    def publish(number: int) -> None:
        published(store, now, {**SMALL_MODULE, "01-first.md": SMALL_MODULE["01-first.md"] + b"%d\n" % number})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(publish, range(8)))
    with store.read(Scope.nobody()) as db:
        assert [row.number for row in library.editions(db, "small")] == [8, 7, 6, 5, 4, 3, 2, 1]


def test_prepared_work_is_not_done_again(db: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = library.prepare("small", SMALL_MODULE)
    monkeypatch.setattr(library, "compile_module", None)
    assert library.publish(db, "small", SMALL_MODULE, by="a", now=now, prepared=prepared).number == 1


def test_prepared_work_for_other_files_is_not_believed(db: Session, now: datetime) -> None:
    prepared = library.prepare("small", SMALL_MODULE)
    with pytest.raises(NotPublishable):
        library.publish(db, "small", {"module.md": b"broken"}, by="a", now=now, prepared=prepared)


def test_an_unchanged_module_is_not_compiled(db: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    library.publish(db, "small", SMALL_MODULE, by="a", now=now)
    monkeypatch.setattr(library, "compile_module", None)
    assert library.is_current(db, "small", SMALL_MODULE)
    assert library.publish(db, "small", SMALL_MODULE, by="a", now=now).number == 1


# ------------------------------------------------------- editions never change


@pytest.mark.parametrize("statement", [
    update(Edition).values(title="other"),
    delete(Edition),
    update(Blob).values(data=b"other"),
    delete(Blob),
    update(Picture).values(data=b"other"),
    delete(Picture),
], ids=str)  # fmt: skip
def test_the_database_refuses_to_change_what_is_published(store: Store, now: datetime, statement: object) -> None:
    published(store, now, with_picture(picture()))
    with pytest.raises(DBAPIError, match=r"never changes|permission denied"), store.write(Scope.system("test")) as db:
        db.execute(statement)  # type: ignore[call-overload]


# -------------------------------------------------------------------- export


def test_an_exported_folder_is_the_published_one_byte_for_byte(store: Store, now: datetime, tmp_path: Path) -> None:
    files = with_picture(picture())
    edition_id = published(store, now, files)
    target = tmp_path / "out" / "small"
    with store.read(Scope.nobody()) as db:
        library.export(db, edition_id, target)
    found = {str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()}
    assert found == files


def test_export_never_writes_among_other_files(db: Session, now: datetime, tmp_path: Path) -> None:
    edition = library.publish(db, "small", SMALL_MODULE, by="a", now=now)
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Refused):
        library.export(db, edition.id, tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".md"] == []


def test_an_edition_that_is_not_there_is_not_found(db: Session) -> None:
    with pytest.raises(NotFound):
        library.edition_files(db, 99)
    with pytest.raises(NotFound):
        reading.edition(db, "small", 1)


# ------------------------------------------------------------------ pictures


def test_a_served_picture_is_never_the_bytes_that_were_sent(store: Store, now: datetime) -> None:
    sent = picture("PNG") + b"<script>hidden behind the picture</script>"
    medium = Shelf(store).media(published(store, now, with_picture(sent)), "media/teal.png")
    assert (medium.mime, medium.width, medium.height) == ("image/png", 8, 6)
    assert medium.data != sent
    assert b"script" not in medium.data


def test_a_picture_that_is_none_is_refused_by_name(db: Session, now: datetime) -> None:
    with pytest.raises(NotPublishable) as refusal:
        library.publish(db, "small", with_picture(b"%!PS-Adobe-3.0 EPSF-3.0"), by="a", now=now)
    assert [(one.code, one.file) for one in refusal.value.diagnostics] == [("picture-unreadable", "media/teal.png")]


def test_a_picture_of_an_earlier_edition_is_not_worked_on_again(
    db: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = with_picture(picture())
    library.publish(db, "small", files, by="a", now=now)
    monkeypatch.setattr(library, "reencode", None)
    changed = {**files, "01-first.md": files["01-first.md"] + b"\nMore.\n"}
    assert library.publish(db, "small", changed, by="a", now=now).number == 2


def test_media_of_another_edition_or_no_media_at_all_are_not_found(store: Store, now: datetime) -> None:
    first = published(store, now, with_picture(picture()))
    second = published(store, now)
    found = Shelf(store)
    found.media(first, "media/teal.png")
    for edition_id, path in (
        (second, "media/teal.png"),
        (first, "module.md"),
        (first, "media/x.png"),
        (99, "module.md"),
    ):
        with pytest.raises(NotFound):
            found.media(edition_id, path)


# ------------------------------------------------------------------- the shelf


def test_a_module_on_the_shelf_costs_no_sql(store: Store, now: datetime) -> None:
    edition_id = published(store, now, with_picture(picture()))
    found = Shelf(store)
    first = found.module(edition_id, "km", "KH")
    medium = found.media(edition_id, "media/teal.png")
    statements: list[str] = []

    def remember(*args: object) -> None:
        statements.append(str(args[2]))

    event.listen(store.engine, "before_cursor_execute", remember)
    try:
        assert found.module(edition_id, "km", "KH") is first
        assert found.media(edition_id, "media/teal.png") is medium
    finally:
        event.remove(store.engine, "before_cursor_execute", remember)
    assert statements == []


def test_many_threads_asking_at_once_compile_once(store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    edition_id = published(store, now)
    compiled: list[str] = []
    together = threading.Barrier(8)

    def counting(files: dict[str, bytes], **options: object) -> compiler.Compilation:
        compiled.append("x")
        return compiler.compile_module(files, slug="small")

    monkeypatch.setattr(shelf, "compile_module", counting)
    found = Shelf(store)

    def ask(_: int) -> object:
        together.wait()
        return found.module(edition_id, "en")

    with ThreadPoolExecutor(8) as pool:
        modules = list(pool.map(ask, range(8)))
    assert len(compiled) == 1
    assert all(module is modules[0] for module in modules)


def test_each_language_and_country_is_compiled_for_itself(store: Store, now: datetime) -> None:
    found = Shelf(store)
    edition_id = published(store, now)
    assert found.module(edition_id, "km", "KH").locale == "km"
    assert found.module(edition_id, "km", "KH").country == "KH"
    assert found.module(edition_id, "en").country is None


def test_a_full_shelf_forgets_what_was_not_used_longest() -> None:
    made: list[str] = []

    def make(key: str) -> str:
        made.append(key)
        return key

    cache: shelf.Cache[str, str] = shelf.Cache(2)
    for key in ("a", "b", "a", "c", "a", "b"):
        cache.get(key, lambda key=key: make(key))  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]
    assert len(cache) == 2


def test_an_error_while_making_reaches_whoever_asked_and_is_not_kept() -> None:
    cache: shelf.Cache[str, int] = shelf.Cache(2)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: 1 // 0)
    assert cache.get("a", lambda: 7) == 7
