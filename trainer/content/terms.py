"""The glossary's words in each language, `locales/<locale>/glossary.csv`, and whether translations use them.

A row is `term,form,standing,note`; the first form of a term is the preferred one, and any of them will do, but for
those whose standing is `avoid`: they look right and are not, and the note says why.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from trainer import resources
from trainer.content.addresses import links
from trainer.content.characters import bare
from trainer.content.diagnostics import Diagnostic
from trainer.content.glossary import TERMS
from trainer.content.inline import words
from trainer.content.model import Module, Passage
from trainer.content.translation import Catalog, catalog_of
from trainer.content.translation_checks import finding

COLUMNS = ["term", "form", "standing", "note"]
AVOID = "avoid"
STANDINGS = ("published", "usual", "proposed", AVOID)


class Avoided(NamedTuple):
    form: str
    why: str
    """The row's note; may be empty."""


class Glossary(NamedTuple):
    forms: Mapping[str, tuple[str, ...]]
    """Term id → its forms, the preferred one first."""
    avoided: Mapping[str, tuple[Avoided, ...]]
    """Term id → words that are not to be used for it."""
    found: tuple[Diagnostic, ...]
    """Rows that cannot be read; `file` is the whole path, since it is no part of a module."""


def glossary(locale: str) -> Glossary:
    """The forms in `locale`; none where the language has no glossary."""
    return _read(resources.folder("locales") / locale / "glossary.csv")


@cache
def _read(path: Path) -> Glossary:
    # Locales are code and do not change while Trainer runs, so each file is read once.
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Glossary({}, {}, ())
    except UnicodeDecodeError:
        return Glossary({}, {}, (_broken(path, 0, "text in UTF-8"),))
    forms: dict[str, tuple[str, ...]] = {}
    avoided: dict[str, tuple[Avoided, ...]] = {}
    found: list[Diagnostic] = []
    rows = csv.reader(text.splitlines(), strict=True)
    try:
        for row in rows:
            if wanted := _expected(row, rows.line_num):
                found.append(_broken(path, rows.line_num, wanted))
            elif row[2] == AVOID:
                avoided[row[0]] = (*avoided.get(row[0], ()), Avoided(row[1], row[3]))
            elif rows.line_num > 1:
                forms[row[0]] = (*forms.get(row[0], ()), row[1])
    except csv.Error:
        found.append(_broken(path, rows.line_num, "values in closed quotes"))
    return Glossary(forms, avoided, tuple(found))


def _expected(row: list[str], line: int) -> str:
    """What should stand in the row instead, or "" when it is right."""
    if line == 1:
        return "" if row == COLUMNS else f"the first line {','.join(COLUMNS)}"
    if len(row) != len(COLUMNS):
        return f"{len(COLUMNS)} values, with quotes around those that hold a comma"
    if row[0] not in TERMS:
        return f"a term of the glossary instead of {row[0]!r}"
    if not bare(row[1]):
        return f"the word for {row[0]!r} in this language"
    return "" if row[2] in STANDINGS else f"one of {', '.join(STANDINGS)} instead of {row[2]!r}"


def _broken(path: Path, line: int, expected: str) -> Diagnostic:
    return finding("translation-glossary", str(path), line, "warning", expected=expected)


def check(module: Module, catalog: Catalog) -> Iterator[Diagnostic]:
    """What the glossary has against a localised module; what is outdated is left in peace."""
    yield from glossary(catalog.locale).found
    yield from check_passages(module.passages, catalog)


def check_passages(passages: Iterable[Passage], catalog: Catalog) -> Iterator[Diagnostic]:
    """Glossary links whose words hold none of the forms, and words that are to be avoided."""
    known = glossary(catalog.locale)
    shunned = [(term, one) for term, several in known.avoided.items() for one in several]
    for passage in passages:
        if passage.state not in ("draft", "reviewed"):
            continue
        for href, shown in links(passage.content):
            kind, _, term = href.partition(":")
            forms = known.forms.get(term, ()) if kind == "term" else ()
            if forms and not any(bare(form) in bare(shown) for form in forms):
                yield finding(
                    "translation-term", catalog_of(catalog.locale), catalog.line_of(passage), "warning",
                    context=passage.context, words=shown, term=term, forms=" / ".join(forms),
                )  # fmt: skip
        text = bare(words(passage.content)) if shunned else ""
        for term, one in shunned:
            if bare(one.form) in text:
                yield finding(
                    "translation-avoided", catalog_of(catalog.locale), catalog.line_of(passage), "warning",
                    context=passage.context, words=one.form, forms=" / ".join(known.forms.get(term, ())) or "-",
                )  # fmt: skip


def terms_in(source: str) -> tuple[str, ...]:
    """Ids of the glossary's terms that an English message links to or names, in the order of the glossary."""
    linked = set(_LINKED.findall(source))
    return tuple(term for term, named in _named().items() if term in linked or named.search(source))


@cache
def _named() -> dict[str, re.Pattern[str]]:
    """Term → its names, and its id as a word: `victim` says what is meant as well as "victim of trafficking"."""
    found = {}
    for term, entry in TERMS.items():
        names = {re.sub(r"\s*\(.*?\)", "", name) for name in (*entry.english.split(", "), term.replace("-", " "))}
        found[term] = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})(?:e?s|ren)?\b", re.IGNORECASE)
    return found


_LINKED = re.compile(r"\]\(\s*term:([\w-]+)")
