"""Mail servers as they are outside: TLS from the start or on request, certificates good and bad, and passwords."""

from __future__ import annotations

import ipaddress
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.services.world import publish
from tests.tasks.bench import Bench
from tests.tasks.catcher import Caught, catching
from tests.tasks.test_mailing import Post
from trainer.config import Smtp
from trainer.services import post as service
from trainer.services.shelf import Shelf
from trainer.store.engine import Store
from trainer.store.errors import StoreBusy
from trainer.store.scope import Scope
from trainer.tasks import mailing, runner

USER, PASSWORD = "postman@office.example", "hunter of herons"


def certificate(folder: Path, name: str = "server", *, days: int = 30, host: str = "127.0.0.1") -> Path:
    """Signed by itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    begins = datetime.now(UTC) - timedelta(days=10)
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=10 + days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / f"{name}.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate that this machine trusts."""
    path = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def smtp(caught: Caught, *, password: str = PASSWORD) -> Smtp:
    return replace(caught.smtp, user=USER, password=password)


def waiting(store: Store, mail: Smtp, letters: int = 1) -> Post:
    publish(store)
    post = Post(store, mail)
    for number in range(letters):
        post.letter(post.person(f"p{number}@office.example"), f"{number}")
    return post


def trouble(post: Post) -> str | None:
    with post.store.read(Scope.nobody()) as db:
        found = service.trouble(db)
    return found.code if found else None


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
@pytest.mark.parametrize("ways", ["CRAM-MD5 PLAIN LOGIN", "LOGIN"])
def test_letters_go_out_encrypted_and_signed_in(sqlite_store: Store, trusted: Path, encryption: Any, ways: str) -> None:
    with catching(encryption=encryption, certificate=trusted, users={USER: PASSWORD}, ways=ways) as caught:
        post = waiting(sqlite_store, smtp(caught), 2)
        post.send()
    assert sorted(address for address, _ in caught.letters) == ["p0@office.example", "p1@office.example"]
    assert caught.tried == [("PLAIN" if "PLAIN" in ways else "LOGIN", True)]
    expected = ["EHLO", "STARTTLS"] if encryption == "starttls" else []
    assert [line.split()[0].upper() for line in caught.in_the_open] == expected
    assert trouble(post) is None


def other_host(folder: Path) -> Path:
    return certificate(folder, "other", host="127.0.0.2")


def too_old(folder: Path) -> Path:
    return certificate(folder, "old", days=-5)


@pytest.mark.parametrize("encryption", ["starttls", "tls"])
@pytest.mark.parametrize(("made", "is_known"), [(certificate, False), (other_host, True), (too_old, True)])
def test_a_certificate_that_is_not_trusted_gets_nothing(
    sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    encryption: Any, made: Any, is_known: bool,
) -> None:  # fmt: skip
    path = made(tmp_path)
    if is_known:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with catching(encryption=encryption, certificate=path, users={USER: PASSWORD}) as caught:
        post = waiting(sqlite_store, smtp(caught))
        with caplog.at_level(logging.DEBUG):
            post.send()
        assert "mail put off code=certificate letters=1: The certificate of the mail server is not" in caplog.text
        assert (caught.letters, caught.tried) == ([], [])
        assert not [line for line in caught.in_the_open if line.split()[0].upper() not in ("EHLO", "STARTTLS")]
        assert PASSWORD not in caplog.text
        assert USER not in caplog.text
        (row,) = post.rows()
        assert (row.tries, row.problem, trouble(post)) == (0, None, "certificate")
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        if not is_known:  # whoever runs the server has it trusted
            post.now += timedelta(minutes=10)
            post.send()
            assert (len(caught.letters), trouble(post)) == (1, None)


def test_a_server_without_starttls_gets_neither_password_nor_letter(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody between us and the server takes the offer out of its answer."""
    with catching(users={USER: PASSWORD}) as caught:
        post = waiting(sqlite_store, replace(smtp(caught), encryption="starttls"))
        post.send()
    assert "does not offer encryption (STARTTLS)" in caplog.text
    assert [line.split()[0].upper() for line in caught.in_the_open] == ["EHLO", "QUIT"]
    assert (caught.letters, trouble(post), post.state()) == ([], "no-starttls", {"0": None})


def test_a_wrong_password_is_tried_seldom_and_nothing_is_lost(
    sqlite_store: Store, trusted: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with catching(encryption="starttls", certificate=trusted, users={USER: "changed"}) as caught:
        post = waiting(sqlite_store, smtp(caught), 25)
        with caplog.at_level(logging.DEBUG):
            for _ in range(48):
                post.send()
                post.now += timedelta(minutes=30)
        tries = len(caught.tried)
        assert tries == 5, "at once, then after ten minutes, one hour, four, and twelve"
        assert "mail put off code=sign-in letters=10: The mail server refuses the user or the password." in caplog.text
        assert PASSWORD not in caplog.text
        assert set(post.state().values()) == {None}
        assert {row.tries for row in post.rows()} == {0}
        post.mail = smtp(caught, password="changed")
        mailing.begin(post.bench())  # the server is started anew with it
        post.send()
        assert len(caught.letters) == 25
    assert trouble(post) is None


def test_a_password_that_cannot_be_sent_and_no_way_to_sign_in(sqlite_store: Store, trusted: Path) -> None:
    with catching(encryption="starttls", certificate=trusted, users={USER: "x"}, ways="OAUTHBEARER") as caught:
        post = waiting(sqlite_store, smtp(caught))
        post.send()
        assert (caught.tried, trouble(post)) == ([], "no-sign-in")
        caught.ways = "PLAIN"
        post.mail = smtp(caught, password="ពាក្យសម្ងាត់")
        post.now += timedelta(minutes=10)
        post.send()
        assert (caught.tried, trouble(post)) == ([], "sign-in")


def test_trouble_is_the_same_on_both_engines_and_a_clock_that_was_ahead_silences_nothing(
    store: Store, now: datetime
) -> None:
    scope = Scope.system("test")

    def quiet(at: datetime) -> bool:
        with store.read(scope) as db:
            found = service.trouble(db)
        assert found is not None
        return found.is_quiet(at)

    for code, at, wait in (
        ("sign-in", now, 10), ("sign-in", now, 60), ("server", now, 10), ("server", now, 10), ("sign-in", now, 10),
    ):  # fmt: skip
        with store.write(scope) as db:
            service.failed(db, code, now=at)
        assert quiet(at + timedelta(minutes=wait - 1))
        assert not quiet(at + timedelta(minutes=wait))
    with store.write(scope) as db:
        service.failed(db, "sign-in", now=now + timedelta(days=900))
    assert not quiet(now)
    with store.write(scope) as db:
        service.works(db)
        assert service.trouble(db) is None


def test_a_failure_that_another_node_has_just_mended_is_none(
    sqlite_store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "insert_new", lambda *_: False)  # as if the row went after this looked
    with sqlite_store.write(Scope.system("test")) as db:
        service.failed(db, "sign-in", now=now)
        assert service.trouble(db) is None


def test_the_work_begins_also_where_the_database_is_busy_at_that_moment(
    sqlite_store: Store, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def busy(*_: object) -> None:
        asked.append(1)
        raise StoreBusy

    monkeypatch.setattr(runner, "release", busy)
    monkeypatch.setattr(mailing, "begin", busy)
    work = runner.Runner(Bench(sqlite_store, Shelf(sqlite_store), lambda: now))
    monkeypatch.setattr(work, "_loop", lambda *_: None)
    work.start()
    work.stop()
    assert len(asked) == 3
