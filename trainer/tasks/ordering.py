"""From what was chosen to one order of plain values: which parts, in which files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from trainer.printing import bundle
from trainer.printing.bundle import File, Form, Order, Part
from trainer.printing.pack import Document
from trainer.services import sheets
from trainer.services.packs import FileRow, PackRow
from trainer.services.room import ParticipantRow
from trainer.store.scope import Scope
from trainer.tasks.bench import Bench
from trainer.tasks.documents import documents
from trainer.tasks.forms import form_pages, form_parts
from trainer.tasks.process import stream
from trainer.tasks.room import Room, new_slips, read

FOR_PARTICIPANTS = ("handbook", "handout", "aids")
NAMED = ("sheets", "slips", "certificates")
"""Products that bear a name."""


def order(bench: Bench, pack: PackRow, kept: Collection[FileRow] = ()) -> Order:
    """Everything of the pack, as it is made now. `kept`: its files that were made before; slips in them stay good."""
    seen = read(bench, pack)
    if "slips" in pack.options.products and not any(file.name.endswith("-slips.pdf") for file in kept):
        people = [one for one in seen.people if one.id not in {file.participant_id for file in kept}]
        with bench.store.write(Scope.countries({pack.country})) as db:
            seen = replace(seen, slips=new_slips(db, bench, seen, people))
    return _order(Room(bench, seen))


def count(bench: Bench, pack: PackRow) -> dict[str, int]:
    """Product → pages, for what is chosen. Documents are laid out in a worker process."""
    room = Room(bench, read(bench, pack))
    found: Counter[str] = Counter()
    laid = [(product, part) for product, _, part in documents(room)]
    with stream(bundle.count, tuple(part for _, part in laid)) as results:
        for (product, _), pages in zip(laid, results, strict=True):
            found[product] += pages
    found.update(form_pages(room))
    return {product: found[product] for product in pack.options.products}


def _order(room: Room) -> Order:
    options, workshop = room.options, room.workshop
    files = list(_files(room))
    return Order(
        title=workshop.title,
        locale=workshop.locales[0],
        paper=room.paper,
        grey=options.grey,
        files=tuple(replace(file, position=at) for at, file in enumerate(files, 1)),
        labels=room.labels,
    )


def _files(room: Room) -> Iterator[File]:
    prefix = f"{room.workshop.code}-{room.seen.pack.number}"
    printed = list(documents(room))
    parts = [*printed, *form_parts(room, room.seen.people)]
    if room.options.output == "one":
        in_order = sorted(parts, key=lambda one: room.options.products.index(one[0]))
        yield File(position=0, name=f"{prefix}.pdf", parts=tuple(part for _, _, part in in_order))
    elif room.options.output == "zip":
        for product, name, part in parts:
            yield File(position=0, name=f"{prefix}-{product}{name}.pdf", parts=(part,))
    else:
        own = {*FOR_PARTICIPANTS, *sheets.PURPOSES, "sheets", "slips", "certificates", "reaction"}
        for person in room.seen.people:
            mine = tuple(_set_of(room, person, printed))
            if mine:
                yield File(position=0, name=f"{prefix}-{person.number:03}.pdf", parts=mine, owner=person.id)
        rest = tuple(part for product, _, part in parts if product not in own or not room.seen.people)
        if rest:
            yield File(position=0, name=f"{prefix}-room.pdf", parts=rest)


def _set_of(room: Room, person: ParticipantRow, printed: Sequence[tuple[str, str, Part]]) -> Iterator[Part]:
    """What one person is handed: of what is `printed` for the room the papers in their language and of their form,
    and what bears their name.
    """
    locale = person.locale if person.locale in room.options.locales else room.options.locales[0]
    mine = {(row.module, row.purpose): row.form for row in room.seen.sheets if row.participant_id == person.id}
    for product, _, part in printed:
        if not isinstance(part, Document) or product not in (*FOR_PARTICIPANTS, *sheets.PURPOSES):
            continue
        in_mine = any(module.locale == locale for module in part.modules)
        form = mine.get((part.modules[0].slug, product))
        if in_mine and (product not in sheets.PURPOSES or part.form is None or form in (None, part.form)):
            yield part
    yield from (part for product, _, part in form_parts(room, (person,)) if product in NAMED)
    if "reaction" in room.options.products:
        yield Form(True, room.spoken(locale), room.note(locale))
