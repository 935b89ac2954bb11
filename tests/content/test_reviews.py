"""Signatures of single passages: what they make of an entry, a language and a file that comes back."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import pytest

from tests.content.test_incoming import LESSON, WORDS, catalog, codes, entries, imported, module
from trainer import resources
from trainer.content import po, terms
from trainer.content.coverage import coverage_of
from trainer.content.extraction import update
from trainer.content.incoming import bring_in
from trainer.content.localising import localize
from trainer.content.reviews import SECOND, review_of
from trainer.content.translation import Catalog
from trainer.content.workbench import Edit, Sheet, fitting, overlaid, settled, sheet

DARA = "Reviewed by: Sok Dara, 2026-03-01"
LOOK = "Look at the person."


def noted(data: bytes, notes: dict[str, tuple[str, ...]]) -> bytes:
    """The catalog with these comments at the entries of these sources."""
    read, _ = po.read(data.decode())
    return po.write(
        read._replace(entries=tuple(one._replace(notes=notes.get(one.source, one.notes)) for one in read.entries))
    )


def shown(data: bytes, lesson: str = LESSON) -> tuple[str | None, tuple[str, ...], dict[str, int], date | None]:
    found, problems = Catalog.parse(data, "translations/km.po")
    assert not [one for one in problems if one.severity == "error"]
    made, _ = localize(module(lesson), found, "km")
    return made.reviewer, made.reviewers, dict(made.states), made.reviewed_on


ALL = dict.fromkeys(WORDS, (DARA,))


def test_a_language_whose_passages_are_all_signed_names_its_reviewers() -> None:
    data = noted(catalog(), {**ALL, LOOK: ("Reviewed by: Chan Sophea, 2026-04-02",)})
    assert shown(data) == ("Sok Dara, Chan Sophea", ("Sok Dara", "Chan Sophea"), {"reviewed": 7}, date(2026, 4, 2))


@pytest.mark.parametrize("notes", [(), (SECOND,), (DARA, SECOND)])
def test_with_one_passage_that_nobody_answers_for_it_is_still_a_draft(notes: tuple[str, ...]) -> None:
    data = noted(catalog(), {**ALL, LOOK: notes})
    reviewer, names, states, _ = shown(data)
    assert (reviewer, names, states) == (None, ("Sok Dara",), {"reviewed": 6, "draft": 1})


def test_coverage_names_those_who_reviewed_a_part() -> None:
    made, _ = localize(module(), Catalog.parse(noted(catalog(), {LOOK: (DARA,)}), "km.po")[0], "km")
    counted = coverage_of(made)
    assert (counted.reviewed, counted.draft, counted.reviewer) == (1, 6, "Sok Dara")


def test_a_reviewed_passage_whose_source_changed_does_not_make_the_rest_machine_drafted() -> None:
    reworded = LESSON.replace("Look at", "Look kindly at")
    data = update(noted(catalog(), ALL), module(reworded), "km")
    reviewer, _, states, _ = shown(data, reworded)
    assert (reviewer, states) == ("Sok Dara", {"reviewed": 6, "stale": 1})


# --------------------------------------------------------------- files that come back


def brought(data: bytes, present: bytes, *signers: str) -> tuple[tuple[str, ...], list[str]]:
    result = bring_in(data, "back.po", module(), "km", present, signers=set(signers) if signers else None)
    one = entries(result.data if result.data is not None else present)[LOOK]
    return one.notes, codes(result)


def test_a_signature_comes_back_with_the_words_it_was_given_for() -> None:
    ours = noted(catalog(), {LOOK: (DARA,)})
    assert brought(ours, ours) == ((DARA,), [])
    assert brought(ours, ours, "Somebody") == ((DARA,), [])
    assert brought(catalog(), ours) == ((DARA,), [])  # a program that drops comments takes no review away


def test_a_signature_on_changed_words_is_not_taken() -> None:
    ours = noted(catalog(), {LOOK: (DARA,)})
    changed = noted(catalog({**WORDS, LOOK: "សម្លឹង។"}), {LOOK: (DARA, "a remark")})
    for signers in (("Sok Dara",), ("Somebody",)):
        assert brought(changed, ours, *signers) == (("a remark",), ["translation-claim"])


def test_somebody_elses_signature_is_not_taken_and_ones_own_is() -> None:
    claimed = noted(catalog(), {LOOK: (DARA,)})
    waiting = noted(catalog(), {LOOK: (SECOND,)})
    assert brought(claimed, waiting, "Somebody") == ((SECOND,), ["translation-claim"])
    assert brought(claimed, waiting, "Sok Dara") == ((DARA,), [])
    assert brought(claimed, waiting) == ((DARA,), [])  # whoever has the files has the say


def test_the_signature_of_the_whole_does_not_come_in_through_the_browser() -> None:
    signed = catalog(head=f"# {DARA}\n")
    assert bring_in(signed, "back.po", module(), "km", catalog(), signers={"Sok Dara"}).data is None
    assert bring_in(signed, "back.po", module(), "km", catalog()).data is not None


# ------------------------------------------------------------------ edits over a catalog


def edit(number: int, source: str, text: str, state: str = "second", context: str = "", by: str | None = None) -> Edit:
    read, _ = po.read(catalog().decode())
    found = next((one.context for one in read.entries if one.source == source), context)
    return Edit(number, found, source, text, "reviewed" if by else state, by, date(2026, 5, 6) if by else None)


def states(one: Sheet) -> dict[str, str]:
    return {row.source: row.state for row in one.rows}


def test_the_newest_edit_of_a_passage_holds() -> None:
    below = sheet(catalog(), module(), "km")
    above = overlaid(below, [edit(1, LOOK, "មួយ"), edit(2, LOOK, "ពីរ", "draft"), edit(3, "A module", "", "draft")])
    assert next(row.text for row in above.rows if row.source == LOOK) == "ពីរ"
    assert states(above) == {**dict.fromkeys(WORDS, "draft"), "A module": "missing"}
    assert states(below) == dict.fromkeys(WORDS, "draft")


def test_what_is_folded_reads_the_same_afterwards() -> None:
    below = sheet(catalog(head=f"# {DARA}\n"), module(), "km")
    edits = [edit(1, LOOK, "មួយ"), edit(2, "A lesson", "មេ", by="Chan Sophea"), edit(3, "A module", "ម", "draft")]
    whole, mine = fitting(below, edits)
    again = sheet(whole.data, module(), "km")
    assert mine == {1, 2, 3} == settled(again, edits)
    assert states(again) == states(whole)
    assert {row.source: row.reviewer for row in again.rows if row.source == "A lesson"} == {"A lesson": "Chan Sophea"}
    assert states(again) == {
        **dict.fromkeys(WORDS, "reviewed"), LOOK: "second", "A lesson": "reviewed", "A module": "draft",
    }  # fmt: skip
    assert settled(again, [*edits, edit(9, LOOK, "newer")]) == {2, 3}


def test_an_edit_of_older_words_is_outdated_and_waits() -> None:
    reworded = LESSON.replace("Look at", "Look kindly at")
    below = sheet(None, module(reworded), "km")
    edits = [edit(1, LOOK, "មើល។"), edit(2, "A lesson", "មេរៀន")]
    above = overlaid(below, edits)
    assert states(above)["Look kindly at the person."] == "stale"
    whole, mine = fitting(below, edits)
    assert (mine, states(whole)["Look kindly at the person."]) == ({2}, "missing")


def test_an_edit_of_a_passage_that_moved_goes_along() -> None:
    moved = LESSON.replace("Look at", "Begin with this, please.\n\nLook at")
    above = overlaid(sheet(None, module(moved), "km"), [edit(1, LOOK, "មើល។")])
    assert states(above)[LOOK] == "second"


def test_what_goes_out_satisfies_msgfmt(tmp_path: Path) -> None:
    edits = [edit(1, LOOK, 'a "quote"\\'), edit(2, "A lesson", "មេ", by="Chan Sophea")]
    path = tmp_path / "km.po"
    path.write_bytes(overlaid(sheet(None, module(), "km"), edits).data)
    subprocess.run(["msgfmt", "-c", "-o", "/dev/null", str(path)], check=True)
    assert review_of(entries(path.read_bytes())["A lesson"].notes) == ("Chan Sophea", date(2026, 5, 6))


# -------------------------------------------------------------------- further checks


def test_words_far_longer_than_the_source_are_doubted() -> None:
    assert codes(imported(catalog({**WORDS, LOOK: "ម" * 98}))) == ["translation-wide"]
    assert codes(imported(catalog({**WORDS, "A lesson": "ម" * 33}))) == ["translation-wide"]
    assert codes(imported(catalog({**WORDS, "A lesson": "ម៉ូ" * 32}))) == []  # marks take no room


def test_a_form_that_the_glossary_avoids_is_doubted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "km").mkdir()
    (tmp_path / "km" / "glossary.csv").write_text(
        "term,form,standing,note\nvictim,ជនរងគ្រោះ,published,\nvictim,រងគ្រោះថ្នាក់,avoid,means of an accident\n", "utf-8"
    )
    monkeypatch.setattr(resources, "folder", lambda name: tmp_path)
    assert terms.glossary("km").forms["victim"] == ("ជនរងគ្រោះ",)
    assert terms.glossary("km").avoided["victim"] == (("រងគ្រោះថ្នាក់", "means of an accident"),)
    assert "translation-avoided" in codes(imported(catalog({**WORDS, LOOK: "មើល អ្នករងគ្រោះថ្នាក់។"})))
    assert codes(imported(catalog())) == []


def test_the_terms_of_a_message_are_those_it_links_to_or_names() -> None:
    assert set(terms.terms_in("A [person](term:victim) in debt bondage.")) == {"victim", "debt-bondage"}
    assert set(terms.terms_in("Victims and interpreters")) == {"victim", "interpreter"}
    assert terms.terms_in("Children; childish; schild") == ("child",)
    assert terms.terms_in("Childish; schild") == ()
