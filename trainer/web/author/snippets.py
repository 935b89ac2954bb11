"""Pieces of a module's text to begin from: one for every kind of block and question. Each compiles as it is.

`NEW` stands where the editor puts a number that no id has yet. What is between `⟦` and `⟧` is selected after the piece
is put in, or is what was selected before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from trainer.content.model import Module, Unit, UnitKind
from trainer.vocabulary import N_

MOST_PICTURES = 12


class Snippet(NamedTuple):
    label: str
    """Marked by N_; "": `name` says it."""
    text: str
    name: str = ""
    """A slot's, or a picture's: not translated."""
    inline: bool = False
    """Goes into the line; otherwise it stands alone, with empty lines around it."""


class Group(NamedTuple):
    label: str
    snippets: tuple[Snippet, ...]


TEXT = (
    Snippet(N_("Heading"), "## ⟦A heading⟧ {#part-NEW}"),
    Snippet(N_("List"), "- ⟦First⟧\n- Second"),
    Snippet(N_("Numbered steps"), "1. ⟦First⟧\n2. Second"),
    Snippet(N_("Table"), "| ⟦Sign⟧ | Meaning |\n| --- | --- |\n| One | What it means |\n| Two | What it means |"),
    Snippet(N_("Words with their meaning"), "⟦Word⟧\n: What it means"),
    Snippet(N_("Glossary word"), "[⟦victim⟧](term:victim)", inline=True),
    Snippet(N_("Link"), "[⟦words of the link⟧](https://example.org/)", inline=True),
    Snippet(N_("Source or note"), "⟦A statement.⟧[^note-NEW]\n\n[^note-NEW]: Where this is written."),
)
CALLOUTS = tuple(
    Snippet(label, f"> [!{name}]\n> ⟦{words}⟧")
    for name, label, words in (
        ("NOTE", N_("Note"), "Something worth knowing."),
        ("TIP", N_("Tip"), "What helps in practice."),
        ("IMPORTANT", N_("Important"), "What must not be forgotten."),
        ("WARNING", N_("Warning"), "What can harm a person."),
        ("CAUTION", N_("Caution"), "What never to do."),
    )
)
BLOCKS = (
    Snippet(
        N_("Activity"), "::: activity {#activity-NEW minutes=20 group=4}\n**⟦What people do together.⟧**\n\nHow.\n:::"
    ),
    Snippet(N_("For the facilitator"), "::: facilitator\n⟦What learners never see.⟧\n:::"),
    Snippet(N_("Case"), "::: case {#case-NEW}\n⟦An invented case. No real names or details.⟧\n:::"),
    Snippet(N_("Country block"), "::: country {#country-NEW slot=required}\n⟦What each country fills in.⟧\n:::"),
    Snippet(
        N_("For some countries only"), '::: country {#country-NEW in="KH LA"}\n⟦What only these countries read.⟧\n:::'
    ),
)
_WRONG = "- [ ] A wrong answer\n  > Say why not."
_QUESTIONS = (
    (N_("One right answer"), "single", "", "⟦The question?⟧\n\n- [x] The right answer\n" + _WRONG),
    (N_("Several right answers"), "multiple", "",
     "⟦Which are right?⟧\n\n- [x] A right answer\n- [x] Another right answer\n" + _WRONG),
    (N_("True or false"), "truefalse", " answer=true", "⟦A statement that is true or false.⟧"),
    (N_("Short answer"), "short", "", "⟦What is asked for?⟧\n\n- = the answer\n- = another way to write it"),
    (N_("Number"), "number", "", "⟦How many are there?⟧\n\n- = 3"),
    (N_("Gaps in a sentence"), "gap", "",
     "⟦Consent⟧ is [[(irrelevant)|required]] once there is a [[means|improper means]]."),
    (N_("Pairs"), "match", "",
     "⟦Match each.⟧\n\n| Element | Example |\n| --- | --- |\n| Act | Housing a worker |\n| Means | A false promise |"),
    (N_("Order"), "order", "", "⟦Put these in order.⟧\n\n1. First\n2. Second\n3. Third"),
    (N_("To think about"), "reflect", " lines=4", "⟦What would you do? Do not write about real persons.⟧"),
)  # fmt: skip
_REFLECT = "reflect"
_SCENARIO = """\
::: scenario {{#scenario-NEW{more}}}
### ⟦At the beginning⟧ {{#scenario-NEW-1}}

What happens, and what do you do?

- [A good choice](#scenario-NEW-2){{score=1}}
- [Another choice](#scenario-NEW-3){{score=0}}

### After the good choice {{#scenario-NEW-2}}

How it goes on.

### After the other choice {{#scenario-NEW-3}}

How it goes on.
:::"""
_EXPLAINED = "\n\n> [!NOTE]\n> What everybody sees after answering."


def groups(module: Module | None, unit: Unit | None, pictures: tuple[str, ...]) -> tuple[Group, ...]:
    """What fits into a unit, or into module.md (None), of `module` (None: it cannot be read) with these `pictures`."""
    found = [
        Group(N_("Text"), TEXT),
        Group(N_("Callouts"), CALLOUTS),
        Group(N_("Blocks"), BLOCKS),
        Group(N_("Questions"), tuple(_questions(module, unit))),
        Group(N_("Slots"), tuple(_slots(module))),
        Group(N_("Pictures"), tuple(_picture(path) for path in pictures[:MOST_PICTURES])),
    ]
    return tuple(group for group in found if group.snippets)


def _slots(module: Module | None) -> Iterator[Snippet]:
    """The places that each country fills in: only those that module.md declares may stand in a text."""
    for name in module.slots if module is not None else ():
        yield Snippet("", f"{{{{slot.{name}}}}}", name, inline=True)


def _picture(path: str) -> Snippet:
    return Snippet("", f'![⟦What the picture shows⟧]({path} "A caption")', path.removeprefix("media/"))


def _questions(module: Module | None, unit: Unit | None) -> Iterator[Snippet]:
    kind: UnitKind | None = unit.kind if unit is not None else None
    if kind == "job-aid" or (unit is None and module is not None and module.units):
        return  # No questions there.
    more = f" objective={module.objectives[0].id}" if module is not None and module.objectives else ""
    if unit is not None and unit.forms:
        more += f" form={unit.forms[0]}"
    for label, kind_of_question, own, body in _QUESTIONS:
        head = f"::: question {{#q-NEW type={kind_of_question}{own}{more}}}"
        yield Snippet(label, f"{head}\n{body}{'' if kind_of_question == _REFLECT else _EXPLAINED}\n:::")
    yield Snippet(N_("A situation with choices"), _SCENARIO.format(more=more))
