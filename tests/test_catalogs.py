"""The check of the interface's catalogs says what is wrong with one, and nothing about a good one."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def catalogs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool, with the Thai and Filipino catalogs in a folder of their own."""
    spec = importlib.util.spec_from_file_location("catalogs_tool", ROOT / "tools" / "catalogs.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    places = {locale: tmp_path / f"{locale}.po" for locale in ("th", "fil")}
    for locale, path in places.items():
        shutil.copy(ROOT / "locales" / locale / "LC_MESSAGES" / "messages.po", path)
    monkeypatch.setattr(tool, "catalogs", lambda: iter(places.items()))
    return tool


def test_our_catalogs_are_fresh_and_complete(catalogs: ModuleType) -> None:
    assert list(catalogs.problems()) == []


GLOSSARY = r'msgid "Glossary"\nmsgstr "[^"]+"'
DAMAGE: dict[str, tuple[str, str, str, str]] = {
    "another plural rule": ("fil", r"plural=!", "plural=", "the head does not say `Plural-Forms:"),
    "no word about a review": ("th", "# Status: .*", "# Thai", "the head says neither"),
    "a broken placeholder": ("th", r'(msgstr "[^"]*)%\(limit\)d', r"\1%(limt)d", "placeholders ['limt']"),
    "another word": ("th", 'msgstr "ล่าม"', 'msgstr "คนแปล"', "none of the glossary's words for interpreter"),
    "a missing plural form": ("fil", r'msgstr\[1\] "[^"]+"', 'msgstr[1] ""', "not translated"),
    "an empty translation": ("th", GLOSSARY, r'msgid "Glossary"\nmsgstr ""', "not translated: 'Glossary'"),
    "a sentence that is gone": ("th", 'msgid "Glossary"', 'msgid "Glossaries"', "missing: Glossary"),
    "a sentence that changed": ("th", 'msgid "Glossary"', r'#, fuzzy\nmsgid "Glossary"', "fuzzy: 'Glossary'"),
}
"""What is damaged: in which catalog, what is replaced by what, and what is said about it."""


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_named(catalogs: ModuleType, name: str) -> None:
    locale, old, new, said = DAMAGE[name]
    path = dict(catalogs.catalogs())[locale]
    text, count = re.subn(old, new, path.read_text(encoding="utf-8"), count=1)
    assert count == 1
    path.write_text(text, encoding="utf-8")
    assert said in "\n".join(catalogs.problems())


def test_a_new_sentence_makes_the_template_stale(catalogs: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = catalogs.extracted

    def more() -> object:
        template = whole()
        template.add("A sentence nobody has translated")
        return template

    monkeypatch.setattr(catalogs, "extracted", more)
    found = "\n".join(catalogs.problems())
    assert "locales/messages.pot: stale; run `make messages`" in found
    assert "missing: A sentence nobody has translated" in found
