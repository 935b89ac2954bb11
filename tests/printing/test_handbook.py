"""The learner's handbook of a module."""

from __future__ import annotations

import io
import pickle
import re
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import page as checker
import pikepdf
import pypdf
import pytest

from tests.printing.sample import book, compiled, files
from tests.typeset.readers import READERS, squeezed
from trainer import resources
from trainer.content.compiler import compile_module
from trainer.content.folder import read_folder
from trainer.content.model import Block, Figure
from trainer.languages.words import words
from trainer.printing.handbook import handbook
from trainer.printing.options import PrintOptions
from trainer.typeset.faces import MissingGlyph
from trainer.typeset.pictures import BadPicture

REAL = sorted(path.name for path in resources.folder("modules").iterdir() if (path / "module.md").is_file())


def text(data: bytes) -> str:
    return READERS["mupdf"](data)


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


# ------------------------------------------------------------------ what stands in it


def test_everything_a_learner_reads_is_there_in_every_reader() -> None:
    expected = (
        "A sample to print", "Learner's handbook", "Edition 3, 2026-11-24", "One picture shows a locked drawer.",
        "Name what paper can show", "A bold word, an italic one, code, a victim", "(https://example.org/a?b=c)",
        '<img src="/etc/passwd">', "</para>", "{{ 7 }} and %s", "Never interview a person", "inner point",
        "What the term means", "A quotation.", "The drawer is locked", "Documents kept by the employer",
        "To be confirmed by the national coordinator.", "Activity · 20 min · groups of 4", "A deckhand asks",
        "plain code block", "The note at the foot.", "Which one?", "Paper is digital.", "True", "irrelevant",
        "Housing a worker", "A late letter", "Gamma", "What will you change?", "go to card 2", "Safe now?",
        "A source of the whole module, 2026", "victim of trafficking",
    )  # fmt: skip
    for name, reader in READERS.items():
        extracted = squeezed(reader(book()))
        assert not [words for words in expected if squeezed(words) not in extracted], name


def test_no_key_hint_feedback_test_or_facilitator_note_is_printed() -> None:
    extracted = text(book())
    assert not re.findall(r"\w*SECRET|4711", extracted)
    for data in re.findall(rb"stream\n(.*?)\nendstream", book(), re.DOTALL):
        try:
            assert b"SECRET" not in zlib.decompress(data)
        except zlib.error:
            assert b"SECRET" not in data


def test_order_and_match_are_not_printed_in_the_right_order() -> None:
    extracted = text(book())
    assert not re.search(r"Alpha\s+Beta\s+Gamma\s+Delta", extracted)
    assert not re.search(r"Housing a worker.*A false promise.*Unpaid labour.*A late letter", extracted, re.DOTALL)


def test_a_national_slot_is_filled_or_left_open_to_write_in() -> None:
    overlay = (
        b"---\nslots: {hotline: '1280'}\nchecked_on: 2026-10-01\nconfirmed_by: A name\nreview_by: 2027-10-01\n---\n"
    )
    result = compile_module({**files(), "national/KH.md": overlay}, slug="sample", country="KH")
    assert result.module is not None
    extracted = text(handbook(result.module, PrintOptions(media=files())))
    assert "1280" in extracted
    assert "With the national details of Cambodia" in extracted
    assert "Cambodia: some national details are still to be confirmed" in text(book(country="KH"))
    assert "National details confirmed on 2026-10-01 by A name." in extracted
    assert "They are to be checked again by 2027-10-01." in extracted
    assert "Regional text" in text(book())
    late = text(handbook(result.module, PrintOptions(media=files(), overdue=True)))
    assert "They should have been checked again by 2027-10-01." in late
    assert "are to be checked" not in late


def test_a_translation_says_that_nobody_has_reviewed_it() -> None:
    sentence = "This translation was drafted by machine and has not been reviewed."
    assert squeezed(words("km").gettext(sentence)) in squeezed(text(book("km")))
    assert "has not been reviewed" not in text(book())


def test_passages_that_are_not_in_the_locale_say_their_language() -> None:
    with pikepdf.open(io.BytesIO(book("km"))) as pdf:
        assert str(pdf.Root.Lang) == "km"
        langs = {
            (str(item.get("/S")), str(item.get("/Lang", "")))
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") in ("/P", "/H1", "/H3")
        }
    assert ("/P", "en") in langs
    assert ("/H1", "") in langs


def test_a_stale_passage_has_a_mark_in_the_margin_and_a_word_about_it() -> None:
    module = compiled("km")
    assert module.states["stale"] == 1
    sentence = "A line in the margin marks a passage whose original has changed since it was translated."
    assert squeezed(words("km").gettext(sentence)) in squeezed(text(book("km")))


# ------------------------------------------------------------------ finding one's way


def test_contents_name_the_right_pages() -> None:
    reader = pypdf.PdfReader(io.BytesIO(book()))
    listing = pages(book())[1]
    starts = {item.title: reader.get_destination_page_number(item) + 1 for item in outline(reader)}
    for title in (
        "Introduction",
        "Lesson with everything",
        "All question types",
        "Pocket card",
        "Sources of this module",
    ):
        found = re.search(rf"{title}\s*(\d+)", listing)
        assert found, title
        assert int(found[1]) == starts[title]
        assert title in pages(book())[starts[title] - 1]


def outline(reader: pypdf.PdfReader) -> list[pypdf.generic.Destination]:
    flat = []
    for item in reader.outline:
        flat += item if isinstance(item, list) else [item]
    return flat


def test_the_outline_has_units_and_their_headings() -> None:
    titles = [item.title for item in outline(pypdf.PdfReader(io.BytesIO(book())))]
    assert titles[:3] == ["Introduction", "Before you begin", "Lesson with everything"]
    assert "Words" in titles
    assert "Before and after" not in titles


def test_title_and_language_are_set() -> None:
    info = pypdf.PdfReader(io.BytesIO(book("km")))
    assert info.metadata is not None
    assert info.metadata.title == "គំរូសម្រាប់បោះពុម្ព"
    assert info.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]


def test_links_lead_inside_and_outside() -> None:
    reader = pypdf.PdfReader(io.BytesIO(book()))
    links = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert "https://example.org/a?b=c" in [link["/A"]["/URI"] for link in links if "/A" in link]
    inside = [link["/Dest"] for link in links if "/Dest" in link]
    assert len(inside) > 10
    assert all(target[0].get_object()["/Type"] == "/Page" for target in inside)


def test_every_page_but_the_cover_has_its_number() -> None:
    printed = pages(book())
    assert "Page 1 of" not in printed[0]
    for number, page in enumerate(printed[1:], 2):
        assert f"Page {number} of {len(printed)}" in page


# ------------------------------------------------------------------ the file


@pytest.mark.parametrize(("locale", "paper"), [(None, "a4"), (None, "letter"), ("km", "a4")])
def test_it_can_be_read_aloud(locale: str | None, paper: str) -> None:
    data = book(locale, "letter" if paper == "letter" else "a4")
    report = checker.validate_pdf_bytes(data, profile=checker.ValidationProfile.PDF_UA_1)
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []


def test_both_papers() -> None:
    for paper, size in (("a4", (595, 842)), ("letter", (612, 792))):
        reader = pypdf.PdfReader(io.BytesIO(book(paper="letter" if paper == "letter" else "a4")))
        box = reader.pages[0].mediabox
        assert (round(box.width), round(box.height)) == size


def test_the_same_values_give_the_same_bytes_in_any_process() -> None:
    code = (
        "import sys; from tests.printing.sample import book; book('km', 'letter');"
        "sys.stdout.buffer.write(book())"
    )  # fmt: skip
    here = Path(__file__).parents[2]
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=here).stdout
    assert again == book()


def test_it_can_be_made_in_a_worker_process() -> None:
    options = PrintOptions(edition=3, date="2026-11-24", media=files())
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(handbook, compiled(), options).result() == book()


def _catalogs() -> list[tuple[str, str]]:
    """(module, locale) of every real module in its own language and in each that it is translated into."""
    folder = resources.folder("modules")
    catalogs = [(slug, file.stem) for slug in REAL for file in sorted((folder / slug / "translations").glob("*.po"))]
    return [(slug, "en") for slug in REAL] + catalogs


@pytest.mark.parametrize(("slug", "locale"), _catalogs())
def test_every_real_module_prints(slug: str, locale: str) -> None:
    folder = read_folder(resources.folder("modules") / slug)
    module = compile_module(folder, slug=slug, locale=locale).module
    assert module is not None
    data = handbook(module, PrintOptions(media=folder))
    assert checker.is_pdf_compliant_bytes(data, profile=checker.ValidationProfile.PDF_UA_1)
    pictures = sum(len(content) for name, content in folder.items() if name.startswith("media/"))
    assert len(data) < 600_000 + 4 * pictures


def test_forty_pages_of_khmer_are_a_small_file() -> None:
    folders = [read_folder(resources.folder("modules") / slug) for slug in REAL]
    modules = [
        compile_module(folder, slug=slug, locale="km").module for folder, slug in zip(folders, REAL, strict=True)
    ]
    whole = replace(modules[0], units=tuple(unit for module in modules if module is not None for unit in module.units))
    without = replace(whole, units=tuple(replace(unit, blocks=_unpictured(unit.blocks)) for unit in whole.units))
    data = handbook(without, PrintOptions())
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) >= 40
    assert len(data) <= 600_000


def _unpictured(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(block for block in blocks if not isinstance(block, Figure))


# ------------------------------------------------------------------ bad input

LESSON = "---\nid: lesson-one\ntitle: Short\n---\n\n## Table {#table}\n\n"


def test_a_character_no_font_has_is_named_with_file_and_line() -> None:
    module = compiled(**{"01_lesson": LESSON + "A smile 😀 here.\n"})
    with pytest.raises(MissingGlyph) as caught:
        handbook(module, PrintOptions(media=files()))
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value), "a worker process hands it back"
    with pytest.raises(MissingGlyph, match=r"^01-lesson\.md:8: no font has '😀' \(U\+1F600\)"):
        handbook(module, PrintOptions(media=files()))


def test_a_picture_bomb_is_refused_with_file_and_line() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">LLBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 9_000)) + chunk(b"IEND", b"")
    with pytest.raises(BadPicture, match=r"^01-lesson\.md:\d+: media/drawer\.png: .*million"):
        handbook(compiled(), PrintOptions(media={"media/drawer.png": bomb}))
    with pytest.raises(BadPicture, match="the file is missing"):
        handbook(compiled(), PrintOptions())


def test_a_table_of_two_hundred_rows_repeats_its_heading() -> None:
    rows = "".join(f"| row {number} | text |\n" for number in range(200))
    module = compiled(**{"01_lesson": f"{LESSON}| Headword | Other |\n| --- | --- |\n{rows}"})
    printed = [page for page in pages(handbook(module, PrintOptions(media=files()))) if re.search(r"row \d+", page)]
    assert len(printed) > 3
    assert all("Headword" in page for page in printed)


def test_a_word_of_ten_thousand_letters_stays_on_the_page() -> None:
    module = compiled(**{"01_lesson": LESSON + "x" * 10_000 + "\n"})
    data = handbook(module, PrintOptions(media=files()))
    assert re.sub(r"[^x]", "", text(data)).count("x") >= 10_000
