"""Any text at all compiles to a module or to findings, never to a traceback; and what comes out can be shown."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.content.cases import LESSON, MODULE, PAGE, read_cases
from trainer.content.compiler import Compilation, check_module, compile_module
from trainer.content.html import render, segments
from trainer.content.model import Question, Scenario

SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
SAMPLES = sorted({text for case in read_cases() for name, text in case.blocks.items() if name == "markdown"})
PIECES = [
    ":::", "::::", "::: question {#q type=single}", "::: scenario {#s}", "::: facilitator", "::: country {#c slot=x}",
    "- [x] ", "- [ ] ", "- = ", "> [!TIP]", "> ", "| a | b |", "| - | - |", "### Step {#s1}", "[go](#s1){score=1}",
    "[[a|b]]", "[[(a)|b]]", "{{slot.hotline}}", "[^n]", "[^n]: note", "![x](media/drawer.png)", "Term\n: what",
    "```", "    ", "\t", "1. ", "---", "===", "<b>", "&#0;", "\\", "*", "_", "**", "`", "[", "](", ")", "{", "}", "#",
    "\n", "\n\n", " ", "word", "ស្ថានភាព", "\u200b", "\ufeff", "\r", "\x00", "\x1b",
]  # fmt: skip
MARKED_UP = st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=40).map("".join)


def compiled(text: str) -> Compilation:
    files = {"module.md": MODULE.encode(), "01-one.md": (LESSON + text).encode("utf-8", "surrogatepass")}
    return compile_module({**files, "media/drawer.png": b"x"}, slug="any", facilitator=True)


def hold(compilation: Compilation) -> None:
    assert compilation.module is not None
    assert "internal" not in {one.code for one in compilation.diagnostics}
    for one in compilation.diagnostics:
        assert re.match(r"^\d\d-one\.md:\d+:\d+: (error|warning): .+ \[[a-z-]+\]$", str(one), re.DOTALL), str(one)
    for unit in compilation.module.units:
        for piece in segments(unit, PAGE):
            if isinstance(piece, Question):
                render((*piece.prompt, *piece.explanation, *piece.caution), PAGE)
            elif isinstance(piece, Scenario):
                render([block for step in piece.steps for block in step.blocks], PAGE)


@SETTINGS
@given(MARKED_UP)
def test_marks_in_any_order_compile(text: str) -> None:
    hold(compiled(text))


@SETTINGS
@given(st.text(max_size=300))
def test_any_text_compiles(text: str) -> None:
    hold(compiled(text))


@SETTINGS
@given(st.sampled_from(SAMPLES), st.data())
def test_a_module_with_lines_lost_doubled_or_moved_compiles(sample: str, data: st.DataObject) -> None:
    lines = sample.split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        to = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["lose", "double", "move", "cut", "indent", "quote", "insert"]))
        if change == "lose" and len(lines) > 1:
            del lines[at]
        elif change == "double":
            lines.insert(to, lines[at])
        elif change == "move":
            lines.insert(to, lines.pop(at))
        elif change == "insert":
            lines.insert(at, data.draw(st.sampled_from(PIECES)))
        else:
            line = lines[at]
            lines[at] = {"cut": line[: len(line) // 2], "indent": "  " + line, "quote": "> " + line}.get(change, line)
    hold(compiled("\n".join(lines)))


@SETTINGS
@given(st.binary(max_size=200), st.sampled_from(["module.md", "01-one.md", "translations/km.po", "national/KH.md"]))
def test_any_bytes_in_any_file_give_findings(data: bytes, name: str) -> None:
    files = {"module.md": MODULE.encode(), "01-one.md": (LESSON + "Words.").encode(), name: data}
    found = check_module(files, slug="any").diagnostics
    assert "internal" not in {one.code for one in found}
    assert compile_module(files, slug="any", locale="km", country="KH").diagnostics is not None


@SETTINGS
@given(MARKED_UP)
def test_any_front_matter_gives_findings(text: str) -> None:
    files = {"module.md": f"---\nid: a\ntitle: b\nsummary: c\n{text}\n---\nWords.\n".encode()}
    compilation = compile_module(files, slug="any")
    assert "internal" not in {one.code for one in compilation.diagnostics}


@SETTINGS
@given(MARKED_UP, st.sampled_from(["fill", "replace", "append"]))
def test_any_overlay_gives_findings(text: str, action: str) -> None:
    head = "---\nchecked_on: 2026-01-01\nconfirmed_by: A\n---\n"
    overlay = f"{head}::::: country {{{action}=c}}\n{text}\n:::::\n"
    lesson = LESSON + "::: country {#c slot=required}\nWords.\n:::\n"
    files = {"module.md": MODULE.encode(), "01-one.md": lesson.encode(), "national/KH.md": overlay.encode()}
    compilation = compile_module(files, slug="any", country="KH")
    assert "internal" not in {one.code for one in compilation.diagnostics}


@SETTINGS
@given(st.sampled_from(SAMPLES), MARKED_UP)
def test_any_translation_keeps_the_keys_and_the_frozen_parts(sample: str, words: str) -> None:
    plain = compiled(sample).module
    assert plain is not None
    entries = ['msgid ""\nmsgstr "Language: km\\n"\n']
    for passage in plain.passages:
        text = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        source = passage.source.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        entries.append(f'msgctxt "{passage.context}"\nmsgid "{source}"\nmsgstr "{text}"\n')
    files = {"module.md": MODULE.encode(), "01-one.md": (LESSON + sample).encode(), "media/drawer.png": b"x"}
    files["translations/km.po"] = "\n".join(entries).encode()
    compilation = compile_module(files, slug="any", locale="km", facilitator=True)
    assert "internal" not in {one.code for one in compilation.diagnostics}
    assert compilation.module is not None
    ours, theirs = plain.units[0].blocks, compilation.module.units[0].blocks
    keys = [
        [[o.correct for o in item.options] for item in blocks if isinstance(item, Question)]
        for blocks in (ours, theirs)
    ]
    assert keys[0] == keys[1]
    assert [type(block) for block in ours] == [type(block) for block in theirs]
