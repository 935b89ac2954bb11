"""Two texts beside each other, within limits whatever they are."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.content import diffs
from trainer.content.diffs import Piece, lines, words

SMALL = st.text(alphabet="ab .\n", max_size=60)


def test_a_sentence_by_words() -> None:
    assert words("Use short words.", "Use very short words.") == (
        Piece("same", "Use"), Piece("new", " very"), Piece("same", " short words."),
    )  # fmt: skip


def test_changes_beside_each_other_are_one() -> None:
    assert words("The quick brown fox", "A slow red fox") == (
        Piece("gone", "The quick brown"), Piece("new", "A slow red"), Piece("same", " fox"),
    )  # fmt: skip


def test_a_script_without_spaces_by_its_words() -> None:
    pieces = words("ฉันไปโรงเรียน", "ฉันไปโรงพยาบาล")
    assert pieces[0].kind == "same"
    assert {piece.kind for piece in pieces} == {"same", "gone", "new"}


@given(SMALL, SMALL)
def test_the_pieces_are_the_two_texts(old: str, new: str) -> None:
    pieces = words(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new


@given(SMALL, SMALL)
def test_the_rows_are_lines_of_the_two_files(old: str, new: str) -> None:
    found = lines(old, new)
    before, after = old.split("\n"), new.split("\n")
    for row in (row for hunk in found.hunks for row in hunk):
        text = "".join(piece.text for piece in row.pieces)
        assert row.old is None or before[row.old - 1] == text
        assert row.new is None or after[row.new - 1] == text
    assert bool(found.hunks) is (old != new)
    assert len(before) - found.removed + found.added == len(after)
    assert not found.cut


def test_far_changes_stand_apart_with_some_lines_around() -> None:
    old = [str(number) for number in range(40)]
    new = [*old[:10], "ten", *old[11:30], *old[31:]]
    first, second = lines("\n".join(old), "\n".join(new)).hunks
    assert [(row.kind, row.old, row.new) for row in first][3:5] == [("gone", 11, None), ("new", None, 11)]
    assert (len(first), len(second)) == (8, 7)


def hard(seed: int) -> str:
    """Lines of few kinds, none often enough to be passed over, and now and then one that stands once."""
    draw = Random(seed)
    return "\n".join(f"only {n}" if n % 500 == 0 else str(draw.randrange(300)) for n in range(200_000))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x" * 5_000_000, "x" * 4_999_999 + "y"),
        ("a\n" * 2_000_000, "b\na\n" * 1_000_000),
        ("a b " * 50_000, "b a " * 50_000),
        (hard(1), hard(2)),
    ],
    ids=["one line of 5 MB", "millions of lines", "a passage of 100,000 words", "lines that stand in many places"],
)  # fmt: skip
def test_no_text_takes_long_or_gives_a_page_that_nobody_can_open(old: str, new: str) -> None:
    found = lines(old, new)
    assert sum(len(hunk) for hunk in found.hunks) <= diffs.MOST_SHOWN
    assert all(len(piece.text) <= diffs.LONGEST for hunk in found.hunks for row in hunk for piece in row.pieces)
    assert len(words(old, new)) <= 2 * diffs.MOST_WORDS


def test_a_long_catalog_with_a_change_at_each_end_is_compared_line_by_line() -> None:
    old = [line for n in range(4_000) for line in (f'msgid "{n}"', 'msgstr ""', "")]
    new = ["head", *old[1:-3], "foot", *old[-2:]]
    found = lines("\n".join(old), "\n".join(new))
    assert (found.added, found.removed, found.cut, len(found.hunks)) == (2, 2, False, 2)


def test_what_moved_is_gone_and_new_and_the_rest_stays() -> None:
    old = [f"line {n}" for n in range(50)]
    new = [*old[40:], *old[:40]]
    found = lines("\n".join(old), "\n".join(new))
    assert (found.added, found.removed) == (10, 10)


def test_what_is_left_out_is_said() -> None:
    found = lines("\n".join(f"a{n}" for n in range(9_000)), "\n".join(f"b{n}" for n in range(9_000)))
    assert (found.cut, found.added, found.removed) == (True, 9_000, 9_000)
    assert lines("a\n" * 10, "b\n" * 10).cut is False
