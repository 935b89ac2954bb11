"""Where lines of the modules' own translations may end: ICU's places, without those that the filter refuses."""

from __future__ import annotations

import pytest
from icu4py.breakers import LineBreaker

from trainer import resources
from trainer.content import po
from trainer.languages.breaks import ALTERNATIVES, NEVER_FIRST, SPACES, WHOLE, break_points, is_mark, is_place
from trainer.languages.hyphens import hyphen_places
from trainer.languages.registry import LANGUAGES

DICTIONARY = ("th", "lo", "km", "my")
"""Languages in which ICU finds words in a dictionary."""


def texts(lang: str) -> list[str]:
    files = sorted(resources.folder("modules").glob(f"*/translations/{lang}.po"))
    assert files
    return [
        entry.text for file in files for entry in po.read(file.read_text(encoding="utf-8"))[0].entries if entry.text
    ]


def icu(text: str, lang: str) -> set[int]:
    at, places = 0, set()
    for piece in LineBreaker(text, lang):
        at += len(piece)
        places.add(at)
    return places


@pytest.mark.parametrize("lang", DICTIONARY)
def test_places_in_the_modules_are_icus_without_the_refused(lang: str) -> None:
    all_texts = texts(lang)
    assert len(all_texts) > 500
    for text in all_texts:
        mine, theirs = set(break_points(text, lang)), icu(text, lang)
        whole = [word for pattern in (WHOLE, ALTERNATIVES) for word in pattern.finditer(text)]
        refused = {
            at
            for at in theirs - {len(text)}
            if (text[at] in NEVER_FIRST if text[at - 1] in SPACES else not is_place(text, at))
            or any(word.start() < at < word.end() for word in whole)
        }
        assert mine == theirs - refused, text


@pytest.mark.parametrize("lang", DICTIONARY)
def test_no_line_of_the_modules_begins_or_ends_with_half_a_syllable(lang: str) -> None:
    """The filter's rules, said again without its code."""
    for text in texts(lang):
        for at in break_points(text, lang)[:-1]:
            before, after = text[at - 1], text[at]
            assert not is_mark(after), text
            assert before not in "\u1039\u17d2\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4", text
            assert after not in "\u0e46\u0ec6\u17d7\u17d4\u104a\u104b", text
            assert text[at + 1 : at + 2] not in ("\u103a", "\u1039", "\u17cb", "\u17cd") or before in SPACES, text


def test_the_thai_repetition_mark_stays_with_its_word_over_the_space() -> None:
    text = "บทเรียนสั้น ๆ ห้าบท"
    assert text.index("ๆ") in icu(text, "th") - set(break_points(text, "th"))


def test_burmese_not_stays_with_its_verb() -> None:
    text = "ဘေးကင်း၊ မကင်း"
    assert icu(text, "my") - set(break_points(text, "my")) == {text.index("မ") + 1}


@pytest.mark.parametrize("text", ["anh/chị", "(anh/chị)", "and/or", "he/she:"])
def test_alternatives_stay_whole(text: str) -> None:
    assert text.index("/") + 1 not in break_points(text, "vi")


@pytest.mark.parametrize("text", ["https://example.org/ab/cd", "example.org/ab", "and/or.html", "perempuan/laki-laki"])
def test_an_address_ends_a_line_after_a_slash_but_not_before_its_name(text: str) -> None:
    points = break_points(f"see {text} now", "en")
    assert 4 + text.rindex("/") + 1 in points
    assert 4 + len("https://") not in points


# ------------------------------------------------------------------ hyphens


def test_patterns_are_there_for_the_languages_that_name_them() -> None:
    assert {tag for tag, language in LANGUAGES.items() if language.hyphens} == {"en", "id", "pt"}
    for tag, word in (("en", "identification"), ("id", "pertanggungjawaban"), ("pt", "responsabilidade")):
        assert len(hyphen_places(word, LANGUAGES[tag].hyphens or "")) > 2


def test_a_hyphen_leaves_two_letters_before_and_three_after() -> None:
    """Both words could be divided one letter from an end: i-dentitas, organisa-si."""
    assert hyphen_places("(identitas), ", "id_ID") == (5, 7)
    assert hyphen_places("organisasi", "id_ID") == (2, 4, 6)


@pytest.mark.parametrize(
    "piece",
    [
        "Identification ",
        "ASEANs ",
        "people ",
        "https://organisation.example/",
        "organisation42",
        "organisation-",
        "e\u0301",
    ],
)
def test_names_addresses_short_words_and_compounds_stay_whole(piece: str) -> None:
    assert hyphen_places(piece, "en_GB") == ()
