"""A person's own data, and certificates that strangers may ask about."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from sqlalchemy import inspect, select

from tests.services.signing import KEY, form, sign_in, sign_up, slip
from tests.services.world import NOW, RIGHT, WRONG, Learner, person, publish
from trainer.services import certificates, codes, learn, privacy
from trainer.services.library import Shelf
from trainer.services.person_corrections import Correction
from trainer.services.problems import Invalid, NotFound
from trainer.store.engine import Store
from trainer.store.models import Base, Certificate, Personal
from trainer.store.scope import Scope

SYSTEM = Scope.system("test")
pytestmark = pytest.mark.usefixtures("quick_hashes")


def test_my_data_holds_every_table_that_has_rows_of_a_person() -> None:
    personal = {mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Personal)}
    assert set(privacy.TABLES.values()) == personal - privacy.DERIVED_TABLES


def test_my_data_is_everything_and_no_secret(store: Store, now: datetime) -> None:
    publish(store)
    signed_in = sign_up(store, now)
    slip(store, now, signed_in.identity.person_id)
    one = Learner(store, Shelf(store), signed_in.identity)
    one.complete()
    sign_up(store, now, name="other")
    with store.read(one.scope) as db:
        held = privacy.my_data(db, signed_in.identity)
    text = json.dumps(held, ensure_ascii=False)
    assert held["person"]["full_name"] == form().full_name
    assert held["person"]["has_password"] is True
    assert {name: len(rows) for name, rows in held.items() if name != "person"} == {
        "roles": 0, "sessions": 1, "slips": 1, "enrolments": 1, "units_done": 2, "attempts": 2, "responses": 6,
        "completions": 1, "certificates": 1, "workshops": 0, "attendance": 0,
        "authenticators": 0, "passkeys": 0, "passkey_questions": 0, "recovery_codes": 0, "letters": 0, "renewals": 0,
        "merges": 0, "announced": 0, "forms": 0, "saved_reports": 0,
    }  # fmt: skip
    assert "Ask, and listen." in text
    for secret in ("quick ", "password_hash", "token_hash", "csrf", "code_hash", "seed", KEY):
        assert secret not in text
    for name, table in privacy.TABLES.items():
        columns = {column.key for column in inspect(table).columns} - privacy.SECRET
        assert all(row.keys() == columns for row in held[name]), name


def test_my_data_gives_away_no_answers_of_a_test_that_is_not_over(store: Store) -> None:
    publish(store)
    one = Learner(store, Shelf(store), person(store))
    one.take("pre", WRONG)
    one.take("quiz", WRONG)
    attempt_id = one.start("post")
    for question in ("a1", "b1"):
        one.do("answer", attempt_id=attempt_id, question=question, answer=RIGHT[question])

    def marked() -> set[str]:
        with store.read(one.scope) as db:
            held = privacy.my_data(db, one.who)
        purpose = {row["id"]: row["purpose"] for row in held["attempts"]}
        return {purpose[row["attempt_id"]] for row in held["responses"] if "correct" in row} | {
            row["purpose"] for row in held["attempts"] if "score" in row
        }

    assert marked() == {"quiz"}
    one.hand_in(attempt_id)
    assert marked() == {"quiz", "post"}
    one.complete()
    assert marked() == {"quiz", "post", "pre"}


def test_a_correction_is_stored_and_the_certificate_keeps_its_name(store: Store) -> None:
    publish(store)
    one = Learner(store, Shelf(store), person(store))
    code = one.complete().extra["certificate"]
    given = one.who.full_name
    with store.write(one.scope) as db:
        privacy.correct(
            db,
            one.who,
            Correction(full_name=" Sok  Thida ", agency_type="ngo", work_role="policy", sex="", locale="km", email=""),
        )
        person_now = privacy.my_data(db, one.who)["person"]
    assert (person_now["full_name"], person_now["agency_type"], person_now["sex"]) == ("Sok Thida", "ngo", None)
    with store.read(SYSTEM) as db:
        found = certificates.check(db, Shelf(store), code, now=NOW)
    assert found is not None
    assert found.name == given


def test_a_correction_that_cannot_be_used_changes_nothing(store: Store) -> None:
    who = person(store)
    scope = Scope.person(who.person_id, who.country)
    with pytest.raises(Invalid), store.write(scope) as db:
        privacy.correct(
            db,
            who,
            Correction(full_name="New Name", agency_type="army", work_role="policy", sex=None, locale="km", email=None),
        )
    with store.read(scope) as db:
        assert privacy.my_data(db, who)["person"]["full_name"] == who.full_name


def test_a_wish_for_deletion_is_noted_once_and_can_be_taken_back(store: Store, now: datetime) -> None:
    who = sign_up(store, now).identity
    scope = Scope.person(who.person_id, who.country)

    def wish() -> object:
        with store.read(scope) as db:
            return privacy.my_data(db, who)["person"]["deletion_asked_at"]

    for later in (now, now.replace(hour=9)):
        with store.write(scope) as db:
            privacy.ask_deletion(db, who, now=later)
        assert wish() == now.isoformat()
    with store.write(scope) as db:
        privacy.withdraw_deletion(db, who)
    assert wish() is None
    assert sign_in(store, now), "and nothing else has changed"


# ---------------------------------------------------------------- certificates


@pytest.fixture
def certified(store: Store) -> tuple[Learner, str]:
    publish(store)
    one = Learner(store, Shelf(store), person(store))
    return one, str(one.complete().extra["certificate"])


def check(store: Store, code: str) -> certificates.CertificateCheck | None:
    with store.read(SYSTEM) as db:
        return certificates.check(db, Shelf(store), code, now=NOW)


def test_a_code_is_found_however_it_is_typed(certified: tuple[Learner, str]) -> None:
    one, code = certified
    khmer = code.translate({ord(str(digit)): chr(0x17E0 + digit) for digit in range(10)})
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter.isalnum() else letter for letter in code)
    forms = (
        code,
        code.lower(),
        code.replace("-", ""),
        f"  {code} ",
        code.replace("0", "O").replace("1", "l"),
        khmer,
        wide,
    )
    for typed in forms:
        assert check(one.store, typed) is not None, typed


def test_a_revoked_an_unknown_and_a_mistyped_code_are_the_same(certified: tuple[Learner, str]) -> None:
    one, code = certified
    with one.store.write(SYSTEM) as db:
        db.scalars(select(Certificate)).one().revoked_at = one.now
    strange = (
        "",
        "-",
        "x",
        code[:-1],
        code + "0",
        "0" * 26,
        "U" * 26,
        "\ud800" * 26,
        "\x00" * 26,
        "9" * 100_000,
        "ⅷ" * 26,
    )
    for typed in (code, *strange):
        assert check(one.store, typed) is None
    with one.store.read(one.scope) as db:
        assert learn.course(db, one.shelf, one.who, "course", locale="en").completion.certificate is None  # type: ignore[union-attr]
        with pytest.raises(NotFound):
            learn.certificate(db, one.shelf, one.who, "course", locale="en")


def test_no_near_miss_of_a_code_is_another(certified: tuple[Learner, str]) -> None:
    one, code = certified
    plain = code.replace("-", "")
    misses = {plain[:at] + letter + plain[at + 1 :] for at in range(26) for letter in codes.ALPHABET} - {plain}
    with one.store.read(SYSTEM) as db:
        assert not [miss for miss in sorted(misses) if certificates.check(db, one.shelf, miss, now=NOW)]


def test_codes_are_130_random_bits_in_groups_that_can_be_read_out() -> None:
    made = {codes.new(codes.CERTIFICATE_LENGTH) for _ in range(2000)}
    assert len(made) == 2000
    assert {len(code) for code in made} == {26}
    assert set("".join(made)) == set(codes.ALPHABET)
    assert len(codes.ALPHABET) == 32
    assert not set("ILOU") & set(codes.ALPHABET)
    assert codes.grouped("0" * 26) == "00000-00000-00000-00000-000000"
    assert codes.grouped("0" * 10) == "00000-00000"
