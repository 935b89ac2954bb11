"""Certificates, slips, attendance sheets, reaction and observer forms, and several of them in one file."""

from __future__ import annotations

import io
import re
from functools import cache

import numpy
import page as checker
import pikepdf
import pypdf
import pytest

from tests.printing.rendered import codes, pixels
from tests.printing.sample import book
from tests.printing.structure import loose_ends
from tests.printing.test_sheets import sheet
from tests.typeset.readers import READERS, squeezed
from trainer.languages.words import words
from trainer.printing import labels as messages
from trainer.printing.attendance import Attendance, Attendee, draw_attendance
from trainer.printing.certificates import Certificate, draw_certificates
from trainer.printing.labels import Labels, Sentence, labels
from trainer.printing.room_forms import draw_observer_form, draw_reaction_form
from trainer.printing.sheets import draw_answer_sheets
from trainer.printing.slips import Slip, draw_slips
from trainer.printing.small import LeftOut
from trainer.printing.tally import draw_tally_sheet
from trainer.sheets.fields import Field
from trainer.typeset.sheet import About, Sheet

NAMES = ("ကျော်ဇင်ဦး", "សុខ ដារ៉ា", "Đỗ Thị Hồng", "முத்துலட்சுமி", "王小明")
CHECK = "https://training.example.org/check/"
SIGN_IN = "https://training.example.org/sign-in"
LOCALES = ("en", "km", "my")


@cache
def say(locale: str) -> Labels:
    return labels(words(locale))


def new(locale: str = "en", paper: str = "a4", *, grey: bool = False) -> Sheet:
    return Sheet(About(title="Forms", lang=locale), paper, grey=grey)


def certificate(name: str, number: int = 0, locale: str = "en", hours: str = "") -> Certificate:
    code = f"7KQ2-K7P9-{number:04}"
    title = Sentence("Recognising indicators", "en")
    return Certificate(name, title, locale, "12 November 2026", 3, "Cambodia", code, f"{CHECK}{code}", hours)


def slip(name: str, number: int = 0, locale: str = "en") -> Slip:
    return Slip(name, SIGN_IN, f"name.{number}", f"7KQ2-{number:04}", "26 November 2026", locale)


def attendance(names: tuple[str, ...], locale: str = "en", sessions: int = 3) -> Attendance:
    return Attendance(
        title="Frontline officers", place="Poipet", dates="12–14 November 2026", locale=locale,
        sessions=[f"Session {number}" for number in range(1, sessions + 1)],
        people=[Attendee(name, "Immigration") for name in names],
    )  # fmt: skip


def everything(into: Sheet, locale: str, paper: str) -> None:
    draw_answer_sheets(into, [sheet("Sok Dara", locale), sheet("", locale)], {locale: say(locale)})
    into.paper(paper, landscape=True)
    draw_certificates(into, [certificate(name, locale=locale) for name in NAMES], {locale: say(locale)})
    into.paper(paper)
    draw_slips(into, [slip(name, locale=locale) for name in NAMES], {locale: say(locale)})
    draw_attendance(into, attendance(NAMES * 8, locale), say(locale))
    draw_reaction_form(into, say(locale), locale, "Frontline officers · Poipet")
    draw_observer_form(into, say(locale), locale)
    rows = [Field("q1", 0, "1", "one", "letters", 4), Field("q2", 0, "2", "many", "letters", 10)]
    draw_tally_sheet(into, say(locale), locale, Sentence("Recognising indicators", "en"), rows)


@cache
def pack(locale: str = "en", paper: str = "a4", grey: bool = False) -> bytes:
    into = new(locale, paper, grey=grey)
    everything(into, locale, paper)
    return into.finish()


def pages(data: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


# ------------------------------------------------------------------ certificates


def test_certificates_say_who_completed_what_and_what_that_does_not_mean() -> None:
    into = new()
    into.paper("a4", landscape=True)
    draw_certificates(into, [certificate(name, at, hours="4") for at, name in enumerate(NAMES)], {"en": say("en")})
    data = into.finish()
    assert len(pages(data)) == len(NAMES)
    text = squeezed(READERS["mupdf"](data))
    for expected in (*NAMES, "Certificate of completion", "Recognising indicators", "Hours of learning: 4",
                     "Edition 3, completed on 12 November 2026", "Country: Cambodia", "7KQ2-K7P9-0002",
                     "It does not certify competence to interview victims or children."):  # fmt: skip
        assert squeezed(expected) in text, expected
    assert codes(data, 2) == [f"{CHECK}7KQ2-K7P9-0002"]


def test_a_very_long_name_is_whole_on_a_certificate() -> None:
    name = " ".join(["Maria Fernanda dos Santos de Oliveira Pereira da Silva Ximenes"] * 2)
    for landscape in (True, False):
        into = new()
        into.paper("a4", landscape=landscape)
        draw_certificates(into, [certificate(name)], {"en": say("en")})
        assert squeezed(name) in squeezed(READERS["mupdf"](into.finish()))


def test_a_name_no_font_can_show_has_no_certificate_and_is_reported() -> None:
    into = new()
    people = [certificate("Sok Dara"), certificate("Smile 😀"), certificate("Maria")]
    assert draw_certificates(into, people, {"en": say("en")}) == (LeftOut("Smile 😀", "😀"),)
    assert len(pages(into.finish())) == 2


# ------------------------------------------------------------------ slips


def test_slips_have_what_a_person_signs_in_with() -> None:
    into = new()
    draw_slips(into, (slip(name, at) for at, name in enumerate(NAMES * 3)), {"en": say("en")})
    data = into.finish()
    assert len(pages(data)) == 2
    assert codes(data, 0) == [SIGN_IN] * 8
    text = squeezed(READERS["mupdf"](data))
    for expected in (*NAMES, SIGN_IN, "name.14", "7KQ2-0014", "26 November 2026"):
        assert squeezed(expected) in text, expected


def test_a_slip_without_a_name_that_can_be_shown_is_still_a_slip() -> None:
    into = new()
    assert draw_slips(into, [slip("Smile 😀", 7)], {"en": say("en")}) == (LeftOut("Smile 😀", "😀"),)
    assert "name.7" in pages(into.finish())[0]


# ------------------------------------------------------------------ attendance


def test_attendance_of_sixty_has_every_name_and_the_head_on_each_page() -> None:
    into = new()
    names = tuple(f"{name} {number}" for number in range(12) for name in NAMES)
    draw_attendance(into, attendance(names), say("en"))
    data = into.finish()
    text = squeezed(READERS["mupdf"](data))
    assert not [name for name in names if squeezed(name) not in text]
    assert re.search(r"\b70\b", pages(data)[-1]), "ten rows for walk-ins"
    for page in pages(data):
        assert "Session 3" in page
    with pikepdf.open(io.BytesIO(data)) as file:
        roles = [str(item.S) for item in file.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item]
    assert roles.count("/Table") == 1
    assert roles.count("/TR") == 71
    assert roles.count("/TH") == 6


def test_more_sessions_than_columns_are_a_second_list() -> None:
    into = new()
    draw_attendance(into, attendance(NAMES, sessions=9), say("en"))
    printed = pages(into.finish())
    assert len(printed) == 2
    assert "Session 5" in printed[0]
    assert "Session 9" in printed[1]
    assert all("Frontline" in page for page in printed)


def test_a_name_that_cannot_be_shown_is_an_empty_row() -> None:
    into = new()
    assert draw_attendance(into, attendance(("Sok", "😀")), say("en")) == (LeftOut("😀", "😀"),)
    assert "12" in pages(into.finish())[0]


# ------------------------------------------------------------------ forms


def long(locale: str, words: str) -> Labels:
    """Every sentence in long words of a tall script."""
    return dict.fromkeys(say("en"), Sentence(words, locale)) | {messages.ROUND: Sentence("ជុំ %(number)s", locale)}


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_each_form_is_one_page_in_tall_scripts_and_long_words(paper: str) -> None:
    tall = long("km", "ការសម្គាល់សញ្ញា និងការជួបលើកដំបូង ជាមួយមនុស្ស")
    for draw in (draw_reaction_form, draw_observer_form):
        into = new("km", paper)
        draw(into, tall, "km")
        data = into.finish()
        assert len(pages(data)) == 1
        picture = pixels(data, 0, 72)
        assert picture[-30:].min() == 255, "nothing reaches the lower edge"


def test_the_reaction_form_asks_for_no_name() -> None:
    into = new()
    draw_reaction_form(into, say("en"), "en")
    text = " ".join(pages(into.finish())[0].split())
    assert "I felt safe in this course." in text
    assert "Do not write your name." in text
    assert "1 2 3 4 5" in text


def test_the_observer_form_has_five_counts_and_ten_steps() -> None:
    into = new()
    draw_observer_form(into, say("en"), "en")
    text = " ".join(pages(into.finish())[0].split())
    for sentence in (*messages.OBSERVER_COUNTS, *messages.OBSERVER_STEPS):
        assert sentence in text


def test_the_tally_sheet_has_a_box_for_each_choice_and_goes_on_on_the_next_page() -> None:
    into = new()
    rows = [Field(f"q{number}", 0, str(number), "one", "letters", 4) for number in range(1, 41)]
    rows.append(Field("last", 0, "41", "line", "line", 0))
    draw_tally_sheet(into, say("en"), "en", Sentence("Recognising indicators", "en"), rows, "Form A")
    printed = [" ".join(page.split()) for page in pages(into.finish())]
    assert len(printed) == 2
    assert "How many people answered? 1 A B C D 2 A B C D" in printed[0]
    assert printed[1].endswith("40 A B C D")


# ------------------------------------------------------------------ in one file


@pytest.mark.parametrize(("locale", "paper"), [("en", "a4"), ("km", "letter"), ("my", "a4")])
def test_all_of_them_can_be_read_aloud(locale: str, paper: str) -> None:
    report = checker.validate_pdf_bytes(pack(locale, paper), profile=checker.ValidationProfile.PDF_UA_1)
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []


def test_content_and_structure_know_each_other() -> None:
    assert loose_ends(pack()) == []
    assert loose_ends(book()) == [], "a handbook's elements, too, are written before it ends"


def test_pages_of_one_file_have_their_own_size() -> None:
    boxes = [page.mediabox for page in pypdf.PdfReader(io.BytesIO(pack())).pages]
    assert {(round(box.width), round(box.height)) for box in boxes} == {(595, 842), (842, 595)}
    into = new()
    into.paper("a5")
    draw_reaction_form(into, say("en"), "en")
    box = pypdf.PdfReader(io.BytesIO(into.finish())).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (420, 595)


def test_a_grey_file_names_no_colour() -> None:
    def operators(data: bytes) -> set[str]:
        with pikepdf.open(io.BytesIO(data)) as file:
            streams = [item for item in file.objects if isinstance(item, pikepdf.Stream)]
            drawn = [one for one in streams if one.get("/Subtype") == "/Form" or b" Tm" in one.read_bytes()]
            return {str(operator) for one in drawn for _, operator in pikepdf.parse_content_stream(one)}

    assert {"rg", "RG"} <= operators(pack())
    assert not {"rg", "RG", "k", "K", "cs", "CS", "sc", "SC", "scn", "SCN"} & operators(pack(grey=True))
    assert {"g", "G"} <= operators(pack(grey=True))


def test_grey_has_the_lightness_of_the_colour() -> None:
    slips = next(at for at, text in enumerate(pages(pack())) if "Sign-in slip" in text)
    colour, grey = (pixels(data, slips, 60).astype(int) for data in (pack(), pack(grey=True)))
    assert numpy.abs(colour - grey).max() < 12


def test_a_grey_certificate_has_no_tint_that_a_copier_would_make_spots_of() -> None:
    at = next(at for at, text in enumerate(pages(pack())) if "Certificate of completion" in text)
    picture = pixels(pack(grey=True), at, 60)
    assert numpy.isin(picture[40:-40, 40:-40], (255,)).mean() > 0.9


def test_the_same_values_give_the_same_bytes() -> None:
    into = new()
    everything(into, "en", "a4")
    assert into.finish() == pack()


def test_a_file_can_be_written_while_it_grows() -> None:
    out = io.BytesIO()
    into = Sheet(About(title="Forms", lang="en"), "a4", into=out)
    lengths = []
    for name in ("Sok", "Dara", "Maria"):
        draw_answer_sheets(into, [sheet(name)], {"en": say("en")})
        lengths.append(out.tell())
    assert lengths == sorted(set(lengths)), "each page leaves when it is done"
    assert into.finish() == b""
    whole = new()
    draw_answer_sheets(whole, [sheet(name) for name in ("Sok", "Dara", "Maria")], {"en": say("en")})
    assert out.getvalue() == whole.finish()
