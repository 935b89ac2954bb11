"""Pages: what stays together, what is repeated, what is cut."""

from __future__ import annotations

import pytest

from tests.typeset.readers import READERS, squeezed
from trainer.typeset.flow import Flow, Page, Strip, draw, paginate
from trainer.typeset.lines import Measured, Span, Type
from trainer.typeset.sheet import About, Sheet
from trainer.typeset.structure import Node
from trainer.typeset.tables import Cell, Look, table


def heights(pages: list[Page]) -> list[int]:
    return [len(page.strips) for page in pages]


def paragraph(flow: Flow, words: int, *, keep: bool = False) -> None:
    flow.paragraph(Measured([Span("word " * words)], "en", Type()), None, keep=keep)


def test_a_page_ends_before_what_does_not_fit() -> None:
    pages = paginate([Strip(40.0) for _ in range(5)], 100.0)
    assert heights(pages) == [2, 2, 1]


def test_a_heading_stays_with_the_first_two_lines_below_it() -> None:
    flow = Flow(100.0)
    for _ in range(4):
        flow.add(Strip(20.0))
    paragraph(flow, 1, keep=True)
    paragraph(flow, 20)
    first = paginate(flow.strips, 4 * 20.0 + 2.5 * flow.strips[-1].height)[0]
    assert len(first.strips) == 4


@pytest.mark.parametrize("room", range(2, 12))
def test_no_line_of_a_paragraph_is_alone_on_a_page(room: int) -> None:
    flow = Flow(100.0)
    flow.add(Strip(10.0))
    paragraph(flow, 40)
    line = flow.strips[-1].height
    total = len(flow.strips) - 1
    assert total > 8
    on_first = len(paginate(flow.strips, 10.0 + line * room)[0].strips) - 1
    assert on_first != 1
    assert total - on_first != 1


def test_what_is_taller_than_a_page_is_cut_all_the_same() -> None:
    flow = Flow(100.0)
    with flow.whole():
        for _ in range(10):
            flow.add(Strip(30.0))
    assert heights(paginate(flow.strips, 100.0)) == [3, 3, 3, 1]


def test_space_gives_way_when_a_few_lines_run_over() -> None:
    flow = Flow(100.0)
    for _ in range(10):
        flow.space(10.0)
        flow.add(Strip(20.0))
    assert len(paginate(flow.strips, 280.0)) == 1


def long_table(rows: int, words: int = 4, height: float = 600.0) -> tuple[Sheet, list[Page]]:
    sheet = Sheet(About(title="Table", lang="en"), "a4")
    node = Node("Table", sheet.tree.root)

    def row(role: str, texts: list[str]) -> list[Cell]:
        parent = Node("TR", node)
        scope = "/O /Table /Scope /Column" if role == "TH" else ""
        made = [Node(role, parent, attributes=scope) for _ in texts]
        return [Cell(Measured([Span(text)], "en", Type()), cell) for text, cell in zip(texts, made, strict=True)]

    flow = Flow(400.0)
    body = [row("TD", [f"row{number}", "text " * words]) for number in range(rows)]
    table(flow, row("TH", ["Headword", "Second"]), body, Look())
    return sheet, paginate(flow.strips, height)


def printed(sheet: Sheet, pages: list[Page]) -> bytes:
    for page in pages:
        draw(page, sheet, 60.0, 60.0)
        sheet.end_page()
    return sheet.finish()


def test_a_long_table_repeats_its_heading_on_every_page() -> None:
    sheet, pages = long_table(80)
    assert len(pages) > 2
    text = READERS["pypdf"](printed(sheet, pages))
    assert text.count("Headword") == len(pages)
    assert all(f"row{number}" in text for number in range(80))


def test_a_row_taller_than_a_page_is_cut_between_lines() -> None:
    sheet, pages = long_table(1, 3_000)
    assert len(pages) > 2
    assert squeezed("text " * 3_000) in squeezed(
        READERS["pdfminer"](printed(sheet, pages)).replace("HeadwordSecond", "")
    )


def test_no_line_of_a_cut_row_is_alone_on_a_page() -> None:
    seen = set()
    for height in range(500, 700, 3):
        _, pages = long_table(1, 600, float(height))
        seen.update(len([placed for placed in page.strips if not placed.repeated]) for page in pages[1:])
    assert 2 in seen
    assert 1 not in seen


def test_columns_share_the_measure_without_breaking_words() -> None:
    _, pages = long_table(3, 60)
    widest = max(text.x + text.line.width for strip, _, _ in pages[0].strips for text in strip.texts)
    assert widest <= 400.0
