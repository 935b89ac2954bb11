"""trainer fmt inserts what is missing and leaves everything else, byte for byte."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.content.compiler import compile_module
from trainer.content.formatting import format_files

HEAD = b"---\nid: m\ntitle: M\nsummary: S\n---\n"
LESSON = b"---\nid: l\ntitle: L\n---\n\n"
MATTER = b"---\ntitle: L\n---\n\nWords.\n"
ID_CODES = {"id-missing", "id-shape", "id-duplicate", "unit-duplicate", "unit-reserved"}


def formatted(files: dict[str, bytes]) -> dict[str, bytes]:
    return {**files, **format_files(files, "m")}


def complaints(files: dict[str, bytes]) -> set[str]:
    return {one.code for one in compile_module(files, slug="m").diagnostics} & ID_CODES


@pytest.mark.parametrize(
    "first_line",
    ["::: activity", "::: activity {}", "::: activity {minutes=5}", "::::  activity  { minutes=5 } ", ":::activity"],
)
def test_an_id_is_inserted_and_nothing_else_changes(first_line: str) -> None:
    text = LESSON + first_line.encode() + b"\nSort the cards.\n" + b":" * 4 + b"\n"
    after = formatted({"module.md": HEAD, "01-l.md": text})
    assert complaints(after) == set()
    inserted = re.search(rb" ?\{?#activity-sort-the-cards-[0-9a-f]{4}[ }]?", after["01-l.md"])
    assert inserted is not None
    assert re.sub(rb"[{} ]", b"", after["01-l.md"].replace(inserted[0], b"")) == re.sub(rb"[{} ]", b"", text)


@pytest.mark.parametrize("first_line", ["::: activity minutes=5", "::: activity {minutes=5", "::: activity {#9 b}"])
def test_a_fence_its_author_has_to_mend_is_left_alone(first_line: str) -> None:
    text = LESSON + first_line.encode() + b"\nSort the cards.\n:::\n"
    assert format_files({"module.md": HEAD, "01-l.md": text}, "m") == {}


def test_line_ends_and_byte_order_mark_stay() -> None:
    text = b"\xef\xbb\xbf" + (MATTER + b"\n::: activity\nSort.\n:::\n").replace(b"\n", b"\r\n")
    after = formatted({"module.md": HEAD, "01-l.md": text})["01-l.md"]
    assert after.startswith(b"\xef\xbb\xbf---\r\nid: l\r\n")
    assert after.count(b"\n") == after.count(b"\r\n") == text.count(b"\n") + 1


@pytest.mark.parametrize(
    "names", [["2024.md"], ["01-module.md"], ["01-a.md", "02-a.md"], ["01-a.md", "a.md", "a-2.md"]]
)
def test_every_unit_gets_an_id_that_can_be_used(names: list[str]) -> None:
    after = formatted({"module.md": HEAD} | dict.fromkeys(names, MATTER))
    assert complaints(after) == set()
    assert format_files(after, "m") == {}


def test_a_unit_without_id_never_takes_the_id_of_another() -> None:
    files = {"module.md": HEAD, "01-a.md": MATTER, "02-b.md": MATTER.replace(b"---\n", b"---\nid: a\n", 1)}
    after = formatted(files)
    assert complaints(after) == set()
    assert after["02-b.md"] == files["02-b.md"]


LINES = st.sampled_from(
    [
        "::: question {type=single}", "::: question {#q1 type=single}", "::: activity", "::: scenario {#s}", ":::",
        "::::", ":::: case", "::: country {slot=required}", "::: question type=single", "::: activity {minutes=5",
        "- [x] Yes", "- [ ] No", "Which?", "### Step {#s1}", "```", "> quoted", "    ::: activity", "១២៣ ខ្មែរ", "",
    ]
)  # fmt: skip
BODIES = st.lists(LINES | st.text(max_size=12), max_size=14).map("\n".join)


@settings(deadline=None, max_examples=150)
@given(BODIES, st.sampled_from([LESSON, b"---\ntitle: L\n---\n", b""]))
def test_twice_is_once_and_ids_survive(body: str, head: bytes) -> None:
    files = {"module.md": HEAD, "01-l.md": head + body.encode("utf-8", "replace")}
    after = formatted(files)
    assert format_files(after, "m") == {}
    kept = re.findall(rb"\{#[\w-]+", files["01-l.md"])
    present = re.findall(rb"\{#[\w-]+", after["01-l.md"])
    remaining = iter(present)
    assert all(one in remaining for one in kept)
    assert after["module.md"] == files["module.md"]


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_survived(data: bytes) -> None:
    files = {"module.md": HEAD, "01-l.md": data}
    after = formatted(files)
    assert format_files(after, "m") == {}
