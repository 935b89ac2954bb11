"""The form of a country's words: one place after the other, as it is shown and as it is read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from flask import request
from markupsafe import Markup

from trainer.content.html import Page, plain, render, render_inline
from trainer.content.model import (
    Emphasis,
    Inline,
    Link,
    Module,
    Slot,
    SlotRule,
    Strong,
    Target,
    Term,
)
from trainer.content.nation import SLOT, block_of, slot_of
from trainer.services.national_words import (
    Fault,
    Said,
    Text,
    Words,
    gone,
    is_place,
    label_of,
    reopened,
    required_places,
    tidy,
)
from trainer.services.problems import SENTENCES
from trainer.web.jinja import in_own_language, translated
from trainer.web.national.parts import Found, places

MOST_PLACES = 400
MOST_TEXTS = 10
"""At one place."""
MOST_SENTENCES = 3
"""In which a slot stands, shown beside it."""


class Spot(NamedTuple):
    """One place of the form."""

    target: str
    prefix: str
    """Of the ids and names of its fields."""
    label: Markup
    rule: SlotRule | None
    """Of a slot."""
    block: Target | None
    said: Said
    missing: bool
    """It has to be filled in and is not."""
    used: tuple[Markup, ...]
    """Sentences a slot stands in."""
    where: Markup | None
    """Title of the unit a block stands in."""
    regional: Markup
    """The block's regional text."""
    before: Markup
    """What that was when the words were signed, where it has changed."""
    reopened: bool
    theirs: Said | None
    """What somebody else saved meanwhile."""

    @property
    def instead(self) -> str:
        """What puts the country's words in place of the regional ones; "": nothing may."""
        if self.block is None:
            return ""
        held = {one.action for one in self.said.texts} & {"fill", "replace"}
        usual = "fill" if self.block.kind == "country" else "" if self.block.safety else "replace"
        return next(iter(held), usual) if usual else usual

    @property
    def texts(self) -> tuple[Text, ...]:
        return self.said.texts or (Text("", ""),)


class Group(NamedTuple):
    name: str
    """`gone`, `required`, `slots`, `blocks` or `others`: the template knows its heading."""
    spots: tuple[Spot, ...]


class Shown(NamedTuple):
    groups: tuple[Group, ...]
    errors: dict[str, Markup]
    """Field → sentence: what is wrong."""
    todo: int
    """How many things are missing before it can be signed."""
    fields: Mapping[str, str]
    """Target → id of its first field."""


def shown(
    module: Module, country: str, words: Words, found: Sequence[Fault], page: Page, *, old: Module | None = None,
    theirs: Words | None = None,
) -> Shown:  # fmt: skip
    """`module`: regional, for the country. `old`: the one that the words were signed with. `theirs`: at a conflict."""
    blocks, changed = places(module), reopened(words, module.bases)
    missing = frozenset(one.target for one in found if one.code in ("national-missing", "national-block"))
    maker = _Maker(module, words, page, blocks, places(old) if old else {}, old, frozenset(changed), theirs, missing)
    required = [target for target in required_places(module, country) if slot_of(target) or target in blocks]
    national = [ident for ident in blocks if module.targets[ident].kind == "country"]
    groups = {
        "gone": gone(words, module, country),
        "required": required,
        "slots": [SLOT + name for name, rule in module.slots.items() if not rule.required],
        "blocks": [ident for ident in national if ident not in required],
        "others": [ident for ident in blocks if module.targets[ident].kind != "country"],
    }
    made = tuple(Group(name, tuple(maker.spot(one) for one in targets)) for name, targets in groups.items() if targets)
    fields = {spot.target: f"{spot.prefix}-words-0" for group in made for spot in group.spots}
    return Shown(made, errors_of(found, fields, module.source), sum(one.kind == "todo" for one in found), fields)


def errors_of(found: Iterable[Fault], fields: Mapping[str, str], source: str) -> dict[str, Markup]:
    """What is wrong, at its field. What is only missing is no error while somebody is writing."""
    errors: dict[str, Markup] = {}
    for fault in found:
        if fault.kind != "todo":
            errors.setdefault(field_of(fault, fields), with_place(fault, source))
    return errors


def with_place(fault: Fault, source: str) -> Markup:
    """The sentence with the name of its place before it, which is in the module's language."""
    if not fault.target:
        return sentence(fault)
    return Markup("{}: {}").format(in_own_language(label_of(fault.target), source), sentence(fault))


def field_of(fault: Fault, fields: Mapping[str, str]) -> str:
    if not fault.target:
        return fault.part if fault.part != "words" else "main"
    first = fields.get(fault.target, "main")
    return first if fault.part == "words" else first.replace("-words-0", f"-{fault.part}")


def sentence(fault: Fault) -> Markup:
    """In the reader's language; what the compiler says is in English."""
    if not fault.code:
        return in_own_language(str(fault.params["message"]), "en")
    return translated(SENTENCES[fault.code], **fault.params)


class _Maker:
    def __init__(
        self, module: Module, words: Words, page: Page, blocks: Mapping[str, Found], old_blocks: Mapping[str, Found],
        old: Module | None, changed: frozenset[str], theirs: Words | None, missing: frozenset[str],
    ) -> None:  # fmt: skip
        self.module, self.words, self.page, self.blocks = module, words, page, blocks
        self.old_blocks, self.old, self.changed, self.theirs = old_blocks, old, changed, theirs
        self.missing = missing
        self.number = 0

    def spot(self, target: str) -> Spot:
        self.number += 1
        said, slot, found = self.words.said.get(target, Said()), slot_of(target), self.blocks.get(target)
        rule = self.module.slots.get(slot or "")
        block = self.module.targets.get(target) if found else None
        theirs = self.theirs.said.get(target, Said()) if self.theirs else None
        return Spot(
            target=target,
            prefix=f"p{self.number}",
            label=in_own_language(label_of(target), self.module.source),
            rule=rule,
            block=block,
            said=said,
            missing=target in self.missing,
            used=tuple(sentences_with(self.module, slot, self.page)) if rule and slot else (),
            where=in_own_language(plain(found.unit.title.content), found.unit.title.lang)
            if found and found.unit
            else None,
            regional=Markup(render(found.block.blocks, self.page)) if found else Markup(),  # noqa: S704
            before=self._before(target, said),
            reopened=target in self.changed,
            theirs=theirs if theirs is not None and theirs.texts != said.texts else None,
        )

    def _before(self, target: str, said: Said) -> Markup:
        """The regional text that the words were written for, if that is the one of the sign-off."""
        if self.old is None or self.old.bases.get(target) != said.basis or self.module.bases.get(target) == said.basis:
            return Markup()
        slot, found = slot_of(target), self.old_blocks.get(target)
        if slot:
            return Markup("<br>").join(sentences_with(self.old, slot, self.page))
        return Markup(render(found.block.blocks, self.page)) if found else Markup()  # noqa: S704


def sentences_with(module: Module, slot: str, page: Page) -> Iterator[Markup]:
    """The first passages that a slot stands in, each once."""
    seen: set[str] = set()
    for passage in module.passages:
        if passage.source not in seen and _holds(passage.content, slot) and len(seen) < MOST_SENTENCES:
            seen.add(passage.source)
            yield Markup(render_inline(passage.content, page))  # noqa: S704  escaped by the renderer


def _holds(content: tuple[Inline, ...], slot: str) -> bool:
    return any(
        (isinstance(node, Slot) and node.name == slot)
        or (isinstance(node, (Strong, Emphasis, Link, Term)) and _holds(node.children, slot))
        for node in content
    )


# ------------------------------------------------------------- reading back


class Posted(NamedTuple):
    words: Words
    seen: frozenset[str]
    """Places whose changed regional text was read, with the words left as they are."""


def posted(module: Module, country: str, before: Words) -> Posted:
    """What was sent. Places that nobody was shown are left alone; words are moved where that was asked."""
    form, said, seen = request.form, dict(before.said), set()
    moves = []
    for number, target in enumerate(form.getlist("target")[:MOST_PLACES], 1):
        prefix = f"p{number}"
        if target not in before.said and not is_place(module, country, target):
            continue
        one = _said(prefix, target, said.get(target, Said()))
        said[target] = one
        if form.get(f"{prefix}-seen") == "1":
            seen.add(target)
        if form.get(f"{prefix}-out") == "1":
            del said[target]
        elif to := form.get(f"{prefix}-move"):
            moves.append((target, to))
    for target, to in moves:
        _move(module, country, said, target, to)
    kept = {target: one for target, one in said.items() if one.texts or one.source or one.checked}
    words = Words(
        said=kept,
        confirmed_by=tidy(form.get("confirmed_by", "")),
        checked_on=tidy(form.get("checked_on", "")),
        review_by=tidy(form.get("review_by", "")),
    )
    return Posted(words, frozenset(seen))


def _said(prefix: str, target: str, before: Said) -> Said:
    form, texts = request.form, []
    for number in range(MOST_TEXTS):
        if f"{prefix}-words-{number}" not in form:
            break
        words = tidy(form[f"{prefix}-words-{number}"], lines=block_of(target) is not None)
        action = form.get(f"{prefix}-action-{number}", "") if block_of(target) else ""
        if words:
            texts.append(Text(action, words))
    source, checked = (tidy(form.get(f"{prefix}-{part}", "")) for part in ("source", "checked"))
    return replace(before, texts=tuple(texts), source=source, checked=checked)


def _move(module: Module, country: str, said: dict[str, Said], target: str, to: str) -> None:
    """Words whose place is gone go to another one of the same kind, after what is there already."""
    if not is_place(module, country, to) or (slot_of(to) is None) is not (slot_of(target) is None):
        return
    moved, there = said[target], said.get(to, Said())
    if slot_of(to):
        if there.filled:
            return
        said[to] = replace(moved, basis="")
    else:
        first = "fill" if module.targets[to].kind == "country" and not there.filled else "append"
        texts = [Text(first if number == 0 else "append", one.words) for number, one in enumerate(moved.filled)]
        said[to] = Said(
            texts=(*there.texts, *texts), source=there.source or moved.source, checked=there.checked or moved.checked
        )
    del said[target]
