"""Routes that take more than a form: how many bytes, said by a decorator and allowed only to who may call the route.

@blueprint.post("/…")
@allow(Permission.MANAGE_PEOPLE)
@up_to(2_000_000)
def view(): …
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Request, current_app

View = TypeVar("View", bound=Callable[..., Any])

FIELDS_BESIDE = 500_000
"""Bytes of the fields that come with an upload."""


def up_to(size: int, *, fields: int | None = None, words: bool = False) -> Callable[[View], View]:
    """The request's body may have `size` bytes, and as much as any other form beside; `fields`: so many fields.

    `words`: it is no upload of files, and who sends too much is not told about files.
    """

    def limited(view: View) -> View:
        view.largest = size + FIELDS_BESIDE  # type: ignore[attr-defined]
        view.most_fields = fields  # type: ignore[attr-defined]
        view.takes_files = not words  # type: ignore[attr-defined]
        return view

    return limited


def widen(app: Flask, request: Request) -> None:
    """Raise the limits of this request to those of its route, if that has any. Before the body is read."""
    view = app.view_functions.get(request.endpoint or "")
    size = getattr(view, "largest", None)
    if size is not None:
        request.max_content_length = request.max_form_memory_size = size
        request.max_form_parts = getattr(view, "most_fields", None) or request.max_form_parts


def largest(endpoint: str | None) -> int | None:
    """Bytes that may be uploaded there; None where nothing is uploaded."""
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "largest", None) if getattr(view, "takes_files", False) else None
