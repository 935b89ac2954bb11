"""The page made of a text: nothing an author or translator writes becomes mark-up, an address or an attribute."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.content.cases import LESSON, PAGE
from trainer.content.compiler import compile_module
from trainer.content.html import Media, Page, plain, render, render_inline, segments
from trainer.content.model import (
    Block,
    Figure,
    GapMark,
    Inline,
    Item,
    Link,
    Paragraph,
    Passage,
    Question,
    Scenario,
    Slot,
    Text,
)

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>x",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](//evil.example/x)",
    "[x](\\\\evil.example\\x)",
    "[x](file:///etc/x)",
    '[x](https://u:p@evil.example/ "t" onload=x)',
    '[x](https://e.example/"onmouseover="alert(1))',
    "[x](<javascript:alert(1)>)",
    "[x][j]\n\n[j]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg/>)",
    "![x](//evil.example/x.png)",
    "![x](http://e.e/x.png)",
    '![" onerror="alert(1)](media/drawer.png)',
    '![x](media/drawer.png "\\" onload=\\"alert(1)")',
    "![x](media/../x.png)",
    "![x](media/x.svg)",
    "![x](media/drawer.png?x=//evil.example)",
    "<style>*{color:red}</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "<object data=x>",
    "<embed src=x>",
    "<form action=//evil.example><input name=x>",
    "<button formaction=javascript:x>",
    "<math><mi xlink:href=javascript:alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>]]>",
    "<?php x ?>",
    "## x {#a onclick=alert(1)}",
    '## x {#"><script>}',
    "## x {.a style=color:red}",
    '[x](term:"><script>)',
    "[x](term:victim){onclick=alert(1)}",
    '[x](#"><script>)',
    '[x](02-two.md#"onclick=x)',
    "{{slot.<script>}}",
    '```"><script>\nx\n```',
    "```<img src=x onerror=y>\nx\n```",
    '| <script> | "on=x |\n| - | - |\n| <b> | <i> |',
    '[^"><script>]\n\n[^"><script>]: <script>',
    "> [!<script>]\n> x",
    "> [!TIP]\n> <script>x</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "\\<script>",
    "<ScRiPt>x</sCrIpT>",
    "<scr\u200bipt>",
    "javascript:alert(1)",
    "${alert(1)}",
    "{{7*7}}",
    "{% include '/etc/passwd' %}",
    "%(number)s %s {0} {x!r}",
]
FIELDS = {
    "paragraph": "{}",
    "list": "- {}",
    "quote": "> {}",
    "callout": "> [!WARNING]\n> {}",
    "heading": "## {}",
    "definition": "Term\n: {}",
    "activity": "::: activity {{#act}}\n{}\n:::",
    "country": "::: country {{#land slot=optional}}\n{}\n:::",
    "footnote": "Words.[^n]\n\n[^n]: {}",
    "prompt": "::: question {{#q type=truefalse answer=true}}\n{}\n:::",
    "option": "::: question {{#q type=single}}\nWhich?\n\n- [x] {}\n- [ ] other\n:::",
    "feedback": "::: question {{#q type=single}}\nWhich?\n\n- [x] one\n- [ ] other\n  > {}\n:::",
    "step": "::: scenario {{#s}}\n### One {{#one}}\n\n{}\n\n- [a](#two){{score=1}}\n\n### Two {{#two}}\n:::",
}
TAGS = frozenset(
    re.findall(
        r"\w+",
        "p em strong code pre br hr a h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tr th td blockquote div "
        "section figure figcaption picture source img sup span small dfn",
    )
)
ATTRIBUTES = frozenset(
    re.findall(
        r"[\w-]+",
        "href title rel class id role aria-label tabindex scope start src alt loading decoding width height lang "
        "media srcset",
    )
)


class Strict(HTMLParser):
    """Fails on any tag, attribute or address that our pages do not use."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in ATTRIBUTES, name
            assert value is not None
            if name == "href":
                assert value.startswith(("https://", "http://", "mailto:", "#", "/")), value
                assert not value.startswith("//"), value
            if name == "src":
                assert value.startswith("/media/"), value
                assert ".." not in value

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def check(html: str) -> None:
    parser = Strict()
    parser.feed(html)
    parser.close()


def item_html(item: Item) -> str:
    if isinstance(item, Scenario):
        passages = [one for step in item.steps for one in (step.title, *(choice.body for choice in step.choices))]
        blocks: list[Block] = [block for step in item.steps for block in step.blocks]
    else:
        bodies = [option.body for option in item.options if option.body]
        passages = [*bodies, *item.left, *item.right, *item.match_head, *(gap.passage for gap in item.gaps)]
        blocks = [*item.prompt, *item.explanation, *(b for option in item.options for b in option.feedback)]
    return render(blocks, PAGE) + "".join(f"<p>{render_inline(one.content, PAGE)}</p>" for one in passages)


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_hostile_text_in_any_field_stays_words(payload: str) -> None:
    assert len(PAYLOADS) >= 60
    for field in FIELDS.values():
        try_hostile(payload, field)


def try_hostile(payload: str, field: str) -> None:
    title = payload.replace("\n", " ").replace("'", "''")
    files = {
        "module.md": f"---\nid: case\ntitle: '{title}'\nsummary: '{title}'\nslots: {{a: optional}}\n---\n".encode(),
        "01-one.md": (LESSON + field.format(payload)).encode(),
        "national/KH.md": f"---\nslots: {{a: '{title}'}}\nchecked_on: 2026-01-01\nconfirmed_by: A\n---\n".encode(),
        "media/drawer.png": b"x",
    }
    compilation = compile_module(files, slug="case", country="KH", facilitator=True)
    assert "internal" not in {one.code for one in compilation.diagnostics}
    assert compilation.module is not None
    for piece in segments(compilation.module.units[0], PAGE):
        check(piece if isinstance(piece, str) else item_html(piece))
    check(f"<p>{render_inline(compilation.module.title.content, PAGE)}</p>")


def test_the_strict_reader_sees_what_it_should() -> None:
    for html in ("<script>", "<p onclick=x>", '<a href="javascript:x">', '<img src="//x">', "<!-- x -->"):
        with pytest.raises(AssertionError):
            check(html)


def passage(*content: Inline, lang: str = "en", state: str = "source") -> Passage:
    return Passage(content, lang, state, "c", "s", 1)  # type: ignore[arg-type]


def test_a_link_that_slipped_into_the_tree_is_words() -> None:
    for href in ("javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:x"):
        assert render_inline([Link(href, (Text("x"),), "")], PAGE) == "x"


def test_another_language_is_marked_on_the_passage() -> None:
    assert render([Paragraph(passage(Text("ពាក្យ"), lang="km"))], PAGE) == '<p lang="km">ពាក្យ</p>\n'


def test_newer_text_is_linked_when_the_page_knows_where() -> None:
    page = PAGE._replace(source="/en/x")
    html = render([Paragraph(passage(Text("old"), state="stale"))], page)
    assert html == '<p>old <small class="stale" lang="en"><a href="/en/x">Newer text exists</a></small></p>\n'


def test_a_slot_is_its_value_or_says_who_will_fill_it() -> None:
    assert render_inline([Slot("a", "<1288>")], PAGE) == '<span class="slot">&lt;1288&gt;</span>'
    assert "to be confirmed" in render_inline([Slot("a", None)], PAGE)


def test_a_gap_is_the_field_it_is_given_and_otherwise_empty() -> None:
    assert render_inline([GapMark(1)], PAGE, lambda gap: f"<input name={gap}>") == "<input name=1>"
    assert render_inline([GapMark(1)], PAGE) == '<span class="gap">…</span>'


def test_a_picture_has_its_size_where_it_is_known_and_loads_late() -> None:
    figure = Figure("media/a.png", passage(Text('a "b"')), passage(Text("c")), 1)
    page = Page("en", PAGE.labels, PAGE.link, lambda path: Media(f"/m/{path}", 640, 480))
    assert render([figure], page) == (
        '<figure>\n<img src="/m/media/a.png" alt="a &quot;b&quot;" width="640" height="480" loading="lazy"'
        ' decoding="async">\n<figcaption>c</figcaption>\n</figure>\n'
    )


def test_plain_words_are_not_escaped_and_hold_no_mark_up() -> None:
    assert plain([Link("/x", (Text("a <b>"),), ""), Slot("s", None), Slot("s", "1")]) == "a <b>1"


def test_questions_stand_between_the_pieces_and_are_not_rendered() -> None:
    body = (
        "One.[^n]\n\n::: question {#q type=single}\nWhich?\n\n- [x] SECRET\n- [ ] other\n:::\n\nTwo.\n\n[^n]: Note.\n"
    )
    files = {"module.md": b"---\nid: a\ntitle: A\nsummary: B\n---\n", "01-one.md": (LESSON + body).encode()}
    module = compile_module(files, slug="x").module
    assert module is not None
    pieces = segments(module.units[0], PAGE)
    assert [isinstance(piece, Question) for piece in pieces] == [False, True, False, False]
    assert "SECRET" not in "".join(piece for piece in pieces if isinstance(piece, str))
    assert "fn-1" in str(pieces[-1])


def test_a_character_that_marks_a_place_of_the_page_is_left_out() -> None:
    assert render([Paragraph(passage(Text("a\x00b\x01\x02\x03c\x04d")))], PAGE) == "<p>abcd</p>\n"
