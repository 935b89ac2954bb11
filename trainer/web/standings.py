"""How far countries are with their words for each module, from what was read and the compiled modules."""

from __future__ import annotations

from collections.abc import Sequence

from trainer.content.nation import parse
from trainer.services import calendar, national
from trainer.services.national import Row, Seen
from trainer.web.state import current


def rows(seen: Seen, countries: Sequence[str]) -> list[Row]:
    """Each country with each module, in the order of both."""
    return [_row(seen, country, number) for country in countries for number in range(len(seen.editions))]


def _row(seen: Seen, country: str, number: int) -> Row:
    edition = seen.editions[number]
    sha256, data = seen.published.get((country, edition.module), ("", b""))
    overlay = parse(data, national.path_of(country))[0] if sha256 else None
    signed_at = seen.signed.get((country, edition.module, sha256))
    standing = national.standing(
        current.shelf.module(edition.id),
        country,
        overlay,
        seen.drafts.get((country, edition.module)),
        today=calendar.today(country, current.now()),
        signed_on=calendar.today(country, signed_at) if signed_at else None,
    )
    return Row(country, edition, standing)
