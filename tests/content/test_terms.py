"""Glossary links in translations: the words have to be the glossary's, where the language has one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.content.cases import LESSON, MODULE
from trainer import resources
from trainer.content import terms
from trainer.content.compiler import check_module
from trainer.content.diagnostics import Diagnostic

HEAD = "term,form,standing,note\n"
ROWS = "victim,ជនរងគ្រោះ,published,\nvictim,អ្នករងគ្រោះ,usual,\nforced-labour,Forced  Labour,usual,\n"
SOURCE = "A [victim](term:victim) of [work](term:forced-labour) and [harm](term:trauma)."


@pytest.fixture
def locales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of locales where only Khmer has a glossary, of two terms."""
    monkeypatch.setattr(resources, "folder", lambda name: tmp_path)
    glossary(tmp_path, HEAD + ROWS)
    return tmp_path


def glossary(folder: Path, text: str | bytes) -> None:
    (folder / "km").mkdir(exist_ok=True)
    (folder / "km" / "glossary.csv").write_bytes(text if isinstance(text, bytes) else text.encode())


def checked(text: str, locale: str = "km", before: str = "", source: str = SOURCE) -> list[Diagnostic]:
    catalog = f'msgid ""\nmsgstr "Language: {locale}\\n"\n\n{before}msgctxt "one/top/paragraph.1"\n'
    catalog += f'msgid "{source}"\nmsgstr "{text}"\n'
    files = {"module.md": MODULE, "01-one.md": LESSON + source, f"translations/{locale}.po": catalog}
    return list(check_module({name: text.encode() for name, text in files.items()}, slug="x").diagnostics)


@pytest.mark.parametrize(
    "words",
    [
        "[ជនរងគ្រោះ](term:victim) [forced labour](term:forced-labour)",
        "[អ្នករងគ្រោះ](term:victim) [FORCEDLABOUR](term:forced-labour)",
        "[នៃជន\u200bរង គ្រោះទាំងនេះ](term:victim) [forced\u2060 labourers](term:forced-labour)",
        "**[ជនរងគ្រោះ](term:victim)** [*forced* labour](term:forced-labour)",
    ],
    ids=["preferred", "another form", "inside other words", "emphasis"],
)
def test_any_form_of_the_glossary_is_right_however_it_is_set(locales: Path, words: str) -> None:
    found = checked(words + " [អ្វីក៏បាន](term:trauma)")
    assert "translation-term" not in [one.code for one in found]


def test_another_word_is_doubted_with_its_line_and_the_forms_expected(locales: Path) -> None:
    (one,) = checked("[មនុស្ស](term:victim) [forced labour](term:forced-labour) [x](term:trauma)")
    assert (one.code, one.severity, one.file, one.line) == ("translation-term", "warning", "translations/km.po", 5)
    assert "one/top/paragraph.1" in one.message
    assert "ជនរងគ្រោះ / អ្នករងគ្រោះ" in one.message


def test_a_glossary_link_inside_emphasis_is_looked_at_too(locales: Path) -> None:
    source = SOURCE.replace("[victim](term:victim)", "*[victim](term:victim)*")
    found = checked(source.replace("[victim]", "[មនុស្ស]").replace("[work]", "[forced labour]"), source=source)
    assert [one.code for one in found] == ["translation-term"]


def test_a_language_without_a_glossary_is_not_checked(locales: Path) -> None:
    assert checked("[x](term:victim) [x](term:forced-labour) [x](term:trauma)", "lo") == []


def test_an_outdated_translation_is_left_in_peace(locales: Path) -> None:
    assert checked("[x](term:victim) [x](term:forced-labour) [x](term:trauma)", before="#, fuzzy\n") == []


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("term,form\nvictim,x\n", 1, "term,form,standing,note"),
        (HEAD + "victim,x\n", 2, "4 values"),
        (HEAD + ROWS + "victim,a, b,usual,\n", 5, "4 values"),
        (HEAD + "nobody,x,usual,\n", 2, "'nobody'"),
        (HEAD + "victim, ,usual,\n", 2, "the word for 'victim'"),
        (HEAD + "victim,x,certain,\n", 2, "'certain'"),
        (HEAD + 'victim,"x,usual,\n', 2, "closed quotes"),
        (b"\xff\xfe", 0, "UTF-8"),
    ],
)
def test_a_broken_glossary_is_named_with_its_line(locales: Path, text: str | bytes, line: int, expected: str) -> None:
    path = locales / "broken" / "glossary.csv"
    path.parent.mkdir()
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = terms.glossary("broken").found
    assert (found[0].code, found[0].file, found[0].line) == ("translation-glossary", str(path), line)
    assert expected in found[0].message


def test_the_rest_of_a_broken_glossary_still_counts(locales: Path) -> None:
    glossary(locales, HEAD + "nobody,x,usual,\n" + ROWS)
    found = checked("[x](term:victim) [forced labour](term:forced-labour) [x](term:trauma)")
    assert sorted(one.code for one in found) == ["translation-glossary", "translation-term"]


def test_our_own_glossaries_are_whole() -> None:
    folders = sorted(path.parent.name for path in resources.folder("locales").glob("*/glossary.csv"))
    assert len(folders) >= 10
    assert [str(one) for locale in folders for one in terms.glossary(locale).found] == []
