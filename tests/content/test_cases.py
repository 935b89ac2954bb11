"""The Markdown files in tests/cases: each input gives exactly the page, the questions and the findings beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.content.cases import Case, compiled, html_of, outline_of, read_cases, shown_diagnostics
from trainer.content.diagnostics import CODES

TESTS = Path(__file__).parent
CASES = list(read_cases())
ELSEWHERE = (
    "lint-",
    "translation-",
    "nation-",
    "picture-",
    "rev-",
    "folder-",
    "format-",
    "fmt-",
    "option-",
    "paths-",
    "internal",
)
"""Codes that other tests reach: other modules' own, the folder's, and the one that must never appear."""


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_gives_what_stands_beside_it(case: Case) -> None:
    compilation = compiled(case)
    assert shown_diagnostics(case, compilation) == case.blocks.get("diagnostics", "").splitlines()
    if "html" in case.blocks:
        assert html_of(compilation) == case.blocks["html"]
    if "outline" in case.blocks:
        assert outline_of(compilation) == case.blocks["outline"]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_finding_reads_as_a_sentence_with_its_place(case: Case) -> None:
    for one in compiled(case).diagnostics:
        assert one.message
        assert str(one).startswith(f"{one.file}:{one.line}:{one.column}: {one.severity}: ")


def test_a_case_expects_something() -> None:
    assert not [str(case) for case in CASES if not {"html", "outline", "diagnostics"} & case.blocks.keys()]
    assert len({str(case) for case in CASES}) == len(CASES)


def test_every_code_of_the_compiler_has_a_case() -> None:
    shown = {line.split()[-1] for case in CASES for line in case.blocks.get("diagnostics", "").splitlines()}
    wanted = {code for code in CODES if not code.startswith(ELSEWHERE)}
    binary = {"text-large", "text-binary", "text-encoding", "text-control", "text-zawgyi", "text-bidi"}
    large = {"text-deep", "text-inline-deep", "table-empty", "scenario-large", "module-empty", "module-missing"}
    asked = {"module-locale", "module-country", "unit-name"}
    assert wanted - shown - binary - large - asked == set()


def test_every_code_about_translations_is_expected_by_a_test() -> None:
    said = "".join(path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py"))
    assert [code for code in CODES if code.startswith("translation-") and f'"{code}"' not in said] == []
