"""What people type about themselves, made fit to store."""

from __future__ import annotations

import pytest

from trainer.services import names
from trainer.services.problems import Invalid


@pytest.mark.parametrize("address", [
    "dara", "a b@example.org", "dara@localhost", "a@b.org\nBcc: x@y.org", "a@b.org, c@d.org", "<a@b.org>",
    "ដ@example.org", "a@-b.org", "a@b-.org", "a..b@example.org", ".a@example.org", "@example.org", "a@", "a@192.0.2.1",
    "a@b.org\x00", f"{'a' * 65}@example.org", f"a@{'b.' * 125}org",
])  # fmt: skip
def test_an_address_that_no_letter_could_be_sent_to_is_refused(address: str) -> None:
    with pytest.raises(Invalid) as problem:
        names.email(address)
    assert problem.value.params["field"] == "email"


def test_an_address_is_kept_as_given_but_for_its_host() -> None:
    given = {" Dara.Sok+x@Mail.Example.ORG ": "Dara.Sok+x@mail.example.org", "": None, "  ": None, None: None,
             "a@xn--bcher-kva.example": "a@xn--bcher-kva.example"}  # fmt: skip
    assert {address: names.email(address) for address in given} == given
