"""The learner's pages over every module: they open, they are light, they cost few statements, and they hide the key."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import event

from tests.web.conftest import Browser, World
from trainer.content.compiler import compile_module
from trainer.content.folder import module_folders, read_folder
from trainer.content.html import plain
from trainer.content.model import Module, Paragraph, Scenario, Unit
from trainer.services import library
from trainer.store.engine import Store
from trainer.store.scope import Scope

MODULES = module_folders()
LIGHT = 20_000
"""Bytes of a page with its style sheet and script, compressed, at most."""
CASES = [(folder.name, locale) for folder in MODULES for locale in ("en", "km")]


def compiled(slug: str, locale: str | None = None) -> Module:
    folder = next(folder for folder in MODULES if folder.name == slug)
    module = compile_module(read_folder(folder), slug=slug, locale=locale).module
    assert module is not None
    return module


@pytest.fixture
def learner(app: Flask, world: World, sqlite_store: Store) -> Browser:
    """Somebody signed in, with every module of ours published."""
    for folder in MODULES:
        with sqlite_store.write(Scope.nobody()) as db:
            library.publish(db, folder.name, read_folder(folder), by="test", now=world.clock())
    return cast("Browser", world.sign_in(world.person()))


def pages(module: Module, locale: str) -> list[str]:
    start = f"/{locale}/modules/{module.slug}"
    return [start, *(f"{start}/{unit.slug}" for unit in module.units)]


def assets(learner: Browser, html: str) -> int:
    """Compressed size of the style sheets and scripts that the page names."""
    names = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"', html)
    assert names
    return sum(len(gzip.compress(learner.get(name).data)) for name in set(names))


@pytest.mark.parametrize(("slug", "locale"), CASES)
def test_every_page_opens_and_is_light(learner: Browser, slug: str, locale: str) -> None:
    heavy = []
    for address in pages(compiled(slug), locale):
        answer = learner.get(address + "?open=1")
        assert answer.status_code == 200, address
        assert f'<html lang="{locale}"' in answer.text
        weight = len(gzip.compress(answer.data)) + assets(learner, answer.text)
        if weight > LIGHT:
            heavy.append((address, weight))
    assert heavy == []


def test_a_lesson_costs_at_most_four_statements_and_none_for_its_words(learner: Browser, sqlite_store: Store) -> None:
    address = "/en/modules/recognising-indicators/01-reading-indicators"
    learner.get(address)
    said: list[str] = []
    event.listen(sqlite_store.engine, "before_cursor_execute", lambda *args: said.append(str(args[2])))
    assert learner.get(address).status_code == 200
    asked = [one for one in said if one.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
    assert len(asked) <= 4, asked
    assert not [one for one in asked if "blob" in one or "manifest" in one]


def key_texts(unit: Unit) -> set[str]:
    """Words that only somebody who has answered may see: explanations, feedback, what follows a critical choice."""
    found: set[str] = set()
    for item in unit.items:
        if isinstance(item, Scenario):
            continue
        hidden = [item.explanation, item.caution, *(option.feedback for option in item.options)]
        for blocks in hidden:
            found |= {plain(block.passage.content) for block in blocks if isinstance(block, Paragraph)}
    return found


@pytest.mark.parametrize("slug", [folder.name for folder in MODULES])
def test_no_page_says_the_answer_before_it_is_given(learner: Browser, slug: str) -> None:
    module = compiled(slug)
    for unit in module.units:
        html = learner.get(f"/en/modules/{slug}/{unit.slug}?open=1").text
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
        assert [words for words in key_texts(unit) if words in text] == []
        assert not re.search(r"correct|\bkey=|score=|critical|data-answer", re.sub(r">[^<]*<", "><", html), re.I)


def test_the_handbook_comes_as_a_pdf_in_the_language_of_the_page(learner: Browser, tmp_path: Path) -> None:
    answer = learner.get("/km/modules/recognising-indicators/handbook.pdf?paper=letter")
    while answer.status_code == 202:
        assert answer.headers["Refresh"]
        answer = learner.get("/km/modules/recognising-indicators/handbook.pdf?paper=letter")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Language"] == "km"


def test_a_module_that_cannot_be_printed_says_so(app: Flask, world: World, sqlite_store: Store) -> None:
    files = {
        "module.md": b"---\nid: odd\ntitle: Odd\nsummary: S.\nsource: en\n---\n\nWords.\n",
        "01-a.md": "---\nid: a\ntitle: A\n---\n\nA unicorn: \U0001f984\n".encode(),
    }
    with sqlite_store.write(Scope.nobody()) as db:
        library.publish(db, "odd", files, by="test", now=world.clock())
    answer = world.sign_in(world.person(locale="en")).get("/en/modules/odd/handbook.pdf")
    assert answer.status_code == 403
    assert "cannot be printed" in answer.text


def test_an_edition_s_number_longer_than_any_is_not_found(browser: Browser) -> None:
    assert browser.get(f"/media/{'9' * 40}/x.png").status_code == 404
