"""What is wrong in a catalog, by itself: its bytes, its header, entries that cannot stand in the place of their source.

What only the module can tell (mark-up, addresses, glossary words) is found in `localising` and `terms`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from gettext import c2py

from trainer.content import po
from trainer.content.characters import BIDI, CONTROL, is_zawgyi, lookalikes, unseen
from trainer.content.contexts import is_key, role_of
from trainer.content.diagnostics import Diagnostic, Severity
from trainer.content.frozen import bold, frozen_parts, longest, marks, numbers, tags

MAX_BYTES = 5_000_000
"""Of one catalog. The largest of ours has a twentieth of it."""
_CONTROL = re.compile(f"{CONTROL.pattern}|\r")
"""A line end inside a message is a plain one, however the file ends its own lines."""
_NO_TEXT = frozenset({"translation-control", "translation-bidi", "translation-unseen"})


def finding(code: str, file: str, line: int = 0, severity: Severity = "error", /, **params: str | int) -> Diagnostic:
    return Diagnostic(code, severity, file, line, 1 if line else 0, params)


# ------------------------------------------------------------------- the whole file


def read(data: bytes, file: str) -> tuple[po.Po | None, list[Diagnostic]]:
    """The catalog as far as it can be read; None when it is too large, which is said unread, or no text."""
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1_000_000
        return None, [finding("translation-large", file, limit=limit)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [finding("translation-encoding", file, line, byte=error.start + 1)]
    parsed, faults = po.read(text)
    return parsed, [finding("translation-syntax", file, fault.line, expected=fault.expected) for fault in faults]


def headers(parsed: po.Po, locale: str, file: str) -> Iterator[Diagnostic]:
    named = parsed.headers.get("Language", "")
    if named.replace("_", "-") != locale:
        yield finding("translation-language", file, 1, expected=locale, found=named or "-")
    charset = parsed.headers.get("Content-Type", "charset=utf-8").lower().partition("charset=")[2]
    if charset not in ("utf-8", "utf8"):
        yield finding("translation-charset", file, 1, found=charset or "-")
    plural = parsed.headers.get("Plural-Forms", "")
    if plural and not _is_plural_rule(plural):
        yield finding("translation-plural", file, 1, "warning", found=plural)


def _is_plural_rule(value: str) -> bool:
    """Whether a `Plural-Forms` header means anything: `nplurals=2; plural=n != 1;`."""
    pairs = dict(part.strip().split("=", 1) for part in value.split(";") if "=" in part)
    if not pairs.get("nplurals", "").strip().isdecimal() or len(value) > 500:
        return False
    try:
        c2py(pairs.get("plural", ""))
    except ValueError:
        return False
    return True


def duplicates(entries: tuple[po.Entry, ...], file: str) -> Iterator[Diagnostic]:
    first: dict[tuple[str, str], int] = {}
    for entry in entries:
        if entry.obsolete:
            continue
        before = first.setdefault((entry.context, entry.source), entry.line)
        if before != entry.line:
            yield finding("translation-duplicate", file, entry.line, context=entry.context, first=before)


# ---------------------------------------------------------------------- each entry


def entries(found: tuple[po.Entry, ...], locale: str, file: str) -> tuple[list[po.Entry], list[Diagnostic]]:
    """The entries that can be used, and what is wrong with the others."""
    fitting: list[po.Entry] = []
    problems: list[Diagnostic] = []
    for entry in found:
        if entry.obsolete or not entry.text.strip():
            continue
        reason = refusal(entry, locale, file)
        if reason is None:
            fitting.append(entry)
            problems += outdated_key(entry, file) if entry.fuzzy else doubts(entry, file)
        elif not entry.fuzzy or reason.code in _NO_TEXT:
            problems.append(reason)  # A fuzzy one is to be done again anyway, but no text holds such characters.
    return fitting, problems


def usable(found: tuple[po.Entry, ...], locale: str, file: str) -> list[po.Entry]:
    """The entries that can be used, of a catalog whose problems were told before."""
    return [one for one in found if one.text.strip() and not one.obsolete and refusal(one, locale, file) is None]


def refusal(entry: po.Entry, locale: str, file: str) -> Diagnostic | None:
    """Why the entry cannot be used; None when it can."""
    line, context, base, text = entry.line, entry.context, entry.base, entry.text
    if len(text) > longest(base):
        return finding("translation-long", file, line, context=context, count=len(text), limit=longest(base))
    if found := _CONTROL.search(text):
        return finding("translation-control", file, line, context=context, code=f"{ord(found[0]):04X}")
    if BIDI.search(text):
        return finding("translation-bidi", file, line, context=context)
    if (char := unseen(text)) and char not in base:
        return finding("translation-unseen", file, line, context=context, code=f"{ord(char):04X}")
    if words := lookalikes(text) - lookalikes(base):
        return finding("translation-lookalike", file, line, context=context, words=", ".join(sorted(words)))
    if locale == "my" and is_zawgyi(text):
        return finding("translation-zawgyi", file, line, context=context)
    if html := tags(text) - tags(base):
        return finding("translation-html", file, line, "warning", context=context, tags=" ".join(html))
    expected, present = frozen_parts(base), frozen_parts(text)
    if expected != present:
        missing, extra = _listed(expected - present), _listed(present - expected)
        return finding("translation-frozen", file, line, context=context, missing=missing, extra=extra)
    return None


def _listed(parts: Counter[tuple[str, str]]) -> str:
    return ", ".join(f"{kind} {value}" for kind, value in sorted(parts.elements())) or "-"


def outdated_key(entry: po.Entry, file: str) -> Iterator[Diagnostic]:
    """A fuzzy answer is not used: the key may have changed since, or the order it is told in."""
    if is_key(entry.context):
        yield finding("translation-key", file, entry.line, "warning", context=entry.context)


def doubts(entry: po.Entry, file: str) -> Iterator[Diagnostic]:
    """Numbers and bold may rightly differ (another calendar, a number in words), so a person has to look."""
    context, line = entry.context, entry.line
    if extra := marks(entry.text) - marks(entry.base):
        yield finding("translation-marks", file, line, "warning", context=context, marks=" ".join(extra))
    if role_of(context) == "answer":
        return
    if lost := numbers(entry.base) - numbers(entry.text):
        yield finding("translation-number", file, line, "warning", context=context, numbers=", ".join(sorted(lost)))
    if bold(entry.base) != bold(entry.text):
        yield finding("translation-bold", file, line, "warning", context=context)
    if (wide := width(entry.text)) > (room := room_for(context, entry.base)):
        yield finding("translation-wide", file, line, "warning", context=context, count=wide, limit=room)


_TIGHT = frozenset({"title", "heading", "head", "cell", "option", "choice", "left", "right", "distractor"})
"""Roles whose words stand in a narrow place on paper."""


def room_for(context: str, source: str) -> int:
    """How wide a translation may grow, in letters, before a page made for `source` is hard to set.

    Our own catalogs in ten languages stay below it everywhere.
    """
    return 2 * width(source) + 16 if role_of(context) in _TIGHT else 3 * width(source) + 40


def width(text: str) -> int:
    """Letters beside each other: marks above and below take no room, Chinese letters take two."""
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
        if unicodedata.category(char) not in ("Mn", "Cf")
    )
