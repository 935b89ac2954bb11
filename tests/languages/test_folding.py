"""When two typed answers are the same."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trainer.assessment import normalise
from trainer.languages.folding import found_in, readings
from trainer.languages.registry import LANGUAGES


@pytest.mark.parametrize(
    ("locale", "one", "other"),
    [
        ("en", "Debt Bondage", "debt  bondage."),
        ("en", "café", "cafe"),
        ("en", "cafe\u0301", "café"),
        ("en", "it’s", "it's"),
        ("en", "“purpose”", '"purpose"'),
        ("en", "non-punishment", "Non punishment"),
        ("en", "Straße", "STRASSE"),
        ("pt", "identificação", "identificacao"),
        ("km", "ជំពាក់ បំណុល", "ជំពាក់\u200bបំណុល។"),
        ("km", "ឆ្នាំ ២០១៧", "ឆ្នាំ2017"),
        ("th", "นํ้า", "น้ำ".replace("ำ", "\u0e4d\u0e32").replace("\u0e49\u0e4d", "\u0e4d\u0e49")),
        ("lo", "ແຮງງານ ບັງຄັບ", "ແຮງງານບັງຄັບ"),
        ("my", "၂၀၁၇ ခုနှစ်", "2017ခုနှစ်"),
        ("zh-Hans", "ＡＢＣ 债务", "abc债务"),
        ("ta", "கடன்  கொத்தடிமை", "கடன் கொத்தடிமை"),
    ],
)
def test_equal_answers(locale: str, one: str, other: str) -> None:
    assert normalise(one, locale) == normalise(other, locale)


@pytest.mark.parametrize(
    ("locale", "one", "other"),
    [
        ("vi", "má", "ma"),
        ("vi", "nợ", "nó"),
        ("km", "កា", "ក"),
        ("th", "ข้าว", "ขาว"),
        ("en", "means", "mean"),
        ("en", "debt bondage", "debtbondage"),
    ],
)
def test_different_answers(locale: str, one: str, other: str) -> None:
    assert normalise(one, locale) != normalise(other, locale)


@settings(deadline=None)
@example("R¸", "km")
@given(st.text(max_size=40), st.sampled_from(sorted(LANGUAGES)))
def test_doing_it_twice_changes_nothing(text: str, locale: str) -> None:
    once = normalise(text, locale)
    assert normalise(once, locale) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1500", {1500.0}),
        ("1,500", {1.5, 1500.0}),
        ("1.500", {1.5, 1500.0}),
        ("1 500", {1500.0}),
        ("1,500.5", {1500.5}),
        ("1.500,5", {1500.5}),
        ("1,500,000", {1500000.0}),
        ("១.៥០០", {1.5, 1500.0}),
        ("\u22122,5", {-2.5}),
        ("1,50,000", set()),
        ("1.5.0", set()),
        ("2 0", set()),
    ],
)
def test_a_number_has_every_meaning_that_some_country_gives_it(text: str, expected: set[float]) -> None:
    assert set(readings(text)) == expected


@pytest.mark.parametrize(
    ("query", "text", "locale"),
    [
        ("dau hieu", "Nhận biết dấu hiệu", "vi"),
        ("INDICATORS first", "Recognising indicators and first contact", "en"),
        ("ដំបូង", "ការស្គាល់សូចនាករ និងការទាក់ទង\u200bដំបូង", "km"),
        ("การค้า มนุษย์", "ทำความเข้าใจการค้ามนุษย์", "th"),
        ("တွေ့ဆုံ", "ပထမဆုံး တွေ့ဆုံပြောဆိုခြင်း", "my"),
        ("trafico", "Compreender o tráfico de pessoas", "pt"),
    ],
)
def test_what_is_searched_is_found_in_every_script(query: str, text: str, locale: str) -> None:
    assert found_in(query, text, locale)
    assert not found_in(f"{query}qqq", text, locale)


@pytest.mark.parametrize("query", ["", " ", "\u200b", "\u00ad \u200b"])
def test_no_words_are_found_nowhere(query: str) -> None:
    assert not found_in(query, "Recognising indicators", "en")
