"""A person's own account: signing up, in and out, sessions, password, their data.

`blueprint` carries it all; each module below adds the views of one subject.
"""

from __future__ import annotations

from trainer.web.account import access, data, factors, second_step, security, seen
from trainer.web.account.routes import blueprint

__all__ = ["access", "blueprint", "data", "factors", "second_step", "security", "seen"]
