"""What stands together at the foot of a page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.printing.sample import compiled, files
from trainer.languages.words import words
from trainer.printing.anchors import anchors
from trainer.printing.blocks import Setter
from trainer.printing.labels import labels
from trainer.printing.passages import Place
from trainer.typeset.flow import Flow, paginate
from trainer.typeset.structure import Node

FILLER = "Words before.\n\n" * 6
LONG = "word " * 60


def broken(markdown: str) -> Iterator[tuple[list[str], list[str]]]:
    """The lines above and below the first page end, for every height of the page at which there is one."""
    module = compiled(**{"01_lesson": f"---\nid: lesson-one\ntitle: Short\n---\n\n## Table {{#table}}\n\n{markdown}"})
    unit = module.units[0]
    place = Place(
        locale="en",
        file=unit.file,
        anchors=anchors(module, module.units),
        prefix=unit.slug,
        labels=labels(words("en")),
        media=files().get,
    )
    setter = Setter(Flow(300.0), place, Node("Sect", None))
    setter.blocks(unit.blocks)
    for height in range(110, 420, 5):
        pages = [
            [" ".join(text.line.text.strip() for text in strip.texts) for strip, _, _ in page.strips]
            for page in paginate(setter.flow.strips, float(height))
        ]
        if len(pages) > 1:
            yield pages[0], pages[1]


def ends_above(markdown: str, *starts: str) -> list[str]:
    """Those of `starts` that begin the last line of a page at some height."""
    last = [above[-1] for above, _ in broken(markdown)]
    assert last
    return [start for start in starts if any(line.startswith(start) for line in last)]


def begins_below(markdown: str, *starts: str) -> list[str]:
    first = [below[0] for _, below in broken(markdown)]
    assert first
    return [start for start in starts if any(line.startswith(start) for line in first)]


def test_the_first_and_the_last_item_of_a_list_are_not_alone() -> None:
    text = FILLER + "".join(f"- item{number}\n" for number in range(6)) + f"\n{FILLER}"
    assert begins_below(text, "• item1", "• item5") == []
    assert begins_below(text, "• item0", "• item2", "• item3", "• item4") != []


def test_a_sentence_with_a_colon_stays_with_its_list_or_table() -> None:
    items = "".join(f"- item{number}\n" for number in range(6))
    assert ends_above(f"{FILLER}These are they:\n\n{items}", "These") == []
    assert ends_above(f"{FILLER}These are they.\n\n{items}", "These") == ["These"]
    table = "| Sign | Meaning |\n| --- | --- |\n" + "| papers | kept |\n" * 8
    assert ends_above(f"{FILLER}These are they:\n\n{table}", "These") == []
    nested = "- These are they:\n  - item0\n  - item1\n  - item2\n- Then\n- Last\n"
    assert ends_above(FILLER + nested, "• These") == []


@pytest.mark.parametrize("after", ["Words.", "- item\n- item\n- item", "> [!TIP]\n> Two calm minutes help.", LONG])
def test_a_heading_is_never_the_last_line_of_a_page(after: str) -> None:
    assert ends_above(f"{FILLER}### Below\n\n{after}\n\n{FILLER}", "Below") == []


def test_a_short_callout_is_not_cut() -> None:
    text = f"{FILLER}> [!WARNING]\n> One.\n>\n> Two.\n>\n> Three.\n\n{FILLER}"
    assert begins_below(text, "Warning") == ["Warning"]
    assert begins_below(text, "One.", "Two.", "Three.") == []


def test_a_long_callout_is_cut_but_not_below_its_title() -> None:
    text = FILLER + "> [!WARNING]\n" + "> One.\n>\n" * 20
    assert begins_below(text, "One.") == ["One."]
    assert ends_above(text, "Warning") == []


def test_an_open_national_slot_stays_with_its_remark() -> None:
    text = f"{FILLER}::: country {{#hotline slot=required}}\n**Hotline:** {{{{slot.hotline}}}}\n:::\n\n{FILLER}"
    assert begins_below(text, "To be confirmed") == []


def test_a_gap_question_does_not_pull_what_follows_it_to_the_next_page() -> None:
    question = "::: question {#q type=gap}\nConsent is [[(irrelevant)|required]].\n:::\n\n"
    assert begins_below(f"{FILLER}{question}{FILLER}", "Words before.")
    assert any(above[-1].startswith("Fill the gaps") for above, _ in broken(f"{FILLER}{question}{FILLER}"))


def test_the_last_row_of_a_table_is_not_alone_and_its_heading_comes_again() -> None:
    table = "| Sign | Meaning |\n| --- | --- |\n" + "".join(f"| row{number} | kept |\n" for number in range(8))
    for above, below in broken(FILLER + table):
        if below[0].startswith("Sign") and above[-1].startswith("row"):
            assert below[1].startswith("row")
            assert len([line for line in below if line.startswith("row")]) > 1
    assert any(above[-1].startswith("row") for above, _ in broken(FILLER + table))
