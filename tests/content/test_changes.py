"""What a new edition changes: exactly that, for learners, for each language and for each country."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from trainer.content import extraction, po
from trainer.content.changes import ForLanguage, for_languages, reopened
from trainer.content.compiler import Check, check_module
from trainer.content.learner_changes import ForLearners, for_learners
from trainer.content.translation import catalog_of

MODULE = b"""---
id: m
title: A module
summary: For tests.
source: en
minutes: {online: 30}
slots: {hotline: required}
completion: {lessons: all, quiz: 80}
---

Welcome to the module.
"""
LESSON = b"""---
id: first
title: The first lesson
---

## Look {#look}

Look at the papers first.

Then listen to the person without haste.

::: country {#contacts slot=required}
Call the hotline of your country: {{slot.hotline}}
:::

::: country {#law slot=optional}
The law of your country says who is a victim.
:::
"""
QUIZ = b"""---
id: quiz
title: The quiz
kind: quiz
pass: 80
---

::: question {#q1 type=single}
What comes first of all?

- [x] Safety of the person
- [ ] The written report
:::
"""
KH = b"""---
slots: {hotline: "0000"}
checked_on: 2026-01-31
confirmed_by: Sok Vibol, coordinator
---

::: country {fill=law}
The law of Cambodia.
:::
"""
FILES = {"module.md": MODULE, "01-first.md": LESSON, "02-quiz.md": QUIZ, "national/KH.md": KH}


def translated(files: Mapping[str, bytes], *tags: str, but: str = "") -> dict[str, bytes]:
    """`files` with complete catalogs; the message `but` is left out."""
    made = check_module(files, slug="m").module
    assert made is not None
    out = dict(files)
    for tag in tags:
        catalog = po.read(extraction.update(None, made, tag).decode())[0]
        entries = tuple(
            one._replace(text="" if one.source == but else f"{tag} {one.source}") for one in catalog.entries
        )
        out[catalog_of(tag)] = po.write(po.Po(catalog.head, catalog.headers, entries))
    return out


OLD = translated(FILES, "th", "vi")


def edited(path: str, before: str, after: str, files: Mapping[str, bytes] = OLD) -> dict[str, bytes]:
    text = files[path].decode()
    assert text.count(before) == 1
    return {**files, path: text.replace(before, after).encode()}


def checked(files: Mapping[str, bytes]) -> Check:
    made = check_module(files, slug="m")
    assert made.module is not None
    return made


def languages(new: Mapping[str, bytes], old: Mapping[str, bytes] = OLD) -> dict[str, ForLanguage]:
    found, lost = for_languages(checked(old).languages, checked(new).languages)
    assert lost == ()
    return {one.locale: one for one in found}


def learners(new: Mapping[str, bytes], old: Mapping[str, bytes] = OLD) -> ForLearners:
    before, after = checked(old).module, checked(new).module
    assert before is not None
    assert after is not None
    return for_learners(before, after, old_files=dict.fromkeys(old, "a"), new_files=dict.fromkeys(new, "a"))


def sources(passages: object) -> list[str]:
    return [one.source for one in passages]  # type: ignore[attr-defined]


# --------------------------------------------------------------- translations


def test_a_reworded_sentence_becomes_stale_in_each_language_and_nothing_else_does() -> None:
    found = languages(edited("01-first.md", "Look at the papers first.", "Look at all the papers first."))
    for one in (found["th"], found["vi"]):
        assert sources(one.stale) == ["Look at all the papers first."]
        assert (one.fresh, one.dropped, one.mended) == ((), (), ())
        assert one.ready == one.total - 1


def test_another_sentence_in_its_place_is_new_to_translate() -> None:
    found = languages(edited("01-first.md", "Look at the papers first.", "Never begin alone."))["th"]
    assert (sources(found.stale), sources(found.fresh)) == ([], ["Never begin alone."])


def test_a_sentence_put_in_front_makes_no_other_stale() -> None:
    """Contexts count passages, and all later ones move."""
    text = "Greet the person.\n\nLook at the papers first."
    found = languages(edited("01-first.md", "Look at the papers first.", text))["vi"]
    assert (sources(found.stale), sources(found.fresh), sources(found.dropped)) == ([], ["Greet the person."], [])
    told = learners(edited("01-first.md", "Look at the papers first.", text)).passages
    assert [(one.what, one.new) for one in told] == [("added", "Greet the person.")]


def test_what_goes_takes_its_translation_along() -> None:
    found = languages(edited("01-first.md", "Then listen to the person without haste.\n", ""))["th"]
    assert (found.stale, found.fresh) == ((), ())
    assert sources(found.dropped) == ["Then listen to the person without haste."]


def test_an_option_that_is_shown_in_the_source_meanwhile_is_stale_too() -> None:
    """What decides which answer is right is never shown in an older translation, and has to be translated anew."""
    found = languages(edited("02-quiz.md", "Safety of the person", "Safety of the young person"))["th"]
    assert (sources(found.stale), found.fresh) == (["Safety of the young person"], ())


def test_what_was_missing_stays_missing_and_is_counted_once() -> None:
    old = translated(FILES, "th", but="Look at the papers first.")
    new = edited("01-first.md", "Look at the papers first.", "Look at all the papers first.", old)
    assert languages(new, old)["th"].nothing


def test_a_catalog_that_came_with_the_draft_counts() -> None:
    changed = edited("01-first.md", "Look at the papers first.", "Look at all the papers first.", FILES)
    found = languages(translated(changed, "th", "vi"))["th"]
    assert found.nothing
    old = translated(FILES, "th", but="Look at the papers first.")
    assert sources(languages(translated(FILES, "th"), old)["th"].mended) == ["Look at the papers first."]


def test_a_language_that_begins_and_one_that_goes() -> None:
    found, lost = for_languages(checked(translated(FILES, "th")).languages, checked(translated(FILES, "vi")).languages)
    assert lost == ("th",)
    (vi,) = found
    assert (len(vi.mended), vi.ready) == (vi.total, vi.total)


# ------------------------------------------------------------------- learners


def test_a_sentence_is_told_with_its_older_words() -> None:
    found = learners(edited("01-first.md", "Look at the papers first.", "Look at all the papers first."))
    (one,) = found.passages
    assert (one.what, one.unit, one.old, one.new) == (
        "changed", "first", "Look at the papers first.", "Look at all the papers first.",
    )  # fmt: skip
    assert (found.units, found.items, found.facts, found.pictures) == ((), (), (), ())


def test_the_same_folder_changes_nothing() -> None:
    assert learners(OLD).nothing


def test_units_that_come_go_move_and_get_another_name() -> None:
    new = {path: data for path, data in OLD.items() if path not in ("01-first.md", "02-quiz.md")}
    new |= {"01-quiz.md": QUIZ, "02-first.md": LESSON.replace(b"title: The first lesson", b"title: Looking")}
    new["03-more.md"] = b"---\nid: more\ntitle: More\n---\n\nMore words.\n"
    found = learners(new).units
    assert {(one.what, one.id) for one in found} in (
        {("added", "more"), ("renamed", "first"), ("moved", "first")},
        {("added", "more"), ("renamed", "first"), ("moved", "quiz")},
    )
    assert [one.passages for one in learners(new).units if one.what == "added"] == [2]
    assert not [one for one in learners(new).passages if one.unit == "more"], "said once, with its unit"
    assert ("removed", "more") in {(one.what, one.id) for one in learners(OLD, new).units}


def test_questions_are_told_by_what_of_them_changed() -> None:
    swapped = QUIZ.replace(b"- [x] Safety", b"- [ ] Safety").replace(b"- [ ] The written", b"- [x] The written")
    (key,) = learners({**OLD, "02-quiz.md": swapped}).items
    assert (key.what, key.id, key.parts) == ("changed", "q1", ("key",))
    more = QUIZ.replace(b"type=single}", b"type=single points=3}") + QUIZ[QUIZ.index(b":::") :].replace(b"#q1", b"#q2")
    assert [(one.what, one.id, one.parts) for one in learners({**OLD, "02-quiz.md": more}).items] == [
        ("changed", "q1", ("points",)), ("added", "q2", ()),
    ]  # fmt: skip
    worded = edited("02-quiz.md", "The written report", "The report")
    assert [one.parts for one in learners(worded).items] == [("words",)]


@pytest.mark.parametrize(
    ("path", "before", "after", "fact"),
    [
        ("module.md", "online: 30", "online: 45", ("minutes-online", "", "30", "45")),
        ("module.md", "quiz: 80", "quiz: 60", ("completion-quiz", "", "80", "60")),
        ("02-quiz.md", "pass: 80", "attempts: 3", ("pass", "The quiz", "80", "")),
    ],
)
def test_rules_are_told_with_both_values(path: str, before: str, after: str, fact: tuple[str, ...]) -> None:
    assert fact in learners(edited(path, before, after)).facts


def test_pictures_by_path() -> None:
    module = checked(OLD).module
    assert module is not None
    found = for_learners(
        module, module,
        old_files={"media/a.png": "1", "media/b.png": "1", "module.md": "1"},
        new_files={"media/a.png": "2", "media/c.png": "1", "module.md": "2"},
    )  # fmt: skip
    assert found.pictures == (("changed", "media/a.png"), ("removed", "media/b.png"), ("added", "media/c.png"))


# ------------------------------------------------------------------ countries


def countries(new: Mapping[str, bytes], old: Mapping[str, bytes] = OLD) -> dict[str, tuple[str, ...]]:
    return {
        one.country: (*one.slots, *one.below, *(problem.code for problem in one.problems))
        for one in reopened("m", old, new)
    }


def test_a_country_reopens_for_the_block_that_changed_under_its_words_and_for_nothing_else() -> None:
    assert countries(edited("01-first.md", "says who is a victim", "says who is protected")) == {"KH": ("law",)}
    assert countries(edited("01-first.md", "Look at the papers first.", "Look at all the papers first.")) == {}


def test_a_slot_that_is_new_reopens_the_country() -> None:
    assert countries(edited("module.md", "{hotline: required}", "{hotline: required, police: required}")) == {
        "KH": ("police",)
    }


def test_an_overlay_for_a_block_that_has_gone_is_named() -> None:
    assert countries(edited("01-first.md", "#law", "#rules")) == {"KH": ("overlay-target",)}


def test_a_country_that_had_signed_nothing_has_nothing_to_lose() -> None:
    old = {**OLD, "national/KH.md": KH.replace(b"confirmed_by: Sok Vibol, coordinator\n", b"")}
    assert countries(edited("01-first.md", "says who is a victim", "says who is protected", old), old) == {}
