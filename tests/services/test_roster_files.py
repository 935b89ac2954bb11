"""Name lists as people send them, and as nobody should: read, or refused with what is wrong, row and column."""

from __future__ import annotations

import random
import struct
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from tests.services import lists
from trainer.services import roster_columns
from trainer.services.problems import SENTENCES, Invalid
from trainer.services.roster_columns import Roster
from trainer.services.roster_files import LARGEST_LIST, MOST_NAMES, opened, pasted

THREE = ["សុខ ដារ៉ា", "အောင် ကျော်", "Nguyễn Văn Minh"]
THAI = ["สมชาย ใจดี", "มาลี แสงทอง", "วิชัย ศรีสุข"]

read = partial(roster_columns.read, country="KH")


def names(roster: Roster) -> list[str]:
    return [line.full_name for line in roster.lines if line.fault is None]


def faults(roster: Roster) -> list[tuple[int, str, str]]:
    return [(line.row, line.fault.column, line.fault.code) for line in roster.lines if line.fault]


def notes(roster: Roster) -> list[str]:
    return [SENTENCES[note.code] % note.params for note in roster.notes]


def file(data: bytes | str) -> Roster:
    return read(opened(data.encode() if isinstance(data, str) else data))


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Invalid) as found:
        act()
    assert str(found.value)
    assert found.value.params["field"] in ("file", "names")
    return found.value.code


# -------------------------------------------------------------- what is taken


def test_a_line_is_a_name_in_any_script() -> None:
    assert names(read(pasted("\n".join(THREE)))) == THREE
    assert names(read(pasted("\r\n".join(["", *THREE, "", "  "])))) == THREE
    assert [line.row for line in read(pasted("Ana\n\nBen")).lines] == [1, 3]


def test_spaces_and_what_cannot_be_seen_around_a_name_go() -> None:
    assert names(read(pasted("\ufeffAna  Soares \n\tBen\t\n"))) == ["Ana Soares", "Ben"]


def test_a_name_may_have_a_comma() -> None:
    assert names(read(pasted("Soares, Ana\nda Costa, João"))) == ["Soares, Ana", "da Costa, João"]


def test_a_single_heading_is_no_name() -> None:
    assert names(read(pasted("Full name\nAna"))) == ["Ana"]
    assert names(read(pasted("ឈ្មោះពេញ\nសុខ ដារ៉ា"))) == ["សុខ ដារ៉ា"]


@pytest.mark.parametrize("separator", ["\t", ";", ","])
def test_columns_are_found_by_their_headings_in_any_order(separator: str) -> None:
    rows = [["Sex", "Full name", "Where the person works", "What the person mostly does", "Language", "Sign-in name"],
            ["Woman", THREE[0], "Police", "Supervisor", "ខ្មែរ", "Dara"]]  # fmt: skip
    for roster in (file("\n".join(separator.join(row) for row in rows)),
                   read(pasted("\n".join(separator.join(row) for row in rows)))):  # fmt: skip
        line = roster.lines[0]
        assert (line.row, line.full_name, line.sign_in_name) == (2, THREE[0], "dara")
        assert (line.agency_type, line.work_role, line.sex, line.locale) == ("police", "supervisor", "woman", "km")
        assert roster.unknown == ()


def test_headings_and_words_are_known_in_the_languages_of_the_interface() -> None:
    roster = file("ชื่อเต็ม;เพศ;ภาษา\nสมชาย;ชาย;ไทย\nมาลี;Perempuan;th\n")
    assert [(line.full_name, line.sex, line.locale) for line in roster.lines] == [
        ("สมชาย", "man", "th"), ("มาลี", "woman", "th"),
    ]  # fmt: skip
    assert roster.unknown == ()


def test_a_word_that_is_on_no_list_stays_a_question() -> None:
    roster = file("Name,Agency,Sex\nAna,Polisi,F\nBen,Polisi,\nCal,police,M\n")
    assert roster.unknown == (("agency_type", "Polisi"), ("sex", "F"), ("sex", "M"))
    assert [line.agency_type for line in roster.lines] == ["Polisi", "Polisi", "police"]


def test_a_title_above_the_headings_and_other_columns_are_left_out_and_said() -> None:
    roster = file("Workshop in November,,\n\nNo.,Name,Telephone\n1,Ana,0123\n2,Ben,0456\n")
    assert names(roster) == ["Ana", "Ben"]
    assert notes(roster) == ["Row 3 has the headings; the rows above it were left out.",
                             "These columns were not read: No. · Telephone."]  # fmt: skip


def test_a_cell_of_two_lines_is_one_name() -> None:
    assert names(file('Name,Sex\n"Ana\nSoares",Woman\nBen,\n')) == ["Ana Soares", "Ben"]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_with_and_without_a_mark(codec: str) -> None:
    roster = file("\r\n".join(["Full name", *THREE]).encode(codec))
    assert names(roster) == THREE
    assert bool(notes(roster)) == (codec in ("utf-16-le", "utf-16-be"))


@pytest.mark.parametrize(
    ("codec", "words", "said"),
    [
        ("cp874", ["ชื่อเต็ม", *THAI], "Windows-874"),
        ("cp874", ["Name;Agency", *(f"{name};police" for name in THAI)], "Windows-874"),
        ("cp1258", ["Name", "Nguyê\u0303n Thi\u0323 Lan", "Trâ\u0300n Văn Hu\u0300ng"], "Windows-1258"),
        ("cp1252", ["Name", "João da Conceição", "Inês"], "Windows-1252"),
    ],
)
def test_old_encodings_are_read_and_it_is_said_which_was_assumed(codec: str, words: list[str], said: str) -> None:
    import unicodedata

    roster = file("\r\n".join(words).encode(codec))
    assert names(roster) == [unicodedata.normalize("NFC", word.partition(";")[0]) for word in words[1:]]
    assert [said in note for note in notes(roster)] == [True]


def test_a_spreadsheet_is_read() -> None:
    roster = file(lists.xlsx(lists.sheet(["Full name", "Language"], [THREE[0], "km"], [THREE[1], "my"])))
    assert [(line.row, line.full_name, line.locale) for line in roster.lines] == [
        (2, THREE[0], "km"),
        (3, THREE[1], "my"),
    ]
    assert notes(roster) == []


def test_a_spreadsheet_s_shared_words_are_read_whole_and_without_their_pronunciation() -> None:
    words = "<sst><si><t>Name</t></si><si><r><t>សុខ</t></r><r><t> ដារ៉ា</t></r><rPh><t>sok</t></rPh></si></sst>"
    cells = lists.sheet('<c r="A1" t="s"><v>0</v></c>', '<c r="&#65;2" t="s"><v>1</v></c>')
    assert names(file(lists.xlsx(cells, extra={"xl/sharedStrings.xml": words}))) == ["សុខ ដារ៉ា"]
    assert names(file(lists.xlsx(lists.sheet(["Name"], ["Ana"]).encode("utf-16")))) == ["Ana"]


def test_of_two_sheets_the_first_that_is_seen_and_filled_is_read_and_said() -> None:
    empty, first, second = lists.sheet(), lists.sheet(["Name"], ["Ana"]), lists.sheet(["Name"], ["Ben"])
    roster = file(lists.xlsx(second, empty, first, second, hidden=[1]))
    assert names(roster) == ["Ana"]
    assert notes(roster) == ["Only the sheet “List 3” was read."]


def test_merged_cells_count_once() -> None:
    title = '<mergeCells count="2"><mergeCell ref="A1:B1"/><mergeCell ref="A3:A4"/></mergeCells>'
    cells = lists.sheet(lists.text("A1", "Our workshop"), ["Name", "Sex"], ["Ana", "Woman"], lists.text("B4", "Man"),
                        more=title)  # fmt: skip
    roster = file(lists.xlsx(cells))
    assert names(roster) == ["Ana"]
    assert faults(roster) == [(4, "A (Name)", "name-missing")]


def test_five_thousand_names_are_read_at_once() -> None:
    started = time.process_time()
    many = [f"សុខ {number} ដារ៉ា" for number in range(MOST_NAMES)]
    assert len(names(read(pasted("\n".join(many))))) == MOST_NAMES
    assert len(names(file(lists.xlsx(lists.sheet(["Name"], *([name] for name in many)))))) == MOST_NAMES
    assert time.process_time() - started < 5


# ------------------------------------------------------- rows that are refused


@pytest.mark.parametrize(
    "cell",
    ['=HYPERLINK("http://x","y")', "=1+1", "+855 12 345", "-2+3", "@SUM(A1)", "＝1+1", "＠x", " =cmd|' /C calc'!A0",
     "\u200b=1", "\ufeff=1"],
)  # fmt: skip
def test_a_formula_is_refused_with_row_and_column(cell: str) -> None:
    quoted = cell.replace('"', '""')
    roster = file(f'No.,Name\n1,Ana\n2,"{quoted}"\n3,Ben\n')
    assert names(roster) == ["Ana", "Ben"]
    assert faults(roster) == [(3, "B (Name)", "roster-formula")]
    assert faults(read(pasted(f"Ana\n{cell}"))) == [(2, "", "roster-formula")]


def test_a_formula_in_another_column_of_the_row_is_refused_too() -> None:
    assert faults(file("Name,Sign-in name\nAna,=A1\nBen,ben\n")) == [(2, "B (Sign-in name)", "roster-formula")]
    assert faults(file("Name,Note\nAna,=A1\n")) == []


def test_a_spreadsheet_s_formula_is_refused_although_it_shows_a_name() -> None:
    cells = lists.sheet(["Name"], lists.formula("A2", 'HYPERLINK("http://x","Sok Dara")'), ["Ben"], "<c><f>A1</f></c>")
    roster = file(lists.xlsx(cells))
    assert names(roster) == ["Ben"]
    assert faults(roster) == [(2, "A (Name)", "roster-formula"), (4, "A (Name)", "roster-formula")]


def test_dates_and_numbers_are_no_names() -> None:
    cells = lists.sheet(["Name"], lists.number("A2", 45000, date=True), lists.number("A3", 7),
                        '<c r="A4" t="b"><v>1</v></c>', ["12345"], ["Ben"])  # fmt: skip
    roster = file(lists.xlsx(cells))
    assert names(roster) == ["Ben"]
    assert [(row, code) for row, _, code in faults(roster)] == [
        (2, "roster-number"), (3, "roster-number"), (4, "roster-number"), (5, "roster-letters"),
    ]  # fmt: skip


def test_a_sign_in_name_may_be_a_number() -> None:
    cells = lists.sheet(["Name", "Sign-in name"], lists.text("A2", "Ana") + lists.number("B2", 1207))
    assert file(lists.xlsx(cells)).lines[0].sign_in_name == "1207"


@pytest.mark.parametrize(
    ("name", "code"),
    [("A" * 201, "name-long"), ("Ana\u202eseraoS", "name-unreadable"), ("Ana\ue000", "name-unreadable"),
     ("...", "roster-letters"), ("1. Ana", "roster-numbered"), ("២ សុខ", "roster-numbered"),
     ("ဇော္ေဇာ္", "roster-zawgyi")],
)  # fmt: skip
def test_a_name_that_cannot_be_printed_is_refused_in_its_row(name: str, code: str) -> None:
    roster = file(f"Name\nAna\n{name}\nBen\n")
    assert names(roster) == ["Ana", "Ben"]
    assert faults(roster) == [(3, "A (Name)", code)]


# ----------------------------------------------------- lists that are refused


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "roster-empty"),
        (b"\n\n  \n", "roster-empty"),
        (b"\xef\xbb\xbf", "roster-empty"),
        (b"Name\n", "roster-empty"),
        (b"Ana;police\nBen;ngo\n", "roster-columns"),
        (b"First name,Last name\nAna,Soares\n", "roster-columns"),
        (b"Name,Full name\nAna,Soares\n", "roster-column-twice"),
        (b'Name,Sex\n"Ana,Woman\nBen,Man\n', "roster-quotes"),
        (b"Name\nAna\x00Soares\n", "roster-binary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "roster-binary"),
        (b"%PDF-1.7\n\x01\x02\x03", "roster-binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "roster-old"),
        (b"\xff\xfeA", "roster-encoding"),
        (b"Name\nJo\x81o", "roster-encoding"),
        (b",".join([b"x"] * 61), "roster-wide"),
        (b"\n" * (MOST_NAMES + 300) + b"Ana", "roster-large"),
        (b"Name\n" + b"Ana\n" * (MOST_NAMES + 1), "roster-large"),
        (b"A" * (LARGEST_LIST + 1), "roster-large"),
        (b"PK\x03\x04" + bytes(100), "roster-broken"),
        (b"Name,Agency\n" + b"".join(b"A%d,Office %d\n" % (n, n) for n in range(60)), "roster-values"),
    ],
)
def test_a_list_that_cannot_be_read_says_why(data: bytes, code: str) -> None:
    assert refused(lambda: file(data)) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "roster-empty"), ("Ana\tPolice\nBen\tCourts", "roster-columns"), ("Ana;Police", "roster-columns"),
     ("Ana\n" * (MOST_NAMES + 1), "roster-large"), ("ក" * 700_000, "roster-large")],
)  # fmt: skip
def test_a_paste_that_cannot_be_read_says_why(text: str, code: str) -> None:
    assert refused(lambda: read(pasted(text))) == code


FAR = lists.sheet(["Name"], ["Ana"], lists.text("XFD1048576", "x"))
GOOD = lists.sheet(["Name"], ["Ana"])
HOSTILE: dict[str, tuple[bytes, str]] = {
    "a cell in the far corner": (lists.xlsx(FAR), "roster-large"),
    "a row far down, without places": (lists.xlsx(GOOD.replace('r="2"', 'r="1048576"').replace(' r="A2"', "")),
                                       "roster-large"),
    "a wide row": (lists.xlsx(lists.sheet(["Name"], lists.text("ZZ2", "x"))), "roster-wide"),
    "a place that is none": (lists.xlsx(GOOD.replace("A2", "A0")), "roster-broken"),
    "counts of what is not there": (
        lists.xlsx(GOOD, extra={"xl/sharedStrings.xml": '<sst count="4000000000" uniqueCount="4000000000"><si/>'}),
        "roster-broken"),
    "millions of empty elements": (lists.xlsx(GOOD.replace("<sheetData>", "<a/>" * 1_100_000 + "<sheetData>")),
                                   "roster-large"),
    "a word that is not there": (lists.xlsx(lists.sheet(["Name"], '<c r="A2" t="s"><v>7</v></c>')), "roster-broken"),
    "a part twice": (lists.twice(GOOD), "roster-broken"),
    "entities": (lists.xlsx('<!DOCTYPE x [<!ENTITY a "b">]>' + GOOD), "roster-broken"),
    "a sheet that unpacks a thousandfold": (lists.xlsx(GOOD + " " * 20_000_000), "roster-large"),
    "words that unpack a thousandfold": (lists.xlsx(GOOD, extra={"xl/sharedStrings.xml": " " * 20_000_000}),
                                         "roster-large"),
    "thousands of parts": (lists.xlsx(GOOD, extra={f"xl/media/{n}.png": "x" for n in range(2_000)}), "roster-large"),
    "another kind of document": (lists.zipped({"word/document.xml": "<w/>"}), "roster-other"),
    "no part at all": (lists.zipped({}) , "roster-binary"),
    "a workbook that is no XML": (lists.xlsx(GOOD, extra={"xl/workbook.xml": "<workbook"}), "roster-broken"),
    "a sheet that is no XML": (lists.xlsx(GOOD[:-30]), "roster-broken"),
    "half a file": (lists.xlsx(GOOD)[:400], "roster-broken"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_spreadsheet_is_refused_quickly_and_in_little_memory(name: str) -> None:
    data, code = HOSTILE[name]
    tracemalloc.start()
    started = time.process_time()
    assert refused(lambda: file(data)) == code
    assert time.process_time() - started < 2
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()


def test_a_spreadsheet_whose_directory_lies_about_its_size_is_refused() -> None:
    data = bytearray(lists.xlsx(GOOD + " " * 5_000_000))
    at = data.index(b"PK\x01\x02")
    while at >= 0:
        data[at + 24 : at + 28] = struct.pack("<I", 100)
        at = data.find(b"PK\x01\x02", at + 4)
    assert refused(lambda: file(bytes(data))) in ("roster-broken", "roster-large")


def test_a_macro_s_and_a_stranger_s_parts_are_never_opened() -> None:
    extra = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0", "../../evil.xml": "x", "xl/worksheets/../../x.xml": "x"}
    assert names(file(lists.xlsx(GOOD, extra=extra))) == ["Ana"]


def test_damaged_files_never_break_the_reader() -> None:
    dice = random.Random(20261129)
    good = [lists.xlsx(GOOD), "Name;Sex\nสมชาย;ชาย\n".encode("cp874"), "Name\nAna\n".encode("utf-16"),
            b'Name,Sex\n"Ana, A.",Woman\n']  # fmt: skip
    for _ in range(600):
        data = bytearray(dice.choice(good))
        for _ in range(dice.randrange(1, 6)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        with suppress(Invalid):
            file(bytes(data[: dice.choice([len(data), dice.randrange(1, len(data))])]))
