"""A module with a question of every type, in two languages, and its answers."""

from __future__ import annotations

from functools import cache

from trainer.assessment import Answer
from trainer.content.compiler import compile_module
from trainer.content.extraction import messages, update
from trainer.content.model import Item, Module, Question, Scenario

MODULE = b"---\nid: m\ntitle: M\nsummary: S\ncompletion: {lessons: all, quiz: 80}\n---\n"
QUIZ = """---
id: quiz
title: Quiz
kind: quiz
shuffle: true
---

::: question {#single type=single points=2}
Which one?

- [ ] Wrong
- [x] Right
- [ ] Half right {score=0.5}
- [ ] Never {critical}
:::

::: question {#multiple type=multiple points=3}
Which ones?

- [x] Right one
- [x] Right two
- [x] Right three
- [ ] Wrong one
- [ ] Never {critical}
:::

::: question {#yes type=truefalse answer=true}
It is so.
:::

::: question {#no type=truefalse}
It is so, is it?

- [ ] It is
- [x] It is not
:::

::: question {#short type=short}
What binds the person?

- = debt bondage
- = a debt
:::

::: question {#number type=number}
How many days?

- = 20 ± 2
:::

::: question {#gap type=gap points=2}
Consent is [[(irrelevant)|required|enough]] once there is a [[purpose|aim]].
:::

::: question {#match type=match points=4}
Match.

| Element | Example |
| ------- | ------- |
| Act     | Housing a worker |
| Means   | A false promise |
| Purpose | Forced labour |
|         | A late payment |
|         | A new passport |
:::

::: question {#order type=order points=3}
Put in order.

1. Notice
2. Make safe
3. Ask
4. Refer
:::

::: question {#reflect type=reflect}
What will you do?
:::

::: scenario {#scenario points=5}
### The door {#s1}

A man looks away.

- [Ask him alone](#s2){score=2}
- [Ask him here](#s3)

### Alone {#s2}

He breathes out.

- [Listen](#s4){score=2}
- [Explain the law](#s5){score=1}

### Here {#s3}

He says no.

- [Try again](#s1)
- [Leave](#s5)

### He stays {#s4}

He asks for help.

### He goes {#s5}

He is gone.
:::
"""


@cache
def module(locale: str = "en") -> Module:
    """The sample; in any other language every message is translated, word by word, into something else."""
    files = {"module.md": MODULE, "01-quiz.md": QUIZ.encode()}
    source = compile_module(files, slug="m")
    assert source.ok, source.diagnostics
    assert source.module is not None
    if locale == "en":
        return source.module
    catalog = update(None, source.module, locale).decode()
    for message in messages(source.module):
        translated = _translated(message.source, locale)
        catalog = catalog.replace(
            f'msgctxt "{message.context}"\nmsgid "{message.source}"\nmsgstr ""',
            f'msgctxt "{message.context}"\nmsgid "{message.source}"\nmsgstr "{translated}"',
        )
    compiled = compile_module({**files, f"translations/{locale}.po": catalog.encode()}, slug="m", locale=locale)
    assert compiled.ok, compiled.diagnostics
    assert compiled.module is not None
    assert set(compiled.module.states) == {"draft"}
    return compiled.module


def _translated(text: str, locale: str) -> str:
    return " | ".join(f"{locale} {part}" for part in text.split(" | "))


def all_items(locale: str = "en") -> dict[str, Item]:
    unit = module(locale).units[0]
    return {block.id: block for block in unit.blocks if isinstance(block, Question | Scenario)}


def right_answer(item: Item) -> Answer:
    """The answer that its key says."""
    if isinstance(item, Scenario):
        return {"path": [0, 0]}
    match item.type:
        case "single" | "multiple" | "truefalse":
            return {"chosen": [at for at, option in enumerate(item.options) if option.correct]}
        case "short":
            return {"text": item.accepted[-1]}
        case "number":
            assert item.number is not None
            return {"text": f"{item.number.value:g}"}
        case "gap":
            return {
                "gaps": [
                    str(gap.choices.index(gap.accepted[0])) if gap.choices else gap.accepted[-1] for gap in item.gaps
                ]
            }
        case "match":
            return {"pairs": list(range(len(item.left)))}
        case "order":
            return {"order": list(range(len(item.options)))}
        case "reflect":
            return {"text": "I will ask."}


def compiled(head: str, *units: tuple[str, str]) -> Module:
    """A module with `head` in its front matter and these units: front matter and body of each."""
    files = {"module.md": f"---\nid: x\ntitle: X\nsummary: S\n{head}\n---\n".encode()}
    for at, (front, body) in enumerate(units):
        files[f"{at:02d}-unit.md"] = f"---\nid: u{at}\ntitle: U\n{front}\n---\n\n{body}\n".encode()
    found = compile_module(files, slug="x")
    assert found.ok, found.diagnostics
    assert found.module is not None
    return found.module


def asked(ident: str, attributes: str = "") -> str:
    """A small question of three options, the first of them right."""
    return f"::: question {{#{ident} type=single {attributes}}}\nWhich?\n\n- [x] A\n- [ ] B\n- [ ] C\n:::\n\n"
