"""The translation workbench: saving, second reading, files, folding, publishing; on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import a_person
from tests.services.world import statements
from trainer.access import REVIEWER, TRANSLATOR, Identity
from trainer.content.extraction import update
from trainer.content.model import Module
from trainer.content.workbench import Row
from trainer.services import (
    catalogs,
    drafts,
    library,
    passage_comments,
    passages,
    translation_editions,
    translation_files,
    translations,
)
from trainer.services.catalogs import Seen
from trainer.services.desk import Desk, folder
from trainer.services.problems import Conflict, Invalid, NotFound, Problem, Refused
from trainer.store.authoring import PassageEdit

HEAD = b"---\nid: m\ntitle: A module\nsummary: What it is.\nsource: en\n---\n\nWelcome.\n"
LESSON = """---
id: l
title: A lesson
---

## Look {#look}

Look at the [victim](term:victim).

Listen to 3 people.

::: question {#q type=short}
The word is

- = water
:::
"""
FILES = {"module.md": HEAD, "01-l.md": LESSON.encode()}
LOOK = "Look at the [victim](term:victim)."
LISTEN = "Listen to 3 people."
LOOKED = "មើល[ជនរងគ្រោះ](term:victim)។"
LISTENED = "ស្តាប់មនុស្ស 3 នាក់។"


class Workshop:
    """One module and two people of one language."""

    def __init__(self, db: Session, now: datetime) -> None:
        self.db, self.now, self.desk = db, now, Desk()
        self.edition = library.publish(db, "m", FILES, by="Ana", now=now)
        self.sophea, self.dara = self.somebody("Chan Sophea", TRANSLATOR), self.somebody("Sok Dara", REVIEWER)

    def somebody(self, name: str, role: str, tag: str = "km") -> Identity:
        person = a_person(self.db, full_name=name)
        held = frozenset({tag})
        return Identity(
            person_id=person.id, full_name=name, country="KH", locale="en", roles=frozenset({role}),
            translates=held if role == TRANSLATOR else frozenset(), reviews=held if role == REVIEWER else frozenset(),
        )  # fmt: skip

    def seen(self, tag: str = "km", slug: str = "m") -> Seen:
        return catalogs.seen(self.db, self.desk, folder(self.db, slug), tag)

    def row(self, source: str) -> Row:
        return next(row for row in self.seen().sheet.rows if row.source == source)

    def since(self, source: str) -> int:
        return passages.newest_among(self.history(source), self.row(source))

    def history(self, source: str) -> Sequence[passages.Saved]:
        return passages.history(self.db, "m", "km", self.row(source).context)

    def save(self, source: str, text: str, me: Identity | None = None, **more: bool) -> int:
        return passages.save(
            self.db, self.seen(), self.row(source), text, me=me or self.sophea, now=self.now,
            since=self.since(source), **more,
        )  # fmt: skip

    def review(self, source: str, me: Identity | None = None, text: str | None = None) -> int:
        row = self.row(source)
        return passages.review(
            self.db, self.seen(), row, row.text if text is None else text, me=me or self.dara, now=self.now,
            since=self.since(source),
        )  # fmt: skip

    def import_(self, data: bytes, me: Identity | None = None) -> translation_files.Brought:
        seen = self.seen()
        since = translation_files.newest(self.db, seen)
        return translation_files.bring_in(
            self.db, seen, data, "back.po", me=me or self.sophea, now=self.now, since=since
        )  # fmt: skip

    def publish(self, me: Identity | None = None) -> library.EditionRow:
        return translation_editions.publish(self.db, self.desk, "m", "km", me=me or self.dara, now=self.now)

    def published(self) -> Module:
        edition = library.current_edition(self.db, "m")
        assert edition is not None
        files = library.edition_files(self.db, edition.id)
        return library.check_module(files, slug="m").languages["km"]

    def edit_lesson(self, old: str, new: str) -> drafts.DraftRow:
        draft = drafts.open_draft(self.db, "m", by="Ana", now=self.now)
        version = drafts.draft_files(self.db, draft.id)["01-l.md"].version
        changed = LESSON.replace(old, new).encode()
        drafts.save_draft_file(
            self.db, draft.id, "01-l.md", changed, expected_version=version, by="Ana", now=self.now
        )  # fmt: skip
        return draft


@pytest.fixture
def work(db: Session, now: datetime) -> Workshop:
    return Workshop(db, now)


def code_of(problem: pytest.ExceptionInfo[Problem]) -> str:
    return problem.value.code


# ------------------------------------------------------------------------- saving


def test_a_saved_passage_is_seen_at_once_and_in_no_edition(work: Workshop) -> None:
    work.save(LOOK, LOOKED)
    assert (work.row(LOOK).text, work.row(LOOK).state) == (LOOKED, "second")
    assert translations.localized_with_pending(work.db, work.desk, folder(work.db, "m"), "km").states["draft"] == 1
    assert "translations/km.po" not in library.edition_files(work.db, work.edition.id)


def test_a_draft_is_a_draft_but_never_an_accepted_answer(work: Workshop) -> None:
    work.save(LOOK, LOOKED, is_done=False)
    work.save("water", "ទឹក", is_done=False)
    assert (work.row(LOOK).state, work.row("water").state) == ("draft", "second")


@pytest.mark.parametrize("text", [
    "មើល។", "[ជនរងគ្រោះ](term:survivor)", "ម" * 5000, "a\x07[x](term:victim)", "<b>[x](term:victim)</b>",
    "[x](term:victim) [^9]", "`c` [x](term:victim)",
])  # fmt: skip
def test_what_would_break_the_page_is_not_saved(work: Workshop, text: str) -> None:
    with pytest.raises(Invalid) as found:
        work.save(LOOK, text)
    assert code_of(found) == "passage-refused"
    assert work.row(LOOK).state == "missing"


def test_the_second_of_two_who_save_is_told(work: Workshop) -> None:
    work.save(LISTEN, LISTENED)
    with pytest.raises(Conflict):
        passages.save(
            work.db, work.seen(), work.row(LISTEN), "3", me=work.dara, now=work.now, since=0
        )  # fmt: skip
    assert work.row(LISTEN).text == LISTENED


def test_saving_the_same_words_again_changes_neither_state_nor_translator(work: Workshop) -> None:
    first = work.save(LISTEN, LISTENED, is_done=False)
    assert work.save(LISTEN, LISTENED, is_done=False) == first
    work.save(LISTEN, LISTENED, work.dara)  # ready now; the words are still the translator's
    assert work.history(LISTEN)[0].person_id == work.sophea.person_id
    signed = work.review(LISTEN)
    assert work.save(LISTEN, LISTENED) == signed


# ----------------------------------------------------------------- second readers


def test_a_second_reader_signs_by_name_and_stays_in_the_published_catalog(work: Workshop) -> None:
    work.save(LISTEN, LISTENED)
    work.review(LISTEN)
    assert (work.row(LISTEN).state, work.row(LISTEN).reviewer) == ("reviewed", "Sok Dara")
    work.publish()
    assert work.published().reviewers == ("Sok Dara",)
    assert b"# Reviewed by: Sok Dara, 2026-11-23" in work.seen().sheet.data


def test_nobody_reviews_their_own_words_nor_words_that_are_not_saved(work: Workshop) -> None:
    with pytest.raises(Refused, match="no translation"):
        work.review(LISTEN)
    work.save(LISTEN, LISTENED, work.dara)
    with pytest.raises(Refused) as own:
        work.review(LISTEN)
    work.save(LISTEN, LISTENED + "។")
    with pytest.raises(Refused) as other:
        work.review(LISTEN, text=LISTENED)
    assert (code_of(own), code_of(other)) == ("passage-own", "passage-unsaved")
    work.publish()
    with pytest.raises(Refused) as folded:  # publishing does not make somebody else's words of them
        work.review(LISTEN, work.sophea)
    assert code_of(folded) == "passage-own"


# -------------------------------------------------------------- folding, publishing


def test_a_changed_sentence_makes_its_translation_outdated_and_nothing_else(work: Workshop) -> None:
    for source, text in ((LOOK, LOOKED), (LISTEN, LISTENED)):
        work.save(source, text)
    work.publish()
    work.edit_lesson("Listen to 3 people", "Listen well to 3 people")
    row = work.row("Listen well to 3 people.")
    assert (row.state, row.text, row.older) == ("stale", LISTENED, LISTEN)
    assert work.row(LOOK).state == "second"
    assert work.save(row.source, LISTENED, work.dara)  # still right
    assert work.row(row.source).state == "second"


def test_what_translates_the_draft_waits_while_the_rest_is_published(work: Workshop) -> None:
    draft = work.edit_lesson("Listen to 3 people", "Listen well to 3 people")
    work.save(LOOK, LOOKED)
    work.save("Listen well to 3 people.", LISTENED)
    found = translation_editions.publishable(work.db, work.desk, "m", "km")
    assert (len(found.ids), found.waiting) == (1, 1)
    edition = work.publish()
    assert (edition.number, edition.published_by) == (2, "Sok Dara")
    assert drafts.draft(work.db, draft.id).based_on == edition.id
    assert work.row("Listen well to 3 people.").state == "second"
    assert catalogs.pending(work.db, "m", ["km"])["m", "km"][0].text == LISTENED
    with pytest.raises(Refused) as nothing:
        work.publish()
    assert code_of(nothing) == "nothing-to-publish"
    # The author's own edition takes the rest.
    files = {path: one.data for path, one in drafts.draft_files(work.db, draft.id).items()}
    module = work.desk.module(work.db, folder(work.db, "m"))
    whole = translations.folded(work.db, "m", module, files)
    last = library.publish(work.db, "m", whole, by="Ana", now=work.now)
    late = work.save(LOOK, LOOKED + "។")  # while the edition was being made
    translations.mark_folded(work.db, "m", last.id, module, whole)
    drafts.discard_draft(work.db, draft.id)
    assert work.published().states["draft"] == 2
    waiting = work.db.scalars(select(PassageEdit.id).where(PassageEdit.folded_into.is_(None))).all()
    assert waiting == [late]


def test_publishing_is_for_reviewers_of_the_language_and_publishers(work: Workshop) -> None:
    work.save(LOOK, LOOKED)
    for me in (work.sophea, work.somebody("Thai", REVIEWER, "th"), work.somebody("Coordinator", "coordinator")):
        with pytest.raises(NotFound):
            work.publish(me)
    assert work.publish(work.somebody("Author", "trainer")).published_by == "Author"


def test_a_catalog_that_is_broken_is_said_with_its_line(work: Workshop) -> None:
    files = {**FILES, "translations/km.po": b'msgid "x"\nmsgstr oh\n'}
    draft = drafts.open_draft(work.db, "m", by="Ana", now=work.now)
    for path, data in files.items():
        version = 0 if path.endswith("km.po") else 1
        drafts.save_draft_file(work.db, draft.id, path, data, expected_version=version, by="Ana", now=work.now)
    with pytest.raises(Invalid, match=r"km\.po .* line 2"):
        work.seen()
    kinds = [type(line).__name__ for line in catalogs.lines(work.db, work.desk, ["km", "th"])]
    assert kinds == ["Broken", "Line"]


# --------------------------------------------------------------------------- files


def filled(work: Workshop, words: dict[str, str], note: str = "") -> bytes:
    from trainer.content import po

    read, _ = po.read(work.seen().sheet.data.decode())
    notes = (note,) if note else ()
    return po.write(read._replace(entries=tuple(
        one._replace(text=words[one.source], notes=notes) if one.source in words else one for one in read.entries
    )))  # fmt: skip


def test_a_file_comes_in_passage_by_passage_and_what_does_not_fit_stays_out(work: Workshop) -> None:
    data = filled(work, {LOOK: "broken", LISTEN: LISTENED, "A lesson": "មេរៀន"})
    seen = work.seen()
    looked = translation_files.look_at(work.db, seen, data, "back.po", me=work.sophea)
    assert (looked.outcomes["new"], looked.outcomes["refused"], len(looked.entries)) == (2, 1, 2)
    assert not catalogs.pending(work.db, "m", ["km"])
    assert work.import_(data).kept == 0
    assert [row.state for row in work.seen().sheet.rows].count("second") == 2
    assert work.history(LISTEN)[0].origin == "imported"
    assert work.import_(data).entries == ()


def test_a_passage_saved_since_the_file_was_looked_at_is_left_alone(work: Workshop) -> None:
    data = filled(work, {LISTEN: "3", "A lesson": "មេរៀន"})
    since = translation_files.newest(work.db, work.seen())
    work.save(LISTEN, LISTENED, work.dara)
    done = translation_files.bring_in(
        work.db, work.seen(), data, "back.po", me=work.sophea, now=work.now, since=since
    )  # fmt: skip
    assert (done.kept, work.row(LISTEN).text, work.row("A lesson").text) == (1, LISTENED, "មេរៀន")


def test_a_reviewer_may_sign_others_words_in_a_file_and_nobody_else_may(work: Workshop) -> None:
    work.save(LISTEN, LISTENED)
    work.save("A lesson", "មេរៀន", work.dara)
    signed = filled(work, {LISTEN: LISTENED, "A lesson": "មេរៀន"}, "Reviewed by: Sok Dara, 2026-11-20")
    assert [one.code for one in work.import_(signed, work.sophea).found] == ["translation-claim"] * 2
    assert [one.code for one in work.import_(signed, work.dara).found] == ["translation-claim"]  # own words
    assert (work.row(LISTEN).state, work.row("A lesson").state) == ("reviewed", "second")
    assert work.history(LISTEN)[0].person_id == work.sophea.person_id


def test_a_file_of_older_words_fills_what_is_empty_and_is_outdated(work: Workshop) -> None:
    data = filled(work, {LISTEN: LISTENED})
    work.edit_lesson("Listen to 3 people", "Listen well to 3 people")
    work.import_(data)
    row = work.row("Listen well to 3 people.")
    assert (row.state, row.older) == ("stale", LISTEN)


# ------------------------------------------------------------------ memory, comments


def test_memory_offers_words_of_every_module_saved_or_published(work: Workshop) -> None:
    from trainer.content import memory

    other = {**FILES, "module.md": HEAD.replace(b"id: m", b"id: n").replace(b"A module", b"Another")}
    library.publish(work.db, "n", other, by="Ana", now=work.now)
    work.save(LISTEN, LISTENED)
    known = catalogs.remembered(work.db, "km")
    here = next(row for row in work.seen(slug="n").sheet.rows if row.source == LISTEN)
    (exact,) = memory.ask(known, here.source, leave_out=("n", here.context))
    assert (exact.module, exact.text, exact.likeness) == ("m", LISTENED, 1.0)
    work.publish()
    work.save(LISTEN, LISTENED + "។")  # what was replaced is not offered
    known = catalogs.remembered(work.db, "km")
    (near,) = memory.ask(known, "Listen to 4 people.")
    assert near.text == LISTENED + "។"
    assert 0.6 <= near.likeness < 1.0
    assert memory.ask(known, "Something else entirely is said here.") == ()


def test_comments_are_closed_by_authors_and_translators_of_the_language(work: Workshop) -> None:
    context = work.row(LOOK).context
    made = passage_comments.add(work.db, "m", "km", context, "Who is meant?", by="Chan Sophea", now=work.now)
    assert passage_comments.open_comments(work.db, "m", "km") == {context: 1}
    for me in (work.somebody("Thai", TRANSLATOR, "th"), work.somebody("Coordinator", "coordinator")):
        with pytest.raises(NotFound):
            passage_comments.set_done(work.db, "m", made, True, me=me, now=work.now)
    passage_comments.set_done(work.db, "m", made, True, me=work.somebody("Author", "trainer"), now=work.now)
    (comment,) = passage_comments.comments(work.db, "m")
    assert (comment.done_by, passage_comments.open_comments(work.db, "m", "km")) == ("Author", {})
    with pytest.raises(Invalid):
        passage_comments.add(work.db, "m", "km", context, " ", by="Chan Sophea", now=work.now)


# ------------------------------------------------------------------------- how much


def many(count: int) -> dict[str, bytes]:
    lesson = LESSON + "".join(f"\nSentence number {number} is said here.\n" for number in range(count))
    files = {"module.md": HEAD, "01-l.md": lesson.encode()}
    module = library.compile_module(files, slug="m").module
    assert module is not None
    data = update(None, module, "km").replace(b'said here."\nmsgstr ""', b'said here."\nmsgstr "x"')
    return {**files, "translations/km.po": data}


def test_opening_a_catalog_costs_the_same_statements_whatever_its_size(work: Workshop) -> None:
    counted: list[tuple[int, int]] = []
    for slug, count in (("few", 20), ("lots", 2000)):
        library.publish(work.db, slug, many(count), by="Ana", now=work.now)
        catalogs.seen(work.db, work.desk, folder(work.db, slug), "km")
        with statements(work.db) as seen:
            sheet = catalogs.seen(work.db, work.desk, folder(work.db, slug), "km").sheet
        assert len(sheet.rows) > count
        counted.append((len(seen), sheet.counts["draft"]))
    assert counted[0][0] == counted[1][0] <= 4
    with statements(work.db) as listed:
        lines = catalogs.lines(work.db, work.desk, ["km"])
    assert len(lines) == 3
    with statements(work.db) as again:
        catalogs.lines(work.db, work.desk, ["km"])
    assert len(again) == 5 <= len(listed)
