"""The messages of a module, and the catalogs translators work in: made, and brought up to date after a change.

The same module and catalog always give the same bytes: no dates, no wrapped lines.
"""

from __future__ import annotations

from typing import NamedTuple

from trainer.content import po
from trainer.content.contexts import akin, role_of, unit_of
from trainer.content.model import Module

COMMENTS: dict[str, str] = {
    "title": "title",
    "summary": "summary of the module",
    "sensitive": "content note",
    "objective": "learning objective",
    "prompt": "what the question asks",
    "option": "option of a question",
    "feedback": "feedback on an option",
    "hint": "hint",
    "explanation": "explanation after answering",
    "caution": "shown after a critical option",
    "left": "left cell of a matching question",
    "right": "right cell of a matching question",
    "distractor": "right cell that belongs to nothing",
    "choice": 'choice in a scenario; or choices of a gap, " | " between them, in the order of the source',
    "answer": 'accepted answers, " | " between them; decides marks, so a second reader checks it',
    "alt": "description of a picture",
    "caption": "caption of a picture",
}
"""Role of a message → what its translator is told. Ordinary text needs no comment."""

MODULE_HEADER = "X-Trainer-Module"
"""Says whose catalog it is when it comes back."""
_THEIRS = ("PO-Revision-Date", "Last-Translator", "Language-Team")
"""Poedit and Weblate fill them in; empty, they satisfy `msgfmt -c` and name nobody."""


class Message(NamedTuple):
    context: str
    source: str
    comment: str
    """Empty for ordinary text."""
    line: int


def messages(module: Module) -> tuple[Message, ...]:
    """Every message of the module, once, in the order of the source."""
    found: dict[tuple[str, str], Message] = {}
    for passage in module.passages:
        key = (passage.context, passage.source)
        comment = COMMENTS.get(role_of(passage.context), "")
        found.setdefault(key, Message(passage.context, passage.source, comment, passage.line))
    return tuple(found.values())


class BrokenCatalog(Exception):  # noqa: N818  it is the file that is wrong, not the program
    """A catalog that cannot be read whole; writing it anew would lose a translator's work. `line` is 1-based."""

    def __init__(self, line: int, expected: str) -> None:
        super().__init__(f"line {line}: expected {expected}")
        self.line, self.expected = line, expected


def update(data: bytes | None, module: Module, locale: str) -> bytes:
    """The catalog `data` with the messages of the present module; a new one where there is none.

    A reworded message keeps its old translation, marked fuzzy beside the source it was made from. A translation whose
    message has gone is kept as obsolete, and comes back with it. Raises BrokenCatalog.
    """
    old = _read(data or b"")
    left = {(entry.context, entry.source): entry for entry in sorted(old.entries, key=lambda e: not e.obsolete)}
    entries: list[po.Entry] = []
    waiting: list[int] = []
    for message in messages(module):
        fresh = po.Entry(message.context, message.source, "", comments=(message.comment,) if message.comment else ())
        kept = left.pop((message.context, message.source), None)
        if kept is None:
            waiting.append(len(entries))
        entries.append(fresh if kept is None else _renewed(fresh, kept))
    for at in waiting:
        if key := _origin(entries[at], left):
            entries[at] = _renewed(entries[at], left.pop(key))
    gone = (entry._replace(obsolete=True, comments=(), references=()) for entry in left.values() if entry.text)
    return po.write(po.Po(_head(old, module, locale), _headers(old, module, locale), (*entries, *gone)))


def _read(data: bytes) -> po.Po:
    """The whole catalog. Raises BrokenCatalog where an entry would be lost."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenCatalog(data.count(b"\n", 0, error.start) + 1, "UTF-8") from None
    old, faults = po.read(text)
    for fault in faults:
        raise BrokenCatalog(fault.line, fault.expected)
    first: dict[tuple[str, str], po.Entry] = {}
    for entry in old.entries:
        if not entry.obsolete and first.setdefault((entry.context, entry.source), entry).text != entry.text:
            raise BrokenCatalog(entry.line, "one translation of the same message")
    return old


def _origin(entry: po.Entry, left: dict[tuple[str, str], po.Entry]) -> tuple[str, str] | None:
    """Which unused entry this message was before it moved or was reworded."""
    for key, old in left.items():
        if old.text and old.base == entry.source and unit_of(old.context) == unit_of(entry.context):
            return key
    for key, old in left.items():
        if old.text and old.context == entry.context and akin(old.base, entry.source):
            return key
    return None


def _renewed(fresh: po.Entry, old: po.Entry) -> po.Entry:
    """`fresh` with the translation of `old`, which is out of date where the two sources differ."""
    stale = bool(old.text) and old.base != fresh.source
    returned = old.previous is not None and not stale
    return fresh._replace(
        text=old.text,
        fuzzy=stale or (old.fuzzy and not returned),
        previous=old.base if stale else None,
        notes=old.notes,
    )


def _head(old: po.Po, module: Module, locale: str) -> tuple[str, ...]:
    begun = (f"Translation of the module {module.slug} into {locale}.", "Status: machine-drafted, not reviewed")
    return old.head if old.headers else begun


def _headers(old: po.Po, module: Module, locale: str) -> dict[str, str]:
    """What `msgfmt -c` asks for, with nothing that changes from day to day, and what a translator's program added."""
    ours = {"Project-Id-Version": module.slug, MODULE_HEADER: module.slug, "Language": locale}
    fixed = {
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    kept = {key: value for key, value in old.headers.items() if key not in ours}
    return ours | dict.fromkeys(_THEIRS, "") | fixed | kept
