"""What templates can say: words in the reader's language, addresses, dates and numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from flask import Flask, before_render_template
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from trainer.access import Permission, allowed
from trainer.languages import formats
from trainer.languages.collation import sort_key
from trainer.languages.words import words
from trainer.vocabulary import country_name
from trainer.web import csrf, frame, locale, notices
from trainer.web.state import current, refuse_rendering_inside_a_transaction

Thing = TypeVar("Thing")


def translated(message: str, /, **params: object) -> Markup:
    """`message` in the reader's language, safe in HTML. Where it is not translated, the English says so by `lang`.

    Values in `params` are escaped unless they are Markup themselves (a link inside a sentence).
    """
    if not params:
        return _sentence(current.locale, message)
    known = current.words
    return _marked(known.lang(message), known.gettext(message), params)


@lru_cache(maxsize=10_000)
def _sentence(locale: str, message: str) -> Markup:
    """A sentence without values, made once: catalogs are read at start and do not change."""
    known = words(locale)
    text, lang = escape(known.gettext(message)), known.lang(message)
    return text if lang == locale else Markup('<span lang="{}">{}</span>').format(lang, text)


def translated_count(singular: str, plural: str, number: int, /, **params: object) -> Markup:
    """As `translated`, by the number's plural form. `%(number)s` is the number, written the reader's way."""
    words = current.words
    values = {"number": number_text(number), **params}
    return _marked(words.lang(singular), words.ngettext(singular, plural, number), values)


def plain(message: str, /, **params: object) -> str:
    """As `translated`, but plain text: for attributes and titles, which cannot carry a `lang` of their own."""
    text = current.words.gettext(message)
    return text % params if params else text


def _marked(lang: str, text: str, params: dict[str, object]) -> Markup:
    marked = escape(text)
    if lang == current.locale:
        return marked % params if params else marked
    if params:
        marked = marked % {name: _in_its_script(value) for name, value in params.items()}
    return Markup('<span lang="{}">').format(lang) + marked + Markup("</span>")


def _in_its_script(value: object) -> object:
    """A value in a sentence that is not translated: a date has the reader's letters, and needs the font for them."""
    lang = lang_of_name(value) if isinstance(value, str) and not isinstance(value, Markup) else ""
    return Markup('<span lang="{}">{}</span>').format(lang, value) if lang else value


SCRIPTS = (("Khmer", "km"), ("Lao", "lo"), ("Thai", "th"), ("Myanmar", "my"), ("Tamil", "ta"), ("CJK", "zh-Hans"))
"""How Unicode's names of letters begin, and the language whose font and line height fit them."""


def in_own_language(text: str, lang: str) -> Markup:
    """`text` that is in `lang`, which the page may not be in."""
    return escape(text) if lang == current.locale else Markup('<span lang="{}">{}</span>').format(lang, text)


def language_in_words(tag: str) -> Markup:
    """The name of a language inside a sentence: its own name, which is in that language."""
    return in_own_language(locale.name(tag), tag)


def name_of_person(name: str) -> Markup:
    """A person's name, isolated, and in the language of its script: a Khmer name has Khmer letters on any page."""
    lang = lang_of_name(name)
    return Markup('<bdi lang="{}">{}</bdi>').format(lang, name) if lang else Markup("<bdi>{}</bdi>").format(name)


def lang_of_name(name: str) -> str:
    """The language whose font fits a person's name; empty for Latin letters."""
    first = next((unicodedata.name(letter, "") for letter in name if letter.isalpha()), "")
    return next((lang for script, lang in SCRIPTS if first.startswith(script.upper())), "")


def number_text(value: float, places: int | None = None) -> str:
    return formats.number_text(value, current.locale, places)


def percent_text(value: float) -> str:
    """`value` is a share from 0 to 1."""
    return formats.percent_text(value, current.locale)


def date_text(moment: date) -> str:
    return formats.date_text(moment, current.locale)


def moment_text(moment: datetime) -> str:
    return formats.moment_text(moment, current.locale)


def in_order(things: Iterable[Thing], text: Callable[[Thing], str]) -> list[Thing]:
    """`things` by their `text`, in the order of the reader's alphabet."""
    return sorted(things, key=lambda thing: sort_key(text(thing), current.locale))


def countries_in_order(codes: Iterable[str]) -> list[str]:
    """Country codes by the countries' names in the reader's language."""
    return in_order(codes, lambda code: plain(country_name(code)))


def words_of(choices: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """A closed list of `vocabulary` as choices of a form: (code, label in the reader's language, its `lang`).

    The labels are plain text, because an option of a list cannot hold mark-up; `lang` is empty where it is the page's.
    """
    words = current.words
    langs = {label: words.lang(label) for label in choices.values()}
    return [
        (code, words.gettext(label), "" if langs[label] == current.locale else langs[label])
        for code, label in choices.items()
    ]


def may(permission: str) -> bool:
    """The person signed in holds `permission`, named as in `access.Permission`."""
    return allowed(current.identity, Permission(permission))


def install(app: Flask) -> None:
    before_render_template.connect(refuse_rendering_inside_a_transaction, app)
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(number=number_text, percent=percent_text, date=date_text, moment=moment_text)
    environment.filters.update(words_of=words_of, person=name_of_person)
    app.context_processor(lambda: {"errors": {}})
    functions: dict[str, Any] = {
        "_": translated, "gettext": translated, "ngettext": translated_count, "attr": plain,
        "csrf_field": csrf.field, "csrf_token": csrf.token, "may": may, "frame": frame.frame,
        "language_name": locale.name, "language_in_words": language_in_words,
        "language_links": locale.links, "country_name": country_name,
        "get_flashed_messages": notices.shown, "current": current,
    }  # fmt: skip
    environment.globals.update(functions)
