"""What a new edition means for translators and for countries. Two compiled modules in, plain values out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from trainer.content import nation
from trainer.content.compiler import Compilation, compile_module
from trainer.content.contexts import akin
from trainer.content.diagnostics import Diagnostic
from trainer.content.model import Module, Passage
from trainer.content.pairing import pairs
from trainer.languages.registry import LANGUAGES
from trainer.vocabulary import COUNTRIES

# --------------------------------------------------------------- translations


class ForLanguage(NamedTuple):
    """What a new edition does to the translation into one language."""

    locale: str
    stale: tuple[Passage, ...]
    """Were ready and are out of date; of the new module."""
    fresh: tuple[Passage, ...]
    """Nobody has translated them: added, or other words than before."""
    dropped: tuple[Passage, ...]
    """Their translation is no longer shown, because the passage has gone; of the old module."""
    mended: tuple[Passage, ...]
    """Were missing or out of date and are ready now."""
    ready: int
    total: int
    """Passages of the new module."""

    @property
    def nothing(self) -> bool:
        return not (self.stale or self.fresh or self.dropped or self.mended)


_READY = ("reviewed", "draft")


def for_language(old: Module | None, new: Module, locale: str) -> ForLanguage:
    """Both modules in the language; None: the older edition had nothing in it.

    What decides which answer is right, and what is done about a danger, is not shown in an outdated translation; it is
    out of date all the same.
    """
    found = pairs(old.passages if old is not None else (), new.passages)
    stale: list[Passage] = []
    mended: list[Passage] = []
    fresh: list[Passage] = []
    for before, after in (*found.same, *found.changed):
        if before.state in _READY and after.state not in _READY:
            is_older = before.source == after.source or (
                before.context == after.context and akin(before.source, after.source)
            )
            (stale if is_older else fresh).append(after)
        elif before.state not in _READY and after.state in _READY:
            mended.append(after)
    fresh += [one for one in found.added if one.state not in _READY]
    mended += [one for one in found.added if one.state in _READY]
    dropped = tuple(one for one in found.removed if one.state != "missing")
    after_all = _once(new.passages)
    return ForLanguage(
        locale, _in_order(stale, new), _in_order(fresh, new), dropped, _in_order(mended, new),
        sum(one.state in _READY for one in after_all), len(after_all),
    )  # fmt: skip


def for_languages(
    old: Mapping[str, Module], new: Mapping[str, Module]
) -> tuple[tuple[ForLanguage, ...], tuple[str, ...]]:
    """Locale → the module in it, of both editions. Also the languages that are in the older one only."""
    made = tuple(for_language(old.get(locale), new[locale], locale) for locale in LANGUAGES if locale in new)
    return made, tuple(locale for locale in old if locale not in new)


def _once(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    return tuple({(one.context, one.source): one for one in passages}.values())


def _in_order(passages: Sequence[Passage], module: Module) -> tuple[Passage, ...]:
    order = {(one.context, one.source): at for at, one in enumerate(module.passages)}
    return tuple(sorted(passages, key=lambda one: order.get((one.context, one.source), len(order))))


# ------------------------------------------------------------------ countries


class Reopened(NamedTuple):
    """A country whose signed words do not cover the new edition."""

    country: str
    slots: tuple[str, ...]
    """Slots and blocks that were filled and are open."""
    below: tuple[str, ...]
    """Ids of blocks whose regional text changed under the country's own words."""
    problems: tuple[Diagnostic, ...]
    """What is wrong with the country's file and was not before."""


def reopened(slug: str, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> tuple[Reopened, ...]:
    """The countries of `new` that have to look at their words again. Both: path → bytes of an edition's folder.

    A country that had not signed has nothing to lose, and is left out.
    """
    before, after = compile_module(old, slug=slug), compile_module(new, slug=slug)
    if before.module is None or after.module is None:
        return ()
    changed = _blocks_changed(before.module, after.module)
    found = []
    for path in sorted(new):
        country = PurePosixPath(path).stem
        if str(PurePosixPath(path).parent) == "national" and country in COUNTRIES and path in old:
            one = _reopened(slug, country, path, old, new, changed)
            if one is not None:
                found.append(one)
    return tuple(found)


def _reopened(
    slug: str, country: str, path: str, old: Mapping[str, bytes], new: Mapping[str, bytes], changed: frozenset[str]
) -> Reopened | None:
    signed = nation.parse(old[path], path)[0]
    if signed is None or not signed.issued:
        return None
    before = compile_module(old, slug=slug, country=country, facilitator=True)
    after = compile_module(new, slug=slug, country=country, facilitator=True)
    if before.module is None or after.module is None:
        return None
    was_open = set(before.module.open_slots)
    slots = tuple(name for name in after.module.open_slots if name not in was_open)
    overlay = nation.parse(new[path], path)[0]
    own = [one.target for one in overlay.changes if one.action != "append"] if overlay is not None else []
    below = tuple(target for target in dict.fromkeys(own) if target in changed and target not in slots)
    problems = _new_problems(before, after, path)
    return Reopened(country, slots, below, problems) if slots or below or problems else None


def _new_problems(before: Compilation, after: Compilation, path: str) -> tuple[Diagnostic, ...]:
    """Errors of the overlay that it has only with the new module."""
    had = {(one.code, str(one.params)) for one in before.diagnostics if one.file == path}
    return tuple(
        one
        for one in after.diagnostics
        if one.file == path and one.severity == "error" and (one.code, str(one.params)) not in had
    )


def _blocks_changed(old: Module, new: Module) -> frozenset[str]:
    """Ids of blocks whose passages are others than before, in any way."""
    before, after = _by_block(old), _by_block(new)
    return frozenset(ident for ident in before.keys() & after.keys() if before[ident] != after[ident])


def _by_block(module: Module) -> dict[str, list[str]]:
    """Id of a block, which is unique in the module → its passages."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in module.passages:
        found[one.context.split("/")[1] if one.context.count("/") >= 2 else ""].append(one.source)
    return found
