"""The facilitator's guide."""

from __future__ import annotations

import re

import pytest

from tests.printing.products import document, printed
from tests.printing.sample import compiled, files
from tests.typeset.readers import READERS, squeezed
from trainer.languages.words import words
from trainer.printing.pack import render

ACTIVITY = """---
id: lesson-one
title: Lesson with everything
minutes: 12
---

## Table {#table}

:::: activity {#cards minutes=25 group=4}
**Sort the cards.** In each group, sort them.

Materials
: One set of cards
: A timer

::: facilitator
Stop in time.
:::
::::
"""


def text(data: bytes) -> str:
    return READERS["mupdf"](data)


def guide(**changed: str) -> str:
    return text(render(document("guide", compiled(facilitator=True, **changed))))


def test_it_begins_with_the_times_and_what_to_prepare() -> None:
    extracted = squeezed(guide(**{"01_lesson": ACTIVITY}))
    overview = extracted[extracted.rindex("OverviewPart") :]
    assert overview.startswith(
        squeezed("Overview Part Minutes Group size Lesson with everything 12 Activity · Sort the")
    )
    assert squeezed("Activity · Sort the cards 25 4") in overview
    prepare = overview[overview.index("Whattoprepare") :]
    assert prepare.startswith(squeezed("What to prepare Sort the cards Materials One set of cards A timer"))
    assert "Inaworkshop:about60min" in extracted


def test_an_activity_without_a_name_or_materials_is_in_the_table_all_the_same() -> None:
    extracted = squeezed(guide())
    assert squeezed("Activity 20 4") in extracted
    assert "Whattoprepare" not in extracted


def test_notes_stand_under_a_title_of_their_own_where_the_author_put_them() -> None:
    extracted = squeezed(guide(**{"01_lesson": ACTIVITY}))
    assert squeezed("A timer For the facilitator Stop in time.") in extracted


def test_every_question_has_its_answer_in_words_and_its_reasons() -> None:
    extracted = squeezed(text(printed("guide")))
    for wanted in (
        "Wrong choice FEEDBACKSECRET one B Right choice Right Hint HINTSECRET Why EXPLANATIONSECRET",
        "Stone Never: this choice takes all points of the question. FEEDBACKSECRET two",
        "B False Right",
        "1. irrelevant 2. GAPSECRET / aim",
        "The right pairs: Act Housing a worker Means A false promise Purpose Unpaid labour",
        "Belongs to nothing: A late letter",
        "The right order: 1. Alpha 2. Beta 3. Gamma 4. Delta",
        "The best way: cards 1 → 2",
        "leads to card 2; counts 1",
    ):
        assert squeezed(wanted) in extracted, wanted


def test_the_share_of_points_and_the_critical_warning_are_said() -> None:
    quiz = files()["02-quiz.md"].decode()
    quiz = quiz.replace("- [ ] Wrong choice", "- [ ] Wrong choice {score=0.5}")
    quiz = quiz.replace("  > FEEDBACKSECRET two\n", "\n> [!CAUTION]\n> Never throw it.\n")
    extracted = squeezed(guide(**{"02_quiz": quiz}))
    assert squeezed("Wrong choice 50 % of the points for this question.") in extracted
    assert squeezed("Said after the choice that must never be made Never throw it.") in extracted


def test_tests_are_not_in_it() -> None:
    assert "TESTSECRET" not in text(printed("guide"))


def test_it_ends_with_a_checklist() -> None:
    last = text(printed("guide"))[-900:]
    assert "At the end of the workshop" in last
    assert "All answer sheets are collected and counted." in last


def test_notes_that_are_not_translated_say_their_language() -> None:
    from tests.printing.products import elements

    found = elements(printed("guide", "km"))
    assert ("/P", "en") in {(role, lang) for role, lang, content in found if content}
    assert words("km").gettext("Question %(number)s") % {"number": 1} in text(printed("guide", "km"))


@pytest.mark.parametrize("product", ["handbook", "exercises"])
def test_a_learner_never_sees_notes(product: str) -> None:
    data = render(document(product, compiled(facilitator=True, **{"01_lesson": ACTIVITY})))
    assert "Stop in time." not in text(data)
    assert re.search(r"Sort\s+the\s+cards", text(data))


HIDDEN = """---
id: lesson-one
title: Hidden
---

## Table {#table}

A fact.[^fact]

:::: activity {#cards}
Sort.

::: facilitator
A [child](term:child) counts.[^secret]
:::
::::

::: question {#q-own type=truefalse answer=true}
It is so.

> [!NOTE]
> Because of [debt bondage](term:debt-bondage).[^reason]
:::

[^fact]: The source of the fact.[^deeper]
[^deeper]: The source of the source.
[^secret]: The source of the note.
[^reason]: The source of the reason.
"""


def test_sources_and_words_follow_what_is_shown() -> None:
    """What only a note or an explanation points to is in the guide, and nowhere else."""
    changed = {"01_lesson": HIDDEN}
    extracted = guide(**changed)
    for wanted in ("of the fact", "of the source", "of the note", "of the reason"):
        assert f"The source {wanted}" in extracted
    assert "Any person under 18." in extracted
    shown = text(render(document("handbook", compiled(facilitator=True, **changed))))
    assert "The source of the fact" in shown
    assert "The source of the source" in shown
    for hidden in ("The source of the note", "The source of the reason", "Any person under 18."):
        assert hidden not in shown


def test_a_key_has_the_sources_of_its_reasons() -> None:
    quiz = HIDDEN.replace("id: lesson-one", "id: quiz\nkind: quiz").replace("A fact.[^fact]", "")
    quiz = quiz[: quiz.index("::::")] + quiz[quiz.index("::: question") :].replace("[^fact]: The", "[^x]: The")
    quiz = "\n".join(line for line in quiz.splitlines() if not line.startswith(("[^x]", "[^deeper]", "[^secret]")))
    shown = compiled(**{"02_quiz": quiz.replace("#table", "#other")})
    assert "The source of the reason" in text(render(document("answer-key", shown)))
    assert "The source of the reason" not in text(render(document("test-paper", shown)))
