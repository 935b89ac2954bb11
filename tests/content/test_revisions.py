"""A published question keeps its meaning under one rev."""

from __future__ import annotations

import pytest

from trainer.content.compiler import compile_module
from trainer.content.model import Module
from trainer.content.revisions import changed_without_rev

HEAD = b"---\nid: m\ntitle: M\nsummary: S\n---\n"
SINGLE = """::: question {#q type=single}
Which?

- [x] The first one
- [ ] The second one
:::
"""
SCENARIO = """::: scenario {#s}
### One {#s1}

Go on.

- [Left](#s2){score=1}
- [Right](#s3)

### Two {#s2}

Good.

### Three {#s3}

Bad.
:::
"""


def module(text: str) -> Module:
    lesson = f"---\nid: l\ntitle: L\n---\n\n{text}".encode()
    compiled = compile_module({"module.md": HEAD, "01-l.md": lesson}, slug="m")
    assert compiled.module is not None
    return compiled.module


def codes(before: str, after: str) -> list[str]:
    found = changed_without_rev(module(before), module(after))
    assert all(one.message and one.line > 0 and one.file == "01-l.md" for one in found)
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- [x] The first one\n- [ ] The second one", "- [ ] The first one\n- [x] The second one"),
        ("- [ ] The second one", "- [ ] The second one\n- [ ] The third one"),
        ("- [x] The first one\n- [ ] The second one", "- [x] The second one\n- [ ] The first one"),
        ("type=single", "type=multiple"),
        ("The second one", "The second one {critical}"),
        ("The second one", "The second one {score=0.5}"),
    ],
    ids=["another key", "one more option", "options in another order", "another type", "critical", "score"],
)
def test_a_change_that_old_answers_would_not_survive_needs_a_rev(old: str, new: str) -> None:
    changed = SINGLE.replace(old, new)
    assert codes(SINGLE, changed) == ["rev-needed"]
    assert codes(SINGLE, changed.replace("{#q", "{#q rev=2")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The second one", "The second choice"),
        ("Which?", "Which of these two?"),
        ("{#q", "{#q points=3"),
        ("- [ ] The second one", "- [ ] The second one\n  > Not this."),
    ],
    ids=["wording", "prompt", "points", "feedback"],
)
def test_better_words_need_no_rev(old: str, new: str) -> None:
    assert codes(SINGLE, SINGLE.replace(old, new)) == []


def test_a_new_question_and_one_that_is_gone_need_no_rev() -> None:
    assert codes(SINGLE, SINGLE.replace("#q", "#other")) == []


def test_a_lower_rev_is_refused() -> None:
    assert codes(SINGLE.replace("{#q", "{#q rev=3"), SINGLE) == ["rev-lower"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("(#s2){score=1}", "(#s3){score=1}"), ("[Right](#s3)", "[Right](#s3){score=0.5}")],
    ids=["leads elsewhere", "other score"],
)
def test_a_scenario_keeps_its_paths_and_scores(old: str, new: str) -> None:
    assert codes(SCENARIO, SCENARIO.replace(old, new)) == ["rev-needed"]


@pytest.mark.parametrize(
    ("kind", "body", "old", "new"),
    [
        ("short", "Name it.\n\n- = debt", "debt", "wages"),
        ("number", "How many?\n\n- = 20 ± 2", "20", "25"),
        ("gap", "A [[purpose]] is needed.", "purpose", "means"),
        ("gap", "It is [[(no)|yes]] here.", "(no)|yes", "no|(yes)"),
        ("gap", "It is [[(no)|yes]] here.", "(no)|yes", "yes|(no)"),
        (
            "match",
            "Match.\n\n| A | B |\n|---|---|\n| a | 1 |\n| b | 2 |",
            "| a | 1 |\n| b | 2 |",
            "| b | 2 |\n| a | 1 |",
        ),
        ("order", "Put in order.\n\n1. one\n2. two", "1. one\n2. two", "1. two\n2. one"),
    ],
)
def test_every_type_with_a_key_is_watched(kind: str, body: str, old: str, new: str) -> None:
    question = f"::: question {{#q type={kind}}}\n{body}\n:::\n"
    assert old in question
    assert codes(question, question.replace(old, new)) == ["rev-needed"]
