"""What a coordinator writes for a country, as plain values: read from a file or a draft, checked, made a file again.

Everything typed is kept as it was typed. What cannot stand in an edition is said by `faults`, place by place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from trainer.content.characters import BIDI, CONTROL, is_zawgyi
from trainer.content.model import Module
from trainer.content.nation import ACTIONS, SLOT, Change, Overlay, block_of, slot_of, still_open
from trainer.languages.folding import ascii_digits
from trainer.services.problems import SENTENCES
from trainer.vocabulary import N_

LONGEST_WORDS = 20_000
"""Characters in one place."""
LONGEST_LINE = 500

SENTENCES.update(
    {
        "national-control": N_("There is an invisible control character in these words. Type them again here."),
        "national-bidi": N_("There is an invisible character that reverses text in these words. Type them again here."),
        "national-zawgyi": N_("These words are written in Zawgyi. Convert them to Unicode."),
        "national-long": N_("This is too long: at most %(limit)s characters."),
        "national-phone": N_("A telephone number comes first here; hours and languages may follow after a comma."),
        "national-url": N_("An address on the web begins with https:// here."),
        "national-day": N_("Enter a day, such as 2026-02-01."),
        "national-future": N_("This day has not come yet."),
        "national-review": N_("The next check comes after the day of checking."),
        "national-action": N_("Choose what to do with these words."),
        "national-gone": N_("This place is not in the module any more. Move the words, or take them out."),
        "national-missing": N_("This has to be filled in."),
        "national-block": N_("Fill in everything that stands in this text (%(slots)s), or write the text yourself."),
        "national-reopened": N_("The regional text changed here. Read it, then change your words or confirm them."),
        "national-source": N_("Say where this is written."),
        "national-checked": N_("Enter the day on which you checked this."),
        "national-name": N_("Enter the name and the office of who answers for this."),
    }
)  # fmt: skip


class Text(NamedTuple):
    """Words, and what they do to a block; a slot's have no action."""

    action: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said at one place."""

    texts: tuple[Text, ...] = ()
    source: str = ""
    checked: str = ""
    """A day as it was typed."""
    basis: str = ""
    """Digest of the regional words it was written for."""

    @property
    def filled(self) -> tuple[Text, ...]:
        return tuple(one for one in self.texts if one.words.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All of it. `said`: target (`slot.NAME`, or the id of a block) → what is said there."""

    said: Mapping[str, Said] = field(default_factory=dict)
    confirmed_by: str = ""
    checked_on: str = ""
    review_by: str = ""


class Fault(NamedTuple):
    """What is wrong, and where. `target` "": with the whole."""

    target: str
    part: str
    """`words`, `action`, `source`, `checked`; of the whole `confirmed_by`, `checked_on` or `review_by`."""
    code: str
    kind: str
    """`unusable`: cannot even be kept. `wrong`: kept, to be put right. `todo`: not there yet."""
    params: Mapping[str, object] = {}


# ------------------------------------------------------------- to and from


def of_overlay(overlay: Overlay | None) -> Words:
    """What a file says."""
    if overlay is None:
        return Words()
    said = {}
    for target in overlay.targets:
        slot = slot_of(target)
        changes = [
            Text(change.action, change.text.rstrip("\n")) for change in overlay.changes if change.target == target
        ]
        texts = [Text("", overlay.slots[slot])] if slot is not None else changes
        day = overlay.checked.get(target)
        said[target] = Said(
            texts=tuple(texts),
            source=overlay.sources.get(target, ""),
            checked=day.isoformat() if day else "",
            basis=overlay.basis.get(target, ""),
        )
    return Words(
        said=said,
        confirmed_by=overlay.confirmed_by or "",
        checked_on=overlay.checked_on.isoformat() if overlay.checked_on else "",
        review_by=overlay.review_by.isoformat() if overlay.review_by else "",
    )


def to_overlay(words: Words, country: str) -> Overlay:
    """The file that says it, signed once it has a name and a day. What is no day is left out."""
    said = {target: one for target, one in words.said.items() if one.filled}
    return Overlay(
        country=country,
        slots={target.removeprefix(SLOT): one.filled[0].words for target, one in said.items() if slot_of(target)},
        confirmed_by=words.confirmed_by or None,
        checked_on=day_of(words.checked_on),
        review_by=day_of(words.review_by),
        changes=tuple(
            Change(text.action, target, text.words, 0)
            for target, one in said.items()
            if block_of(target)
            for text in one.filled
            if text.action in ACTIONS
        ),
        sources={target: one.source for target, one in said.items() if one.source},
        checked={target: day for target, one in said.items() if (day := day_of(one.checked))},
        basis={target: one.basis for target, one in said.items() if one.basis},
    )


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(ascii_digits(text))
    except ValueError:
        return None


def stored(words: Words) -> dict[str, Any]:
    """As a draft keeps it."""
    said = {
        target: {"texts": [list(text) for text in one.texts], "source": one.source, "checked": one.checked,
                 "basis": one.basis}
        for target, one in words.said.items()
    }  # fmt: skip
    signature = {"confirmed_by": words.confirmed_by, "checked_on": words.checked_on, "review_by": words.review_by}
    return {"said": said, **signature}


def of_stored(kept: Mapping[str, Any]) -> Words:
    said = {
        target: Said(
            texts=tuple(Text(*text) for text in one["texts"]), source=one["source"], checked=one["checked"],
            basis=one["basis"],
        )
        for target, one in kept["said"].items()
    }  # fmt: skip
    return Words(
        said=said, confirmed_by=kept["confirmed_by"], checked_on=kept["checked_on"], review_by=kept["review_by"]
    )


# --------------------------------------------------------------- checking


def reopened(words: Words, bases: Mapping[str, str]) -> tuple[str, ...]:
    """Places whose regional text is another than the words were written for; not those that are gone."""
    return tuple(
        target
        for target, one in words.said.items()
        if one.filled and target in bases and one.basis and one.basis != bases[target]
    )


def gone(words: Words, module: Module, country: str) -> tuple[str, ...]:
    """Places with words that readers of the country cannot see, because the module has them no more."""
    return tuple(target for target, one in words.said.items() if one.filled and not is_place(module, country, target))


def is_place(module: Module, country: str, target: str) -> bool:
    if slot_of(target):
        return slot_of(target) in module.slots
    return target in module.targets and country in module.targets[target].countries


def open_places(words: Words, module: Module, country: str) -> tuple[str, ...]:
    """Targets that have to be filled in and are not."""
    overlay = to_overlay(words, country)
    signed = Overlay(
        country=country, slots=overlay.slots, changes=overlay.changes, checked_on=date.min, confirmed_by="-"
    )  # fmt: skip
    names = still_open(module.slots, module.targets, signed, country)
    return tuple(SLOT + name if name in module.slots else name for name in names)


def required_places(module: Module, country: str) -> tuple[str, ...]:
    """Targets to fill in one by one. Blocks that are filled by the slots in them are not among them."""
    return tuple(target for target in open_places(Words(), module, country) if not _follows(target, module))


def _follows(target: str, module: Module) -> bool:
    """A block of which slots that have to be filled in themselves are a part."""
    block = module.targets.get(target)
    return block is not None and any(module.slots[slot].required for slot in block.slots if slot in module.slots)


def _missing(words: Words, module: Module, country: str) -> Iterator[Fault]:
    """What has to be filled in. Of a block that its slots fill, nothing as long as those are named themselves."""
    places = open_places(words, module, country)
    for target in places:
        block = module.targets.get(target)
        if block is None or not block.slots:
            yield Fault(target, "words", "national-missing", "todo")
        elif not any(SLOT + slot in places for slot in block.slots):
            slots = ", ".join(label_of(slot) for slot in block.slots)
            yield Fault(target, "words", "national-block", "todo", {"slots": slots})


def label_of(target: str) -> str:
    """Words for a name: `slot.law_name_year` → `Law name year`."""
    words = target.removeprefix(SLOT).replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def faults(words: Words, module: Module, country: str, today: date) -> tuple[Fault, ...]:
    """Everything that has to be put right before the words can be signed, in the order of the form."""
    found = [*unusable(words)]
    missing = {fault.target: fault for fault in _missing(words, module, country)}
    changed = reopened(words, module.bases)
    for target in dict.fromkeys([*map(SLOT.__add__, module.slots), *module.targets, *words.said]):
        one = words.said.get(target, Said())
        if target in missing:
            found.append(missing[target])
        if one.filled:
            found += _of_place(target, one, module, country, today)
        if target in changed:
            found.append(Fault(target, "words", "national-reopened", "todo"))
    return (*found, *_of_signature(words, today))


def unusable(words: Words) -> Iterator[Fault]:
    """What cannot be kept: nobody could read it, or it reads otherwise than it is stored."""
    for target, one in words.said.items():
        for text in one.texts:
            yield from _characters(target, "words", text.words, LONGEST_WORDS if block_of(target) else LONGEST_LINE)
        for part, value in (("source", one.source), ("checked", one.checked)):
            yield from _characters(target, part, value, LONGEST_LINE)
    for part in ("confirmed_by", "checked_on", "review_by"):
        yield from _characters("", part, getattr(words, part), 200)


def _characters(target: str, part: str, text: str, longest: int) -> Iterator[Fault]:
    if len(text) > longest:
        yield Fault(target, part, "national-long", "unusable", {"limit": longest})
    elif CONTROL.search(text):
        yield Fault(target, part, "national-control", "unusable")
    elif BIDI.search(text):
        yield Fault(target, part, "national-bidi", "unusable")
    elif any(is_zawgyi(line) for line in text.splitlines()):
        yield Fault(target, part, "national-zawgyi", "unusable")


_PHONE = re.compile(r"[+(]?\d(?:[ ()./-]*\d){2,}(?:\s*[,;(].*)?")


def _of_place(target: str, one: Said, module: Module, country: str, today: date) -> Iterator[Fault]:
    if not is_place(module, country, target):
        yield Fault(target, "words", "national-gone", "wrong")
        return
    rule = module.slots.get(slot_of(target) or "")
    if rule is not None:
        words = one.filled[0].words.strip()
        if rule.type == "phone" and not _PHONE.fullmatch(words):
            yield Fault(target, "words", "national-phone", "wrong")
        elif rule.type == "url" and not _is_web_address(words):
            yield Fault(target, "words", "national-url", "wrong")
        if not one.source:
            yield Fault(target, "source", "national-source", "todo")
        if not one.checked:
            yield Fault(target, "checked", "national-checked", "todo")
    elif any(text.action not in ACTIONS for text in one.filled):
        yield Fault(target, "action", "national-action", "wrong")
    yield from _day(target, "checked", one.checked, today)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" and "." in host and "@" not in parts.netloc and not re.search(r"\s", text)


def _day(target: str, part: str, text: str, today: date) -> Iterator[Fault]:
    day = day_of(text)
    if text and day is None:
        yield Fault(target, part, "national-day", "wrong")
    elif day is not None and day > today and part != "review_by":
        yield Fault(target, part, "national-future", "wrong")


def _of_signature(words: Words, today: date) -> Iterator[Fault]:
    if not words.confirmed_by:
        yield Fault("", "confirmed_by", "national-name", "todo")
    if not words.checked_on:
        yield Fault("", "checked_on", "national-checked", "todo")
    yield from _day("", "checked_on", words.checked_on, today)
    yield from _day("", "review_by", words.review_by, today)
    checked, review = day_of(words.checked_on), day_of(words.review_by)
    if checked and review and review <= checked:
        yield Fault("", "review_by", "national-review", "wrong")


def tidy(text: str, *, lines: bool = False) -> str:
    """As it is kept: NFC, one kind of line end, no spaces around it; without `lines` on one line."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return (
        "\n".join(line.rstrip() for line in text.strip("\n").split("\n")).rstrip() if lines else " ".join(text.split())
    )
