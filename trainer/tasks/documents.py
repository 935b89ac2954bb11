"""The parts of a pack that are made from modules: which documents, of which edition, in which languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from trainer.content.model import Module, Unit
from trainer.printing.pack import Document
from trainer.services import calendar, sheets
from trainer.services.editions import EditionRow
from trainer.tasks.room import WHEN, Room

ONE_LANGUAGE = frozenset({"guide", "key", "cards"})
"""Products that never have two languages side by side."""


def documents(room: Room) -> Iterator[tuple[str, str, Document]]:
    """(product, what tells it from others of the product, part), product by product."""
    for product in room.options.products:
        for edition in room.seen.editions:
            for locales in _languages(room, product):
                yield from (
                    (product, f"-{edition.module}{more}-{'-'.join(locales)}", part)
                    for more, part in _of_edition(room, product, edition, locales)
                )


def _languages(room: Room, product: str) -> Sequence[tuple[str, ...]]:
    options = room.options
    alone = product in ONE_LANGUAGE or (product == "handbook" and room.booklet)
    if options.abreast and len(options.locales) == 2 and not alone:
        return [options.locales]
    return [(locale,) for locale in options.locales]


def _of_edition(
    room: Room, product: str, edition: EditionRow, locales: tuple[str, ...]
) -> Iterator[tuple[str, Document]]:
    """What the product is made of in these languages, with what tells its documents apart."""
    modules = tuple(room.module(edition, locale, facilitator=product in ("guide", "key")) for locale in locales)
    one = Document(
        product=product,
        modules=modules,
        paper=room.paper,
        grey=room.options.grey,
        booklet=room.booklet and product == "handbook",
        edition=edition.number,
        date=edition.published_at.date().isoformat(),
        overdue=_is_overdue(room, modules[0]),
        media=room.media_of(edition),
        labels={locale: room.words_of(locale) for locale in locales},
    )
    match product:
        case "handbook" | "guide":
            yield "", one
        case "handout":
            yield "", replace(one, product="exercises")
        case "aids":
            yield "", replace(one, product="job-aids")
        case "cards":
            yield "-cases", replace(one, product="case-cards")
            yield "-scenarios", replace(one, product="scenario-cards")
        case "key":
            for purpose, unit, form in room.tests(modules[0], room.options.purposes):
                yield f"-{purpose}{which(unit, form)}", _planned(room, one, "answer-key", purpose, unit, form)
        case "pre" | "quiz" | "post":
            for purpose, unit, form in room.tests(modules[0], (product,)):
                yield which(unit, form), _planned(room, one, "test-paper", purpose, unit, form)


def _is_overdue(room: Room, module: Module) -> bool:
    """On the day the pack was asked for, so that making it again makes the same."""
    pack = room.seen.pack
    return module.signed is not None and module.signed.overdue(calendar.today(pack.country, pack.asked_at))


def _planned(room: Room, one: Document, product: str, purpose: str, unit: Unit, form: str | None) -> Document:
    seed = sheets.seed_of(room.workshop.id, unit.id, purpose, form, room.bench.key)
    return replace(one, product=product, unit=unit.slug, form=form, seed=seed, when=WHEN[purpose])


def which(unit: Unit, form: str | None) -> str:
    """What tells a paper from others of its module: the form, or which quiz."""
    return f"-{form or unit.slug}"
