"""Fences, `::: name {#id key=value}`: their attributes, where they may stand, for whom they are shown, and overlays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from markdown_it.token import Token

from trainer.content import questions, scenarios
from trainer.content.attributes import ID, NONE, Attributes, parse
from trainer.content.blocks import FENCES, Fence
from trainer.content.blocks import parse as parse_blocks
from trainer.content.model import Activity, Block, Case, Facilitator, National, Target
from trainer.content.nation import Change, digest
from trainer.content.passages import Scope, Speaker
from trainer.vocabulary import COUNTRIES

if TYPE_CHECKING:
    from trainer.content.builder import Builder, Out

_ITEM = ("points", "objective", "pool", "form", "set", "rev", "safety", "in", "not")
KEYS: Mapping[str, tuple[str, ...]] = {
    "question": ("type", *_ITEM, "lines", "answer"),
    "scenario": _ITEM,
    "activity": ("minutes", "group", "safety"),
    "facilitator": (),
    "case": ("safety",),
    "country": ("in", "not", "slot", "safety"),
}
"""Fence → the keys it knows."""
_FLAGS = ("safety",)
_INSIDE: Mapping[str, tuple[str, ...]] = {
    "activity": ("facilitator", "case", "country"),
    "country": ("activity", "facilitator", "case"),
    "case": ("facilitator", "country"),
    "facilitator": ("case", "country"),
    "question": (),
    "scenario": (),
}
"""Fence → the fences that may stand in it."""


class Head(NamedTuple):
    """The first line of a fence, checked."""

    name: str
    id: str
    values: Mapping[str, str]
    line: int

    @property
    def safety(self) -> bool:
        return "safety" in self.values


def stray(builder: Builder, token: Token, out: Out) -> None:
    """A line of colons that opens or closes nothing."""
    builder.at += 1
    bare = not token.content.strip(": \t")
    builder.speaker.error("fence-bare" if bare else "fence-place", builder.line(token), known=", ".join(FENCES))


def container(builder: Builder, token: Token, out: Out) -> None:
    builder.enter(token)
    fence: Fence = token.meta["fence"]
    line = builder.line(token)
    known = _check_fence(builder, fence, line)
    outer = builder.inside[-1] if builder.inside else ""
    builder.inside.append(fence.name)
    if not known:
        out += builder.blocks("container_close")
    else:
        head = _head(builder, fence, line)
        allowed = not outer or fence.name in _INSIDE.get(outer, ())
        if not allowed:
            builder.speaker.error("fence-nested", line, name=fence.name, outer=outer)
        _build(builder, head, out if allowed else [])
    builder.inside.pop()


def _check_fence(builder: Builder, fence: Fence, line: int) -> bool:
    """Report what is wrong with the fence itself. False: its name is unknown."""
    speaker = builder.speaker
    if not fence.closed:
        speaker.error("fence-open", line, colons=fence.colons)
    if fence.outer >= 0:
        speaker.error("fence-inner", line, outer=fence.outer + speaker.offset + 1)
    if fence.name not in FENCES:
        speaker.error("fence-name", line, len(fence.colons) + 2, name=fence.name, known=", ".join(FENCES))
        return False
    return True


def _head(builder: Builder, fence: Fence, line: int) -> Head:
    speaker, name = builder.speaker, fence.name
    found = NONE
    if fence.rest.startswith("{") and fence.rest.endswith("}"):
        found = parse(fence.rest[1:-1])
        if found.rest:
            speaker.error("attribute-syntax", line, rest=found.rest)
    elif fence.rest:
        speaker.error("fence-syntax", line, rest=fence.rest)
    return Head(name, _identity(builder, name, found, line), _known(builder, name, found, line), line)


def _known(builder: Builder, name: str, found: Attributes, line: int) -> dict[str, str]:
    """The values whose key the fence knows."""
    speaker, keys = builder.speaker, KEYS[name]
    if found.twice:
        speaker.error("attribute-duplicate", *speaker.locate(found.twice, line), key=found.twice)
    values = {}
    for key, value in found.values.items():
        place = speaker.locate(key, line)
        if key not in keys:
            speaker.error("attribute-unknown", *place, key=key, known=", ".join(keys) or "none")
        elif key in _FLAGS and value:
            speaker.error("attribute-value", *place, key=key, value=value, expected=f"the word {key} alone")
        elif key not in _FLAGS and not value:
            speaker.error("attribute-value", *place, key=key, value=value, expected=f"{key}=…")
        else:
            values[key] = value
    return values


def _identity(builder: Builder, name: str, found: Attributes, line: int) -> str:
    """The id of a fence, unique in the module; one made from the line where it is missing or cannot be used."""
    speaker, work = builder.speaker, builder.work
    if name == "facilitator":
        return ""
    if not found.id:
        number = work.nameless[name] = work.nameless.get(name, 0) + 1
        speaker.error("id-missing", line, name=name, proposal=f"{name}-{number}")
        return f"{name}-line-{line}"
    place = speaker.locate(f"#{found.id}", line)
    if not ID.fullmatch(found.id):
        speaker.error("id-shape", *place, id=found.id)
        return f"{name}-line-{line}"
    other = work.ids.get(found.id)
    if other is None and found.id in builder.anchors:
        other = speaker.file
    if other is not None:
        speaker.error("id-duplicate", *place, id=found.id, other=other)
        return f"{name}-line-{line}"
    work.ids[found.id] = f"{speaker.file}:{line}"
    return found.id


def _build(builder: Builder, head: Head, out: Out) -> None:
    work, speaker = builder.work, builder.speaker
    if head.name in ("question", "scenario"):
        if speaker.national:
            speaker.error("overlay-item", head.line, country=work.country or "")
        make = questions.question if head.name == "question" else scenarios.scenario
        with speaker.within(_scope(builder, head, _visible(builder, head))):
            item = make(builder, head)
        if _visible(builder, head):
            out.append(item)
        return
    if head.name == "facilitator":
        scope = speaker.scope
        shown, scope.shown = scope.shown, scope.shown and work.facilitator
        blocks = builder.blocks("container_close")
        scope.shown = shown
        if work.facilitator:
            out.append(Facilitator(tuple(blocks), head.line))
        return
    _named(builder, head, out)


def _scope(builder: Builder, head: Head, shown: bool) -> Scope:
    return Scope(f"{builder.speaker.unit}/{head.id}/", safety=head.safety, shown=shown)


def _named(builder: Builder, head: Head, out: Out) -> None:
    """An activity, a case or a country block, with what the overlay does to it."""
    work, speaker = builder.work, builder.speaker
    visible = _visible(builder, head)
    if visible:
        builder.anchors.add(head.id)
    if not speaker.national:
        work.targets[head.id] = _target(head, ())  # what stands in it comes after it
    changes = work.changes(head.id) if visible and not speaker.national else ()
    replaced = [one for one in changes if one.action == "replace" and not head.safety]
    filled = [one for one in changes if one.action == "fill" and head.name == "country"]
    slots_before, words_before = len(speaker.slots_met), len(work.passages)
    with speaker.within(_scope(builder, head, visible and not (replaced or filled))):
        blocks: tuple[Block, ...] = tuple(builder.blocks("container_close"))
    if replaced or filled:
        blocks = tuple(_overlay_blocks(builder, (replaced or filled)[0], head))
    met = tuple(speaker.slots_met[slots_before:])
    if not speaker.national:
        regional = [passage.source for passage in work.passages[words_before:]]
        work.targets[head.id] = _target(head, met)
        work.bases[head.id] = digest([head.name, "safety" if head.safety else "", *regional])
    done = bool(replaced or filled) or (bool(met) and all(slot in work.filled for slot in met))
    if visible:
        out.append(_named_block(builder, head, blocks, done))
        for change in changes:
            if change.action == "append":
                out += _overlay_blocks(builder, change, head)


def _target(head: Head, met: tuple[str, ...]) -> Target:
    countries = frozenset(country for country in COUNTRIES if _is_for(head, country))
    return Target(head.name, head.safety, head.values.get("slot", ""), met, countries)


def _named_block(builder: Builder, head: Head, blocks: tuple[Block, ...], done: bool) -> Block:
    """`done`: the country has said what is to be said here, with words of its own or by filling its slots."""
    if head.name == "activity":
        return Activity(head.id, _whole(builder, head, "minutes"), _whole(builder, head, "group"), blocks, head.line)
    if head.name == "case":
        return Case(head.id, blocks, head.line)
    slot = head.values.get("slot")
    if slot not in (None, "required", "optional"):
        builder.speaker.error("slot-block", head.line, value=slot or "")
    is_open = slot is not None and not done and head.id not in builder.work.filled
    return National(head.id, is_open, head.safety, blocks, head.line)


def _whole(builder: Builder, head: Head, key: str) -> int | None:
    value = head.values.get(key)
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and 0 < int(value[:6]) < 10_000):
        builder.speaker.error("attribute-value", head.line, key=key, value=value, expected="a whole number above 0")
        return None
    return int(value)


def _overlay_blocks(builder: Builder, change: Change, head: Head) -> Out:
    """The words of a country, read like the module's own; they are in no catalog."""
    work = builder.work
    file = f"national/{work.country}.md"
    tokens, env = parse_blocks(change.text)
    speaker = Speaker(
        work, file=file, text=change.text, offset=change.line - 1, unit="national", slug=builder.slug, env=env
    )
    speaker.national = True
    for label in env.get("footnotes", {}).get("refs", ()):
        speaker.error("overlay-note", *speaker.locate("[^" + label[1:], change.line), label=label[1:])
    env.pop("footnotes", None)
    inner = type(builder)(work, speaker, tokens, slug=builder.slug)
    inner.inside = [head.name]
    return inner.blocks("")


def _visible(builder: Builder, head: Head) -> bool:
    """Whether the compiled country sees the block, by `in=` and `not=`."""
    if "in" in head.values and "not" in head.values:
        builder.speaker.error("fence-country", head.line)
    for country in _countries_named(head):
        if country not in COUNTRIES:
            place = builder.speaker.locate(country, head.line)
            builder.speaker.error("country-unknown", *place, country=country, known=", ".join(COUNTRIES))
    return _is_for(head, builder.work.country)


def _is_for(head: Head, country: str | None) -> bool:
    if "in" not in head.values and "not" not in head.values:
        return True
    return (country in _countries_named(head)) is ("in" in head.values)


def _countries_named(head: Head) -> list[str]:
    return (head.values.get("in") or head.values.get("not") or "").replace(",", " ").split()
