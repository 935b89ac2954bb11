"""Two people on one text: nothing that either wrote is lost, and what is clear is not asked."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.content.merging import Merged, has_marks, merge

TEXT = st.lists(st.sampled_from(["", "a", "b", "c", "d"]), max_size=8).map("\n".join)


def test_changes_in_different_places_are_joined() -> None:
    assert merge("a\nb\nc\nd", "A\nb\nc\nd", "a\nb\nc\nD\ne") == Merged("A\nb\nc\nD\ne", True)


def test_where_both_changed_a_line_both_versions_stand() -> None:
    merged = merge("a\nb\nc", "a\nmine\nc", "a\ntheirs\nc")
    assert merged == Merged("a\n<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> theirs\nc", False)
    assert has_marks(merged.text)
    assert not has_marks("a\n=======\nb")


@given(TEXT, TEXT, TEXT)
@settings(max_examples=300)
def test_nothing_is_lost(base: str, mine: str, theirs: str) -> None:
    assert merge(base, base, theirs) == Merged(theirs, True)
    assert merge(base, mine, base) == Merged(mine, True)
    assert merge(base, mine, mine) == Merged(mine, True)
    merged = merge(base, mine, theirs)
    added = (set(mine.split("\n")) | set(theirs.split("\n"))) - set(base.split("\n"))
    assert added <= set(merged.text.split("\n"))
    assert merged.clean or has_marks(merged.text)
