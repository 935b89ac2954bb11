"""Pictures: alone in their paragraph, inside `media/`, of a type without script, and described in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from trainer.content import inline
from trainer.content.blocks import PARSER
from trainer.content.model import Figure, Paragraph

if TYPE_CHECKING:
    from trainer.content.builder import Builder, Out

TYPES = (".png", ".jpg", ".jpeg", ".webp")
_PATH = re.compile(r"media/(?:[\w-][\w. -]*/)*[\w-][\w. -]*")


def figure(builder: Builder, text: str, line: int, out: Out) -> bool:
    """Build the figure that a paragraph is; False when it is more than one picture.

    A picture that cannot be shown leaves its description as words.
    """
    speaker = builder.speaker
    tokens = PARSER.inline.parse(text, PARSER, speaker.env, [])
    if len(tokens) != 1 or tokens[0].type != "image":
        return False
    src = unquote(str(tokens[0].attrs.get("src", "")))
    alt = inline.plain(tokens[0].children or []).strip()
    caption = str(tokens[0].attrs.get("title", "")).strip()
    place = speaker.locate("![", line)
    if not alt:
        speaker.error("image-alt", *place, src=src)
    alt_passage = speaker.plain(alt, "alt", line)
    caption_passage = speaker.plain(caption, "caption", line) if caption else None
    if builder.prose or _usable(builder, src, place):
        out.append(Figure(src, alt_passage, caption_passage, line))
    else:
        out.append(Paragraph(alt_passage))
    return True


def _usable(builder: Builder, src: str, place: tuple[int, int]) -> bool:
    error = builder.speaker.error
    if not _PATH.fullmatch(src) or ".." in src:
        error("image-path", *place, src=src)
        return False
    if not src.lower().endswith(TYPES):
        error("image-type", *place, src=src)
        return False
    if src not in builder.work.files:
        error("image-missing", *place, src=src)
        return False
    return True
