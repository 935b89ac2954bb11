"""A catalog that a translator sends back, brought into the module's own.

A translation of the present source replaces ours; an empty one never deletes ours; one of an older source fills a
place that is empty or outdated, and stays marked. What does not fit is refused entry by entry; a file that is damaged,
of another language or of another module is refused whole. Nothing here writes: the caller replaces the file, or not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from trainer.content import po, terms, translation_checks
from trainer.content.contexts import akin, role_of, unit_of
from trainer.content.diagnostics import Diagnostic, Findings
from trainer.content.extraction import MODULE_HEADER, Message, messages, update
from trainer.content.localising import localize
from trainer.content.model import Module
from trainer.content.reviews import is_draft, plain, review_of, signature, unsigned
from trainer.content.translation import Catalog, reviewed_by
from trainer.content.translation_checks import finding

Key = tuple[str, str]
"""Context and source of a message."""

OUTCOMES = ("new", "changed", "unchanged", "refused", "unknown", "stale", "missing")
UNREVIEWED = "Draft: imported after the review"
"""Note of an entry that came into a signed catalog without a signature of its own: it is shown as a draft."""
_STATUS = "status:"


class Incoming(NamedTuple):
    data: bytes | None
    """The new catalog, whole; None when nothing of the file is taken."""
    outcomes: Mapping[str, int]
    """How many entries of the file are `new` …, in the order of OUTCOMES; each counts once.

    `stale`: made from an older text, or marked by the translator as unsure. `missing`: messages of the module that the
    file does not translate.
    """
    found: tuple[Diagnostic, ...]


def bring_in(
    data: bytes,
    file: str,
    module: Module,
    locale: str,
    present: bytes | None,
    *,
    signers: Collection[str] | None = None,
) -> Incoming:
    """Merge the catalog `data`, called `file` in what is said about it, into `present`. Raises BrokenCatalog.

    `signers`: the names that may have reviewed single passages for whoever sends the file, if they left the words as
    they were; the signature of the whole is not theirs to give. None: any, for whoever has the files has the say.
    """
    findings = Findings()
    ours, _ = po.read(update(present, module, locale).decode())
    theirs = _read(data, file, module, locale, findings)
    refused = any(one.severity == "error" and one.code not in _BY_ENTRY for one in findings.found)
    sorted_out = _Sorting(module, locale, file, findings)
    # Entries of another module would be a thousand times the same complaint; otherwise all is said at once.
    if not any(one.code in _STRANGE for one in findings.found):
        sorted_out.run(theirs)
    if refused:
        return Incoming(None, {}, findings.listed())
    return _merged(ours, theirs, sorted_out, present, signers)


# ------------------------------------------------------------------- the whole file


_STRANGE = ("translation-module", "translation-foreign")
_BY_ENTRY = ("translation-duplicate",)
"""Which of two is meant can be asked without sending all the rest again."""


def _read(data: bytes, file: str, module: Module, locale: str, findings: Findings) -> po.Po:
    """The file as far as it can be read. An error is found where all of it is refused."""
    parsed, found = translation_checks.read(data, file)
    if parsed is not None:
        found += translation_checks.headers(parsed, locale, file)
        found += _other_module(parsed, module, file)
        found += translation_checks.duplicates(parsed.entries, file)
    findings.found += found
    return parsed or po.Po((), {}, ())


def _other_module(parsed: po.Po, module: Module, file: str) -> Iterator[Diagnostic]:
    """By its header; without one, by how many of its contexts this module has."""
    named = parsed.headers.get(MODULE_HEADER, "")
    if named:
        if named != module.slug:
            yield finding("translation-module", file, 1, found=named, expected=module.slug)
        return
    theirs = {entry.context for entry in parsed.entries if not entry.obsolete}
    strange = theirs - {message.context for message in messages(module)}
    if not theirs or 2 * len(strange) > len(theirs):
        units = ", ".join(sorted({unit_of(context) or "-" for context in strange})[:5]) or "-"
        counts = {"known": len(theirs) - len(strange), "count": len(theirs)}
        yield finding("translation-foreign", file, 1, module=module.slug, units=units, **counts)


# ---------------------------------------------------------------------- each entry


class _Sorting:
    """Which entry of the file belongs to which message, and why the others do not."""

    def __init__(self, module: Module, locale: str, file: str, findings: Findings) -> None:
        self.module, self.locale, self.file, self.findings = module, locale, file, findings
        self.wanted: dict[Key, Message] = {(one.context, one.source): one for one in messages(module)}
        self.by_context: dict[str, Message] = {}
        self.by_words: dict[tuple[str, str, str], Message] = {}
        """(unit, role, source): a paragraph that was moved has another context and the same words."""
        for one in self.wanted.values():
            self.by_context.setdefault(one.context, one)
            self.by_words.setdefault(_words_key(one.context, one.source), one)
        self.taken: dict[Key, po.Entry] = {}
        """Message → the entry, with the message's context and source and the line of the file."""
        self.refused: set[int] = set()
        """Lines of entries that do not fit."""
        self.outcomes: Counter[str] = Counter()

    def run(self, theirs: po.Po) -> None:
        twice = Counter((one.context, one.source) for one in theirs.entries if not one.obsolete)
        waiting = []
        for entry in theirs.entries:
            if entry.obsolete or not entry.text.strip():
                continue
            entry = entry if entry.fuzzy else entry._replace(previous=None)
            if twice[entry.context, entry.source] > 1:
                self.refused.add(entry.line)
            elif (entry.context, entry.source) in self.wanted:
                self.take(entry, entry)
            else:
                waiting.append(entry)
        for entry in waiting:
            self.place(entry)
        self.check_in_place()

    def place(self, entry: po.Entry) -> None:
        """Find the message of an entry whose source is not the present one of its context."""
        now = self.by_context.get(entry.context)
        same = self.by_words.get(_words_key(entry.context, entry.source))
        if now is None:
            self.pass_over(entry, same.context if same is not None else "-")
        elif same is not None:
            self.take(entry, entry._replace(context=same.context))
        elif akin(entry.source, now.source):
            self.take(entry, entry._replace(source=now.source, fuzzy=True, previous=entry.base))
        else:
            self.pass_over(entry, "-")

    def take(self, entry: po.Entry, placed: po.Entry) -> None:
        if reason := translation_checks.refusal(entry, self.locale, self.file):
            self.findings.found.append(reason)
            self.refused.add(entry.line)
            return
        if (placed.context, placed.source) in self.taken:
            self.pass_over(entry, placed.context)
            return
        if placed.fuzzy:
            self.say("translation-older", entry, now=placed.source[:60])
        else:
            self.findings.found += translation_checks.doubts(entry, self.file)
        self.taken[placed.context, placed.source] = placed

    def pass_over(self, entry: po.Entry, there: str) -> None:
        self.say("translation-unknown", entry, words=entry.source[:60], there=there)
        self.outcomes["unknown"] += 1

    def say(self, code: str, entry: po.Entry, /, **params: str | int) -> None:
        self.findings.found.append(
            finding(code, self.file, entry.line, "warning", context=entry.context or "-", **params)
        )

    def check_in_place(self) -> None:
        """What only the module can tell: mark-up, addresses, choices, glossary words."""
        catalog = Catalog.of(self.locale, (), list(self.taken.values()))
        shown, misfits = localize(self.module, catalog, self.locale)
        self.refused |= {one.line for one in misfits}
        found = (*misfits, *terms.check(shown, catalog))
        own = (one._replace(file=self.file) if one.code != "translation-glossary" else one for one in found)
        self.findings.found += own
        self.taken = {key: entry for key, entry in self.taken.items() if entry.line not in self.refused}
        self.outcomes["refused"] = len(self.refused)


def _words_key(context: str, source: str) -> tuple[str, str, str]:
    return unit_of(context), role_of(context), source


# ----------------------------------------------------------------------- the result


def _merged(
    ours: po.Po, theirs: po.Po, sorted_out: _Sorting, present: bytes | None, signers: Collection[str] | None
) -> Incoming:
    outcomes, taken = sorted_out.outcomes, sorted_out.taken
    entries: list[po.Entry] = []
    touched: set[int] = set()
    for entry in ours.entries:
        new = None if entry.obsolete else taken.get((entry.context, entry.source))
        after = entry if new is None else _chosen(entry, new, sorted_out, signers)
        if new is not None:
            outcomes["stale" if new.fuzzy else _outcome(entry, after)] += 1
        if after != entry:
            touched.add(len(entries))
        entries.append(after)
    outcomes["missing"] = sum(key not in taken for key in sorted_out.wanted)
    head = _signed(ours, theirs, sorted_out) if signers is None else ours.head
    entries = _noted(entries, touched, signed_anew=head != ours.head, signed=reviewed_by(head)[0] is not None)
    data = po.write(po.Po(head, ours.headers, tuple(entries))) if touched or head != ours.head else None
    listed = {outcome: outcomes[outcome] for outcome in OUTCOMES}
    return Incoming(None if data == present else data, listed, sorted_out.findings.listed())


def _chosen(ours: po.Entry, theirs: po.Entry, sorted_out: _Sorting, signers: Collection[str] | None) -> po.Entry:
    """What stands in the catalog afterwards: never a doubtful translation in the place of a good one."""
    if theirs.fuzzy and ours.text and not ours.fuzzy:
        return ours
    notes = _answered_for(ours, theirs, sorted_out, signers)
    return ours._replace(text=theirs.text, fuzzy=theirs.fuzzy, previous=theirs.previous, notes=notes)


def _answered_for(
    ours: po.Entry, theirs: po.Entry, sorted_out: _Sorting, signers: Collection[str] | None
) -> tuple[str, ...]:
    """The comments of their entry, with the signature that it may have.

    A reviewer answers for words that they read. The line we had before says nothing about other words; it came with
    the export, and stays only with ours.
    """
    claimed, held = review_of(theirs.notes), review_of(ours.notes)
    is_same = (ours.text, ours.base, ours.fuzzy) == (theirs.text, theirs.base, theirs.fuzzy)
    if claimed is None:
        # A program that keeps no comments takes no review away, either.
        return (*theirs.notes, signature(*held)) if held is not None and is_same else theirs.notes
    if claimed == held and is_same:
        return theirs.notes
    is_allowed = not theirs.fuzzy if signers is None else is_same and not theirs.fuzzy and claimed.name in signers
    if is_allowed and claimed != held:
        return (*plain(theirs.notes), signature(claimed.name, claimed.day))
    sorted_out.say("translation-claim", theirs, name=claimed.name)
    if not is_same:
        return unsigned(theirs.notes)
    ours_only = set(ours.notes) - set(plain(ours.notes))
    return (*plain(theirs.notes), *(note for note in ours.notes if note in ours_only))


def _outcome(before: po.Entry, after: po.Entry) -> str:
    if not before.text:
        return "new"
    return "unchanged" if before == after else "changed"


def _signed(ours: po.Po, theirs: po.Po, sorted_out: _Sorting) -> tuple[str, ...]:
    """The head of the catalog, with the file's reviewer when it signs for all of the present module.

    A reviewer answers for what learners will see as reviewed. With a message left out, outdated or refused, words that
    the reviewer never saw would stand under the name. A line we had before is no new review: it came with the export.
    """
    name, day = reviewed_by(theirs.head)
    if name is None or (name, day) == reviewed_by(ours.head):
        return ours.head
    counts = sorted_out.outcomes
    if counts["missing"] or counts["refused"] or counts["stale"]:
        named = {what: counts[what] for what in ("missing", "refused", "stale")}
        sorted_out.findings.warn("translation-reviewer", sorted_out.file, 1, name=name, **named)
        return ours.head
    kept = (line for line in ours.head if not line.casefold().startswith((_STATUS, "reviewed by:")))
    return (*kept, f"Reviewed by: {name}, {day.isoformat()}" if day is not None else f"Reviewed by: {name}")


def _noted(entries: list[po.Entry], touched: set[int], *, signed_anew: bool, signed: bool) -> list[po.Entry]:
    """In a catalog that was signed before, what came in without a new signature is marked as a draft."""
    noted = []
    for at, entry in enumerate(entries):
        notes = tuple(note for note in entry.notes if note != UNREVIEWED)
        stays = UNREVIEWED in entry.notes or at in touched
        if signed and not signed_anew and stays and (review_of(notes) is None or is_draft(notes)):
            notes = (*notes, UNREVIEWED)
        noted.append(entry._replace(notes=notes))
    return noted
