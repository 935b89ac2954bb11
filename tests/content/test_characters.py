"""What a text is made of: Burmese in Zawgyi or not, hidden characters, alphabets that look alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trainer.content import po
from trainer.content.characters import bare, is_zawgyi, lookalikes, unseen

ROOT = Path(__file__).parent.parent.parent
BURMESE = sorted([*ROOT.glob("modules/*/translations/my.po"), *ROOT.glob("locales/my/LC_MESSAGES/*.po")])
WORD = re.compile("[\u1000-\u109f]+")


def burmese() -> list[str]:
    """Every sentence that we have in Burmese, and every word of it by itself."""
    read = [po.read(path.read_text(encoding="utf-8"))[0].entries for path in BURMESE]
    texts = {entry.text for entries in read for entry in entries}
    return sorted(texts | {word for text in texts for word in WORD.findall(text)})


def test_no_burmese_in_unicode_is_taken_for_zawgyi_however_short() -> None:
    texts = burmese()
    assert len(texts) > 3000
    assert [text for text in ("ဘာသာစကား", "အရာငါးခု၏", *texts) if is_zawgyi(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "ေယဘုယ်အားျဖင့္ လူကုန္ကူးမႈသည္ ရာဇ၀တ္မႈ ျဖစ္သည္။", "ျမန္မာႏိုင္ငံ", "လူကုန္ကူးမႈ", "ျဖစ္သည္", "ေက်းဇူး",
        "Myanmar (ျမန္မာႏိုင္ငံ) 2026",
    ],
)  # fmt: skip
def test_zawgyi_is_found_in_sentences_and_in_words_that_show_a_sign_of_it(text: str) -> None:
    assert is_zawgyi(text)


def test_text_in_other_scripts_is_no_zawgyi() -> None:
    assert not is_zawgyi("Myanmar ភាសាខ្មែរ ไทย")


@pytest.mark.parametrize("char", ["\ufeff", "\u200e", "\u200f", "\u00ad", "\u2063", "\u17b5", "\u3164", "\u034f"])
def test_a_character_that_shows_nothing_is_found(char: str) -> None:
    assert unseen(f"a\u200b{char}b") == char


def test_characters_that_break_lines_and_join_letters_are_wanted() -> None:
    assert unseen("a\u200b\u200c\u200d\u2060b") == ""


def test_two_alphabets_in_one_word_are_found_and_two_scripts_side_by_side_are_not() -> None:
    assert lookalikes("the p\u043elice and ACTIPគឺ and Афины") == {"p\u043elice"}
    assert lookalikes("only Latin") == set()


def test_words_are_compared_without_capitals_spaces_hidden_characters_and_emphasis() -> None:
    assert bare("**Forced**\u200b Labour") == bare("forced lab\u2060our")
    assert bare("é") == bare("e\u0301")
