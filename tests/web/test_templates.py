"""Every template compiles, and every page has a title and one base."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from trainer import resources

TEMPLATES = resources.folder("templates")
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
PAGES = [name for name in NAMES if re.search(r"\{%-? *extends", (TEMPLATES / name).read_text(encoding="utf-8"))]


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(app: Flask, name: str) -> None:
    assert app.jinja_env.get_template(name).name == name


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ("base.html", "author/base.html")])
def test_a_page_has_a_title_of_its_own(name: str) -> None:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    assert "{% block title %}" in text or re.search(r'extends "(?!base)', text), name


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(name: str) -> None:
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|(src|href)=\"(https?:)?//", text), name
