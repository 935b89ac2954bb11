"""Every product of a pack, as a document that a worker process makes."""

from __future__ import annotations

import io
import pickle
import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import pairwise
from multiprocessing import get_context

import page as checker
import pypdf
import pytest

from tests.printing.products import document, elements, module, page_count, printed
from tests.printing.sample import compiled, files
from tests.typeset.readers import READERS, squeezed
from trainer.printing.abreast import NotAbreast
from trainer.printing.pack import PRODUCTS, UnknownProduct, budget, render, render_all
from trainer.printing.product import NothingToPrint

SECRETS = (
    "FACILITATORSECRET",
    "FEEDBACKSECRET",
    "HINTSECRET",
    "EXPLANATIONSECRET",
    "ACCEPTEDSECRET",
    "4711",
    "GAPSECRET",
)
TOGETHER = ("handbook", "exercises", "job-aids", "test-paper")
"""Products that two languages can share."""
OPEN = tuple(name for name in PRODUCTS if name not in ("guide", "answer-key"))
"""Products that participants see."""


def text(data: bytes) -> str:
    return READERS["mupdf"](data)


@pytest.mark.parametrize("product", PRODUCTS)
def test_only_the_facilitator_reads_notes_and_answers(product: str) -> None:
    """Participants do not, even where the module was compiled for facilitators."""
    data = render(document(product, module(is_guide=True)))
    found = {secret for secret in SECRETS if secret in text(data)}
    wanted = {"guide": set(SECRETS), "answer-key": set(SECRETS) - {"FACILITATORSECRET"}}.get(product, set())
    assert found == wanted


@pytest.mark.parametrize("product", OPEN)
def test_what_participants_get_does_not_depend_on_notes_and_answers(product: str) -> None:
    quiz = files()["02-quiz.md"].decode()
    for secret in SECRETS:
        quiz = quiz.replace(secret, "1234" if secret.isdigit() else "Another word")
    other = compiled(**{"02_quiz": quiz}, facilitator=True)
    assert render(document(product, other)) == printed(product)


@pytest.mark.parametrize("product", PRODUCTS)
@pytest.mark.parametrize("locale", ["en", "km"])
def test_every_product_can_be_read_aloud(product: str, locale: str) -> None:
    _can_be_read_aloud(printed(product, locale))


def _can_be_read_aloud(data: bytes) -> None:
    report = checker.validate_pdf_bytes(data, profile=checker.ValidationProfile.PDF_UA_1)
    assert [(failure.rule_id, failure.message) for failure in report.failures] == []


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("product", PRODUCTS)
def test_the_page_budget_is_exact(product: str, paper: str) -> None:
    one = document(product, paper=paper)
    data = render(one)
    found = budget(one)
    assert found.pages == page_count(data)
    assert abs(found.size - len(data)) < 25_000
    assert 0.0 < found.seconds < 5.0


@pytest.mark.parametrize("product", TOGETHER)
def test_the_page_budget_of_two_languages_is_exact(product: str) -> None:
    one = document(product, module(), module("km"))
    assert budget(one).pages == page_count(printed(product, None, "km"))


def test_the_page_budget_of_a_booklet_counts_sides() -> None:
    one = document("handbook", booklet=True)
    assert budget(one).pages == page_count(render(one))
    assert budget(one).pages % 2 == 0


def test_a_document_travels_to_a_worker_process() -> None:
    one = document("test-paper")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(render, one).result() == printed("test-paper")
    assert pickle.loads(pickle.dumps(one)) == one


def test_a_whole_pack_is_one_file() -> None:
    alone = [document(name) for name in PRODUCTS]
    pack = [*alone, document("handbook", module("km")), document("exercises", module(), module("km"))]
    data = render_all(pack)
    assert page_count(data) == sum(budget(one).pages for one in pack)
    _can_be_read_aloud(data)
    assert squeezed("Facilitator's guide") in squeezed(text(data))
    reader = pypdf.PdfReader(io.BytesIO(data))
    starts = [sum(budget(one).pages for one in pack[:at]) for at in range(len(pack) + 1)]
    for at, (start, end) in enumerate(pairwise(starts)):
        for page in reader.pages[start:end]:
            for note in page.get("/Annots", []):
                target = note.get_object().get("/Dest")
                if target is not None:
                    number = reader.get_page_number(target[0].get_object())
                    assert start <= number < end, f"a link of document {at} leads out of it"


def test_the_outline_of_a_pack_names_its_documents() -> None:
    pack = [document("guide"), document("case-cards"), document("handbook", module(), module("km"))]
    reader = pypdf.PdfReader(io.BytesIO(render_all(pack)))
    titles = [item.title for item in reader.outline if not isinstance(item, list)]
    starts = [reader.get_destination_page_number(item) for item in reader.outline if not isinstance(item, list)]
    assert titles == [
        "Facilitator's guide · A sample to print · English",
        "Case cards · A sample to print · English",
        "Learner's handbook · A sample to print · English · ខ្មែរ",
    ]
    pages = [budget(one).pages for one in pack]
    assert starts == [0, pages[0], pages[0] + pages[1]]
    inside = [
        [entry.title for entry in item if not isinstance(entry, list)]
        for item in reader.outline
        if isinstance(item, list)
    ]
    assert inside[0][:2] == ["Overview", "Introduction"]


def test_each_document_of_a_pack_says_its_language() -> None:
    data = render_all([document("handbook"), document("handbook", module("km"))])
    parts = [lang for role, lang, _ in elements(data) if role == "/Part"]
    assert parts == ["en", "km"]


def test_a_pack_can_be_written_while_it_grows() -> None:
    into = io.BytesIO()
    assert render_all([document("exercises"), document("job-aids")], into=into) == b""
    assert into.getvalue() == render_all([document("exercises"), document("job-aids")])


def test_grey_has_no_colour() -> None:
    reader = pypdf.PdfReader(io.BytesIO(render(document("guide", grey=True))))
    colour = re.compile(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)\b")
    assert not [
        found
        for page in reader.pages
        for found in colour.findall(page.get_contents().get_data())
        if len(set(found)) > 1
    ]
    colourful = pypdf.PdfReader(io.BytesIO(printed("guide")))
    assert colour.search(colourful.pages[0].get_contents().get_data())


# ------------------------------------------------------------------ bad input


def test_an_unknown_product_is_named() -> None:
    with pytest.raises(UnknownProduct, match=r"no product 'poster': handbook, guide"):
        render(document("poster"))


def test_a_module_without_cases_says_that_there_is_nothing_to_print() -> None:
    bare = replace(module(), units=module().units[1:])
    with pytest.raises(NothingToPrint, match=r"^sample: nothing to print of case-cards$"):
        render(document("case-cards", bare))
    assert budget(document("case-cards", bare)).pages == 0
    assert page_count(render_all([document("case-cards", bare), document("job-aids", bare)])) == 1


def test_a_form_that_the_test_does_not_have_is_named() -> None:
    with pytest.raises(NothingToPrint, match="test has no form C"):
        render(document("test-paper", when="before", form="C"))
    with pytest.raises(NothingToPrint, match="there is no quiz other"):
        render(document("test-paper", unit="other"))


@pytest.mark.parametrize("product", sorted(set(PRODUCTS) - set(TOGETHER)))
def test_what_is_made_in_one_language_only_says_so(product: str) -> None:
    with pytest.raises(NotAbreast, match=f"{product} is made in one language"):
        render(document(product, module(), module("km")))
