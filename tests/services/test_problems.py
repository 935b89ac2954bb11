"""Every refusal has a sentence, and the sentence's placeholders are what is given with it."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import trainer.services
from trainer.services.problems import SENTENCES, Conflict, Invalid, NotFound, Problem, Refused

FOLDER = Path(trainer.services.__file__).parent
KINDS = {"Problem", "NotFound", "Refused", "Conflict", "Invalid"}


def raised(source: str) -> Iterator[tuple[int, str, set[str]]]:
    """Line, code and parameters of each refusal written with a literal code."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS and node.args:
            code = node.args[0]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                yield node.lineno, code.value, {str(word.arg) for word in node.keywords if word.arg}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_every_refusal_has_a_whole_sentence(path: Path) -> None:
    importlib.import_module(f"trainer.services.{path.stem}")
    for line, code, given in raised(path.read_text(encoding="utf-8")):
        assert code in SENTENCES, f"{path.name}:{line}: {code} has no sentence"
        wanted = set(re.findall(r"%\((\w+)\)s", SENTENCES[code]))
        assert wanted <= given, f"{path.name}:{line}: {code} is given {given}, its sentence needs {wanted}"


def test_sentences_are_whole() -> None:
    for path in FOLDER.glob("*.py"):
        importlib.import_module(f"trainer.services.{path.stem}")
    for code, sentence in SENTENCES.items():
        assert re.fullmatch(r"[a-z0-9-]+", code)
        # What is wrong with a part of a module is a sentence of its own.
        assert sentence.rstrip('"”')[-1] in ".?!" or sentence.endswith(": %(reason)s"), code


def test_a_refusal_says_its_sentence_with_the_values_in_it() -> None:
    for kind in (NotFound, Refused):
        assert str(kind()) == SENTENCES[kind().code]
    refusal = Refused("folder-not-empty", folder="out")
    importlib.import_module("trainer.services.library")
    assert str(refusal) == "The folder out is not empty; nothing was written."
    assert (Invalid("x", field="name").params, Conflict("y").code) == ({"field": "name"}, "y")
    assert issubclass(NotFound, Problem)


def test_the_search_sees_a_refusal_without_a_sentence() -> None:
    source = 'raise Invalid("nowhere-said", field="name")'
    assert list(raised(source)) == [(1, "nowhere-said", {"field"})]
    assert "nowhere-said" not in SENTENCES
