"""A change of the regional text reopens exactly the words of a country that depend on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.content import changes
from trainer.content.compiler import check_module, compile_module
from trainer.content.diagnostics import Diagnostic
from trainer.content.html import Labels, Page, render
from trainer.content.model import Module, SlotRule
from trainer.content.nation import SLOT, Change, Overlay, in_force, parse
from trainer.content.overlay_writing import write


def reopened(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """As the author is told before publishing: country → names of what waits."""
    return {one.country: one.slots for one in changes.reopened("m", before, after) if one.slots}


def names(targets: set[str]) -> set[str]:
    return {target.removeprefix(SLOT) for target in targets}


MODULE = b"""---
id: m
title: Words W0
summary: Words W1
slots: {hotline: required, law: {required: false, type: law, help: Words W2}}
---

Introduction W3.
"""
LESSON = b"""---
id: l
title: Words W4
---

Call {{slot.hotline}} W5.

Under {{slot.law}} W6.

::: country {#contacts slot=required safety}
Ask W7 or {{slot.hotline}}.
:::

:::: activity {#cards}
Sort W8.

::: case {#inner}
A case W9.
:::
::::

::: country {#more}
More W10.
:::
"""
BASE: dict[str, bytes] = {"module.md": MODULE, "01-l.md": LESSON}
DEPENDS: Mapping[int, set[str]] = {
    2: {"slot.law"}, 5: {"slot.hotline"}, 6: {"slot.law"}, 7: {"contacts", "slot.hotline"}, 8: {"cards"},
    9: {"cards", "inner"}, 10: {"more"},
}  # fmt: skip
"""Number of a word → what the country says because of it."""
ALL = {"slot.hotline", "slot.law", "contacts", "cards", "inner", "more"}


def module_of(files: Mapping[str, bytes], country: str | None = None) -> Module:
    module = compile_module(files, slug="m", country=country).module
    assert module is not None
    return module


def signed(bases: Mapping[str, str]) -> bytes:
    overlay = Overlay(
        country="KH",
        slots={"hotline": "1288", "law": "Law of 2008"},
        checked_on=date(2026, 2, 1),
        confirmed_by="N, office",
        review_by=date(2027, 2, 1),
        changes=tuple(
            Change(action, target, f"National {target}.\n", 0)
            for action, target in (("fill", "contacts"), ("append", "cards"), ("replace", "inner"), ("fill", "more"))
        ),
        basis=bases,
    )
    return write(overlay).text.encode()


def course(*, bases: Mapping[str, str] | None = None) -> dict[str, bytes]:
    return BASE | {"national/KH.md": signed(module_of(BASE).bases if bases is None else bases)}


def shown(module: Module) -> str:
    page = Page("en", Labels(), lambda href: href, lambda path: path)
    return render(module.units[0].blocks, page)


def in_place(module: Module) -> set[str]:
    """What the page shows of the country's words."""
    html = shown(module)
    found = set(re.findall(r"National (\w+)\.", html))
    return found | {name for name, words in (("slot.hotline", "1288"), ("slot.law", "Law of 2008")) if words in html}


def found(files: Mapping[str, bytes]) -> list[Diagnostic]:
    return [one for one in check_module(files, slug="m").diagnostics if one.file == "national/KH.md"]


def test_signed_words_are_in_place_and_nobody_complains() -> None:
    assert in_place(module_of(course(), "KH")) == ALL - {"inner"} | {"inner"}
    assert found(course()) == []


@settings(deadline=None, max_examples=40)
@given(st.sets(st.integers(0, 10), min_size=1, max_size=4))
def test_changing_any_passage_reopens_exactly_what_depends_on_it(changed: set[int]) -> None:
    before = course()
    after = {
        path: data if path.startswith("national/") else re.sub(
            rb"W(\d+)", lambda one: one[0] + b"x" if int(one[1]) in changed else one[0], data
        )
        for path, data in before.items()
    }  # fmt: skip
    expected = set().union(*(DEPENDS.get(number, set()) for number in changed))
    assert set(reopened(before, after).get("KH", ())) == names(expected)
    module = module_of(after, "KH")
    assert set(module.reopened) == expected
    assert {target.removeprefix(SLOT) for target in expected} == set(module.open_slots)
    # The inner case is shown where the activity around it is, and nothing else of the country's words is touched.
    assert in_place(module) == ALL - expected
    assert {one.line for one in found(after)} != {0} or not expected
    assert {(one.code, str(one.params["target"])) for one in found(after)} == {
        ("overlay-reopened", target) for target in expected
    }


def test_moving_and_wrapping_words_reopens_nothing() -> None:
    before = course()
    moved = LESSON.replace(b"Call {{slot.hotline}} W5.\n\n", b"").replace(b"More W10.", b"More\nW10.")
    moved = moved.replace(b"Under {{", b"\nOther words.\n\nUnder {{")
    after = before | {"01-l.md": moved, "02-n.md": b"---\nid: n\ntitle: N\n---\n\nCall {{slot.hotline}} W5.\n"}
    assert reopened(before, after) == {}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"hotline: required", b"hotline: {required: true, type: text}", set()),
        (b"hotline: required", b"hotline: {type: phone}", {"slot.hotline"}),
        (b"hotline: required", b"hotline: optional", {"slot.hotline"}),
    ],
)
def test_how_a_slot_is_declared_counts(old: bytes, new: bytes, expected: set[str]) -> None:
    before = course()
    after = before | {"module.md": MODULE.replace(old, new)}
    assert set(reopened(before, after).get("KH", ())) == names(expected)


def test_a_block_that_becomes_a_safety_block_reopens_instead_of_breaking_the_module() -> None:
    before = course()
    after = before | {"01-l.md": LESSON.replace(b"{#inner}", b"{#inner safety}")}
    assert reopened(before, after) == {"KH": ("inner",)}
    assert [(one.code, one.severity) for one in found(after)] == [("overlay-reopened", "warning")]


def test_words_for_a_place_that_has_gone_are_kept_and_the_author_can_publish() -> None:
    before = course()
    after = before | {
        "01-l.md": LESSON.replace(b"::: country {#more}\nMore W10.\n:::\n", b"").replace(
            b"Under {{slot.law}} W6.", b""
        ),
        "module.md": re.sub(rb", law: \{.*?\}", b"", MODULE),
    }
    assert reopened(before, after) == {"KH": ("law", "more")}
    assert [(one.code, one.severity, one.params["target"]) for one in found(after)] == [
        ("overlay-gone", "warning", "slot.law"), ("overlay-gone", "warning", "more"),
    ]  # fmt: skip
    overlay = parse(after["national/KH.md"], "national/KH.md")[0]
    assert overlay is not None
    assert overlay.changes[-1].text == "National more.\n"


def test_an_overlay_without_basis_behaves_as_ever() -> None:
    before = course(bases={})
    changed = before | {"01-l.md": LESSON.replace(b"W", b"V")}
    assert reopened(before, changed) == {}
    assert in_place(module_of(changed, "KH")) == ALL
    gone = before | {"01-l.md": LESSON.replace(b"{#more}", b"{#other}")}
    assert [(one.code, one.severity) for one in found(gone)] == [("overlay-target", "error")]


def test_only_what_has_a_basis_is_compared() -> None:
    overlay = Overlay(country="KH", slots={"a": "1", "b": "2"}, basis={"slot.a": "0" * 16})
    kept = in_force(overlay, {"slot.a": "1" * 16, "slot.b": "1" * 16})
    assert (dict(kept.slots), kept.reopened) == ({"b": "2"}, ("slot.a",))


def test_a_slot_says_what_belongs_into_it() -> None:
    slots = module_of(BASE).slots
    assert slots == {"hotline": SlotRule(), "law": SlotRule(False, "law", "Words W2")}
    for written, code, line in (
        (b"{type: fax}", "matter-value", 5), (b"{typ: phone}", "matter-unknown", 5),
        (b"{required: maybe}", "matter-value", 5), (b"{help: [a]}", "matter-shape", 5), (b"[a]", "matter-shape", 5),
        (b"sometimes", "matter-value", 5),
    ):  # fmt: skip
        files = BASE | {"module.md": MODULE.replace(b"hotline: required", b"hotline: " + written)}
        diagnostics = compile_module(files, slug="m").diagnostics
        assert [(one.code, one.file, one.line) for one in diagnostics] == [(code, "module.md", line)], written


def without_lines(overlay: Overlay) -> Overlay:
    return replace(overlay, changes=tuple(change._replace(line=0) for change in overlay.changes))


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
LINES = st.lists(st.sampled_from(["::: case {#c}", ":::::", ":::", "", "  x", "# Y"]) | WORDS, min_size=1, max_size=4)


@settings(deadline=None)
@given(slot=WORDS, source=WORDS, name=WORDS, lines=LINES)
def test_what_is_written_is_read_the_same(slot: str, source: str, name: str, lines: list[str]) -> None:
    draft = Overlay(
        country="KH",
        slots={"hotline": slot, "no": "012"},
        confirmed_by=name,
        checked_on=date(2026, 2, 1),
        changes=(Change("append", "cards", "A.\n" + "\n".join(lines), 0), Change("append", "cards", "Again.", 0)),
        sources={"slot.no": "x" + source},
        checked={"cards": date(2026, 1, 31)},
        basis={"cards": "0123456789abcdef"},
    )
    read, problems = parse(write(draft).text.encode(), "national/KH.md")
    assert problems == []
    assert read is not None
    again = write(read)
    same, _ = parse(again.text.encode(), "national/KH.md")
    assert same is not None
    assert without_lines(same) == without_lines(read)
    assert [change.target for change in read.changes] == ["cards", "cards"]
    assert read.changes[1].text == "Again.\n"
    assert " ".join(slot.split()) == "" or "hotline" in read.slots
    first, last, target = again.places[-1]
    assert again.text.split("\n")[first - 1].endswith("{append=cards}")
    assert again.at(last) == ("cards", last - first)
    assert target == "cards"
