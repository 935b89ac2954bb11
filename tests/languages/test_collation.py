"""Lists in the order readers look things up in."""

from __future__ import annotations

import random

import pytest

from trainer.languages.collation import sort_key

ORDERED = {
    "en": ["Adam", "Åsa", "Bee", "bee hive", "Zoe"],
    "vi": ["An", "Ăn", "Ân", "Bình", "Cường", "Dũng", "Đức", "Em", "Ơn", "Ưng", "Vy"],
    "fil": ["Nilo", "Nora", "Ñora", "Oscar"],
    "th": ["กมล", "เกษม", "ขวัญ", "ไชยา", "ธนา"],
    "lo": ["ກອງ", "ແກ້ວ", "ຂັນ", "ຄໍາ"],
    "km": ["ក", "កញ្ញា", "ខ", "គង់", "សុខ"],
    "my": ["ကို", "ခင်", "မောင်", "အောင်"],
    "pt": ["Ana", "Álvaro", "Ângela", "Bento"],
}


@pytest.mark.parametrize("tag", ORDERED)
def test_names_stand_where_readers_look_for_them(tag: str) -> None:
    wanted = ORDERED[tag] if tag != "pt" else ["Álvaro", "Ana", "Ângela", "Bento"]
    mixed = wanted[:]
    random.Random(5).shuffle(mixed)
    assert sorted(mixed, key=lambda name: sort_key(name, tag)) == wanted


def test_vietnamese_tones_decide_after_all_letters() -> None:
    names = ["Ma", "Mà", "Mả", "Mã", "Má", "Mạ", "Mai"]
    mixed = names[::-1]
    mixed.sort(key=lambda name: sort_key(name, "vi"))
    assert mixed == names


def test_any_two_names_can_be_compared() -> None:
    names = ["", " ", "1", "Ω", "中", "ខ្មែរ", "a", "A", "á", "\u200b"]
    for tag in ("vi", "fil", "km", "zh-Hans"):
        ordered = sorted(names, key=lambda name: sort_key(name, tag))
        assert len({sort_key(name, tag) for name in names}) == len(names)
        assert ordered.index("1") < ordered.index("a") < ordered.index("ខ្មែរ"), tag
