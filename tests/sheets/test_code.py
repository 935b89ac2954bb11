"""The code on a sheet: what is printed comes back, and nothing that was changed does."""

from __future__ import annotations

import pytest

from trainer.sheets import code
from trainer.sheets.code import Damaged, NotASheet, SheetCode

CODE = SheetCode("7KQ2", "K7P92QDX", "M4TR8Z", False, 12, "A", 7, 1, 2)


@pytest.mark.parametrize(
    "one", [CODE, CODE._replace(is_blank=True, number=3, form=None), CODE._replace(page=2, edition=123456)]
)
def test_a_code_comes_back(one: SheetCode) -> None:
    assert code.read(one.text) == one


def test_it_fits_a_coarse_qr() -> None:
    """47 alphanumeric characters are what version 3 holds when a quarter of it may be unreadable."""
    assert len(CODE._replace(number=999, edition=99).text) <= 47
    assert set(CODE.text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def test_every_changed_or_swapped_character_is_noticed() -> None:
    text = CODE.text
    for at in range(len(text)):
        for letter in "0123456789ABCDEFGHJKMNPQRSTVWXYZ:/-":
            changed = text[:at] + letter + text[at + 1 :]
            if changed != text:
                with pytest.raises((Damaged, NotASheet)):
                    code.read(changed)
        swapped = text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
        if swapped != text:
            with pytest.raises((Damaged, NotASheet)):
                code.read(swapped)


@pytest.mark.parametrize("text", ["", "https://example.org", "K7P92QDX"])
def test_something_else_is_not_a_sheet(text: str) -> None:
    with pytest.raises(NotASheet):
        code.read(text)


def test_what_is_printed_can_be_typed() -> None:
    printed = code.printed("K7P92QDX")
    assert code.typed(printed) == code.typed(printed.lower().replace("-", " ")) == code.typed("k7p92qdx") == "K7P92QDX"
    wrong = printed[:-1] + ("0" if printed[-1] != "0" else "1")
    assert code.typed(wrong) is None
    assert code.typed("K7P9") is None
