"""The front matter of a module and of its units, read into values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from trainer.content.attributes import ID
from trainer.content.matter import Matter
from trainer.content.model import Completion, Objective, Passage, SlotRule, SlotType, UnitKind
from trainer.content.work import Work
from trainer.content.yaml_lines import Node
from trainer.languages.registry import LANGUAGES

MODULE_KEYS = (
    "id", "title", "summary", "source", "audience", "minutes", "objectives", "requires", "sensitive", "completion",
    "slots", "sources",
)  # fmt: skip
KINDS: tuple[UnitKind, ...] = get_args(UnitKind)
UNIT_KEYS = ("id", "title", "kind", "minutes", "sensitive")
KIND_KEYS: Mapping[str, tuple[UnitKind, ...]] = {
    "pass": ("quiz",),
    "attempts": ("quiz",),
    "draw": ("quiz",),
    "shuffle": ("quiz", "test"),
    "forms": ("test",),
}
"""Key → the kinds of unit that have it."""
RESERVED = ("module", "national")
"""Message contexts of the module itself and of overlays begin so."""
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def source_of(matter: Matter) -> str:
    """The language the module is written in; English when it does not say."""
    return matter.choice("source", LANGUAGES, "en")


SLOT_TYPES: tuple[SlotType, ...] = get_args(SlotType)
SLOT_KEYS = ("required", "type", "help")


def slots_of(matter: Matter) -> dict[str, SlotRule]:
    """Declared slots, in order: `hotline: required` or `hotline: {required: true, type: phone, help: "…"}`."""
    return {name: _slot(matter, name, node) for name, node in matter.mapping("slots").items()}


def _slot(matter: Matter, name: str, node: Node) -> SlotRule:
    key = f"slots.{name}"
    if isinstance(node.value, dict):
        inner = Matter(matter.file, matter.findings, {f"{key}.{part}": one for part, one in node.value.items()})
        inner.check_keys([f"{key}.{part}" for part in SLOT_KEYS], ())
        required = inner.choice(f"{key}.required", ("true", "false", "yes", "no"), "true") in ("true", "yes")
        kind = inner.choice(f"{key}.type", SLOT_TYPES, "text")
        return SlotRule(required, next(one for one in SLOT_TYPES if one == kind), inner.text(f"{key}.help"))
    value = matter.text_in("slots", {name: node}, name)
    if value is None and isinstance(node.value, list):
        return SlotRule()
    if value not in ("required", "optional"):
        expected = "required, optional or {required: true, type: phone, help: words}"
        matter.error(node, "matter-value", key=key, value=value or "", expected=expected)
    return SlotRule(value != "optional")


def objective_ids(matter: Matter) -> tuple[str, ...]:
    node = matter.values.get("objectives")
    return tuple(name for name in node.value if ID.fullmatch(name)) if node and isinstance(node.value, dict) else ()


def module_fields(matter: Matter, work: Work, slug: str) -> dict[str, Any]:
    """Fields of `Module` that stand in the front matter of module.md."""
    matter.check_keys(MODULE_KEYS, ("id", "title", "summary"))
    minutes = matter.mapping("minutes", ("online", "workshop"))
    return {
        "id": matter.id("id", "module"),
        "title": work.plain_passage(matter.text("title", slug), "module/title", matter.line("title")),
        "summary": work.plain_passage(matter.text("summary"), "module/summary", matter.line("summary")),
        "sensitive": _optional(matter, work, "module"),
        "audience": matter.texts("audience"),
        "minutes_online": matter.whole_in("minutes", minutes, "online", 1, 10_000),
        "minutes_workshop": matter.whole_in("minutes", minutes, "workshop", 1, 10_000),
        "objectives": _objectives(matter, work),
        "requires": matter.texts("requires"),
        "completion": _completion(matter),
        "slots": work.slots,
        "sources": matter.texts("sources"),
    }


def _optional(matter: Matter, work: Work, unit: str) -> Passage | None:
    text = matter.text("sensitive")
    return work.plain_passage(text, f"{unit}/sensitive", matter.line("sensitive")) if text else None


def _objectives(matter: Matter, work: Work) -> tuple[Objective, ...]:
    found = []
    values = matter.mapping("objectives")
    for name, node in values.items():
        if text := matter.text_in("objectives", values, name):
            found.append(Objective(name, work.plain_passage(text, f"module/objective.{name}", node.line)))
        else:
            matter.error(node, "matter-required", key=f"objectives.{name}", expected="words")
    return tuple(found)


def _completion(matter: Matter) -> Completion:
    values = matter.mapping("completion", ("lessons", "quiz", "test"))
    lessons = matter.text_in("completion", values, "lessons") or "all"
    if lessons not in ("all", "none"):
        node = values["lessons"]
        matter.error(node, "matter-value", key="completion.lessons", value=lessons, expected="all or none")
    return Completion(
        "all" if lessons != "none" else None,
        matter.whole_in("completion", values, "quiz", 1, 100),
        matter.whole_in("completion", values, "test", 1, 100),
    )


def unit_fields(matter: Matter, work: Work, slug: str) -> dict[str, Any]:
    """Fields of `Unit` that stand in its front matter."""
    kind = matter.choice("kind", KINDS, "lesson")
    matter.check_keys((*UNIT_KEYS, *KIND_KEYS), ("id", "title"))
    for key, wanted in KIND_KEYS.items():
        if key in matter.values and kind not in wanted:
            matter.error(matter.values[key], "matter-kind", key=key, kind=kind, kinds=" or ".join(wanted))
    ident = matter.id("id", re.sub(r"^[^A-Za-z]+|[^A-Za-z0-9_-]", "", slug) or "unit")
    if ident in RESERVED:
        matter.error(matter.values.get("id"), "unit-reserved", id=ident)
        ident = f"{ident}-unit"
    if not _SLUG.fullmatch(slug):
        matter.findings.error("unit-name", matter.file)
    title = work.plain_passage(matter.text("title", slug), f"{ident}/title", matter.line("title"))
    return {
        "id": ident,
        "slug": slug,
        "file": matter.file,
        "kind": kind,
        "title": title,
        "minutes": matter.whole("minutes", 1, 10_000),
        "sensitive": _optional(matter, work, ident),
        "pass_mark": matter.whole("pass", 1, 100),
        "attempts": matter.whole("attempts", 1, 100),
        "draw": matter.whole("draw", 1, 1000),
        "shuffle": matter.flag("shuffle"),
        "forms": _forms(matter, kind),
    }


def _forms(matter: Matter, kind: str) -> tuple[str, ...]:
    forms = matter.texts("forms")
    if kind == "test" and "forms" in matter.values and (not forms or len(set(forms)) != len(forms)):
        matter.error(matter.values["forms"], "matter-value", key="forms", value=", ".join(forms), expected="[A, B]")
    return forms if kind == "test" else ()
