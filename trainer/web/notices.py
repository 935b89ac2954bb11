"""The line a page shows once after something was done: "Your password is changed."

The line's code travels in the address of the redirect (`?done=password-changed`), so it needs no session, survives a
reload, and cannot say anything but the sentences listed by the blueprints.
"""

from __future__ import annotations

from flask import request
from markupsafe import Markup

PARAMETER = "done"
_SENTENCES: dict[str, str] = {}


def notice(code: str, sentence: str) -> str:
    """Let `?done=code` show `sentence` (marked by N_). Returns the code."""
    if _SENTENCES.setdefault(code, sentence) != sentence:
        raise ValueError(f"two sentences for the notice {code!r}")
    return code


def shown() -> list[Markup]:
    """The sentences for the page being made. Templates know it as `get_flashed_messages`."""
    from trainer.web.jinja import translated

    sentence = _SENTENCES.get(request.args.get(PARAMETER, ""))
    return [translated(sentence)] if sentence else []
