"""What a module folder compiles to: frozen values, each with the line it came from.

One tree feeds the screen (`content.html`), paper (`printing`) and exports. Nothing here knows how it is
shown, and nothing here knows Flask, a database or ReportLab.

Lines are 1-based. `lang` is a BCP 47 tag. Text is NFC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

# --------------------------------------------------------------------- inline


class Text(NamedTuple):
    """Plain words."""

    text: str


class Strong(NamedTuple):
    children: tuple[Inline, ...]


class Emphasis(NamedTuple):
    children: tuple[Inline, ...]


class Code(NamedTuple):
    text: str


class Break(NamedTuple):
    """A line end in the source. `hard` shows as a new line, soft as a space."""

    hard: bool


class Link(NamedTuple):
    """A link the compiler allowed: http, https, mailto, `#anchor`, or `unit-slug#anchor` in this module."""

    href: str
    children: tuple[Inline, ...]
    title: str


class Term(NamedTuple):
    """A glossary link, `[victim](term:victim)`."""

    term: str
    children: tuple[Inline, ...]


class NoteRef(NamedTuple):
    """A footnote mark. `number` counts from 1 in the order of first use in the unit."""

    label: str
    number: int


class Slot(NamedTuple):
    """`{{slot.name}}`. `value` is None until a national overlay fills it."""

    name: str
    value: str | None


class GapMark(NamedTuple):
    """The place of gap number `gap` (from 0) in the prompt of a `gap` question. The answers are in `Question.gaps`."""

    gap: int


Inline = Text | Strong | Emphasis | Code | Break | Link | Term | NoteRef | Slot | GapMark

State = Literal["source", "reviewed", "draft", "stale", "missing"]
"""How a shown passage relates to its source.

`source`: the module is shown in its own language. `reviewed`, `draft`: a translation of the present source,
by a named reviewer or not. `stale`: a translation of an earlier source. `missing`: the source is shown instead
(also where a `safety` block had only a stale translation).
"""


class Passage(NamedTuple):
    """One translatable message, in the words that are shown."""

    content: tuple[Inline, ...]
    lang: str
    """Language of `content`; differs from the page's where there is no translation."""
    state: State
    context: str
    """The message's context (msgctxt), unique together with `source`: `unit/section/role.index`."""
    source: str
    """The message in the source language, as Markdown inline text with keys and scores stripped."""
    line: int
    safety: bool = False
    """Never shown in an outdated translation."""
    plain: bool = False
    """Words without mark-up: a title, a picture's description, accepted answers."""
    is_national: bool = False
    """The words of a country's overlay: they are in no catalog."""


# --------------------------------------------------------------------- blocks


class Paragraph(NamedTuple):
    passage: Passage


class Heading(NamedTuple):
    level: int
    """1 to 6."""
    id: str
    """Unique in the unit; written by the author or made from the words of the source."""
    passage: Passage


class ListItem(NamedTuple):
    blocks: tuple[Block, ...]


class List(NamedTuple):
    ordered: bool
    start: int
    tight: bool
    items: tuple[ListItem, ...]


class Table(NamedTuple):
    align: tuple[Literal["", "left", "center", "right"], ...]
    """One per column."""
    head: tuple[Passage, ...]
    rows: tuple[tuple[Passage, ...], ...]


class Definition(NamedTuple):
    term: Passage
    blocks: tuple[Block, ...]


class Definitions(NamedTuple):
    items: tuple[Definition, ...]


class Quote(NamedTuple):
    blocks: tuple[Block, ...]


CalloutKind = Literal["note", "tip", "important", "warning", "caution"]


class Callout(NamedTuple):
    """A GitHub alert. Its title belongs to the interface catalog, not to the author."""

    kind: CalloutKind
    blocks: tuple[Block, ...]
    line: int


class Figure(NamedTuple):
    src: str
    """Path inside the module folder, `media/…`."""
    alt: Passage
    caption: Passage | None
    line: int


class CodeBlock(NamedTuple):
    text: str
    info: str


class Rule(NamedTuple):
    pass


class Activity(NamedTuple):
    """A workshop activity. On the web it is shown as something to do with others."""

    id: str
    minutes: int | None
    group: int | None
    blocks: tuple[Block, ...]
    line: int


class Facilitator(NamedTuple):
    """Only ever present when the module was compiled for facilitators."""

    blocks: tuple[Block, ...]
    line: int


class Case(NamedTuple):
    id: str
    blocks: tuple[Block, ...]
    line: int


class National(NamedTuple):
    """A `::: country` block that is shown for the compiled country.

    `open`: it is a slot that no overlay has filled; `blocks` are then the regional text, and the reader is told
    that the national coordinator has still to confirm it.
    """

    id: str
    open: bool
    safety: bool
    blocks: tuple[Block, ...]
    line: int


# ------------------------------------------------------------------ questions

QuestionType = Literal["single", "multiple", "truefalse", "short", "number", "gap", "match", "order", "reflect"]


class Option(NamedTuple):
    """A choice of a `single`, `multiple` or `truefalse` question, or an item of an `order` question."""

    body: Passage | None
    """None for the two options that the interface names: `truefalse` with `answer=`: [0] True, [1] False."""
    correct: bool
    critical: bool
    score: float | None
    """Share of the points (0 to 1; below 1 for a wrong option) the author gave this option, if any."""
    feedback: tuple[Block, ...]
    last: bool = False
    """Stays at the end when options are shuffled: "I do not know", "None of these"."""


class Gap(NamedTuple):
    """A text gap has `accepted` and no `choices`; a choice gap has `choices` and `accepted` among them."""

    accepted: tuple[str, ...]
    choices: tuple[str, ...]
    passage: Passage
    """Accepted answers, ` | ` between them, in role `answer`."""


class Number(NamedTuple):
    value: float
    tolerance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    id: str
    type: QuestionType
    rev: int = 1
    """Raised by the author when key, type or option set of a published question changes."""
    points: float = 1.0
    objective: str | None = None
    pool: str | None = None
    form: str | None = None
    set: str | None = None
    """Questions of one set are drawn together."""
    safety: bool = False
    prompt: tuple[Block, ...] = ()
    options: tuple[Option, ...] = ()
    """`single`, `multiple`, `truefalse`; `order`: the items in the right order."""
    accepted: tuple[str, ...] = ()
    """`short`: every accepted answer, in the source language and in the compiled one."""
    answers: Passage | None = None
    """`short`: the accepted answers as one message, ` | ` between them, in role `answer`."""
    number: Number | None = None
    gaps: tuple[Gap, ...] = ()
    left: tuple[Passage, ...] = ()
    """`match`: the left cells. `right[i]` belongs to `left[i]`; further cells of `right` are distractors."""
    right: tuple[Passage, ...] = ()
    match_head: tuple[Passage, ...] = ()
    """`match`: the two column headings."""
    lines: int = 6
    """`reflect`: ruled lines on paper, rows on screen."""
    hints: tuple[tuple[Block, ...], ...] = ()
    explanation: tuple[Block, ...] = ()
    caution: tuple[Block, ...] = ()
    """Shown only after a critical option was chosen."""
    file: str = ""
    line: int = 0


class Choice(NamedTuple):
    body: Passage
    target: str
    """Id of the step it leads to."""
    score: float


class Step(NamedTuple):
    id: str
    title: Passage
    blocks: tuple[Block, ...]
    """Without the list of choices. A link back (`#s1`) in running text stays a Link."""
    choices: tuple[Choice, ...]
    """Empty: the path ends here."""
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Steps joined by choices; the score of a path is the sum of its choices over the best path's sum."""

    id: str
    rev: int = 1
    points: float = 1.0
    objective: str | None = None
    pool: str | None = None
    form: str | None = None
    set: str | None = None
    safety: bool = False
    steps: tuple[Step, ...] = ()
    """The first is where it starts."""
    best: float = 0.0
    """Highest sum of scores any path can reach."""
    file: str = ""
    line: int = 0

    @property
    def type(self) -> Literal["scenario"]:
        return "scenario"


Item = Question | Scenario
"""Anything that can be answered."""

Block = (
    Paragraph
    | Heading
    | List
    | Table
    | Definitions
    | Quote
    | Callout
    | Figure
    | CodeBlock
    | Rule
    | Activity
    | Facilitator
    | Case
    | National
    | Question
    | Scenario
)


class Footnote(NamedTuple):
    label: str
    number: int
    blocks: tuple[Block, ...]


# -------------------------------------------------------------- unit, module

UnitKind = Literal["lesson", "quiz", "test", "job-aid"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    id: str
    """From the front matter; stable for ever; progress is kept under it."""
    slug: str
    """File name without `.md`, in addresses."""
    file: str
    kind: UnitKind
    title: Passage
    minutes: int | None = None
    sensitive: Passage | None = None
    blocks: tuple[Block, ...] = ()
    notes: tuple[Footnote, ...] = ()
    references: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Link references of the text, for reading its translations: label → `href` and `title`."""
    pass_mark: int | None = None
    """Quiz: percent needed; None: the module's `completion.quiz`."""
    attempts: int | None = None
    """Quiz: how many attempts a person has; None: as many as they like."""
    draw: int | None = None
    """Quiz: how many questions are drawn; None: all."""
    shuffle: bool = False
    forms: tuple[str, ...] = ()
    """Test: the names of its parallel forms, such as A and B."""

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything that can be answered, in the order of the source. The compiler refuses items inside a block."""
        return tuple(block for block in self.blocks if isinstance(block, Question | Scenario))


class Objective(NamedTuple):
    id: str
    passage: Passage


SlotType = Literal["text", "phone", "url", "office", "law"]


class SlotRule(NamedTuple):
    """What a module says about one of its slots."""

    required: bool = True
    type: SlotType = "text"
    help: str = ""
    """For the coordinators who fill it in: in the module's source language, and in no catalog."""


class Target(NamedTuple):
    """A block with an id, which an overlay may change."""

    kind: str
    """`country`, `activity` or `case`."""
    safety: bool
    slot: str = ""
    """Of a country block: `required`, `optional`, or nothing."""
    slots: tuple[str, ...] = ()
    """The slots in its regional words."""
    countries: frozenset[str] = frozenset()
    """Those whose readers see it."""


class Signed(NamedTuple):
    """Who answers for the words of a country, and for how long."""

    name: str
    """Name and office, as printed."""
    checked_on: date
    review_by: date | None
    """The words are to be checked again until this day."""

    def overdue(self, today: date) -> bool:
        return self.review_by is not None and self.review_by < today


class Completion(NamedTuple):
    """What completes the module. A percent is None where the module does not ask for it."""

    lessons: Literal["all"] | None
    quiz: int | None
    test: int | None


COMPLETION = Completion(lessons="all", quiz=None, test=None)
"""What completes a module that does not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    slug: str
    """Folder name."""
    id: str
    title: Passage
    summary: Passage
    source: str
    """Language the module is written in."""
    locale: str
    """Language it was compiled for."""
    country: str | None
    """Country it was compiled for (ISO 3166-1 alpha-2), or None: the regional text."""
    audience: tuple[str, ...] = ()
    minutes_online: int | None = None
    minutes_workshop: int | None = None
    objectives: tuple[Objective, ...] = ()
    requires: tuple[str, ...] = ()
    sensitive: Passage | None = None
    completion: Completion = COMPLETION
    slots: Mapping[str, SlotRule] = field(default_factory=dict)
    """Declared slots, in order."""
    targets: Mapping[str, Target] = field(default_factory=dict)
    """Id → the block that overlays may change, in the order of the source. The same for every country."""
    bases: Mapping[str, str] = field(default_factory=dict)
    """`slot.NAME` or the id of a block → digest of what words of a country for it depend on (`nation.digest`)."""
    signed: Signed | None = None
    """Of the overlay of the compiled country; None: there is none in force."""
    reopened: tuple[str, ...] = ()
    """Keys of `bases` for which the country's words wait, because the regional text changed since they were checked."""
    open_slots: tuple[str, ...] = ()
    """Required slots and blocks that the compiled country has not filled, and everything that is reopened, by name."""
    sources: tuple[str, ...] = ()
    introduction: tuple[Block, ...] = ()
    notes: tuple[Footnote, ...] = ()
    """Footnotes of the introduction."""
    references: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Link references of the introduction, as in `Unit`."""
    units: tuple[Unit, ...] = ()
    """In file name order."""
    passages: tuple[Passage, ...] = ()
    """Every message of the module in the order of the source, also those that this compilation does not show."""
    states: Mapping[State, int] = field(default_factory=dict)
    """How many passages are in each state, of all messages of the module."""
    languages: tuple[str, ...] = ()
    """Source language and every locale with a catalog."""
    reviewer: str | None = None
    """Who reviewed the translation into `locale`, by names; None: some of what is shown was reviewed by nobody."""
    reviewed_on: date | None = None
    reviewers: tuple[str, ...] = ()
    """Everybody who reviewed a passage that is shown, also where others are drafts."""
