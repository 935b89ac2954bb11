"""Passwords whose hashes cost nothing, where a test is about something else."""

from __future__ import annotations

import pytest

from trainer.services import passwords


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every hash that is computed or compared; cheap ones, so that a thousand guesses are a test."""
    worked: list[str] = []

    class Quick:
        def hash(self, password: str) -> str:
            worked.append("hash")
            return f"quick {password}"

        def verify(self, stored: str, password: str) -> None:
            worked.append("verify")
            if stored != f"quick {password}":
                raise passwords.VerificationError

        def check_needs_rehash(self, stored: str) -> bool:
            return not stored.startswith("quick")

    monkeypatch.setattr(passwords, "_argon2", Quick())
    return worked
