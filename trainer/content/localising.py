"""A compiled module in another language: the same tree with other words. The last step of a compilation.

Nothing but passages is exchanged, so whatever a catalog says, ids, keys, scores and the order of everything stay where
they are. A translation whose marks differ from its source's (a link, a gap, bold where there was none) is not used.
Footnotes keep the numbers they have in the source: note 3 is note 3 in every language.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from trainer.content import inline
from trainer.content.addresses import misleading
from trainer.content.answers import parts_of
from trainer.content.blocks import PARSER
from trainer.content.contexts import is_key, unit_of
from trainer.content.diagnostics import Diagnostic
from trainer.content.frozen import tags
from trainer.content.inline import Reading
from trainer.content.model import (
    Activity,
    Break,
    Callout,
    Case,
    Code,
    Definition,
    Definitions,
    Emphasis,
    Facilitator,
    Figure,
    Footnote,
    Gap,
    GapMark,
    Heading,
    Inline,
    Link,
    List,
    ListItem,
    Module,
    National,
    NoteRef,
    Objective,
    Option,
    Paragraph,
    Passage,
    Question,
    Quote,
    Scenario,
    Slot,
    Step,
    Strong,
    Table,
    Term,
    Text,
    Unit,
)
from trainer.content.translation import Catalog, catalog_of
from trainer.content.translation_checks import finding


def localize(module: Module, catalog: Catalog | None, locale: str) -> tuple[Module, tuple[Diagnostic, ...]]:
    """`module`, compiled in its own language, with the words of `catalog` (None: there is none) as `locale`.

    Where the catalog has nothing that fits, the source's words stay, marked as missing. Says what did not fit.
    """
    work = _Localiser(catalog, locale)
    units = tuple(work.unit(unit) for unit in module.units)
    fields: dict[str, Any] = {
        "title": work.passage(module.title),
        "summary": work.passage(module.summary),
        "sensitive": work.optional(module.sensitive),
        "objectives": work.nodes(module.objectives),
    }
    work.references = module.references
    fields |= {"introduction": work.nodes(module.introduction), "notes": work.nodes(module.notes)}
    passages = work.listed(module)
    names, day, is_whole = _reviewers(passages, catalog)
    made = replace(
        module,
        locale=locale,
        units=units,
        passages=passages,
        states=dict(Counter(passage.state for passage in passages)),
        reviewer=", ".join(names) if is_whole else None,
        reviewed_on=day,
        reviewers=names,
        **fields,
    )
    return made, tuple(work.found)


def localize_passage(
    module: Module, passage: Passage, catalog: Catalog, locale: str
) -> tuple[Passage, tuple[Diagnostic, ...]]:
    """One of `module.passages` as `localize` shows it, without walking the whole tree."""
    work = _Localiser(catalog, locale)
    unit = unit_of(passage.context)
    work.references = next((one.references for one in module.units if one.id == unit), module.references)
    gaps = (gap for one in module.units if one.id == unit for item in one.items for gap in getattr(item, "gaps", ()))
    gap = next((one for one in gaps if one.passage.context == passage.context), None)
    shown = work.passage(passage) if gap is None else work.gap(gap).passage
    return shown, tuple(work.found)


def _reviewers(passages: tuple[Passage, ...], catalog: Catalog | None) -> tuple[tuple[str, ...], date | None, bool]:
    """Who reviewed, the last day of it, and whether somebody answers for all that is shown in the language.

    What is missing is shown in the source's words, which need no review here. A catalog that is signed as a whole
    counts as reviewed even where it has passages that were drafted since; they are marked one by one.
    """
    if catalog is None:
        return (), None, False
    names = dict.fromkeys([catalog.reviewer] if catalog.reviewer else [])
    days = [catalog.reviewed_on] if catalog.reviewed_on else []
    is_whole = True
    for passage in passages:
        if passage.state not in ("reviewed", "draft", "stale"):
            continue
        found = catalog.reviewer_of(passage)
        if found is None:
            is_whole = False
            continue
        names[found[0]] = None
        days += [found[1]] if found[1] else []
    return tuple(names), max(days, default=None), bool(names) and (is_whole or catalog.reviewer is not None)


class _Localiser:
    """Walks the tree; each passage is exchanged once, wherever it stands."""

    def __init__(self, catalog: Catalog | None, locale: str) -> None:
        self.catalog, self.locale = catalog, locale
        self.file = catalog_of(locale)
        self.known: dict[tuple[str, str], Passage] = {}
        self.found: list[Diagnostic] = []
        self.references: Mapping[str, Mapping[str, str]] = {}
        """Link references of the text that is being walked."""

    # ------------------------------------------------------------ the tree

    def unit(self, unit: Unit) -> Unit:
        self.references = unit.references
        return replace(
            unit,
            title=self.passage(unit.title),
            sensitive=self.optional(unit.sensitive),
            blocks=self.nodes(unit.blocks),
            notes=self.nodes(unit.notes),
        )

    def nodes(self, nodes: tuple[Any, ...]) -> tuple[Any, ...]:
        walks = _WALKS
        return tuple([walk(self, node) if (walk := walks.get(type(node))) else node for node in nodes])

    def passages(self, passages: tuple[Passage, ...]) -> tuple[Passage, ...]:
        return tuple([self.passage(passage) for passage in passages])

    def optional(self, passage: Passage | None) -> Passage | None:
        return None if passage is None else self.passage(passage)

    def listed(self, module: Module) -> tuple[Passage, ...]:
        """Every message, also those that this compilation does not show."""
        units = {unit.id: unit.references for unit in module.units} | {"module": module.references}
        listed = []
        for passage in module.passages:
            made = self.known.get((passage.context, passage.source))
            if made is None or made.line != passage.line:
                self.references = units.get(unit_of(passage.context), {})
                made = self.passage(passage)
            listed.append(made)
        return tuple(listed)

    def question(self, question: Question) -> Question:
        accepted, answers = question.accepted, self.optional(question.answers)
        if answers is not None:
            accepted = tuple(dict.fromkeys([*accepted, *parts_of(answers)]))
        return replace(
            question,
            prompt=self.nodes(question.prompt),
            options=self.nodes(question.options),
            accepted=accepted,
            answers=answers,
            gaps=tuple(self.gap(gap) for gap in question.gaps),
            left=self.passages(question.left),
            right=self.passages(question.right),
            match_head=self.passages(question.match_head),
            hints=tuple(self.nodes(hint) for hint in question.hints),
            explanation=self.nodes(question.explanation),
            caution=self.nodes(question.caution),
        )

    def gap(self, gap: Gap) -> Gap:
        passage = self.passage(gap.passage)
        shown = parts_of(passage)
        if not gap.choices:
            return Gap(tuple(dict.fromkeys([*gap.accepted, *shown])), (), passage)
        if len(shown) != len(gap.choices):
            # With more or fewer choices it cannot be matched to the key.
            self.report("translation-choices", gap.passage, expected=len(gap.choices), count=len(shown))
            passage = self.known[gap.passage.context, gap.passage.source] = self.missing(gap.passage)
            return Gap(gap.accepted, gap.choices, passage)
        right = [shown[at] for at, choice in enumerate(gap.choices) if choice in gap.accepted]
        return Gap(tuple(right), tuple(shown), passage)

    # ------------------------------------------------------------ passages

    def passage(self, passage: Passage) -> Passage:
        key = (passage.context, passage.source)
        made = self.known.get(key)
        if made is None:
            made = self.known[key] = self.exchanged(passage)
        return made if made.line == passage.line else made._replace(line=passage.line)

    def exchanged(self, passage: Passage) -> Passage:
        if self.catalog is None or passage.is_national or not passage.source:
            return self.missing(passage)
        found = self.catalog.lookup(passage.context, passage.source)
        if found is None or (found[1] == "stale" and (passage.safety or is_key(passage.context))):
            return self.missing(passage)  # What is done about a danger, and which answer is right, is never outdated.
        text, state = found
        content = (Text(text),) if passage.plain else self.read(passage, text)
        if content is None:
            return self.missing(passage)
        _, _, _, context, source, line, safety, plain, is_national = passage
        return Passage(content, self.locale, state, context, source, line, safety, plain, is_national)

    def missing(self, passage: Passage) -> Passage:
        return passage._replace(state="missing")

    def read(self, passage: Passage, text: str) -> tuple[Inline, ...] | None:
        """The translation's words; None when they do not fit in the place of the source's."""
        bare = len(passage.content) == 1 and type(passage.content[0]) is Text
        if bare and not inline.has_marks(text):
            return inline.lines(text)
        own = Marks(passage.content)
        env: dict[str, Any] = {"footnotes": {"refs": own.labels}, "references": self.references, "gaps": own.has_gaps}
        reading = inline.read(PARSER, text, env, own.notes, own.slots)
        if extra := _different(own, reading):
            self.report("translation-markup", passage, extra=extra)
        elif seen := misleading(reading.content) - misleading(passage.content):
            self.report("translation-address", passage, seen=", ".join(sorted(seen)))
        else:
            return reading.content
        return None

    def report(self, code: str, passage: Passage, **params: str | int) -> None:
        line = self.catalog.line_of(passage) if self.catalog is not None else 0
        self.found.append(finding(code, self.file, line, "warning", context=passage.context, **params))


class Marks:
    """What of a passage's content is the same in every language, and which mark-up it uses."""

    __slots__ = ("frozen", "has_gaps", "labels", "markup", "notes", "slots", "tags")

    def __init__(self, content: tuple[Inline, ...]) -> None:
        self.frozen: Counter[str] = Counter()
        self.markup: set[str] = set()
        self.tags: Counter[str] = Counter()
        """HTML, shown as text."""
        self.notes: dict[str, int] = {}
        self.slots: dict[str, str] = {}
        self.has_gaps = False
        self._see(content)
        self.labels = {f":{label}": number for label, number in self.notes.items()}

    def _see(self, content: tuple[Inline, ...]) -> None:
        for node in content:
            match node:
                case Strong(children) | Emphasis(children):
                    self.markup.add("emphasis")
                    self._see(children)
                case Text(text) if "<" in text:
                    self.tags += tags(text)
                case Text():
                    pass
                case Break(hard):
                    self.markup |= {"a new line"} if hard else set()
                case Code():
                    self.markup.add("code")
                case Link(href, children, _):
                    self.frozen[f"link {href}"] += 1
                    self._see(children)
                case Term(term, children):
                    self.frozen[f"link term:{term}"] += 1
                    self._see(children)
                case NoteRef(label, number):
                    self.frozen[f"note {label}"] += 1
                    self.notes[label] = number
                case Slot(name, value):
                    self.frozen[f"slot {name}"] += 1
                    if value is not None:
                        self.slots[name] = value
                case GapMark(gap):
                    self.frozen[f"gap {gap + 1}"] += 1
                    self.has_gaps = True


def _different(own: Marks, reading: Reading) -> str:
    """What a translation has and its source has not, or the other way round; "" when nothing."""
    problems = [one for one in reading.problems if one.code != "html-shown"]
    if problems:
        return ", ".join(dict.fromkeys(f"{one.code} {one.needle}".strip() for one in problems))
    theirs = Marks(reading.content)
    if own.frozen != theirs.frozen:
        return ", ".join((own.frozen - theirs.frozen) + (theirs.frozen - own.frozen))
    return ", ".join(sorted(theirs.markup - own.markup) or (theirs.tags - own.tags))


# -------------------------------------------------------------- which node holds words where

Walk = Callable[[_Localiser, Any], Any]


def _blocks(work: _Localiser, node: Any) -> Any:
    return node._replace(blocks=work.nodes(node.blocks))


def _paragraph(work: _Localiser, node: Paragraph) -> Paragraph:
    return Paragraph(work.passage(node.passage))


def _heading(work: _Localiser, node: Heading) -> Heading:
    return Heading(node.level, node.id, work.passage(node.passage))


def _objective(work: _Localiser, node: Objective) -> Objective:
    return Objective(node.id, work.passage(node.passage))


def _item(work: _Localiser, node: ListItem) -> ListItem:
    return ListItem(work.nodes(node.blocks))


def _list(work: _Localiser, node: List) -> List:
    return node._replace(items=work.nodes(node.items))


def _table(work: _Localiser, node: Table) -> Table:
    return node._replace(head=work.passages(node.head), rows=tuple(work.passages(row) for row in node.rows))


def _definitions(work: _Localiser, node: Definitions) -> Definitions:
    items = (Definition(work.passage(item.term), work.nodes(item.blocks)) for item in node.items)
    return Definitions(tuple(items))


def _figure(work: _Localiser, node: Figure) -> Figure:
    return node._replace(alt=work.passage(node.alt), caption=work.optional(node.caption))


def _option(work: _Localiser, node: Option) -> Option:
    return node._replace(body=work.optional(node.body), feedback=work.nodes(node.feedback))


def _scenario(work: _Localiser, node: Scenario) -> Scenario:
    return replace(node, steps=work.nodes(node.steps))


def _step(work: _Localiser, node: Step) -> Step:
    choices = tuple(choice._replace(body=work.passage(choice.body)) for choice in node.choices)
    return node._replace(title=work.passage(node.title), blocks=work.nodes(node.blocks), choices=choices)


_WALKS: Mapping[type, Walk] = {
    Paragraph: _paragraph,
    Heading: _heading,
    Objective: _objective,
    ListItem: _item,
    **dict.fromkeys((Quote, Callout, Activity, Facilitator, Case, National, Footnote), _blocks),
    List: _list,
    Table: _table,
    Definitions: _definitions,
    Figure: _figure,
    Question: _Localiser.question,
    Option: _option,
    Scenario: _scenario,
    Step: _step,
}
"""What is not here holds no words of a message: code, rules."""
