"""Handbooks of a translation: what is stale, what is missing, what cannot be shown."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest

from tests.printing.sample import book, files
from tests.typeset.readers import READERS, squeezed
from trainer.content.compiler import compile_module
from trainer.content.contexts import is_key
from trainer.content.model import Module
from trainer.languages.words import words
from trainer.printing import labels as say
from trainer.printing.handbook import handbook
from trainer.printing.look import MARGIN_X
from trainer.printing.options import PrintOptions
from trainer.typeset.faces import MissingGlyph
from trainer.typeset.flow import MARK

CATALOG = "translations/km.po"
OPTIONS = PrintOptions(media=files())
WORDS = {
    ("lesson-one/words/heading", "Words"): "ពាក្យ",
    ("lesson-one/lists/item.2", "inner point"): "ចំណុចខាងក្នុង",
    ("lesson-one/table/head.1", "Sign"): "សញ្ញា",
    ("lesson-one/table/cell.2", "The drawer is locked"): "ថតត្រូវបានចាក់សោ",
    ("lesson-one/table/caption.1", "Documents kept by the employer"): "ឯកសារ",
    ("quiz/q-single/option.1", "Wrong choice"): "ជម្រើសខុស",
    ("quiz/q-gap/prompt.1", "Consent is [[1]] once there is a [[2]]."): "ការយល់ព្រម [[1]] មាន [[2]]",
    ("quiz/q-match/right.1", "Housing a worker"): "ផ្តល់ទីជម្រក",
    ("quiz/s-harbour/s1/choice.1", "Talk apart"): "និយាយដោយឡែក",
}
"""One passage of every construct."""


def translated(stale: bool = False, **changed: str) -> Module:
    """The sample in Khmer with WORDS; if `stale`, fuzzy but for those that decide about answers.

    `changed`: text of a file of the module, `_` for `-` and without `.md`.
    """
    entries = "\n".join(
        ("#, fuzzy\n" if stale and not is_key(context) else "")
        + f'msgctxt "{context}"\nmsgid "{source}"\nmsgstr "{text}"\n'
        for (context, source), text in WORDS.items()
    )
    new = {f"{name.replace('_', '-')}.md": text.encode() for name, text in changed.items()}
    catalog = files()[CATALOG] + b"\n\n" + entries.encode()
    result = compile_module({**files(), **new, CATALOG: catalog}, slug="sample", locale="km")
    assert result.module is not None
    return result.module


def marks(data: bytes) -> int:
    """How many marks are in the margin; each must be decoration."""
    count = 0
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            opened: list[str] = []
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) in ("BMC", "BDC"):
                    opened.append(str(operands[0]))
                elif str(operator) == "EMC":
                    opened.pop()
                elif str(operator) == "re" and float(operands[0]) == MARGIN_X + MARK.x:
                    assert opened == ["/Artifact"]
                    assert float(operands[2]) == MARK.width
                    count += 1
    return count


def test_every_stale_passage_has_a_mark_whatever_it_is() -> None:
    module = translated(stale=True)
    assert module.states["stale"] == 1 + sum(not is_key(context) for context, _ in WORDS)
    assert marks(handbook(module, OPTIONS)) == module.states["stale"]
    assert marks(handbook(translated(), OPTIONS)) == 1
    assert marks(book()) == 0


def test_marks_do_not_disturb_what_is_copied() -> None:
    stale, fresh = (handbook(translated(stale), OPTIONS) for stale in (True, False))
    for name, reader in READERS.items():
        assert squeezed(reader(stale)) == squeezed(reader(fresh)), name


def test_what_the_mark_means_is_said_once() -> None:
    sentence = squeezed(words("km").gettext(say.STALE))
    assert squeezed(READERS["pypdf"](handbook(translated(stale=True), OPTIONS))).count(sentence) == 1
    assert words("km").lang(say.STALE) == "km"
    fresh = files()[CATALOG].partition(b"#, fuzzy")[0]
    module = compile_module({**files(), CATALOG: fresh}, slug="sample", locale="km")
    assert module.module is not None
    assert sentence not in squeezed(READERS["pypdf"](handbook(module.module, OPTIONS)))


def spoken(data: bytes) -> dict[str, set[str]]:
    """Text of the elements of the structure → the languages they are in, of all that stand above it."""
    found: dict[str, set[str]] = {}
    with pikepdf.open(io.BytesIO(data)) as pdf:
        said = {page.objgen: _by_mark(pdf, page) for page in pdf.pages}

        def walk(node: pikepdf.Object, lang: str) -> None:
            lang = str(node.get("/Lang", lang))
            for kid in node.get("/K", []):
                if isinstance(kid, int):
                    found.setdefault(said[node.Pg.objgen].get(kid, ""), set()).add(lang)
                elif kid.get("/Type") == "/MCR":
                    found.setdefault(said[kid.Pg.objgen].get(int(kid.MCID), ""), set()).add(lang)
                elif "/S" in kid:
                    walk(kid, lang)

        walk(pdf.Root.StructTreeRoot.K, str(pdf.Root.Lang))
    return found


def _by_mark(pdf: pikepdf.Pdf, page: pikepdf.Page) -> dict[int, str]:
    """Text of each stretch of marked content of a page."""
    maps = {}
    for name, font in page.Resources.Font.items():
        if "/ToUnicode" in font:
            rows = re.findall(rb"<(\w{4})> <(\w+)>\n", font.ToUnicode.read_bytes() + b"\n")
            maps[name] = {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in rows}
    texts: dict[int, str] = {}
    mark, font_name = -1, ""
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "BDC":
            mark = int(operands[1].MCID)
        elif str(operator) == "EMC":
            mark = -1
        elif str(operator) == "Tf":
            font_name = str(operands[0])
        elif str(operator) == "TJ" and mark >= 0:
            data = b"".join(bytes(item) for item in operands[0] if isinstance(item, pikepdf.String))
            codes = [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]
            texts[mark] = texts.get(mark, "") + "".join(maps[font_name][code] for code in codes)
    return texts


def test_what_stands_in_the_source_language_says_so_in_every_construct() -> None:
    langs = spoken(handbook(translated(), OPTIONS))
    for text in (
        "Papers kept", "Meaning", "A quotation.", "Term", "Right choice", "Which one?",
        "A false promise", "Ask the captain", "They relax.", "Lesson with everything", "Gamma", "Second step",
    ):  # fmt: skip
        assert langs[text] == {"en"}, text
    for text in ("ពាក្យ", "ចំណុចខាងក្នុង", "សញ្ញា", "ថតត្រូវបានចាក់សោ", "ឯកសារ", "ជម្រើសខុស", "ផ្តល់ទីជម្រក"):
        assert langs[text] == {"km"}, text


# ------------------------------------------------------------------ characters no font has


def test_a_translation_names_its_catalog_and_context(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(WORDS, ("lesson-one/table/cell.2", "The drawer is locked"), "ថត 😀")
    expected = (
        r'^translations/km\.po: msgctxt "lesson-one/table/cell\.2" \(01-lesson\.md:34\): no font has .* \(U\+1F600\)'
    )
    for stale in (False, True):
        with pytest.raises(MissingGlyph, match=expected):
            handbook(translated(stale), OPTIONS)


def test_a_passage_without_translation_names_the_module_file() -> None:
    lesson = files()["01-lesson.md"].decode().replace("A quotation.", "A quotation 😀.")
    with pytest.raises(MissingGlyph, match=r"^01-lesson\.md:28: no font has"):
        handbook(translated(**{"01_lesson": lesson}), OPTIONS)


def test_the_words_of_a_country_name_its_overlay() -> None:
    overlay = (
        "---\nslots: {hotline: '1280'}\nchecked_on: 2026-10-01\nconfirmed_by: A name\nreview_by: 2027-10-01\n---\n\n"
        "::: country {replace=hotline}\nCall 😀 now.\n:::\n"
    )
    result = compile_module({**files(), "national/KH.md": overlay.encode()}, slug="sample", country="KH", locale="km")
    assert result.module is not None, result.diagnostics
    with pytest.raises(MissingGlyph, match=r"^national/KH\.md:9: no font has"):
        handbook(result.module, OPTIONS)


def test_the_words_of_the_interface_name_their_catalog() -> None:
    labels = {**say.labels(words("km")), say.CONTENTS: say.Sentence("😀", "km")}
    with pytest.raises(MissingGlyph, match=r"^locales/km/LC_MESSAGES/messages\.po: no font has"):
        handbook(translated(), PrintOptions(labels=labels, media=files()))
