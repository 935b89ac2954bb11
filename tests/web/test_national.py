"""A country's words in the browser: filled in, looked at, signed, reopened, overdue, withdrawn; what can go wrong."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from tests.web.conftest import ORIGIN, PASSWORD, Browser, Clock, World
from tests.web.test_second_step import set_up_and_go_on
from tests.web.test_sessions import hidden
from trainer.services import drafts, library
from trainer.store.authoring import NationalDraft, SignOff
from trainer.store.engine import Store
from trainer.store.models import Edition, Person
from trainer.store.scope import Scope
from trainer.web.handbooks import Order, Press

FILES: dict[str, bytes] = {
    "module.md": b"""---
id: help
title: Where to get help
summary: For tests.
source: en
slots:
  hotline: {type: phone, help: "The line people can call at any hour"}
  site: {required: false, type: url}
---

Welcome.
""",
    "01-first.md": b"""---
id: first
title: The first lesson
---

Call {{slot.hotline}} first.

::: country {#contacts slot=required}
Ask your coordinator.
:::

::: case {#inner safety}
Go to a safe place.
:::

::: country {#more}
More to read.
:::
""",
    "02-second.md": b"---\nid: second\ntitle: The second lesson\n---\n\nRead {{slot.site}} too.\n",
}
ADDRESS = "/en/national/KH/help"
LESSON = "/en/modules/help/01-first"
FILLED = {
    "slot.hotline": {"words-0": "1288, day and night", "source": "Notice 12", "checked": "2026-11-01"},
    "contacts": {"words-0": "The office in Phnom Penh.", "action-0": "fill"},
}
SIGNATURE = {"confirmed_by": "Chan Sophea, Ministry", "checked_on": "2026-11-02", "review_by": "2027-11-02"}
CONTROL, ZAWGYI = "Call\x07 me", "\u1031\u1019\u102c\u1004\u1039\u1031\u1019\u102c\u1004\u1039\u1031\u1021\u1038"
OPEN = "The edition for Cambodia is not issued yet."
WAITING = "Some details for Cambodia are not confirmed at present."


def publish(world: World, files: Mapping[str, bytes] = FILES, **over: bytes) -> int:
    with world.store.write(Scope.nobody()) as db:
        return library.publish(db, "help", {**files, **over}, by="Author", now=world.clock()).id


def published(world: World) -> dict[str, bytes]:
    with world.store.read(Scope.nobody()) as db:
        return library.edition_files(db, library.editions(db, "help")[0].id)


def republish(world: World, old: bytes, new: bytes, file: str = "01-first.md") -> None:
    """The author changes something, over whatever countries have signed meanwhile."""
    files = published(world)
    assert old in files[file]
    publish(world, files, **{file: files[file].replace(old, new)})


@pytest.fixture
def me(world: World) -> Person:
    return world.coordinator("KH", full_name="Sok Vibol")


@pytest.fixture
def browser_of(world: World, me: Person) -> Browser:
    publish(world)
    return world.sign_in(me)


def form_of(browser: Browser, words: Mapping[str, Mapping[str, str]], **more: str) -> list[tuple[str, str]]:
    """The form as it is opened now, with `words` (target → part → value) in it; other fields as they stand."""
    text = browser.get(ADDRESS).text
    main = text[text.index("<main") :]
    fields: list[tuple[str, str]] = []
    for number, target in enumerate(re.findall(r'name="target" value="([^"]+)"', main), 1):
        fields.append(("target", target))
        stands = dict(standing(main, f"p{number}"))
        stands |= {f"p{number}-{part}": value for part, value in words.get(target, {}).items()}
        fields += stands.items()
    signature = {name: value_of(main, name) for name in SIGNATURE}
    hiddens = {name: hidden(main, name) for name in ("token", "edition", "csrf_token")}
    return fields + list((hiddens | signature | more).items())


def standing(main: str, prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in re.findall(rf'<input[^>]*name="({prefix}-[a-z0-9-]+)"[^>]*value="([^"]*)"', main):
        if not name.endswith(("-seen", "-out")):
            yield name, html.unescape(value)
    for name, value in re.findall(rf'<textarea[^>]*name="({prefix}-[a-z0-9-]+)"[^>]*>([^<]*)<', main):
        yield name, html.unescape(value)
    for name, options in re.findall(rf'<select[^>]*name="({prefix}-[a-z0-9-]+)">(.*?)</select>', main, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"[^>]* selected', options) or re.search(r'value="([^"]*)"', options)
        yield name, chosen[1] if chosen else ""


def value_of(main: str, name: str) -> str:
    found = re.search(rf'name="{name}" type="[a-z]+" value="([^"]*)"', main)
    assert found, name
    return html.unescape(found[1])


def send(browser: Browser, fields: list[tuple[str, str]], path: str = ADDRESS) -> TestResponse:
    from werkzeug.datastructures import MultiDict

    return browser.post(path, data=MultiDict(fields), headers={"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"})


def save(browser: Browser, words: Mapping[str, Mapping[str, str]] = FILLED, **more: str) -> TestResponse:
    return send(browser, form_of(browser, words, **{**SIGNATURE, **more}))


def sign(browser: Browser, name: str = "Sok Vibol") -> TestResponse:
    text = browser.get(f"{ADDRESS}/sign").text
    if 'name="name"' not in text:
        return browser.submit(f"{ADDRESS}/sign", {"name": name})
    fields = {key: hidden(text, key) for key in ("token", "edition", "csrf_token")}
    return send(browser, list({**fields, "name": name}.items()), f"{ADDRESS}/sign")


def signed(browser: Browser) -> None:
    assert save(browser).location == f"{ADDRESS}?done=national-saved"
    assert sign(browser).location == f"{ADDRESS}/sign?done=national-signed"


def rows(world: World, table: type[Any]) -> list[Any]:
    with world.store.read(Scope.system("test")) as db:
        return list(db.scalars(select(table)))


def plain(page: TestResponse) -> str:
    """The main part without marks, on one line."""
    text = page.text[page.text.index("<main") : page.text.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def learner(world: World, country: str = "KH") -> Browser:
    return world.sign_in(world.person(country=country, locale="en"))


# ------------------------------------------------------------------ the way


def test_from_nothing_to_a_signed_edition_that_only_the_country_reads(world: World, browser_of: Browser) -> None:
    assert "Not begun." in plain(browser_of.get("/en/national/"))
    reader, neighbour = learner(world), learner(world, "TH")
    save(browser_of, {"slot.hotline": FILLED["slot.hotline"]})
    assert "Being filled in: 1 of 2 required places." in plain(browser_of.get("/en/national/"))
    assert "Contacts: This has to be filled in." in plain(browser_of.get(f"{ADDRESS}/sign"))
    refused = sign(browser_of)
    assert (refused.status_code, len(rows(world, Edition))) == (422, 1)
    assert "1288" not in reader.get(LESSON).text
    assert OPEN in plain(reader.get(LESSON))

    save(browser_of)
    page = plain(browser_of.get(f"{ADDRESS}/sign"))
    assert "1288, day and night Notice 12 November 1, 2026" in page
    assert sign(browser_of).location == f"{ADDRESS}/sign?done=national-signed"
    shown = plain(reader.get(LESSON))
    assert "Call 1288, day and night first." in shown
    assert "The office in Phnom Penh." in shown
    assert OPEN not in shown
    assert "1288" not in neighbour.get(LESSON).text
    assert "Signed by Chan Sophea, Ministry on November 23, 2026. Next check by November 2, 2027." in plain(
        browser_of.get("/en/national/")
    )
    (row,) = rows(world, SignOff)
    assert (row.signed_by, row.country, row.edition_id) == ("Chan Sophea, Ministry", "KH", rows(world, Edition)[-1].id)
    assert rows(world, NationalDraft) == []
    assert "There is nothing new to sign." in plain(browser_of.get(f"{ADDRESS}/sign"))


def test_an_authors_open_draft_goes_on_with_the_signed_words(world: World, browser_of: Browser) -> None:
    with world.store.write(Scope.nobody()) as db:
        draft = drafts.open_draft(db, "help", by="Author", now=world.clock())
        drafts.save_draft_file(
            db, draft.id, "02-second.md", b"Half written", expected_version=1, by="Author", now=world.clock()
        )
    signed(browser_of)
    with world.store.read(Scope.nobody()) as db:
        kept = drafts.draft_files(db, draft.id)
    assert kept["02-second.md"].data == b"Half written"
    assert kept["national/KH.md"].data == published(world)["national/KH.md"]


def test_a_change_in_the_region_reopens_that_place_alone_until_somebody_looked(
    world: World, browser_of: Browser
) -> None:
    signed(browser_of)
    republish(world, b"first.", b"before all else.")
    reader = learner(world)
    shown = plain(reader.get(LESSON))
    assert "1288" not in shown
    assert "The office in Phnom Penh." in shown
    assert WAITING in shown
    assert OPEN not in shown
    assert "1 place reopened" in plain(browser_of.get("/en/national/"))
    page = plain(browser_of.get(ADDRESS))
    assert page.count("The regional text changed here since these words were checked.") == 1
    assert "Call [to be confirmed by the national coordinator] first." in page  # as it was
    assert "before all else." in page

    save(browser_of)  # words left as they are, and nothing confirmed
    assert sign(browser_of).status_code == 422
    assert "Hotline: The regional text changed here." in plain(browser_of.get(f"{ADDRESS}/sign"))
    save(browser_of, {"slot.hotline": {"seen": "1"}})
    assert sign(browser_of).status_code == 303
    assert "Call 1288, day and night before all else." in plain(reader.get(LESSON))
    assert WAITING not in plain(reader.get(LESSON))


def test_nobody_confirms_a_text_they_have_not_read(world: World, browser_of: Browser) -> None:
    """The region changes while the form is open: what was written for the older text stays reopened."""
    fields = form_of(browser_of, FILLED, **SIGNATURE)
    republish(world, b"Ask your coordinator.", b"Ask nobody.")
    assert send(browser_of, fields).status_code == 303
    assert "Contacts: The regional text changed here." in plain(browser_of.get(f"{ADDRESS}/sign"))
    text = browser_of.get(f"{ADDRESS}/sign").text
    assert "Hotline: The regional" not in plain(browser_of.get(f"{ADDRESS}/sign"))
    assert 'name="name"' not in text


def test_signing_what_one_has_not_seen_is_refused(world: World, browser_of: Browser) -> None:
    save(browser_of)
    text = browser_of.get(f"{ADDRESS}/sign").text
    fields = [(key, hidden(text, key)) for key in ("token", "edition", "csrf_token")] + [("name", "sok  vibol")]
    republish(world, b"More to read.", b"More to see.")
    answer = send(browser_of, fields, f"{ADDRESS}/sign")
    assert answer.status_code == 409
    assert "A newer edition of the module was published meanwhile." in plain(answer)
    save(browser_of, {"contacts": {"words-0": "Elsewhere."}})
    answer = send(browser_of, [*fields[1:], fields[0]], f"{ADDRESS}/sign")
    assert "Somebody else has changed these words meanwhile." in plain(answer)
    assert rows(world, SignOff) == []
    assert "Type your name as it stands in your account: Sok Vibol" in plain(sign(browser_of, "Somebody"))
    assert sign(browser_of, "").status_code == 422
    assert sign(browser_of).status_code == 303


def test_a_withdrawn_sign_off_leaves_the_regional_text_and_keeps_the_words(world: World, browser_of: Browser) -> None:
    signed(browser_of)
    reader = learner(world)
    assert browser_of.submit(f"{ADDRESS}/withdraw", page=f"{ADDRESS}/sign").status_code == 303
    shown = plain(reader.get(LESSON))
    assert "1288" not in shown
    assert OPEN in shown
    page = plain(browser_of.get(f"{ADDRESS}/sign"))
    assert "Withdrawn by Sok Vibol on November 23, 2026." in page
    assert "1288, day and night" in page
    again = browser_of.submit(f"{ADDRESS}/withdraw", page=f"{ADDRESS}/sign")
    assert again.status_code == 409
    assert "There is no sign-off in force" in plain(again)
    save(browser_of)
    assert sign(browser_of).status_code == 303
    assert "1288" in reader.get(LESSON).text


def test_what_is_overdue_comes_first_and_is_said_to_learners(
    world: World, clock: Clock, browser_of: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[Order] = []
    monkeypatch.setattr(Press, "ask", lambda self, order, media: printed.append(order))
    with world.store.write(Scope.nobody()) as db:
        library.publish(db, "a-first", {**FILES, "module.md": FILES["module.md"].replace(b"Where", b"How")}, by="A",
                        now=clock())  # fmt: skip
    signed(browser_of)
    reader = learner(world)
    late = "The national information should have been checked again by November 2, 2027."
    assert late not in plain(reader.get("/en/modules/help"))
    clock.turn(days=344)  # the day itself
    reader = world.sign_in(world.person(country="KH"))
    assert late not in plain(reader.get("/en/modules/help"))
    assert reader.get("/en/modules/help/handbook.pdf").status_code == 202
    clock.turn(days=1)
    reader, me = world.sign_in(world.person(country="KH")), world.sign_in(world.coordinator("KH"))
    assert late in plain(reader.get("/en/modules/help"))
    assert late not in plain(reader.get("/en/modules/a-first"))
    assert reader.get("/en/modules/help/handbook.pdf").status_code == 202
    assert [order.overdue for order in printed] == [False, True]
    assert len({order.name for order in printed}) == 2
    listed = plain(me.get("/en/national/"))
    assert "Review overdue since November 2, 2027" in listed
    assert listed.index("Where to get help") < listed.index("How to get help")


# ----------------------------------------------------------------- bad input


UNREADABLE = (
    ("contacts", CONTROL, "Contacts: There is an invisible control character in these words."),
    ("contacts", "a\u202eb", "Contacts: There is an invisible character that reverses text"),
    ("slot.hotline", ZAWGYI, "Hotline: These words are written in Zawgyi."),
    ("slot.hotline", "1" * 501, "Hotline: This is too long: at most 500 characters."),
)


def test_what_nobody_could_read_is_not_stored_and_stays_in_the_form(world: World, browser_of: Browser) -> None:
    for target, words, said in UNREADABLE:
        answer = save(browser_of, {**FILLED, target: {**FILLED[target], "words-0": words}})
        assert answer.status_code == 422
        assert said in plain(answer)
        assert html.escape(words) in answer.text
        assert "Notice 12" in answer.text
    assert rows(world, NationalDraft) == []


WRONG = (
    ("slot.hotline", "words-0", "Call us", "Hotline: A telephone number comes first here"),
    ("slot.site", "words-0", "http://example.org", "Site: An address on the web begins with https:// here."),
    ("slot.hotline", "checked", "2027-01-01", "Hotline: This day has not come yet."),
    ("slot.hotline", "checked", "in May", "Hotline: Enter a day, such as 2026-02-01."),
    ("contacts", "words-0", "Words.\n\n::: case {#inner}\nX\n:::", "Contacts: line 3: the id 'inner' is also in"),
    ("contacts", "words-0", "Words.\n\n::: activity {#y}\nX", "Contacts: line 3: the block is not closed"),
    ("contacts", "words-0", "[x](javascript:alert(1))", "Contacts: line 1: the link to"),
    ("", "review_by", "2026-11-01", "The next check comes after the day of checking."),
)


def test_what_is_wrong_is_kept_and_said_at_its_field(browser_of: Browser) -> None:
    for target, part, words, said in WRONG:
        browser_of.submit(f"{ADDRESS}/discard", page=ADDRESS)
        more = {part: words} if not target else {}
        over = {**FILLED, target: {**FILLED.get(target, {}), part: words}} if target else FILLED
        assert save(browser_of, over, **more).status_code == 303
        page = browser_of.get(ADDRESS)
        assert said in plain(page)
        link = re.search(r'<li><a href="#([^"]+)">', page.text)
        assert link, said
        assert f'id="{link[1]}"' in page.text
        assert html.escape(words) in page.text
        assert sign(browser_of).status_code == 422


def test_a_telephone_number_may_be_written_as_people_do(browser_of: Browser) -> None:
    for number in ("1288", "+855 (0)23 123-456", "១២៨៨", "1288, day and night; Khmer"):
        save(browser_of, {**FILLED, "slot.hotline": {**FILLED["slot.hotline"], "words-0": number}})
        assert "telephone number comes first" not in plain(browser_of.get(ADDRESS)), number


def test_two_at_one_form_lose_nothing(world: World, browser_of: Browser) -> None:
    other = world.sign_in(world.coordinator("KH", full_name="Chan Dara"))
    mine = form_of(browser_of, {"contacts": {"words-0": "My words."}}, **SIGNATURE)
    assert save(other, {"contacts": {"words-0": "Other words."}}).status_code == 303
    answer = send(browser_of, mine)
    assert answer.status_code == 409
    assert "Nothing was overwritten." in plain(answer)
    assert "Saved meanwhile by Chan Dara Other words." in plain(answer)
    assert ">My words.</textarea>" in answer.text
    again = [(name, hidden(answer.text, "token") if name == "token" else value) for name, value in mine]
    assert send(browser_of, again).status_code == 303
    assert "My words." in browser_of.get(ADDRESS).text


def test_words_for_a_place_that_has_gone_wait_to_be_moved(world: World, browser_of: Browser) -> None:
    extra = {"more": {"words-0": "Our own list.", "action-0": "fill"}}
    assert save(browser_of, {**FILLED, **extra}).status_code == 303
    assert sign(browser_of).status_code == 303
    republish(world, b"::: country {#more}\nMore to read.\n:::\n", b"")
    page = plain(browser_of.get(ADDRESS))
    assert "This place is not in the module any more." in page
    assert "Our own list." in page
    assert "The office in Phnom Penh." in plain(learner(world).get(LESSON))
    assert sign(browser_of).status_code == 422
    save(browser_of, {"more": {"move": "inner"}})
    assert "This place is not in the module any more." not in plain(browser_of.get(ADDRESS))
    assert sign(browser_of).status_code == 303
    shown = plain(learner(world).get(LESSON))
    assert shown.index("Go to a safe place.") < shown.index("Our own list.")


def test_words_that_are_taken_out_are_gone(browser_of: Browser, world: World) -> None:
    signed(browser_of)
    save(browser_of, {"contacts": {"words-0": ""}})
    assert "Contacts: This has to be filled in." in plain(browser_of.get(f"{ADDRESS}/sign"))
    assert browser_of.submit(f"{ADDRESS}/discard", page=ADDRESS).status_code == 303
    assert "The office in Phnom Penh." in browser_of.get(ADDRESS).text
    assert rows(world, NationalDraft) == []


def test_a_safety_text_cannot_be_replaced_even_by_hand(browser_of: Browser, world: World) -> None:
    page = browser_of.get(ADDRESS)
    assert "This text keeps people safe, so it stays." in plain(page)
    save(browser_of, {**FILLED, "inner": {"words-0": "Unsafe.", "action-0": "replace"}})
    assert "Inner: line 1: the block 'inner' is tagged safety and must stay" in plain(browser_of.get(ADDRESS))
    assert sign(browser_of).status_code == 422


def test_a_form_sent_after_the_session_ended_is_saved_by_signing_in(world: World, clock: Clock) -> None:
    from trainer.services import passwords

    publish(world)
    me = world.coordinator("KH", sign_in_name="vibol", password_hash=passwords.hashed(PASSWORD))
    browser = world.sign_in(me)
    fields = form_of(browser, FILLED, **SIGNATURE)
    clock.turn(hours=3)
    asked = send(browser, fields)
    assert asked.status_code == 403
    data = {"name": "vibol", "secret": PASSWORD, "own": "0"}
    data |= {name: hidden(asked.text, name) for name in ("csrf_token", "pending")}
    step = browser.post("/en/sign-in", data=data, headers={"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"})
    answer = set_up_and_go_on(world, browser, step)
    assert answer.location == f"{ADDRESS}?done=national-saved"
    assert "The office in Phnom Penh." in browser.get(ADDRESS).text


# ------------------------------------------------------------------- preview


def test_the_preview_shows_unsigned_words_where_they_stand(
    world: World, browser_of: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from trainer.content.compiler import compile_module
    from trainer.content.extraction import update

    module = compile_module(FILES, slug="help").module
    assert module is not None
    catalog = update(None, module, "km").replace(
        b'msgid "Call {{slot.hotline}} first."\nmsgstr ""',
        'msgid "Call {{slot.hotline}} first."\nmsgstr "ហៅ {{slot.hotline}} មុន។"'.encode(),
    )
    publish(world, **{"translations/km.po": catalog})
    save(browser_of, {"slot.hotline": FILLED["slot.hotline"]})
    page = browser_of.get(f"{ADDRESS}/preview")
    assert "Call 1288, day and night first." in plain(page)
    assert re.search(r"The first lesson</a> <small>· with your words", page.text)
    assert not re.search(r"The second lesson</a> <small>", page.text)
    khmer = browser_of.get(f"{ADDRESS}/preview?lang=km&unit=01-first")
    assert '<div class="prose preview" lang="km">' in khmer.text
    assert "ហៅ 1288, day and night មុន។" in plain(khmer)
    assert browser_of.get(f"{ADDRESS}/preview?unit=nowhere").status_code == 404
    assert "Welcome." in plain(browser_of.get(f"{ADDRESS}/preview?unit="))
    asked: list[Order] = []
    monkeypatch.setattr(Press, "ask", lambda self, order, media: asked.append(order))
    assert browser_of.get(f"{ADDRESS}/preview.pdf?lang=km").status_code == 202
    save(browser_of, {"slot.hotline": {"words-0": "1289"}})
    assert browser_of.get(f"{ADDRESS}/preview.pdf?lang=km").status_code == 202
    assert [order.module.locale for order in asked] == ["km", "km"]
    assert len({order.name for order in asked}) == 2  # other words are never another's file
    assert "1288" not in learner(world).get(LESSON).text


# -------------------------------------------------------------- whose it is


def test_another_country_and_none_get_the_same_bytes(world: World) -> None:
    """What another coordinator is writing is not there for anybody else, whatever one asks for."""
    publish(world)
    theirs = world.sign_in(world.coordinator("LA"))
    answer = theirs.submit("/en/national/LA/help", {"token": hidden(theirs.get("/en/national/LA/help").text, "token")})
    assert answer.status_code == 303
    browser = world.sign_in(world.coordinator("KH"))
    proof = browser.token("/en/sign-in")
    for path in ("", "/preview", "/preview.pdf", "/sign", "/withdraw", "/discard"):
        answers = set()
        for country, slug in (("LA", "help"), ("QQ", "help"), ("ZZ", "help"), ("KH", "nothing")):
            for method in ("GET", "POST"):
                address = f"/en/national/{country}/{slug}{path}"
                data = {"csrf_token": proof} if method == "POST" else None
                response = browser.open(address, method=method, data=data, headers={"Origin": ORIGIN})
                text = re.sub(r'value="[A-Za-z0-9_=-]{64}"', "", response.text)
                text = text.replace(f"/{country}/{slug}", "/X/x").replace(f"%2F{country}%2F{slug}", "%2FX%2Fx")
                answers.add((method, response.status_code, re.sub(r"<p[^>]*>[0-9a-f]{8}</p>", "", text)))
        assert {status for _, status, _ in answers} <= {404, 405}
        assert len(answers) == 2, path


def test_the_list_costs_the_same_for_one_module_and_for_many(world: World, sqlite_store: Store) -> None:
    said: list[str] = []
    browser = world.sign_in(world.coordinator("KH", "LA", "TH"))
    counts = []
    event.listen(sqlite_store.engine, "before_cursor_execute", lambda *args: said.append(str(args[2])))
    for names in (("a",), ("b", "c", "d")):
        for name in names:
            with world.store.write(Scope.nobody()) as db:
                library.publish(db, name, FILES, by="A", now=world.clock())
        browser.get("/en/national/")  # modules are compiled once
        said.clear()
        assert browser.get("/en/national/").text.count("Not begun.") == 3 * (1 + (len(names) > 1) * 3)
        counts.append(len([one for one in said if one.lstrip().upper().startswith("SELECT")]))
    assert counts[0] == counts[1] <= 7
