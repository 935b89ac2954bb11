"""Where a redirect may lead that somebody else chose: to a page of this application, and nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from trainer.web.guard import rule_of

LONGEST = 500


def at_home(target: str | None) -> str | None:
    """`target` when it is the path of a page here that can be opened; otherwise None.

    It has to be found in the route table: no reading of the text decides, so there is nothing to outwit.
    """
    if not target or len(target) > LONGEST or not target.isascii() or not target.isprintable():
        return None
    if not target.startswith("/") or target.startswith("//") or "\\" in target or " " in target:
        return None
    try:
        parts = urlsplit(target)
        if parts.scheme or parts.netloc or parts.fragment:
            return None
        endpoint, _ = current_app.create_url_adapter(request).match(parts.path, method="GET")  # type: ignore[union-attr]
    except (ValueError, HTTPException, RequestRedirect):
        return None
    rule = rule_of(current_app, str(endpoint))
    return target if rule is not None and not rule.anonymous else None
