"""What the documentation shows to authors is what the compiler takes."""

from __future__ import annotations

import re
from pathlib import Path

from trainer.content.compiler import check_module

TEXT = (Path(__file__).parent.parent.parent / "docs" / "module-format.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```(module|markdown|national)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def test_every_example_of_the_format_compiles_without_a_finding() -> None:
    files: dict[str, bytes] = {"02-signs.md": b"---\nid: signs\ntitle: Signs\n---\n\n## X {#x}\n\nText.\n"}
    for number, (kind, text) in enumerate(EXAMPLES, 10):
        if kind == "module":
            files["module.md"] = text.encode()
        elif kind == "national":
            files["national/KH.md"] = text.encode()
        else:
            head = f"---\nid: unit-{number}\ntitle: An example\n---\n\n"
            files[f"{number}-example.md"] = (head + text).encode()
    quiz = "---\nid: quiz\ntitle: Quiz\nkind: quiz\n---\n\n::: question {#z type=truefalse answer=true}\nYes.\n:::\n"
    files["90-quiz.md"] = quiz.encode()
    assert [kind for kind, _ in EXAMPLES].count("markdown") == 3
    assert [str(found) for found in check_module(files, slug="my-module").diagnostics] == []
