"""The public certificate check: it confirms what the paper says, and nothing can be found out around it."""

from __future__ import annotations

import pypdfium2 as pdfium
import pytest
from sqlalchemy import select

from tests.factories import NOW
from tests.web.conftest import Browser, World
from trainer.services import certificates, codes
from trainer.store.models import Certificate, CompletionRow, Person
from trainer.store.scope import Scope


@pytest.fixture
def code(world: World) -> str:
    """A certificate of somebody in Cambodia, as printed."""
    edition = int(str(world.course()["edition_id"]))
    person = world.person(full_name="Sok <Dara>", country="KH")
    with world.store.write(Scope.system("test")) as db:
        completion = CompletionRow(
            person_id=person.id, country="KH", module="course", edition_id=edition, mode="online", locale="en",
            agency_type="police", work_role="frontline", sex=None, quiz_score=100.0,
            test_score=100.0, at=NOW, month="2026-11",
        )  # fmt: skip
        db.add(completion)
        db.flush()
        found = db.get(Person, person.id)
        assert found is not None
        return certificates.issue(db, completion, found.full_name, now=NOW)


def test_a_certificate_is_confirmed_with_what_the_paper_says(browser: Browser, code: str) -> None:
    response = browser.get(f"/en/check/{code}")
    assert response.status_code == 200
    for words in ("This certificate is valid", "Sok &lt;Dara&gt;", "A course", "November 23, 2026", "Cambodia", code):
        assert words in response.text
    for words in ("police", "Police", "frontline", "100"):
        assert words not in response.text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(("name", "status"), [("Sok <Dara>", 200), ("អោង ដារ៉ា", 200), ("Sok \U00013000", 403)])
def test_the_holder_downloads_it_as_a_pdf(world: World, code: str, name: str, status: int) -> None:
    """The same words as on the page, in the name's own script; a name that no font has is said, not left out."""
    with world.store.write(Scope.system("test")) as db:
        certificate = db.scalars(select(Certificate)).one()
        certificate.name = name
        person = db.get(Person, certificate.person_id)
        assert person is not None
        db.expunge(person)
    response = world.sign_in(person).get("/en/modules/course/certificate.pdf")
    assert response.status_code == status
    if status == 200:
        page = pdfium.PdfDocument(response.data)[0]
        text = page.get_textpage().get_text_bounded()
        assert code in text
        assert name.split()[0] in text
        assert page.get_width() > page.get_height()
        assert name.split()[0] not in response.headers["Content-Disposition"]
    else:
        assert "No font has these characters of your name" in response.text


def test_a_code_is_read_however_it_is_typed(browser: Browser, code: str) -> None:
    plain = code.replace("-", "")
    typed = [
        code.lower(),
        f" {plain} ",
        " ".join(plain),
        plain.replace("0", "O").replace("1", "l"),
        f"“{code}”",
        f"{code}.",
    ]
    for text in typed:
        led = browser.get("/en/check", query_string={"code": text})
        assert led.status_code == 303
        assert browser.get(led.location).status_code == 200, text


def test_the_address_on_the_paper_leads_to_the_reader_s_language(browser: Browser, code: str) -> None:
    response = browser.get(f"/check/{code}", headers={"Accept-Language": "km,en;q=0.5"})
    assert response.location == f"/km/check/{code}"
    assert browser.get(response.location).status_code == 200


def test_unknown_mistyped_and_revoked_look_the_same(browser: Browser, world: World, code: str) -> None:
    with world.store.write(Scope.system("test")) as db:
        for row in db.query(Certificate):
            row.revoked_at = NOW
    pages = set()
    for text in (code, codes.grouped(codes.new(codes.CERTIFICATE_LENGTH)), "ABC", "x" * 500, "<script>"):
        response = browser.get(f"/en/check/{text}")
        assert response.status_code == 404
        assert "No such certificate" in response.text
        pages.add(response.text.partition("<main")[2].partition("</main>")[0])
    assert len(pages) == 1


def test_an_empty_code_is_asked_for_again(browser: Browser) -> None:
    for text in ("", "  ", "---", "¿?"):
        response = browser.get("/en/check", query_string={"code": text})
        assert response.status_code == 422
        assert 'id="code-error"' in response.text


def test_near_misses_confirm_nothing(browser: Browser, code: str) -> None:
    plain = code.replace("-", "")
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for place in range(0, len(plain), 3):
        other = alphabet[(alphabet.index(plain[place]) + 7) % 32]
        assert browser.get(f"/en/check/{plain[:place]}{other}{plain[place + 1 :]}").status_code == 404
