"""Two languages side by side."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import page as checker
import pypdf
import pytest

from tests.printing.products import document, elements, module, printed, words
from tests.printing.sample import compiled
from tests.typeset.readers import READERS, squeezed
from trainer import resources
from trainer.content.compiler import compile_module
from trainer.content.folder import read_folder
from trainer.printing.abreast import NotAbreast, lay_abreast
from trainer.printing.handbook import Book
from trainer.printing.options import PrintOptions, across
from trainer.printing.pack import Document, render
from trainer.typeset.structure import Node

TOGETHER = ("handbook", "exercises", "job-aids", "test-paper")
MIDDLE = 421.0
"""Points from the left edge of A4 lying on its side."""


def text(data: bytes) -> str:
    return READERS["mupdf"](data)


def boxes(data: bytes, wanted: str) -> list[tuple[int, bool, float]]:
    """Page, whether it stands at the right, and height, of each word that is `wanted`."""
    return [(page, x > MIDDLE, y) for page, x, y, word in words(data) if word == wanted]


@pytest.mark.parametrize("product", TOGETHER)
def test_both_languages_are_there_whole(product: str) -> None:
    both = squeezed(text(printed(product, None, "km")))
    for locale in (None, "km"):
        alone = text(printed(product, locale))
        lines = [line for line in alone.splitlines() if len(line) > 12 and not re.search(r"[/·0-9]", line)]
        assert lines
        # A line may end elsewhere in a narrower column; its first words stay together.
        missing = [line for line in lines if squeezed(" ".join(line.split()[:2]))[:14] not in both]
        assert missing == []


@pytest.mark.parametrize("product", TOGETHER)
def test_it_can_be_read_aloud(product: str) -> None:
    report = checker.validate_pdf_bytes(printed(product, None, "km"), profile=checker.ValidationProfile.PDF_UA_1)
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []


@pytest.mark.parametrize("product", TOGETHER)
def test_a_screen_reader_gets_one_language_after_the_other(product: str) -> None:
    found = elements(printed(product, None, "km"))
    parts = [lang for role, lang, _ in found if role == "/Part"]
    assert parts == ["en", "en", "km"], "the document, and in it each language"
    second = next(at for at, (role, lang, _) in enumerate(found) if (role, lang) == ("/Part", "km"))
    assert {lang for _, lang, _ in found[:second]} == {"en"}
    # What is not translated stands in the source's language there too, and says so.
    assert [lang for _, lang, content in found[second:] if content].count("km") > 0


def test_a_passage_stands_beside_its_translation() -> None:
    """The same module in both columns: every word stands twice, at one height."""
    shown = module()
    options = PrintOptions(media=document("handbook").media)
    frame = across("a4")
    columns = [Book(shown, options, frame, Node("Part", None), key=f"{key}/", is_second=bool(key)) for key in range(2)]
    assert lay_abreast(*columns).leaves
    data = render(document("handbook", shown, shown))
    for word in ("Hostile:", "inner", "calm", "deckhand", "irrelevant", "Alpha", "Housing", "Private?"):
        found = boxes(data, word)
        left, right = ([(page, y) for page, is_right, y in found if is_right is side] for side in (False, True))
        assert left, word
        assert left == right, word


def test_khmer_begins_where_english_begins() -> None:
    data = printed("handbook", None, "km")
    listed = list(words(data))
    titles = [(page, y) for page, x, y, word in listed if x < MIDDLE and word == "Contents"]
    beside = [y for page, x, y, _ in listed if x > MIDDLE and (page, True) == (titles[0][0], True)]
    assert min(abs(titles[0][1] - y) for y in beside) < 8.0


def test_nothing_runs_over_the_foot_of_a_page() -> None:
    folder = read_folder(resources.folder("modules") / "recognising-indicators")
    modules = tuple(
        compile_module(folder, slug="recognising-indicators", locale=locale).module for locale in ("en", "my")
    )
    shown = [one for one in modules if one is not None]
    data = render(Document(product="handbook", modules=tuple(shown), media=folder))
    frame = across("a4")
    lowest = max(y for _, _, y, word in words(data) if word)
    assert lowest < frame.height - 12.0
    foot = frame.height - frame.bottom + 18.0
    assert not [word for _, _, y, word in words(data) if foot - 10.0 < y < foot - 0.5]


def test_only_the_first_language_has_bubbles_boxes_and_lines() -> None:
    import pymupdf

    right = {"c": 0, "re": 0}
    left = {"c": 0, "re": 0}
    for page in pymupdf.open(stream=printed("handbook", None, "km")):
        for drawing in page.get_drawings():
            if drawing["type"] != "s" or drawing["rect"].width > 30 or drawing["rect"].width < 8:
                continue
            side = right if drawing["rect"].x0 > MIDDLE else left
            kind = drawing["items"][0][0]
            side[kind] = side.get(kind, 0) + 1
    assert left["c"] > 5
    assert left["re"] > 5
    assert right["c"] == right["re"] == 0


def test_the_outline_has_each_heading_once() -> None:
    reader = pypdf.PdfReader(io.BytesIO(printed("handbook", None, "km")))
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    assert titles[:3] == ["Introduction", "Lesson with everything", "All question types"]
    assert len(titles) == len(set(titles))


def test_contents_in_both_languages_name_the_same_pages() -> None:
    reader = pypdf.PdfReader(io.BytesIO(printed("handbook", None, "km")))
    links = [note.get_object() for note in reader.pages[1]["/Annots"]]
    pages = [reader.get_page_number(link["/Dest"][0].get_object()) for link in links if "/Dest" in link]
    left = [one for one, link in zip(pages, links, strict=True) if link["/Rect"][0] < MIDDLE]
    right = [one for one, link in zip(pages, links, strict=True) if link["/Rect"][0] > MIDDLE]
    assert left == right
    assert len(left) > 4


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_page_lies_on_its_side(paper: str) -> None:
    box = (
        pypdf.PdfReader(io.BytesIO(render(document("job-aids", module(), module("km"), paper=paper)))).pages[0].mediabox
    )
    assert box.width > box.height


def test_different_editions_are_refused() -> None:
    longer = compiled(
        "km",
        **{"01_lesson": "---\nid: lesson-one\ntitle: Longer\n---\n\n## Table {#table}\n\nOne.\n\nTwo.\n\nThree.\n"},
    )
    with pytest.raises(NotAbreast, match="not the same edition"):
        render(document("handbook", module(), longer))


def test_a_very_long_passage_is_cut_in_both_columns() -> None:
    lesson = "---\nid: lesson-one\ntitle: Long\n---\n\n## Table {{#table}}\n\n{}\n\nThe end.\n"
    long = compiled(**{"01_lesson": lesson.format("word " * 1500)})
    short = replace(long, units=compiled(**{"01_lesson": lesson.format("word " * 900)}).units)
    data = render(document("handbook", long, short))
    assert len(boxes(data, "word")) == 2400
    pages = {page for page, _, _ in boxes(data, "word")}
    assert len(pages) > 2
    ends = boxes(data, "end.")
    assert len({(page, y) for page, _, y in ends}) == 1


def test_a_long_table_has_its_heading_on_every_page_of_both_columns() -> None:
    rows = "".join(f"| row{number} | text |\n" for number in range(60))
    table = f"| Headword | Other |\n| --- | --- |\n{rows}"
    shown = compiled(**{"01_lesson": f"---\nid: lesson-one\ntitle: T\n---\n\n## Table {{#table}}\n\n{table}"})
    data = render(document("handbook", shown, shown))
    pages = {page for page, _, _, word in words(data) if re.fullmatch(r"row\d+", word)}
    assert len(pages) > 2
    for side in (False, True):
        heads = {page: y for page, is_right, y in boxes(data, "Headword") if is_right is side}
        assert set(heads) == pages
        rows_below = [(page, y) for page, _, y, word in words(data) if re.fullmatch(r"row\d+", word)]
        assert all(y > heads[page] + 8.0 for page, y in rows_below)
