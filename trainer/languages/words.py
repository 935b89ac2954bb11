"""The interface's own words: gettext catalogs, read from `locales/<locale>/LC_MESSAGES/messages.po` at start.

There is no `.mo` anywhere: Babel reads the PO and the lookup table is made in memory. Fuzzy entries stay out, so a
sentence whose English changed falls back to English rather than saying something old.
"""

from __future__ import annotations

import gettext
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from trainer import resources
from trainer.languages.registry import LANGUAGES, SOURCE


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one locale. Placeholders are named and filled after the lookup: `%(name)s`."""

    locale: str
    translations: gettext.NullTranslations
    known: frozenset[str]
    """Message ids that the catalog translates."""
    reviewer: str | None
    """The person who reviewed the catalog; None: machine-drafted, not reviewed."""

    def lang(self, message: str) -> str:
        """Language in which `message` comes out: the locale's, or the source's where it is not translated."""
        return self.locale if message in self.known else SOURCE

    def gettext(self, message: str) -> str:
        return self.translations.gettext(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.translations.ngettext(singular, plural, number)

    def pgettext(self, context: str, message: str) -> str:
        return self.translations.pgettext(context, message)

    def npgettext(self, context: str, singular: str, plural: str, number: int) -> str:
        return self.translations.npgettext(context, singular, plural, number)


def catalog_path(locale: str) -> Path:
    return resources.folder("locales") / locale / "LC_MESSAGES" / "messages.po"


def read_catalog(path: Path) -> Catalog:
    """The catalog in `path`. Raises babel's PoFileError for a broken file."""
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


_OFFERED: dict[str, Words] = {}
"""Languages that have their words from elsewhere than a catalog."""


def offer(known: Words) -> None:
    """Have a language whose words are made by a program (see `pseudo`)."""
    _OFFERED[known.locale] = known


def withdraw(locale: str) -> None:
    _OFFERED.pop(locale, None)


def words(locale: str) -> Words:
    """The words of `locale`; all source words where it has no catalog."""
    return _OFFERED.get(locale) or _from_catalog(locale)


@cache
def _from_catalog(locale: str) -> Words:
    path = catalog_path(locale)
    if locale == SOURCE or not path.is_file():
        return Words(locale, gettext.NullTranslations(), frozenset(), None)
    catalog = read_catalog(path)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    known = frozenset(
        (message.id if isinstance(message.id, str) else message.id[0])
        for message in catalog
        if message.id and message.string and not message.fuzzy
    )
    return Words(locale, gettext.GNUTranslations(compiled), known, _reviewer(catalog))


def _reviewer(catalog: Catalog) -> str | None:
    """The name after `Reviewed by:` in the catalog's head comment."""
    for line in (catalog.header_comment or "").splitlines():
        key, _, value = line.lstrip("# ").partition(":")
        if key.strip().lower() == "reviewed by" and value.strip():
            return value.strip()
    return None


def available() -> tuple[str, ...]:
    """The interface languages: the source and every registered language that has a catalog, in registry order."""
    return tuple(tag for tag in LANGUAGES if tag == SOURCE or tag in _OFFERED or catalog_path(tag).is_file())
