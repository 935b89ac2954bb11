"""What can be wrong with an uploaded file, a page of it, the sheet on a page, or a row: one sentence each."""

from __future__ import annotations

from typing import NamedTuple

from trainer.vocabulary import N_

PROBLEMS: dict[str, str] = {
    # the file
    "file-empty": N_("The file %(name)s is empty."),
    "file-unknown": N_("The file %(name)s is no PDF and no picture. Send PDF, JPEG, PNG, TIFF, HEIC or WebP."),
    "file-broken": N_("The file %(name)s is damaged and cannot be opened. Save or scan it again."),
    "file-locked": N_("The file %(name)s is protected by a password. Save it without a password."),
    "file-cut": N_("The picture %(name)s ends too early. Copy or send it again."),
    "too-large": N_("The picture %(name)s has %(megapixels)d megapixels; at most %(limit)d can be read."),
    "too-many-pages": N_("The first %(limit)d pages were read. Send the pages after them as another file."),
    "zip-inside": N_("%(name)s is a ZIP file inside a ZIP file. Unpack it first."),
    "zip-link": N_("%(name)s is a link, not a file. It was left out."),
    "zip-too-large": N_("%(name)s is too large when it is unpacked. It was left out."),
    "zip-too-many": N_("The ZIP file %(name)s holds more than %(limit)d files. Send fewer at a time."),
    # the page
    "page-broken": N_("This page is damaged and cannot be read."),
    "no-sheet": N_("No answer sheet is seen on this page."),
    "other-code": N_("The code on this page is not from an answer sheet."),
    "code-unread": N_("The code of this sheet cannot be read. Type the letters printed below it."),
    "code-damaged": N_("The code of this sheet is damaged. Type the letters printed below it."),
    "cut-off": N_("A part of the sheet is missing on this picture."),
    "second-sheet": N_("A part of another sheet is seen on this picture. Photograph each sheet alone."),
    "blurred": N_("The picture is too blurred to be read."),
    "too-small": N_("The sheet is too small on this picture. Go closer, or scan with 150 dpi or more."),
    "bent": N_("The paper is bent too much. Press it flat."),
}
"""Code → sentence of the interface; only sentences about a file have the parameter `name`."""

REASONS: dict[str, str] = {
    "faint": N_("A mark is very faint."),
    "double": N_("More than one choice is marked."),
    "erased": N_("A mark may have been erased."),
    "struck": N_("A mark may have been crossed out."),
    "beside": N_("Something is drawn around or beside a choice."),
    "smudged": N_("The paper is dark or dirty here."),
    "hidden": N_("A choice is covered or cannot be seen."),
    "blurred": N_("The picture is blurred here."),
    "bent": N_("The paper is bent too much here."),
}
"""Why a row is in doubt → sentence of the interface."""


class Problem(NamedTuple):
    """What is wrong, as a value."""

    code: str
    """A key of PROBLEMS."""
    params: dict[str, str | int] = {}
