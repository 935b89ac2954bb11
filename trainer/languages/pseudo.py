"""A language nobody speaks, for developers: every sentence in accented letters and 40 % longer, in brackets.

What stays plain on a page was never taken into the catalogs; what is cut off will be cut off in Malay or Tamil too.
`TRAINER_PSEUDO=on` offers it among the languages.
"""

from __future__ import annotations

import gettext
import re

from trainer.languages import words
from trainer.languages.registry import LANGUAGES, TWO_FORMS, Language
from trainer.resources import folder

TAG = "en-XA"
LETTERS = str.maketrans(
    "ABCDEFGHIJKLMNOPRSTUWYZabcdefghijklmnoprstuwyz", "ÅƁÇÐÉƑĜĤÎĴĶĻḾÑÖÞŔŠŢÛŴÝŽåƀçðéƒĝĥîĵķļḿñöþŕšţûŵýž"
)
_KEPT = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|<[^<>]*>")
"""Placeholders and mark-up, which translators leave alone."""


def pseudo(message: str) -> str:
    """`message` as this language says it."""
    parts = _KEPT.split(message)
    kept = _KEPT.findall(message)
    said = [part.translate(LETTERS) for part in parts]
    more = " ~" * (len(message) // 5)
    return "«" + "".join(part + mark for part, mark in zip(said, [*kept, ""], strict=True)) + more + "»"


class _Translations(gettext.NullTranslations):
    def __init__(self, known: frozenset[str]) -> None:
        super().__init__()
        self.known = known

    def gettext(self, message: str) -> str:
        return pseudo(message) if message in self.known else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2) if msgid1 in self.known else msgid2

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)


def install() -> None:
    """Offer it in this process: one entry in the registry, one catalog."""
    LANGUAGES[TAG] = Language(
        tag=TAG, name=pseudo("English"), english="Pseudo-English", script="Latn", font="NotoSans", babel="en",
        plural=TWO_FORMS,
    )  # fmt: skip
    template = words.read_catalog(folder("locales") / "messages.pot")
    ids = [message.id if isinstance(message.id, (tuple, list)) else (message.id,) for message in template]
    known = frozenset(text for group in ids for text in group if text)
    words.offer(words.Words(TAG, _Translations(known), known, None))


def remove() -> None:
    """Undo `install`."""
    LANGUAGES.pop(TAG, None)
    words.withdraw(TAG)
