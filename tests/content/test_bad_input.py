"""Modules that are none: each gives a plain finding with its file and line, and the rest still compiles."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from tests.content.cases import LESSON, MODULE, PAGE
from trainer.content.builder import COLUMNS
from trainer.content.compiler import Compilation, compile_module
from trainer.content.encoding import MAX_BYTES
from trainer.content.html import segments


def compiled(body: str | bytes = "Words.", **asked: Any) -> Compilation:
    data = body if isinstance(body, bytes) else (LESSON + body).encode()
    return compile_module({"module.md": MODULE.encode(), "01-one.md": data}, slug="bad", **asked)


def found(compilation: Compilation) -> list[tuple[str, str, int, int]]:
    return [(one.code, one.file, one.line, one.column) for one in compilation.diagnostics]


def test_unreadable_utf_8_names_line_and_byte() -> None:
    compilation = compiled(LESSON.encode() + b"Words and \xff more.\n")
    assert ("text-encoding", "01-one.md", 5, 11) in found(compilation)
    assert "UTF-8" in compilation.diagnostics[0].message


def test_a_binary_file_called_md_is_refused() -> None:
    compilation = compiled(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert ("text-binary", "01-one.md", 3, 1) in found(compilation)


def test_a_file_of_more_than_a_megabyte_is_refused_unread() -> None:
    compilation = compiled(b"a" * (MAX_BYTES + 1))
    assert ("text-large", "01-one.md", 0, 0) in found(compilation)


@pytest.mark.parametrize(("char", "code"), [("\x1b", "text-control"), ("\u202e", "text-bidi")])
def test_characters_nobody_sees_are_named(char: str, code: str) -> None:
    assert found(compiled(f"\nWords {char} hidden.")) == [(code, "01-one.md", 6, 7)]


def test_ten_thousand_nested_quotes_give_a_finding() -> None:
    assert found(compiled(">" * 10_000 + " deep")) == [("text-deep", "01-one.md", 5, 1)]
    lists = "\n".join("  " * depth + "- a" for depth in range(100))
    assert ("text-deep",) in {one[:1] for one in found(compiled(lists))}


def test_emphasis_ten_thousand_deep_stays_flat_enough_to_show() -> None:
    compilation = compiled("**a " * 10_000 + "b** " * 10_000)
    assert found(compilation) == [("text-inline-deep", "01-one.md", 5, 1)]
    assert compilation.module is not None
    assert segments(compilation.module.units[0], PAGE)


def test_without_module_md_there_is_no_module() -> None:
    compilation = compile_module({"01-one.md": LESSON.encode()}, slug="bad")
    assert compilation.module is None
    assert not compilation.ok
    assert found(compilation) == [("module-missing", "module.md", 0, 0)]


def test_an_empty_folder_and_one_with_pictures_only() -> None:
    assert compile_module({}, slug="bad").module is None
    assert compile_module({"media/a.png": b"x"}, slug="bad").module is None


def test_two_units_with_one_id_name_each_other() -> None:
    files = {"module.md": MODULE.encode(), "01-one.md": LESSON.encode(), "02-two.md": LESSON.encode()}
    compilation = compile_module(files, slug="bad")
    assert found(compilation) == [("unit-duplicate", "02-two.md", 1, 1)]
    assert "01-one.md" in compilation.diagnostics[0].message


def test_a_unit_file_whose_name_is_no_address() -> None:
    files = {"module.md": MODULE.encode(), "01 Ünit.md": LESSON.encode()}
    assert found(compile_module(files, slug="bad")) == [("unit-name", "01 Ünit.md", 0, 0)]


@pytest.mark.parametrize("path", ["../secret.png", "/etc/passwd.png", "media/../../x.png", "media\\x.png", "c:/x.png"])
def test_a_media_link_outside_the_folder_is_refused(path: str) -> None:
    compilation = compiled(f"![A picture]({path})")
    assert [one[:3] for one in found(compilation)] == [("image-path", "01-one.md", 5)]
    assert compilation.module is not None
    assert "<img" not in str(segments(compilation.module.units[0], PAGE))


def test_a_yaml_bomb_does_not_go_off() -> None:
    bomb = "---\na: &a [x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n---\n"
    compilation = compiled(bomb.encode())
    assert found(compilation) == [("matter-syntax", "01-one.md", 2, 4)]
    deep = "---\nid: " + "[" * 10_000 + "\n---\n"
    assert [one[0] for one in found(compiled(deep.encode()))] == ["matter-syntax"]


def test_zawgyi_is_told_from_burmese_in_unicode() -> None:
    unicode = "ယေဘုယျအားဖြင့် လူကုန်ကူးမှုသည် ရာဇဝတ်မှု ဖြစ်သည်။"
    zawgyi = "ေယဘုယ်အားျဖင့္ လူကုန္ကူးမႈသည္ ရာဇ၀တ္မႈ ျဖစ္သည္။"
    assert found(compiled(unicode)) == []
    assert found(compiled(f"Words.\n\n{zawgyi}")) == [("text-zawgyi", "01-one.md", 7, 1)]


def test_a_locale_that_does_not_exist_is_named_and_the_source_shown() -> None:
    compilation = compiled(locale="xx")
    assert [one[0] for one in found(compilation)] == ["module-locale"]
    assert compilation.module is not None
    assert compilation.module.locale == "en"


def test_a_country_that_does_not_exist_is_named_and_the_regional_text_shown() -> None:
    compilation = compiled(country="XX")
    assert [one[0] for one in found(compilation)] == ["module-country"]
    assert compilation.module is not None
    assert compilation.module.country is None


def test_a_country_without_an_overlay_is_no_error() -> None:
    compilation = compiled(country="KH", locale="km")
    assert compilation.diagnostics == ()
    assert compilation.module is not None
    assert compilation.module.states == {"missing": 5}


# --------------------------------------------------------------------- growth

GROWING: dict[str, Callable[[int], str]] = {
    "quotes": lambda n: ">" * n,
    "emphasis": lambda n: "*a " * n,
    "both kinds of emphasis": lambda n: "*_" * n + "a" + "_*" * n,
    "brackets": lambda n: "[" * n,
    "open links": lambda n: "[a](" * n,
    "open pictures": lambda n: "![" * n,
    "code marks": lambda n: "".join("`" * (i % 50) + "a" for i in range(n // 25)),
    "footnotes": lambda n: "".join(f"[^{i}]" for i in range(n)) + "\n\n" + "\n".join(f"[^{i}]: x" for i in range(n)),
    "one footnote": lambda n: "[^a]" * n + "\n\n[^a]: x",
    "open footnotes": lambda n: "[^a" * n,
    "unknown footnotes": lambda n: "".join(f"[^{i}]" for i in range(n)),
    "open fences": lambda n: "::: case {#a}\n" * n,
    "closing fences": lambda n: ":::\n" * n,
    "fences that grow": lambda n: ":::: a\n" * n + ":::\n" * n,
    "cases without id": lambda n: "\n".join("::: case\nx\n:::" for _ in range(n)),
    "short table rows": lambda n: "|a|b|\n|-|-|\n" + "|a\n" * n,
    "a wide table": lambda n: "|a" * n + "|\n" + "|-" * n + "|\n" + "|a|\n" * n,
    "headings": lambda n: "## a\n" * n,
    "definitions": lambda n: "a\n: b\n" * n,
    "options": lambda n: "::: question {#q type=single}\na\n\n" + "- [x] a\n" * n + ":::",
    "steps": lambda n: "::: scenario {#q}\n" + "".join(f"### a {{#s{i}}}\n\n- [a](#s{i + 1})\n" for i in range(n)),
    "open gaps": lambda n: "::: question {#q type=gap}\n" + "[[ " * n + "\n:::",
    "slots": lambda n: "{{slot.a}}" * n,
    "rules": lambda n: "* * * a\n" * n,
}


def calls(text: str) -> tuple[int, int]:
    """How many functions were called to compile and show `text`, and how long the page became."""
    counted = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal counted
        counted += 1

    sys.setprofile(count)
    try:
        compilation = compiled(text)
        assert compilation.module is not None
        pieces = segments(compilation.module.units[0], PAGE)
    finally:
        sys.setprofile(None)
    return counted, sum(len(piece) for piece in pieces if isinstance(piece, str))


@pytest.mark.parametrize("name", GROWING)
def test_twice_the_text_is_twice_the_work_and_the_page_stays_in_bounds(name: str) -> None:
    grow = GROWING[name]
    once, _ = calls(grow(400))
    twice, length = calls(grow(800))
    assert twice <= 2.6 * once + 2_000
    assert length <= 20 * len(grow(800))


def test_a_table_wider_than_the_limit_is_left_out() -> None:
    row = "|a" * (COLUMNS + 1) + "|\n"
    assert [one[0] for one in found(compiled(row + "|-" * (COLUMNS + 1) + "|\n"))] == ["table-wide"]


def test_empty_cells_are_not_made_without_end() -> None:
    table = "|" + "a|" * 20 + "\n|" + "-|" * 20 + "\n" + "|a\n" * 1000
    assert [one[0] for one in found(compiled(table))] == ["table-empty"]


def test_a_scenario_with_more_steps_than_cards_is_cut() -> None:
    assert "scenario-large" in [one[0] for one in found(compiled(GROWING["steps"](150)))]
