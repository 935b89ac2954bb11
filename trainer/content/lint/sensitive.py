"""Passages that can weigh on a reader, in a module that does not say so beforehand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trainer.content.lint.findings import Finding
from trainer.content.lint.text import MODULE, Book, Said, before, has_any

WORDS = re.compile(
    r"""\b(?:
      (?:gang[- ])?rap(?:e[sd]?|ing|ists?)
    | sexual(?:ly)?[ ](?:violen(?:ce|t)|abus(?:e[sd]?|ing)|assault(?:s|ed)?|harass(?:ed|ment)|molest\w*)
    | molest(?:s|ed|ing|ation)
    | incest
    | suicid(?:e|es|al)
    | (?:kill|hurt)(?:s|ed|ing)?[ ](?:him|her|your|my)self
    | (?:kill|hurt)(?:ed|ing)?[ ]themselves
    | self[- ]harm(?:s|ed|ing)?
    | tortur(?:e[sd]?|ing)
    | murder(?:s|ed|ing|er|ers)?
    | mutilat(?:e[sd]?|ing|ion)
    | strangl(?:e[sd]?|ing)
    | behead(?:ed|ing|ings)?
    | child[ ](?:sexual[ ])?abuse
    | abuse[ ]of[ ]children
    | forced[ ]abortions?
    | electric[ ]shocks?
    | beaten[ ](?:to[ ]death|unconscious)
    | burnt?(?:ed)?[ ]alive
    | thrown[ ]overboard
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""What the content notes of our own curriculum are about: sexual violence, suicide, torture, killing, abuse of
children. Exploitation itself is the subject of every module and is not among them."""
_STEMS = (
    "rap", "sexual", "molest", "incest", "suicid", "self", "selves", "tortur", "murder", "mutilat", "strangl", "behead",
    "abus",
    "abortion", "electric", "beaten", "alive", "overboard",
)  # fmt: skip
"""Each of `WORDS` has one of these."""
_NAME_OF_A_TEXT = re.compile(r"\b(?:against|prohibition of|prevent(?:ion of)?)\s+$", re.IGNORECASE)
"""Convention against Torture, prevention of suicide: nothing is told there."""
_SHOWN = 4


def check(book: Book) -> Iterator[Finding]:
    """One finding per unit, at the first such word. A note of the module stands before all its units."""
    if not book.is_english or book.module.sensitive is not None or not has_any(book.lowered, _STEMS):
        return
    noted = {unit.file for unit in book.module.units if unit.sensitive is not None}
    first: dict[str, tuple[Said, str]] = {}
    words: dict[str, dict[str, None]] = {}
    for said in book.said:
        if said.file in noted or said.role == "note":
            continue
        for found in WORDS.finditer(said.words):
            if not _NAME_OF_A_TEXT.search(before(said.words, found.start())):
                first.setdefault(said.file, (said, found[0]))
                words.setdefault(said.file, {})[found[0].lower()] = None
    for file, (said, word) in first.items():
        met = list(words[file])
        # About all such words of the unit: a new one is a new reason to look.
        about = file, *sorted(met)
        where = "module.md" if file == MODULE else "the front matter of this unit or of module.md"
        yield book.finding(
            "lint-sensitive", file, said.passage.line, word, about, words=", ".join(met[:_SHOWN]), where=where
        )
