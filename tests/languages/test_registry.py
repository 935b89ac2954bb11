"""One entry and one catalog make a language; everything else follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel import Locale

from trainer.content.compiler import compile_module
from trainer.content.folder import module_folders, read_folder
from trainer.languages import formats, pseudo, words
from trainer.languages.registry import FILIPINO_FORMS, LANGUAGES
from trainer.printing.handbook import handbook
from trainer.printing.options import PrintOptions

CSS = (Path(__file__).parents[2] / "trainer" / "web" / "static" / "trainer.css").read_text(encoding="utf-8")


@pytest.fixture
def added() -> Iterator[str]:
    """A language that nobody had thought of."""
    pseudo.install()
    yield pseudo.TAG
    pseudo.remove()


def test_the_thirteen_languages_of_the_region_are_there() -> None:
    assert list(LANGUAGES) == ["en", "id", "ms", "fil", "vi", "th", "lo", "km", "my", "ta", "zh-Hans", "pt", "tet"]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_each_has_a_catalog_with_its_own_plural_rule(tag: str) -> None:
    if tag == "en":
        return
    catalog = words.read_catalog(words.catalog_path(tag))
    assert str(catalog.locale or "").replace("_", "-") in (tag, "") or tag == "tet"
    assert f"Plural-Forms: {LANGUAGES[tag].plural}" in words.catalog_path(tag).read_text(encoding="utf-8").replace(
        '"\n"', ""
    )


@pytest.mark.parametrize("tag", [tag for tag, one in LANGUAGES.items() if one.babel])
def test_plural_rules_are_those_of_the_locale_data(tag: str) -> None:
    """Of numbers a page counts; forms for whole millions are left out."""
    rule = Locale.parse(LANGUAGES[tag].babel or "").plural_form
    one = [rule(number) == "one" for number in range(200)]
    if "nplurals=1" in LANGUAGES[tag].plural:
        assert not any(one)
    elif LANGUAGES[tag].plural == FILIPINO_FORMS:
        assert one == [number in (1, 2, 3) or number % 10 not in (4, 6, 9) for number in range(200)]
    else:
        # Portuguese of Portugal has 0 with the many, as English has.
        assert one == [number == 1 for number in range(200)]


@pytest.mark.parametrize("tag", [tag for tag, one in LANGUAGES.items() if one.script != "Latn"])
def test_every_script_has_its_line_height_and_font_on_the_screen(tag: str) -> None:
    main = tag.split("-")[0]
    assert f":lang({main}) {{ --font:" in CSS


def test_an_added_language_speaks_everywhere(added: str) -> None:
    assert added in words.available()
    said = words.words(added).gettext("Check a certificate")
    assert said.startswith("«")
    assert words.words(added).gettext("%(number)s lessons").count("%(number)s") == 1
    assert formats.date_text(__import__("datetime").date(2026, 1, 2), added) == "January 2, 2026"


def test_an_added_language_is_printed(added: str) -> None:
    folder = next(one for one in module_folders() if one.name == "recognising-indicators")
    module = compile_module(read_folder(folder), slug=folder.name, locale=added).module
    assert module is not None
    assert module.states["missing"] == sum(module.states.values())
    media = {path: data for path, data in read_folder(folder).items() if path.startswith("media/")}
    assert handbook(module, PrintOptions(media=media)).startswith(b"%PDF-")
