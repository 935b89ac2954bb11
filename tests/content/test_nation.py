"""What a country adds: national/KH.md."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.content.compiler import compile_module
from trainer.content.model import SlotRule, Target
from trainer.content.nation import Change, Overlay, parse, still_open

SIGNED = """---
slots: {hotline: 0128, form: "", lead: Ministry   of Interior}
checked_on: 2026-02-01
confirmed_by: Name, office
review_by: 2027-02-01
---

::: country {fill=contacts}

Call day and night.

Ask for the duty officer.
:::

:::: country {append="cards"}
::: case {#c}
Read.
:::
::::
"""


def overlay(text: str, file: str = "national/KH.md") -> Overlay:
    found, diagnostics = parse(text.encode(), file)
    assert diagnostics == []
    assert found is not None
    return found


def codes(text: str | bytes, file: str = "national/KH.md") -> list[tuple[str, int]]:
    _, found = parse(text if isinstance(text, bytes) else text.encode(), file)
    assert all(str(one) for one in found)
    return [(one.code, one.line) for one in found]


def test_a_signed_overlay_is_read_whole() -> None:
    found = overlay(SIGNED)
    assert found.country == "KH"
    assert found.slots == {"hotline": "0128", "lead": "Ministry of Interior"}
    assert (found.checked_on, found.review_by) == (date(2026, 2, 1), date(2027, 2, 1))
    assert found.confirmed_by == "Name, office"
    assert found.issued
    assert found.changes == (
        Change("fill", "contacts", "Call day and night.\n\nAsk for the duty officer.\n", 10),
        Change("append", "cards", "::: case {#c}\nRead.\n:::\n", 16),
    )


@pytest.mark.parametrize("missing", ["checked_on: 2026-02-01\n", "confirmed_by: Name, office\n"])
def test_without_date_or_name_it_is_not_issued(missing: str) -> None:
    assert not overlay(SIGNED.replace(missing, "")).issued


def test_required_slots_stay_open_until_they_are_filled_and_signed() -> None:
    declared = {"form": SlotRule(), "hotline": SlotRule(), "lead": SlotRule(required=False)}
    assert still_open(declared, {}, None, "KH") == ("form", "hotline")
    assert still_open(declared, {}, overlay(SIGNED), "KH") == ("form",)
    unsigned = overlay(SIGNED.replace("confirmed_by: Name, office\n", ""))
    assert still_open(declared, {}, unsigned, "KH") == ("form", "hotline")


def test_a_required_block_is_filled_with_words_or_by_all_slots_in_it() -> None:
    here = frozenset({"KH"})
    targets = {
        "contacts": Target("country", True, "required", (), here),
        "numbers": Target("country", False, "required", ("hotline", "lead"), here),
        "forms": Target("country", False, "required", ("form",), here),
        "abroad": Target("country", False, "required", (), frozenset({"LA"})),
        "choice": Target("country", False, "optional", (), here),
    }
    assert still_open({}, targets, None, "KH") == ("contacts", "numbers", "forms")
    assert still_open({}, targets, overlay(SIGNED), "KH") == ("forms",)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("slots:", "slot:", [("nation-key", 2)]),
        ("2027-02-01", "next year", [("nation-value", 5)]),
        ("2027-02-01", "2025-02-01", [("nation-dates", 1)]),
        ("Name, office", "[Name]", [("nation-value", 4)]),
        ("{hotline: 0128", "{hotline: [1, 2]", [("nation-value", 2)]),
        ("checked_on: 2026-02-01", "slots: {}", [("nation-front-matter", 3)]),
        ("hotline: 0128", "hotline: &a 0128", [("nation-front-matter", 2)]),
        ("hotline: 0128", "hotline: !!python/object:os.system x", [("nation-front-matter", 2)]),
        ("{fill=contacts}", "{remove=contacts}", [("nation-attribute", 8)]),
        ("{fill=contacts}", "{fill=contacts replace=x}", [("nation-action", 8)]),
        ("{fill=contacts}", "{hidden}", [("nation-attribute", 8)]),
        ("{fill=contacts}", "", [("nation-action", 8)]),
        ("::: country {fill", "::: activity {fill", [("nation-block", 8)]),
        ("Call day and night.\n\nAsk for the duty officer.\n", "", [("nation-empty", 8)]),
        ("::: country {fill", "Loose words.\n\n::: country {fill", [("nation-loose", 8)]),
        ("::::\n", "", [("nation-unclosed", 15)]),
        ("checked_on: 2026-02-01", "sources: [a]", [("nation-value", 3)]),
        ("checked_on: 2026-02-01", "sources: {slot.hotline: [a]}", [("nation-value", 3)]),
        ("checked_on: 2026-02-01", "sources: {hotline: Notice 12}", [("nation-target", 3)]),
        ("checked_on: 2026-02-01", "checked: {contacts: in May}", [("nation-value", 3)]),
        ("checked_on: 2026-02-01", "basis: {contacts: 12}", [("nation-value", 3)]),
        ("checked_on: 2026-02-01", "basis: {elsewhere: 0123456789abcdef}", [("nation-target", 3)]),
        (':::: country {append="cards"}', ":::: country {fill=contacts}", [("nation-duplicate", 15)]),
    ],
)
def test_anything_unknown_is_refused_with_its_line(old: str, new: str, expected: list[tuple[str, int]]) -> None:
    text = SIGNED.replace(old, new) if old != "::::\n" else SIGNED.removesuffix(old)
    assert text != SIGNED
    assert codes(text) == expected


@pytest.mark.parametrize("file", ["national/XX.md", "national/kh.md", "national/Cambodia.md"])
def test_a_country_that_does_not_exist_is_refused(file: str) -> None:
    assert codes(SIGNED, file) == [("nation-country", 0)]


def test_bytes_that_are_no_text_are_refused() -> None:
    assert codes(b"---\n---\n\xff") == [("nation-encoding", 3)]


@pytest.mark.parametrize("bomb", ["[" * 50_000, "{a: " * 9 + "1" + "}" * 9, "\n".join(f"k{n}: 1" for n in range(6000))])
def test_a_yaml_bomb_is_one_line_of_complaint(bomb: str) -> None:
    assert [code for code, _ in codes(f"---\n{bomb}\n---\n")][:1] == ["nation-front-matter"]


PIECES = st.sampled_from(
    ["---", "slots: {a: b}", "::: country {fill=a}", ":::", "::::", "Words.", "", "::: x {", "{}", "a: [b"]
)


@settings(deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=12).map("\n".join) | st.text(max_size=80))
def test_any_text_at_all_gives_an_overlay(text: str) -> None:
    found, diagnostics = parse(text.encode("utf-8", "replace"), "national/KH.md")
    assert found is not None
    assert all(str(one) for one in diagnostics)
    assert all(change.text.strip() for change in found.changes)


MODULE = b"---\nid: m\ntitle: M\nsummary: S\nslots: {hotline: required}\n---\n"
LESSON = b"---\nid: l\ntitle: L\n---\n\nCall {{slot.hotline}}.\n\n::: country {#contacts}\nAsk your coordinator.\n:::\n"


@pytest.mark.parametrize("signed", [True, False])
def test_learners_read_national_words_only_once_they_are_signed(signed: bool) -> None:
    head = "---\nslots: {hotline: 1288}\nchecked_on: 2026-02-01\nconfirmed_by: N\n---\n"
    text = head + "::: country {fill=contacts}\nHere.\n:::\n"
    files = {"module.md": MODULE, "01-l.md": LESSON}
    files["national/KH.md"] = (text if signed else text.replace("confirmed_by: N\n", "")).encode()
    module = compile_module(files, slug="m", country="KH").module
    assert module is not None
    shown = str(module.units[0].blocks)
    assert ("Here." in shown, "1288" in shown) == (signed, signed)
    assert module.open_slots == (() if signed else ("hotline",))
