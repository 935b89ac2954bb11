"""Publishing in the browser: what is shown is what is published, by name, or nothing is and it is said why."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.content.test_changes import FILES, OLD, translated
from tests.factories import a_grant
from tests.web.conftest import PASSWORD, Browser, World
from tests.web.test_second_step import set_up_and_go_on
from tests.web.test_sessions import OURS, hidden, with_password
from trainer.access import TRAINER
from trainer.services import drafts, editions, folders, library, publishing, returning
from trainer.services.editions import EditionRow
from trainer.services.problems import NotFound
from trainer.store.models import Person
from trainer.store.scope import Scope

PAGE = "/en/author/modules/m/publish"
SENTENCE = b"Look at the papers first."
OTHER = b"Look at all the papers first."
HIDDEN = re.compile(r'name="(digest|newest|shown)" value="([^"]*)"')


@pytest.fixture
def author(world: World) -> Person:
    return world.with_role("trainer")


@pytest.fixture
def desk(world: World, author: Person) -> Browser:
    return world.sign_in(author)


def publish(world: World, files: Mapping[str, bytes] = OLD, **more: Any) -> EditionRow:
    with world.store.write(Scope.nobody()) as db:
        return library.publish(db, "m", files, by="Ana Soares", now=world.clock(), **more)


def save(world: World, path: str, data: bytes, by: str = "Ana Soares") -> None:
    """Write one file of the draft, as another author does."""
    with world.store.write(Scope.nobody()) as db:
        draft = drafts.open_draft(db, "m", by=by, now=world.clock())
        held = drafts.draft_files(db, draft.id).get(path)
        drafts.save_draft_file(
            db, draft.id, path, data, expected_version=held.version if held else 0, by=by, now=world.clock()
        )


def rows(world: World) -> list[EditionRow]:
    with world.store.read(Scope.nobody()) as db:
        return editions.editions(db, "m")


def files_of(world: World, number: int) -> dict[str, bytes]:
    with world.store.read(Scope.nobody()) as db:
        return editions.edition_files(db, editions.edition(db, "m", number).id)


def shown(browser: Browser, page: str = PAGE) -> dict[str, str]:
    """What the form of the page says that was looked at."""
    return dict(HIDDEN.findall(browser.get(page).text))


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.partition("<main")[2]).split())


# -------------------------------------------------------------- looking first


def test_the_page_says_what_changes_before_anything_does(world: World, desk: Browser) -> None:
    publish(world)
    save(
        world, "01-first.md", FILES["01-first.md"].replace(SENTENCE, OTHER).replace(b"who is a victim", b"who is safe")
    )
    said = words_of(desk.get(PAGE).text)
    assert "This is what changes from edition 1 to edition 2." in said
    assert "2 changed passages The first lesson" in said
    assert "Look at Added: all . the papers first." in said
    assert re.search(r"Tiếng Việt 2 0 0 \d\d% ไทย 2 0 0 \d\d%", said)
    assert "Become out of date The first lesson: Look at all the papers first." in said
    assert "Cambodia The regional text changed under: law" in said
    assert [row.number for row in rows(world)] == [1]


def test_a_first_publication_says_so(world: World, desk: Browser) -> None:
    for path, data in FILES.items():
        save(world, path, data)
    said = words_of(desk.get(PAGE).text)
    assert "This is the first edition" in said
    assert "become out of date" not in said


def test_long_lists_are_opened_on_demand(world: World, desk: Browser) -> None:
    publish(world, FILES)
    many = "\n\n".join(f"Paragraph number {number} is new." for number in range(60))
    save(world, "01-first.md", FILES["01-first.md"] + b"\n" + many.encode())
    page = desk.get(PAGE).text
    assert page.count("is new.") == 20
    assert "Show 40 more passages" in page
    assert desk.get(f"{PAGE}?all=1").text.count("is new.") == 60


def test_errors_block_and_lead_to_their_line(world: World, desk: Browser) -> None:
    publish(world)
    save(world, "01-first.md", FILES["01-first.md"] + b"\n::: case {#x colour=red}\nWords.\n:::\n")
    page = desk.get(PAGE).text
    line = FILES["01-first.md"].count(b"\n") + 2
    assert f'href="/en/author/modules/m/edit/01-first.md?line={line}"' in page
    assert 'name="name"' not in page
    answer = desk.submit(PAGE, {**shown(desk), "name": "x", "note": "My words"})
    assert answer.status_code in (409, 422)
    assert "My words" in answer.text
    assert len(rows(world)) == 1


def test_a_draft_that_cannot_be_read_says_only_that(world: World, desk: Browser) -> None:
    publish(world)
    with world.store.write(Scope.nobody()) as db:
        draft = drafts.open_draft(db, "m", by="Ben", now=world.clock())
        seen = {"module.md": hashlib.sha256(drafts.draft_files(db, draft.id)["module.md"].data).hexdigest()}
        folders.change(db, "m", {"module.md": None}, seen=seen, by="Ben", now=world.clock(), how="deleted")
    said = words_of(desk.get(PAGE).text)
    assert "to put right first" in said
    assert "module.md" in said
    assert "no longer in the draft" not in said


def test_there_is_nothing_to_publish_without_a_draft(world: World, desk: Browser) -> None:
    publish(world)
    assert "Nobody is working on this module" in desk.get(PAGE).text
    assert desk.get("/en/author/modules/no-such/publish").status_code == 404


# ---------------------------------------------------------------- by name


def test_it_is_published_by_name_with_a_note(world: World, desk: Browser, author: Person) -> None:
    publish(world)
    changed = FILES["01-first.md"].replace(SENTENCE, OTHER)
    save(world, "01-first.md", changed)
    fields = {**shown(desk), "note": "Papers: all of them"}
    refused = desk.submit(PAGE, {**fields, "name": "Somebody Else"})
    assert refused.status_code == 422
    assert "Type your full name" in refused.text
    assert "Papers: all of them" in refused.text
    assert len(rows(world)) == 1
    typed = f"  {author.full_name.upper()} "
    answer = desk.submit(PAGE, {**fields, "name": typed})
    assert (answer.status_code, answer.location) == (303, "/en/author/modules/m/editions/2?done=edition-published")
    newest = rows(world)[0]
    assert (newest.number, newest.published_by, newest.note) == (2, author.full_name, "Papers: all of them")
    assert files_of(world, 2) == {**OLD, "01-first.md": changed}
    with world.store.read(Scope.nobody()) as db:
        assert publishing.draft_of(db, "m") is None


def test_a_session_that_ends_while_the_note_is_written_loses_nothing(world: World) -> None:
    person = with_password(world)
    with world.store.write(Scope.system("test")) as db:
        a_grant(db, person, TRAINER)
    publish(world)
    save(world, "01-first.md", FILES["01-first.md"].replace(SENTENCE, OTHER))
    desk = world.sign_in(person)
    fields = {**shown(desk), "csrf_token": desk.token(PAGE), "name": "ana soares", "note": "A long note"}
    world.clock.turn(hours=3)
    asked = desk.post(PAGE, data=fields, headers=OURS)
    assert len(rows(world)) == 1
    waiting = {name: hidden(asked.text, name) for name in ("csrf_token", "pending")}
    step = desk.post("/en/sign-in", data={"name": "ana", "secret": PASSWORD, "own": "0", **waiting}, headers=OURS)
    answer = set_up_and_go_on(world, desk, step)
    assert answer.location == "/en/author/modules/m/editions/2?done=edition-published"
    assert rows(world)[0].note == "A long note"


# ------------------------------------------------------- somebody was faster


def test_a_draft_saved_meanwhile_is_not_published_unseen(world: World, desk: Browser, author: Person) -> None:
    publish(world)
    save(world, "01-first.md", FILES["01-first.md"].replace(SENTENCE, OTHER))
    world.clock.turn(minutes=1)
    fields = {**shown(desk), "name": author.full_name, "note": "My note"}
    world.clock.turn(minutes=1)
    save(world, "02-quiz.md", FILES["02-quiz.md"].replace(b"report", b"account"), by="Ben Cruz")
    answer = desk.submit(PAGE, fields)
    assert answer.status_code == 409
    said = words_of(answer.text)
    assert "02-quiz.md was changed by Ben Cruz" in said
    assert "01-first.md was changed" not in said
    assert "My note" in answer.text
    assert author.full_name in answer.text
    assert "account" in said, "the new state is shown"
    assert len(rows(world)) == 1
    again = {**fields, **dict(HIDDEN.findall(answer.text))}
    assert desk.submit(PAGE, again).status_code == 303


def test_a_save_between_the_look_and_the_write_is_not_swallowed(
    world: World, desk: Browser, author: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(world)
    save(world, "01-first.md", FILES["01-first.md"].replace(SENTENCE, OTHER))
    fields = {**shown(desk), "name": author.full_name}
    real = drafts.publish_draft

    def slower(db: Any, *args: Any, **more: Any) -> EditionRow:
        with monkeypatch.context() as once:
            once.setattr(drafts, "publish_draft", real)
            draft = publishing.draft_of(db, "m")
            assert draft is not None
            drafts.save_draft_file(
                db, draft.id, "02-quiz.md", FILES["02-quiz.md"] + b"\n", expected_version=1, by="Ben",
                now=world.clock(),
            )  # fmt: skip
            return real(db, *args, **more)

    monkeypatch.setattr(drafts, "publish_draft", slower)
    answer = desk.submit(PAGE, fields)
    assert answer.status_code == 409
    assert len(rows(world)) == 1


def test_who_saves_after_the_publication_is_told_that_the_draft_has_gone(
    world: World, desk: Browser, author: Person
) -> None:
    publish(world)
    save(world, "01-first.md", FILES["01-first.md"].replace(SENTENCE, OTHER))
    with world.store.read(Scope.nobody()) as db:
        draft = publishing.draft_of(db, "m")
    assert draft is not None
    fields = {**shown(desk), "name": author.full_name}
    assert desk.submit(PAGE, fields).status_code == 303
    with pytest.raises(NotFound), world.store.write(Scope.nobody()) as db:
        drafts.save_draft_file(db, draft.id, "01-first.md", b"late", expected_version=2, by="Ben", now=world.clock())
    twice = desk.submit(PAGE, {**fields, "note": "Twice"}, page="/en/author/modules")
    assert twice.status_code == 409
    assert "The draft was published or thrown away meanwhile" in twice.text
    assert "Twice" in twice.text
    assert [row.number for row in rows(world)] == [2, 1]


# -------------------------------------------------------------- revisions


def test_a_question_that_needs_a_revision_gets_it_with_one_click(world: World, desk: Browser) -> None:
    publish(world)
    quiz = FILES["02-quiz.md"].replace(b"\n", b"\r\n").replace(b"- [ ] The written report", b"- [x] The written report")
    quiz = quiz.replace(b"- [x] Safety", b"- [ ] Safety")
    save(world, "02-quiz.md", quiz)
    page = desk.get(PAGE)
    assert "which answer is right" in page.text
    assert 'name="name"' not in page.text
    raised = desk.submit(f"{PAGE}/revisions", {**shown(desk), "question": "q1"}, page=PAGE)
    assert raised.status_code == 303
    with world.store.read(Scope.nobody()) as db:
        draft = publishing.draft_of(db, "m")
        assert draft is not None
        assert drafts.draft_files(db, draft.id)["02-quiz.md"].data == quiz.replace(
            b"{#q1 type=single}", b"{#q1 type=single rev=2}"
        )
    after = desk.get(PAGE).text
    assert "Raise the revision" not in after
    assert 'name="name"' in after


def test_a_revision_is_not_raised_in_a_draft_that_moved(world: World, desk: Browser) -> None:
    publish(world)
    quiz = FILES["02-quiz.md"].replace(b"type=single", b"type=multiple")
    save(world, "02-quiz.md", quiz)
    fields = {**shown(desk), "question": "q1"}
    save(world, "02-quiz.md", quiz.replace(b"The written report", b"The account"), by="Ben")
    answer = desk.submit(f"{PAGE}/revisions", fields, page=PAGE)
    assert answer.status_code == 409
    assert "No revision was raised" in answer.text


# ----------------------------------------------------------- a newer edition


def test_a_newer_edition_is_brought_in_before_publishing(world: World, desk: Browser, author: Person) -> None:
    publish(world)
    mine = FILES["01-first.md"].replace(SENTENCE, OTHER)
    save(world, "01-first.md", mine)
    save(world, "02-quiz.md", FILES["02-quiz.md"].replace(b"written report", b"long report"))
    fields = {**shown(desk), "name": author.full_name, "note": "My note"}
    theirs = {
        **{path: data for path, data in OLD.items() if path != "national/KH.md"},
        "module.md": FILES["module.md"].replace(b"Welcome to", b"Welcome in"),
        "02-quiz.md": FILES["02-quiz.md"].replace(b"written report", b"short report"),
        "job-aid-card.md": b"---\nid: card\ntitle: A card\nkind: job-aid\n---\n\nKeep it.\n",
    }
    newest = publish(world, theirs, note="Theirs")
    late = desk.submit(PAGE, fields)
    assert late.status_code == 409
    assert "A newer edition was published meanwhile" in late.text
    assert "My note" in late.text
    merge = f"{PAGE}/newer"
    page = desk.get(merge).text
    said = words_of(page)
    assert "job-aid-card.md (added) module.md national/KH.md (removed)" in said
    assert "1 file was changed on both sides" in said
    assert "01-first.md" not in said
    unsaid = desk.submit(merge, shown(desk, merge))
    assert unsaid.status_code == 422
    assert "Choose which one" in unsaid.text
    done = desk.submit(merge, {**shown(desk, merge), "file-0": "theirs", "path-0": "02-quiz.md"})
    assert done.status_code == 303
    with world.store.read(Scope.nobody()) as db:
        draft = publishing.draft_of(db, "m")
        assert draft is not None
        assert draft.based_on == newest.id
        held = {path: file.data for path, file in drafts.draft_files(db, draft.id).items()}
    assert held == {**theirs, "01-first.md": mine}
    assert desk.submit(PAGE, {**shown(desk), "name": author.full_name}).status_code == 303
    assert files_of(world, 3) == held


def test_choices_are_kept_when_the_draft_moves_under_them(world: World, desk: Browser) -> None:
    publish(world)
    save(world, "02-quiz.md", FILES["02-quiz.md"].replace(b"written report", b"long report"))
    publish(world, {**OLD, "02-quiz.md": FILES["02-quiz.md"].replace(b"written report", b"short report")})
    merge = f"{PAGE}/newer"
    fields = {**shown(desk, merge), "file-0": "theirs", "path-0": "02-quiz.md"}
    save(world, "01-first.md", FILES["01-first.md"].replace(SENTENCE, OTHER), by="Ben")
    answer = desk.submit(merge, fields)
    assert answer.status_code == 409
    assert re.search(r'value="theirs" checked', answer.text)
    again = {**fields, **dict(HIDDEN.findall(answer.text))}
    assert desk.submit(merge, again).status_code == 303


# ----------------------------------------------------------------- editions


def test_editions_are_listed_and_each_says_what_it_changed(world: World, desk: Browser) -> None:
    publish(world, note="The beginning")
    publish(world, {**OLD, "01-first.md": FILES["01-first.md"].replace(SENTENCE, OTHER)}, note="All papers")
    listed = words_of(desk.get("/en/author/modules/m/editions").text)
    assert listed.index("Edition 2") < listed.index("All papers") < listed.index("Edition 1")
    assert "Cambodia: Sok Vibol, coordinator" in listed
    assert "Tiếng Việt" in listed
    page = words_of(desk.get("/en/author/modules/m/editions/2").text)
    assert "Changed 01-first.md" in page
    assert "5 files are the same" in page
    diff = desk.get("/en/author/modules/m/editions/2/files/01-first.md").text
    assert "Look at<ins> all</ins> the papers first." in diff
    assert "1 line added" in words_of(diff)
    assert desk.get("/en/author/modules/m/editions/1").status_code == 200
    for absent in (
        "editions/3",
        "editions/2/files/nothing.md",
        "editions/2/files/../module.md",
        "editions/0/export.zip",
    ):
        assert desk.get(f"/en/author/modules/m/{absent}").status_code == 404
    assert desk.get("/en/author/modules/none/editions").status_code == 404
    assert desk.get("/en/author/modules/m/editions/2?against=9999999999999999999999").status_code == 200


def test_the_exported_zip_is_the_folder_and_always_the_same_bytes(world: World, desk: Browser, tmp_path: Path) -> None:
    row = publish(world)
    first = desk.get("/en/author/modules/m/editions/1/export.zip")
    assert first.headers["Content-Disposition"] == "attachment; filename=m-1.zip"
    world.clock.turn(hours=1)
    assert desk.get("/en/author/modules/m/editions/1/export.zip").data == first.data
    with zipfile.ZipFile(io.BytesIO(first.data)) as archive:
        archive.extractall(tmp_path / "zip")
        assert archive.namelist() == sorted(archive.namelist())
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with world.store.read(Scope.nobody()) as db:
        library.export(db, row.id, tmp_path / "export" / "m")
    held = [
        {path.relative_to(tmp_path / kind).as_posix(): path.read_bytes() for path in (tmp_path / kind).rglob("*.*")}
        for kind in ("zip", "export")
    ]
    assert held[0] == held[1] == {f"m/{path}": data for path, data in OLD.items()}


# --------------------------------------------------------------- putting back


def test_an_older_edition_is_put_back_as_a_new_one(world: World, desk: Browser, author: Person) -> None:
    publish(world)
    worse = {path: data for path, data in OLD.items() if path != "translations/th.po"}
    publish(world, {**worse, "02-quiz.md": FILES["02-quiz.md"].replace(b"type=single", b"type=multiple rev=2")})
    back = "/en/author/modules/m/editions/1/put-back"
    assert "Numbers only go up" in desk.get(back).text
    done = desk.submit(back, {"what": "whole"})
    assert done.status_code == 303
    page = desk.get(PAGE).text
    assert "Revision 1 becomes 3" in words_of(page)
    assert desk.submit(f"{PAGE}/revisions", shown(desk), page=PAGE).status_code == 303
    assert desk.submit(PAGE, {**shown(desk), "name": author.full_name}).status_code == 303
    expected = {**OLD, "02-quiz.md": FILES["02-quiz.md"].replace(b"type=single", b"type=single rev=3")}
    assert files_of(world, 3) == expected


def test_only_the_text_is_put_back_when_that_is_asked(world: World, desk: Browser) -> None:
    publish(world, FILES)
    publish(world, {**OLD, "01-first.md": FILES["01-first.md"].replace(SENTENCE, OTHER)})
    desk.submit("/en/author/modules/m/editions/1/put-back", {"what": "text"})
    with world.store.read(Scope.nobody()) as db:
        draft = publishing.draft_of(db, "m")
        assert draft is not None
        assert {path: file.data for path, file in drafts.draft_files(db, draft.id).items()} == OLD


def test_a_draft_is_not_swept_away_by_putting_back(world: World, desk: Browser) -> None:
    publish(world)
    publish(world, {**OLD, "01-first.md": FILES["01-first.md"].replace(SENTENCE, OTHER)})
    save(world, "02-quiz.md", FILES["02-quiz.md"] + b"\n")
    back = "/en/author/modules/m/editions/1/put-back"
    refused = desk.submit(back, {"what": "whole"})
    assert refused.status_code == 409
    assert "There is a draft already" in refused.text
    digest = re.search(r'name="discard" value="([^"]+)"', desk.get(back).text)
    assert digest
    save(world, "02-quiz.md", FILES["02-quiz.md"] + b"\n\n", by="Ben")
    assert desk.submit(back, {"what": "whole", "discard": digest[1]}).status_code == 409
    with world.store.read(Scope.nobody()) as db:
        now = returning.draft_digest(db, "m")
    assert desk.submit(back, {"what": "whole", "discard": now}).status_code == 303
    with world.store.read(Scope.nobody()) as db:
        draft = publishing.draft_of(db, "m")
        assert draft is not None
        assert {path: file.data for path, file in drafts.draft_files(db, draft.id).items()} == OLD
    assert desk.submit("/en/author/modules/m/editions/2/put-back", {}, page=back).status_code == 403


def test_who_only_reads_sees_editions_and_no_button(world: World) -> None:
    publish(world)
    publish(world, translated(FILES, "th"))
    reader = world.sign_in(world.with_role("translator"))
    page = reader.get("/en/author/modules/m/editions/1").text
    assert "Export as a ZIP file" in page
    assert "put-back" not in page
    assert reader.get(PAGE).status_code == 403
