"""Whatever a catalog says: the same answers are right, no page gains a link, a picture or mark-up, and none breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from html.parser import HTMLParser
from itertools import permutations, product
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.assessment import samples
from tests.content.cases import PAGE
from trainer.assessment.answers import Answer
from trainer.assessment.grading import Grade, grade
from trainer.content import po
from trainer.content.compiler import Compilation, compile_module, localized
from trainer.content.contexts import role_of
from trainer.content.extraction import messages, update
from trainer.content.html import render, segments
from trainer.content.incoming import bring_in
from trainer.content.model import Gap, Item, Module, Passage, Question, Scenario, Text

SETTINGS = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)

LESSON = """---
id: text
title: Text
---

## Look {#look}

See [the law](https://example.org/law) and *one* [victim](term:victim).[^a] Call {{slot.hotline}} or `123`.

![A drawer](media/drawer.png "Kept papers")

> [!WARNING]
> Never **alone**.

- One
- Two, see [above](#look)

| Sign | Meaning |
| --- | --- |
| Papers | Kept |

Materials
: Cards

::: case {#care safety}
Never ask in front of the employer.
:::

[^a]: The source, <https://example.org/source>.

[law]: https://example.org/law
"""
FILES = {
    "module.md": samples.MODULE.replace(b"completion:", b"slots: {hotline: optional}\ncompletion:"),
    "01-quiz.md": samples.QUIZ.encode(),
    "02-text.md": LESSON.encode(),
    "media/drawer.png": b"picture",
}

PIECES = [
    "[x] ", "[ ] ", "- [x] ", "{critical}", "{score=1}", "{last}", "= ", "- ", "> ", "# ", "1. ", ":::", "::: question",
    "[[(a)|b]]", "[[a]]", "[[1]]", "[[2]]", "{{slot.hotline}}", "{{slot.x}}", "[^a]", "[^b]", "[^a]: x", " | ", "|",
    "[go](https://evil.example)", "[go](javascript:alert(1))", "[go](term:child)", "[go][law]", "[go](#look)",
    "<https://evil.example>", "![x](media/drawer.png)", "![x](https://evil.example/x.png)", "https://evil.example",
    "<b>", "</p>", "<script>alert(1)</script>", "<!--", "<img src=x onerror=y>", "&lt;b&gt;", "&#60;", "&#0;", "\\",
    "\\<", "*", "**", "_", "`", "``", "```\n", "~~~", "~~", "    ", "\t", "\n", "  \n", "\\\n", "\n\n", "\n---\n",
    "| a | b |\n| - | - |\n", "[", "](", ")", "]", "(", "ស្ថានភាព", "ကလေး", "\u200b", "\u202e", "\ufeff", "\x00", "\x1b",
]  # fmt: skip
WHOLE = [
    "**ខ**", "*ខ*", "`ខ`", "ខ\\\nខ", "ខ  \nខ", "[ខ][law]", "[ខ](#look)", "![ខ](media/drawer.png)", "[^a]", "&lt;b&gt;ខ",
    "<b>ខ</b>", "<https://evil.example>", "{{slot.hotline}}", "[[1]]", "[x] ខ", "ខ {critical}", "ខ | ខ | ខ", "- ខ\n- ខ",
]  # fmt: skip
"""What would be something if it were taken; `PIECES` rarely come together to that."""
HOSTILE = (
    st.sampled_from(WHOLE)
    | st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join)
    | st.lists(st.sampled_from(PIECES) | st.text(max_size=4), min_size=1, max_size=6).map("".join)
)


class Recipe(NamedTuple):
    """How the translation of a message is made from its source."""

    before: str
    keeps: bool
    """The source's own words and marks stay in between, so that it may fit."""
    after: str

    def made(self, source: str) -> str:
        return self.before + (source if self.keeps else "") + self.after


PLAIN = st.just(Recipe("ខ ", True, ""))
RECIPES = st.lists(
    PLAIN | st.builds(Recipe, HOSTILE | st.just(""), st.booleans(), HOSTILE | st.just("")), min_size=4, max_size=16
)


def catalog(module: Module, locale: str, recipes: list[Recipe]) -> bytes:
    read, _ = po.read(update(None, module, locale).decode())
    made = [one._replace(text=recipes[at % len(recipes)].made(one.source)) for at, one in enumerate(read.entries)]
    return po.write(read._replace(entries=tuple(made)))


@cache
def source() -> Compilation:
    compiled = compile_module(FILES, slug="m")
    assert compiled.ok, compiled.diagnostics
    return compiled


def source_module() -> Module:
    module = source().module
    assert module is not None
    return module


def in_locale(data: bytes, locale: str) -> Compilation:
    compiled = localized(source(), {**FILES, f"translations/{locale}.po": data}, locale)
    assert "internal" not in {one.code for one in compiled.diagnostics}
    return compiled


# ------------------------------------------------------------------------ grading


def answers(item: Item) -> Iterator[Answer]:
    """Every answer that a person can give to the item; for words, the right ones of the source."""
    if isinstance(item, Scenario):
        yield from ({"path": list(path)} for length in (1, 2, 3) for path in product((0, 1), repeat=length))
    elif item.type in ("single", "multiple", "truefalse"):
        options = range(len(item.options))
        yield from ({"chosen": [at for at in options if bits >> at & 1]} for bits in range(1, 2 ** len(item.options)))
    elif item.type == "match":
        yield from ({"pairs": list(pairs)} for pairs in permutations(range(len(item.right)), len(item.left)))
    elif item.type == "order":
        yield from ({"order": list(order)} for order in permutations(range(len(item.options))))
    elif item.type == "gap":
        yield from ({"gaps": [str(at), word]} for at in range(3) for word in ("purpose", "aim", "zzz"))
    else:
        yield samples.right_answer(item)


def grades(module: Module, locale: str) -> dict[str, Grade | str]:
    found: dict[str, Grade | str] = {}
    for item in items(module):
        for answer in answers(next(one for one in items(source_module()) if one.id == item.id)):
            try:
                found[f"{item.id} {answer}"] = grade(item, answer, locale)
            except Exception as error:
                found[f"{item.id} {answer}"] = repr(error)
    return found


def items(module: Module) -> list[Item]:
    return [block for block in module.units[0].blocks if isinstance(block, Question | Scenario)]


@cache
def right() -> dict[str, Grade | str]:
    found = grades(source_module(), "en")
    assert len(found) > 150
    return found


# --------------------------------------------------------------------------- trees


def shape(node: Any) -> Any:
    """The tree without its words: node types in order, ids, keys, scores, places of passages."""
    match node:
        case Passage():
            return "passage", node.context, node.source, node.line, node.safety, node.plain
        case Gap():
            right = [node.choices.index(one) for one in node.accepted] if node.choices else []
            return "gap", len(node.choices), right, shape(node.passage)
        case Module() | Question():
            words = {"locale", "states", "passages", "reviewer", "languages", "accepted"}
            return type(node).__name__, [
                (field.name, shape(getattr(node, field.name))) for field in fields(node) if field.name not in words
            ]
        case tuple():
            return type(node).__name__, [shape(child) for child in node]
    if is_dataclass(node):
        return type(node).__name__, [(field.name, shape(getattr(node, field.name))) for field in fields(node)]
    return node


def marked_up(content: tuple[Any, ...]) -> Iterator[str]:
    """What of a passage is more than words: targets, notes, slots, gaps one by one; kinds of emphasis."""
    for node in content:
        kind = type(node).__name__
        if kind in ("Link", "Term", "NoteRef", "Slot", "GapMark"):
            yield f"{kind} {node[0]}"
        elif kind in ("Strong", "Emphasis"):
            yield "emphasis"
        elif kind == "Code" or (kind == "Break" and node.hard):
            yield kind
        for part in node:
            if isinstance(part, tuple):
                yield from marked_up(part)


def frozen(passage: Passage) -> tuple[Counter[str], set[str]]:
    found = Counter(marked_up(passage.content))
    return Counter({one: count for one, count in found.items() if " " in one}), set(found)


# --------------------------------------------------------------------------- pages


class Seen(HTMLParser):
    """Tags, attributes and targets of a page, and each piece of text with the language it is said to be in."""

    VOID = ("img", "br", "hr", "input", "col", "wbr")

    def __init__(self, html: str, locale: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = [("", locale)]
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.targets: Counter[str] = Counter()
        self.texts: dict[str, set[str]] = {}
        self.feed(html)
        self.close()
        assert self.open == [("", locale)], "a tag was not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.add(tag)
        self.attributes |= named.keys()
        self.targets.update(str(named[name]) for name in ("href", "src") if name in named)
        if tag not in self.VOID:
            self.open.append((tag, named.get("lang") or self.open[-1][1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag, "tags cross each other"

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(data.strip(), set()).add(self.open[-1][1])


def page(module: Module, locale: str) -> Seen:
    shown = PAGE._replace(locale=locale)
    pieces = []
    for unit in module.units:
        for piece in segments(unit, shown):
            if isinstance(piece, str):
                pieces.append(piece)
            elif isinstance(piece, Scenario):
                pieces += [render(step.blocks, shown) for step in piece.steps]
            else:
                pieces += [render(blocks, shown) for blocks in (piece.prompt, piece.explanation, *piece.hints)]
    return Seen("".join(pieces), locale)


@cache
def source_page() -> Seen:
    return page(source_module(), "en")


def hold(compiled: Compilation, locale: str) -> None:
    """Everything that no catalog can change."""
    module = compiled.module
    assert module is not None
    assert grades(module, locale) == right()
    assert shape(module) == shape(source_module())
    for ours, theirs in zip(source_module().passages, module.passages, strict=True):
        (parts, kinds), (their_parts, their_kinds) = frozen(ours), frozen(theirs)
        assert parts == their_parts
        assert their_kinds <= kinds
        assert theirs.lang == ("en" if theirs.state == "missing" else locale)
    seen, before = page(module, locale), source_page()
    assert seen.tags <= before.tags | {"span", "small"}
    assert seen.attributes <= before.attributes | {"lang", "class"}
    assert seen.targets == before.targets
    marked(module, seen)


def marked(module: Module, seen: Seen) -> None:
    """Words of the source stand in their own language, unless a translation has just the same words."""
    translated = {word for one in module.passages if one.state != "missing" for word in texts(one.content)}
    for passage in module.passages:
        if passage.state == "missing":
            for word in set(texts(passage.content)) - translated:
                assert seen.texts.get(word, {"en"}) == {"en"}, passage


def texts(content: tuple[Any, ...]) -> Iterator[str]:
    for node in content:
        if isinstance(node, Text) and len(node.text.strip()) > 1:
            yield node.text.strip()
        yield from (word for part in node if isinstance(part, tuple) for word in texts(part))


# --------------------------------------------------------------------------- tests


@SETTINGS
@given(RECIPES, st.sampled_from(["km", "my", "vi"]))
def test_no_catalog_changes_marks_pages_or_the_tree(recipes: list[Recipe], locale: str) -> None:
    hold(in_locale(catalog(source_module(), locale, recipes), locale), locale)


@SETTINGS
@given(RECIPES)
def test_what_an_import_writes_leaves_nothing_to_refuse(recipes: list[Recipe]) -> None:
    module = source_module()
    result = bring_in(catalog(module, "km", recipes), "back.po", module, "km", None)
    if not result.outcomes or result.data is None:
        return
    assert sum(result.outcomes[what] for what in ("new", "missing")) == len(messages(module))
    compiled = in_locale(result.data, "km")
    doubts = {"translation-number", "translation-bold", "translation-marks", "translation-term", "translation-wide"}
    assert {one.code for one in compiled.diagnostics} <= doubts
    hold(compiled, "km")


ROLES = ("title", "heading", "paragraph", "option", "choice", "answer", "alt", "cell")


@pytest.mark.parametrize("length", [1000, 100_000], ids=["as long as may be", "a hundred kilobytes"])
@pytest.mark.parametrize(
    "text",
    [
        "a",
        "[",
        "[a](",
        "**a ",
        "*_",
        "<a ",
        "{a=",
        "`",
        " ",
        "\n",
        "[[1]]",
        "](<",
        "a.a@",
        "\u200b",
        "[^a]",
        "\\",
        "&lt;",
    ],
    ids=repr,
)
def test_a_message_of_one_thing_over_and_over_breaks_nothing(text: str, length: int) -> None:
    many = text * (length // len(text))
    read, _ = po.read(update(None, source_module(), "km").decode())
    made = [one._replace(text=f"[{many}](#look)" if "[above]" in one.source else "") for one in read.entries]
    for at in (made.index(next(one for one in made if role_of(one.context) == role)) for role in ROLES):
        made[at] = made[at]._replace(text=many)
    hold(in_locale(po.write(read._replace(entries=tuple(made))), "km"), "km")


def test_a_catalog_that_fits_is_shown_and_graded_alike() -> None:
    compiled = in_locale(catalog(source_module(), "km", [Recipe("ខ ", True, "")]), "km")
    assert compiled.module is not None
    assert set(compiled.module.states) == {"draft"}
    hold(compiled, "km")
