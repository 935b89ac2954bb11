"""The pages of writing are one product: each leads back to its module, and no link of them leads nowhere."""

from __future__ import annotations

import html
import re
from collections import deque
from urllib.parse import urlsplit

import pytest

from tests.services.world import COURSE
from tests.web.conftest import Browser, World
from tests.web.test_preview import OVERLAY, PO, a_picture
from trainer.services import drafts, library
from trainer.store.scope import Scope

LIST = "/en/author/modules"
MODULE = f"{LIST}/course"
OURS = re.compile(r"/en/(author(/|$)|national(/|$)|translate/[\w-]+/[\w-]+$)")
LINK = re.compile(r'(?:href|src)="([^"#]*)')
CRUMBS = re.compile(r'<nav class="crumbs".*?</nav>', re.DOTALL)
FILES = {
    **COURSE,
    "media/boat.png": a_picture(),
    "translations/km.po": PO.encode(),
    "national/KH.md": OVERLAY.replace("slots: {hotline: Call 1288}\n", "").encode(),
}


@pytest.fixture
def course(world: World) -> None:
    """Two editions, and a draft with an error and a warning in it."""
    more = {**FILES, "01-first.md": FILES["01-first.md"] + b"\nMore.\n"}
    with world.store.write(Scope.nobody()) as db:
        for files in (FILES, more):
            library.publish(db, "course", files, by="Ana", now=world.clock())
        draft = drafts.open_draft(db, "course", by="Ana", now=world.clock())
        text = more["01-first.md"] + b"\n![](media/boat.png)\n\nCall Mr Sokha Chan.\n"
        drafts.save_draft_file(db, draft.id, "01-first.md", text, expected_version=1, by="Ana", now=world.clock())


def walk(browser: Browser) -> dict[str, str]:
    """Every page of writing that links lead to from the list of modules: address → page."""
    found: dict[str, str] = {}
    waiting = deque([LIST])
    while waiting:
        address = waiting.popleft()
        if address in found or not OURS.match(urlsplit(address).path):
            continue
        answer = browser.get(address, follow_redirects=True)
        assert answer.status_code == 200, address
        is_page = answer.mimetype == "text/html"
        found[address] = answer.text if is_page else ""
        waiting += [html.unescape(link) for link in LINK.findall(found[address])]
        assert len(found) < 300
    return found


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("role", ["every", "reviewer"])
def test_no_link_leads_nowhere_and_every_page_leads_back_to_its_module(world: World, role: str) -> None:
    person = world.with_every_role() if role == "every" else world.with_role(role)
    pages = walk(world.sign_in(person))
    inside = {address for address, page in pages.items() if address.startswith(f"{MODULE}/") and page}
    for address in inside:
        crumbs = CRUMBS.search(pages[address])
        assert crumbs, address
        assert f'href="{LIST}"' in crumbs[0], address
        assert f'href="{MODULE}"' in crumbs[0], address
    kinds = {address.removeprefix(f"{MODULE}/").partition("?")[0].partition("/")[0] for address in inside}
    assert {"problems", "editions", "read", "history", "media"} <= kinds
    if role == "every":
        assert {"edit", "publish"} <= kinds
        assert "/en/translate/course/km" in pages
        assert "/en/national/KH/course" in pages
    else:
        assert not kinds & {"edit", "publish", "rename", "duplicate", "discard"}
