"""What may not change in a published question unless its `rev` is raised.

Answers are stored with the revision they were given to. If the key, the type or the options change under the same
revision, old answers would be read against a question they were never given to.
"""

from __future__ import annotations

from collections.abc import Iterator

from trainer.content.diagnostics import Diagnostic
from trainer.content.model import Item, Module, Question, Scenario


def changed_without_rev(old: Module, new: Module) -> list[Diagnostic]:
    """The questions of `new` that need a higher `rev`: both modules compiled in their own language, for no country.

    `old` is the published edition. Wording, points, hints and feedback may change freely; a question that is new or
    gone is no change. A `rev` lower than the published one is reported too.
    """
    published = {item.id: item for item in _all_items(old)}
    found = []
    for item in _all_items(new):
        before = published.get(item.id)
        if before is None:
            continue
        if item.rev < before.rev:
            found.append(_finding("rev-lower", item, published=before.rev))
        elif item.rev == before.rev and (parts := list(_changes(before, item))):
            found.append(_finding("rev-needed", item, parts=", ".join(parts), next=before.rev + 1))
    return found


def _finding(code: str, item: Item, **params: str | int) -> Diagnostic:
    return Diagnostic(code, "error", item.file, item.line, 1, {"id": item.id, **params})


def _all_items(module: Module) -> Iterator[Item]:
    for unit in module.units:
        yield from unit.items


def _changes(old: Item, new: Item) -> Iterator[str]:
    """What is different: type, options, key."""
    if old.type != new.type:
        yield "type"
    elif isinstance(old, Scenario) or isinstance(new, Scenario):
        if _structure(old) != _structure(new):
            yield "options"
        elif _scores(old) != _scores(new):
            yield "key"
    else:
        if _options(old) != _options(new) or _moved(old, new):
            yield "options"
        if _key(old) != _key(new):
            yield "key"


def _options(item: Question) -> object:
    """How many there are of what can be chosen."""
    return len(item.options), len(item.left), len(item.right), tuple(len(gap.choices) for gap in item.gaps)


def _moved(old: Question, new: Question) -> bool:
    """Whether something that can be chosen stands at another place: stored answers name places. Words may change."""
    places = {text: at for at, text in enumerate(_texts(new))}
    return any(places.get(text, at) != at for at, text in enumerate(_texts(old)))


def _texts(item: Question) -> list[str]:
    options = [option.body.source for option in item.options if option.body is not None]
    cells = [f"{side} {cell.source}" for side, cells in (("<", item.left), (">", item.right)) for cell in cells]
    choices = [f"{gap} {choice}" for gap, one in enumerate(item.gaps) for choice in one.choices]
    return options + cells + choices


def _key(item: Question) -> object:
    """Which answers are right."""
    return (
        tuple((option.correct, option.critical, option.score) for option in item.options),
        frozenset(item.accepted),
        item.number,
        tuple(_gap_key(gap.accepted, gap.choices) for gap in item.gaps),
    )


def _gap_key(accepted: tuple[str, ...], choices: tuple[str, ...]) -> object:
    return [at for at, choice in enumerate(choices) if choice in accepted] if choices else frozenset(accepted)


def _structure(item: Item) -> object:
    assert isinstance(item, Scenario)
    return [(step.id, [choice.target for choice in step.choices]) for step in item.steps]


def _scores(item: Item) -> object:
    assert isinstance(item, Scenario)
    return [[choice.score for choice in step.choices] for step in item.steps]
