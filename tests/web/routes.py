"""The route table of the running application, with an address for every route. For tests that leave none out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from flask import Flask
from werkzeug.routing import Rule

ABSENT: Mapping[str, object] = {
    "locale": "en",
    "assignment_id": "noassignmentnoassignme",
    "line_id": "nolinenolinenolinenoli",
    "attempt_id": "00000000-0000-4000-8000-000000000000",
    "code": "ABCD2345",
    "country": "QQ",
    "comment_id": "nocommentnocommentnoco",
    "digest": "00000000000000000000",
    "edition_id": 999,
    "example_id": "noexamplenoexamplenoex",
    "follow_up": "2020-Q1-3",
    "module": "no-such-module",
    "number": 1,
    "other_id": "nosecondnosecondnoseco",
    "pack_id": "nopacknopacknopacknopa",
    "passkey_id": "nopasskeynopasskeynopa",
    "path": "nothing.png",
    "person_id": "nobodynobodynobodynobo",
    "position": 1,
    "purpose": "pre",
    "question": "no-question",
    "row": 0,
    "saved_id": "nosavednosavednosavedn",
    "scan_id": "noscannoscannoscannosc",
    "session_id": "nosessionnosessionnose",
    "sheet_code": "ZZZZZZZZ",
    "slug": "no-such-module",
    "step": "what",
    "tag": "km",
    "transfer_id": "nomovenomovenomovenomo",
    "unit": "no-unit",
    "version": "000000000000",
    "warning_id": "nowarningnowarningnowa",
    "workshop_id": "noworkshopnoworkshopno",
    "workshop_session": "nopartnopartnopartnopa",
}
"""A value for every variable of every route: of things that are not there."""


class Route(NamedTuple):
    endpoint: str
    method: str
    path: str


def routes(app: Flask, values: Mapping[str, object] = ABSENT) -> Iterator[Route]:
    """Every route with each of its methods. Fails for a variable that `ABSENT` does not know."""
    adapter = app.url_map.bind("trainer.test")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        named = {name: {**ABSENT, **values}[name] for name in rule.arguments}
        path = _build(rule, named) or adapter.build(rule.endpoint, named, force_external=False)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(rule.endpoint, method, path)


def _build(rule: Rule, values: Mapping[str, object]) -> str | None:
    built = rule.build(values, append_unknown=False)
    return built[1] if built else None
