"""`trainer new`: a small module with comments, to be overwritten line by line."""

from __future__ import annotations

import json
import re

FILES: dict[str, str] = {
    "module.md": """\
---
# Lines that begin with # here are comments for you; readers never see them.
id: {slug}
title: {title}
summary: One or two sentences that say what a person can do afterwards.
source: en
audience: [police, labour, welfare]
minutes: {{online: 30, workshop: 60}}
objectives:
  o1: Say what a person can do after this module
# What completes the module: all lessons, and the quiz with 80 percent.
completion: {{lessons: all, quiz: 80}}
# What each country fills in. `required` slots are shown as open until they are filled.
slots: {{hotline: required}}
---

Say for whom this module is and what it contains, in two or three short sentences.

::: country {{#contacts slot=required safety}}
**Hotline:** {{{{slot.hotline}}}}
:::
""",
    "01-first-lesson.md": """\
---
id: first-lesson
title: The first lesson
minutes: 10
---

## Why it matters {{#why}}

Say in two sentences why a busy person should read on.

## Key points {{#points}}

- One idea in each sentence.
- A [victim](term:victim) may not use that word.

> [!TIP]
> Callouts are written like this. There are NOTE, TIP, IMPORTANT, WARNING and CAUTION.

## Check yourself {{#check}}

::: question {{#{slug}-p1 type=single objective=o1}}
Write the question here. Tick the right answer with an x.

- [x] The right answer
- [ ] A wrong answer
  > Say why it is wrong, or what would be better.

> [!TIP]
> A hint.

> [!NOTE]
> What everybody sees after answering.
:::
""",
    "02-quiz.md": """\
---
id: quiz
title: Quiz
kind: quiz
pass: 80
shuffle: true
---

::: question {{#{slug}-q1 type=multiple objective=o1}}
Which of these are right? Choose all that apply.

- [x] A right answer
- [x] Another right answer
- [ ] A wrong answer

> [!NOTE]
> Explain the answer.
:::

::: question {{#{slug}-q2 type=truefalse answer=true objective=o1}}
Write a statement that is true or false.

> [!NOTE]
> Explain the answer.
:::
""",
}
"""Path in the folder → text, with `slug` and `title` to be filled in."""


UNITS: dict[str, str] = {
    "lesson": """\
---
id: {id}
title: {title}
minutes: 10
---

## Why it matters

Say in two sentences why a busy person should read on.

## Check yourself

::: question {{#{slug}-{id}-p1 type=single}}
Write the question here. Tick the right answer with an x.

- [x] The right answer
- [ ] A wrong answer
  > Say why it is wrong, or what would be better.

> [!NOTE]
> What everybody sees after answering.
:::
""",
    "quiz": """\
---
id: {id}
title: {title}
kind: quiz
pass: 80
shuffle: true
---

::: question {{#{slug}-{id}-q1 type=truefalse answer=true}}
Write a statement that is true or false.

> [!NOTE]
> Explain the answer.
:::
""",
    "test": """\
---
id: {id}
title: {title}
kind: test
forms: [A, B]
---

::: question {{#{slug}-{id}-a1 type=single form=A}}
Write a question for form A. The two forms ask different questions of the same difficulty.

- [x] The right answer
- [ ] A wrong answer
:::

::: question {{#{slug}-{id}-b1 type=single form=B}}
Write a question for form B.

- [x] The right answer
- [ ] A wrong answer
:::
""",
    "job-aid": """\
---
id: {id}
title: {title}
kind: job-aid
---

Say when to use this page. It is printed and carried, so keep it to one page.

- One step in each line.
- Begin each with a verb.
""",
}
"""Kind of unit → text, with `slug`, `id` and `title` to be filled in."""
_BARE = re.compile(r"[^\W\d_](?:[\w ,.()/-]*[\w.)])?")


def quoted(text: str) -> str:
    """`text` as a value in front matter, in quotes where YAML would read something else."""
    return text if _BARE.fullmatch(text) and text.casefold() != "null" else json.dumps(text, ensure_ascii=False)


def files(slug: str, title: str = "") -> dict[str, str]:
    """The template for the module `slug`."""
    title = quoted(title or slug.replace("-", " ").capitalize())
    return {path: text.format(slug=slug, title=title) for path, text in FILES.items()}


def unit(kind: str, slug: str, ident: str, title: str) -> str:
    """The template for a unit of the module `slug`; `ident` is used nowhere in it yet. Raises KeyError."""
    return UNITS[kind].format(slug=slug, id=ident, title=quoted(title))
