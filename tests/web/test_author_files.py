"""Modules and their files in the browser: what an author does, what learners see of it, and what is refused."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest
from PIL import Image, PngImagePlugin
from werkzeug.test import TestResponse

from tests.services.test_pictures import png_that_claims
from tests.services.world import COURSE
from tests.web.conftest import Browser, World
from trainer.services import desk, drafts, library
from trainer.store.scope import Scope

HOME = "/en/author/modules"
COURSE_PAGE = f"{HOME}/course"
PLANTED = b"Sok Dara, 11.5564 N"


@pytest.fixture
def author(world: World) -> Browser:
    world.course()
    return world.sign_in(world.with_role("trainer"))


def files(world: World, slug: str = "course") -> dict[str, bytes]:
    with world.store.read(Scope.nobody()) as db:
        return desk.files(db, desk.folder(db, slug))


def text(response: TestResponse) -> str:
    """The words of a page, in one line."""
    main = response.text.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def picture(kind: str = "JPEG", size: tuple[int, int] = (2000, 1000), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(out, kind, **more)
    return out.getvalue()


def zipped(contents: Mapping[str, bytes], folder: str = "course") -> tuple[io.BytesIO, str]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in contents.items():
            archive.writestr(f"{folder}/{path}", data)
    out.seek(0)
    return out, "module.zip"


def look(author: Browser, contents: Mapping[str, bytes], folder: str = "course", **more: str) -> TestResponse:
    return author.submit("/en/author/import", {"zip": zipped(contents, folder), **more})


def agree(author: Browser, looked: TestResponse) -> TestResponse:
    carried = re.search(r'name="carried" value="([^"]+)"', looked.text)
    assert carried, text(looked)
    return author.submit("/en/author/import/take-in", {"carried": carried[1]}, page="/en/author/import")


# ------------------------------------------------------------------ the list


def test_the_list_says_state_languages_and_errors_and_readers_get_no_buttons(author: Browser, world: World) -> None:
    author.submit("/en/author/new", {"title": "Safe harbours"})
    with world.store.write(Scope.nobody()) as db:
        draft = drafts.open_draft(db, "safe-harbours", by="Ana", now=world.clock.turn(hours=1))
        drafts.save_draft_file(
            db, draft.id, "09-bad.md", b"no front matter", expected_version=0, by="Ana", now=world.clock()
        )
    page = text(author.get(HOME))
    assert "A course course Published: edition 1" in page
    assert "Languages: 1 ready, 0 out of date, 12 missing" in page
    assert re.search(r"Safe harbours safe-harbours Draft saved .* by Ana .* [1-9] errors?", page)
    reader = world.sign_in(world.with_role("translator"))
    assert "Safe harbours" in text(reader.get(HOME))
    for address in (HOME, f"{HOME}/safe-harbours", f"{HOME}/safe-harbours/media"):
        main = reader.get(address).text.partition("<main")[2]
        assert not re.search(r'method="post"|/author/new|/duplicate|/rename/|/edit/|/discard', main), address
    assert "No module fits" in text(author.get(f"{HOME}?search=zebra"))


def test_an_empty_site_says_what_to_do(world: World) -> None:
    assert "Begin with a new module" in text(world.sign_in(world.with_role("trainer")).get(HOME))


def test_an_archived_module_leaves_the_catalogue_and_whoever_has_begun_may_finish(
    author: Browser, world: World
) -> None:
    begun, fresh = world.sign_in(world.person()), world.sign_in(world.person())
    event = re.search(r'name="event" value="([^"]+)"', begun.get("/en/modules/course/02-second").text)
    assert event
    lesson = "/en/modules/course/02-second"
    assert begun.submit(f"{lesson}/done", {"event": event[1]}, page=lesson).status_code == 303
    assert author.submit(f"{COURSE_PAGE}/archive", page=HOME).status_code == 303
    assert "course" not in fresh.get("/en/").text.partition("<main")[2]
    assert {fresh.get(path).status_code for path in ("/en/modules/course", lesson)} == {404}
    assert fresh.submit(f"{lesson}/done", {"event": event[1][:-1] + "0"}, page="/en/record").status_code == 404
    assert "A course" in begun.get("/en/").text
    assert begun.get(lesson).status_code == 200
    first = "/en/modules/course/01-first"
    again = re.search(r'name="event" value="([^"]+)"', begun.get(first).text)
    assert again
    assert begun.submit(f"{first}/done", {"event": again[1]}, page=first).status_code == 303
    assert "Archived (1)" in text(author.get(HOME))
    assert author.submit(f"{COURSE_PAGE}/bring-back", page=HOME).status_code == 303
    assert fresh.get("/en/modules/course").status_code == 200


# ------------------------------------------------------------ new, copy, units


def test_a_module_is_made_with_a_title_alone_and_can_be_published_as_it_is(author: Browser, world: World) -> None:
    made = author.submit("/en/author/new", {"title": 'Safe: "harbours" & ships'})
    assert made.location.partition("?")[0].endswith("/author/modules/safe-harbours-ships")
    with world.store.write(Scope.nobody()) as db:
        draft = drafts.open_draft(db, "safe-harbours-ships", by="Ana", now=world.clock())
        assert drafts.publish_draft(db, draft.id, by="Ana", now=world.clock()).title == 'Safe: "harbours" & ships'
    for fields, sentence in (
        ({"title": ""}, "Write a title."),
        ({"title": "សុវត្ថិភាព"}, "Write an address"),
        ({"title": "Course"}, "There is a module with this address already"),
        ({"title": "x", "slug": "../x"}, "Write an address"),
    ):
        refused = author.submit("/en/author/new", fields)
        assert (refused.status_code, sentence in text(refused)) == (422, True), fields
        assert fields["title"] in unescape(refused.text)


def test_units_are_added_moved_renamed_and_deleted_and_their_ids_stay(author: Browser, world: World) -> None:
    def ids() -> dict[str, bytes]:
        found = {path: re.search(rb"^id: (\S+)", data, re.M) for path, data in files(world).items()}
        return {path: one[1] for path, one in found.items() if one and path != "module.md"}

    before = ids()
    assert (
        author.submit(f"{COURSE_PAGE}/units", {"kind": "lesson", "title": "Look"}, page=COURSE_PAGE).status_code == 303
    )
    assert ids() == {**before, "04-look.md": b"look"}
    author.submit(f"{COURSE_PAGE}/order/04-look.md", {"move": "up"}, page=COURSE_PAGE)
    author.submit(f"{COURSE_PAGE}/rename/02-second.md", {"name": "02-listen"})
    assert ids() == {
        **{path: ident for path, ident in before.items() if path not in ("02-second.md", "03-quiz.md")},
        "02-listen.md": b"second", "03-look.md": b"look", "04-quiz.md": b"quiz",
    }  # fmt: skip
    refused = author.submit(f"{COURSE_PAGE}/rename/02-listen.md", {"name": "01-first"})
    assert (refused.status_code, "There is a file 01-first.md already" in text(refused)) == (422, True)
    page = author.get(COURSE_PAGE).text
    seen = re.search(r'delete/03-look\.md".*?name="seen" value="(\w+)"', page, re.S)
    assert seen
    author.submit(f"{COURSE_PAGE}/delete/03-look.md", {"seen": seen[1]}, page=COURSE_PAGE)
    assert "03-look.md" not in files(world)
    assert "Deleted files 03-look.md" in text(author.get(COURSE_PAGE))
    history = author.get(f"{COURSE_PAGE}/history/03-look.md")
    key = re.search(r'name="version" value="(\w+)"', history.text)
    assert key
    author.submit(f"{COURSE_PAGE}/history/03-look.md", {"version": key[1], "seen": ""})
    assert "03-look.md" in files(world)
    with world.store.read(Scope.nobody()) as db:
        assert library.edition_files(db, library.editions(db, "course")[0].id) == COURSE


def test_whoever_saved_meanwhile_is_not_overwritten(author: Browser, world: World) -> None:
    page = author.get(COURSE_PAGE).text
    seen = re.search(r'delete/02-second\.md".*?name="seen" value="(\w+)"', page, re.S)
    assert seen
    with world.store.write(Scope.nobody()) as db:
        draft = drafts.open_draft(db, "course", by="Ben", now=world.clock())
        drafts.save_draft_file(db, draft.id, "02-second.md", b"Ben's", expected_version=1, by="Ben", now=world.clock())
    refused = author.submit(f"{COURSE_PAGE}/delete/02-second.md", {"seen": seen[1]}, page=COURSE_PAGE)
    assert (refused.status_code, "Someone else has changed 02-second.md meanwhile" in text(refused)) == (409, True)
    back = author.submit(f"{COURSE_PAGE}/history/02-second.md", {"version": "e1", "seen": seen[1]})
    assert back.status_code == 409
    assert files(world)["02-second.md"] == b"Ben's"


def test_history_shows_words_put_in_and_taken_out_and_a_draft_is_thrown_away_by_name(
    author: Browser, world: World
) -> None:
    with world.store.write(Scope.nobody()) as db:
        draft = drafts.open_draft(db, "course", by="Ben", now=world.clock.turn(hours=1))
        changed = COURSE["02-second.md"].replace(b"\n\nListen.", b"\n\nListen <b>well</b>.")
        drafts.save_draft_file(db, draft.id, "02-second.md", changed, expected_version=1, by="Ben", now=world.clock())
    address = f"{COURSE_PAGE}/history/02-second.md"
    listed = author.get(address)
    assert re.search(r"written .* Ben Now .* published .* Edition 1, published by test", text(listed))
    link = re.search(r'href="[^"]+(\?old=e1[^"#]+)', unescape(listed.text))
    assert link
    compared = author.get(address + link[1]).text
    assert "<ins> &lt;b&gt;well&lt;/b&gt;</ins>" in compared.replace("</ins><ins>", "")
    assert "Removed:" in compared
    assert author.submit(f"{COURSE_PAGE}/discard", {"name": "no"}).status_code == 422
    assert author.submit(f"{COURSE_PAGE}/discard", {"name": "course"}).status_code == 303
    assert files(world) == COURSE
    assert "written" in text(author.get(address))


# --------------------------------------------------------------------- import


def test_an_import_says_first_what_it_would_do_and_then_does_all_of_it(author: Browser, world: World) -> None:
    sent = {**COURSE, "02-second.md": COURSE["02-second.md"] + b"\nMore.\n", "08-new.md": b"no front matter"}
    looked = look(author, {**sent, "notes.txt": b"x", "national/TH.md": b"---\nconfirmed_by: Me\n---\n"})
    words = text(looked)
    assert "New (1) 08-new.md" in words
    assert "Changed (1) 02-second.md" in words
    assert "Left out: no part of a module (1) course/notes.txt" in words
    assert "National words are not taken in" in words
    assert "08-new.md Error · line 1" in words
    assert files(world) == COURSE
    assert agree(author, looked).location.partition("?")[0].endswith("/author/modules/course")
    assert files(world) == sent
    assert "Nothing: the module has all of it already" in text(look(author, sent))


def test_an_import_after_somebody_else_saved_is_looked_at_again(author: Browser, world: World) -> None:
    looked = look(author, {**COURSE, "02-second.md": b"mine"})
    with world.store.write(Scope.nobody()) as db:
        draft = drafts.open_draft(db, "course", by="Ben", now=world.clock())
        drafts.save_draft_file(db, draft.id, "01-first.md", b"Ben's", expected_version=1, by="Ben", now=world.clock())
    refused = agree(author, looked)
    assert (refused.status_code, "Somebody changed this module meanwhile" in text(refused)) == (409, True)
    assert files(world)["01-first.md"] == b"Ben's"
    assert agree(author, refused).status_code == 303
    assert files(world)["02-second.md"] == b"mine"


def test_a_folder_is_as_good_as_a_zip_and_a_module_goes_round_unchanged(author: Browser, world: World) -> None:
    names = [(io.BytesIO(data), f"fresh/{path}") for path, data in {**COURSE, "media/a.png": picture("PNG")}.items()]
    looked = author.submit("/en/author/import", {"folder": names})
    assert "A new module is made." in text(looked)
    agree(author, looked)
    held = files(world, "fresh")
    assert {path: data for path, data in held.items() if path != "media/a.png"} == COURSE
    assert "Nothing: the module has all of it already" in text(look(author, held, "fresh"))


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"../../x.md": b"x"}, "leads out of the module's folder"),
        ({"01-first.md": "café".encode("latin-1")}, "01-first.md is not saved as UTF-8: look at byte 4, in line 1"),
        ({"other/module.md": b"x"}, "There are two modules in it"),
        ({"media/a.svg": b"<svg onload='x()'/>"}, "a.svg is an SVG drawing. It can carry a script"),
        ({"media/a.png": b"<svg xmlns='x'><script/></svg>"}, "SVG drawing"),
        ({"media/a.png": picture("JPEG", (20, 20))}, "a.png holds a picture of the kind JPEG"),
        ({"media/a.png": png_that_claims(20_000, 10_000)}, "too many pixels"),
        ({"01-a.md": bytes(9_000_000)}, "too large when it is unpacked"),
    ],
)
def test_a_package_that_does_harm_is_refused_whole(
    author: Browser, world: World, sent: dict[str, bytes], sentence: str
) -> None:
    refused = look(author, {**COURSE, "02-second.md": b"changed", **sent})
    assert (refused.status_code, sentence in text(refused)) == (422, True), text(refused)
    assert files(world) == COURSE


def test_what_was_looked_at_cannot_be_altered_or_used_by_another(author: Browser, world: World) -> None:
    looked = look(author, {**COURSE, "02-second.md": b"mine"})
    other = world.sign_in(world.with_role("trainer"))
    for browser, more in ((other, ""), (author, "x")):
        carried = re.search(r'name="carried" value="([^"]+)"', looked.text)
        assert carried
        refused = browser.submit("/en/author/import/take-in", {"carried": carried[1] + more}, page="/en/author/import")
        assert (refused.status_code, "send the files once more" in text(refused)) == (422, True)
    assert files(world) == COURSE


# -------------------------------------------------------------------- pictures


def upload(author: Browser, name: str, data: bytes, **more: str) -> TestResponse:
    return author.submit(f"{COURSE_PAGE}/media", {"file": (io.BytesIO(data), name), **more})


def test_a_picture_is_written_anew_in_two_sizes_and_learners_phones_get_the_small_one(
    author: Browser, world: World
) -> None:
    exif = Image.Exif()
    exif[0x010E] = PLANTED.decode()
    done = upload(author, "Boat at Quay.JPG", picture(exif=exif, comment=PLANTED), description="A boat")
    assert (done.status_code, "added=media/boat-at-quay.jpg" in unescape(done.location)) == (303, True)
    page = author.get(done.location)
    assert "![A boat](media/boat-at-quay.jpg)" in unescape(page.text)
    held = files(world)["media/boat-at-quay.jpg"]
    assert PLANTED not in held
    with Image.open(io.BytesIO(held)) as made:
        assert made.size == (1600, 800)
    with world.store.write(Scope.nobody()) as db:
        draft = drafts.open_draft(db, "course", by="Ana", now=world.clock())
        lesson = COURSE["02-second.md"] + b"\n![A boat](media/boat-at-quay.jpg)\n"
        drafts.save_draft_file(db, draft.id, "02-second.md", lesson, expected_version=1, by="Ana", now=world.clock())
        drafts.publish_draft(db, draft.id, by="Ana", now=world.clock())
    learner = world.app.test_client()
    html = learner.get("/en/modules/course/02-second", base_url="https://trainer.test").text
    source = re.search(r'<source media="[^"]+" srcset="([^"]+)"><img src="([^"]+)" alt="A boat" width="1600"', html)
    assert source
    sizes = []
    for address in source.groups():
        answer = learner.get(unescape(address), base_url="https://trainer.test")
        with Image.open(io.BytesIO(answer.data)) as served:
            sizes.append((served.size, PLANTED in answer.data, answer.mimetype))
    assert sizes == [((480, 240), False, "image/jpeg"), ((1600, 800), False, "image/jpeg")]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.svg", b"<svg/>", "a.svg is an SVG drawing"),
        ("a.png", b"\xef\xbb\xbf <?xml version='1.0'?><svg><script>x()</script></svg>", "a.png is an SVG drawing"),
        ("a.gif", b"GIF89a", "no picture that can be used"),
        ("a.webp", picture("PNG", (9, 9)), "a.webp holds a picture of the kind PNG. Give it the ending .png."),
        ("a.png", png_that_claims(20_000, 10_000), "too many pixels"),
        ("a.jpg", picture("JPEG", (300, 300))[:900], "damaged"),
        ("a.png", b"", "a.png is empty"),
        ("រូបភាព.png", picture("PNG", (9, 9)), "Write a name for រូបភាព.png"),
    ],
)
def test_what_is_no_good_picture_is_refused_with_its_reason(
    author: Browser, world: World, name: str, data: bytes, sentence: str
) -> None:
    refused = upload(author, name, data, description="What I wrote")
    assert (refused.status_code, sentence in text(refused), "What I wrote" in refused.text) == (422, True, True)
    assert files(world) == COURSE


def test_a_heavy_picture_is_warned_of_and_another_is_not_replaced_by_accident(author: Browser, world: World) -> None:
    noise = io.BytesIO()
    Image.effect_noise((600, 400), 90).save(noise, "PNG")
    page = author.get(upload(author, "noise.png", noise.getvalue()).location)
    assert "heavier than 40 KB" in text(page)
    refused = upload(author, "noise.png", picture("PNG", (50, 50)))
    assert (refused.status_code, "There is a file media/noise.png already" in text(refused)) == (422, True)
    assert upload(author, "noise.png", picture("PNG", (50, 50)), replace="1").status_code == 303
    assert (
        author.get(f"{COURSE_PAGE}/media/noise.png?version=v1").data
        != author.get(f"{COURSE_PAGE}/media/noise.png").data
    )


def test_pictures_of_drafts_are_never_served_as_they_were_sent(author: Browser, world: World) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", PLANTED.decode())
    with world.store.write(Scope.nobody()) as db:
        draft = drafts.open_draft(db, "course", by="Ana", now=world.clock())
        data = picture("PNG", (30, 30), pnginfo=info)
        drafts.save_draft_file(db, draft.id, "media/x.png", data, expected_version=0, by="Ana", now=world.clock())
    assert PLANTED in data
    assert PLANTED not in author.get(f"{COURSE_PAGE}/media/x.png").data


def test_what_a_country_signs_an_author_neither_deletes_nor_brings_back(world: World, author: Browser) -> None:
    with world.store.write(Scope.nobody()) as db:
        draft = drafts.open_draft(db, "course", by="Ana", now=world.clock())
        drafts.save_draft_file(db, draft.id, "national/KH.md", b"x", expected_version=0, by="Ana", now=world.clock())
    for address in (f"{COURSE_PAGE}/delete/national/KH.md", f"{COURSE_PAGE}/history/national/KH.md"):
        refused = author.submit(address, {"version": "v1"}, page=COURSE_PAGE)
        assert (refused.status_code, "signed by its coordinator" in text(refused)) == (409, True)
    assert files(world)["national/KH.md"] == b"x"
