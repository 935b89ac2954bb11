"""The follow-up three and six months after a course: asked once, kept as a draft, and then without the person.

What is handed in becomes counts, sums of scores, and words in bundles; the draft is emptied in the same transaction.
Of the person there stays that they were asked and have answered. So nothing has to be counted anew, and nothing has to
be taken out of the figures when a person is forgotten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from trainer.access import Identity
from trainer.services import anonymous, calendar, follow_up_items, follow_up_times
from trainer.services.anonymous import Of
from trainer.services.evidence import hundredths
from trainer.services.follow_up_items import Known
from trainer.services.follow_up_lists import DONE, NONE_DONE, ONE_OF, RATED, SKILLS, SOME_OF
from trainer.services.follow_up_times import Which
from trainer.services.problems import SENTENCES, Invalid, NotFound
from trainer.services.reactions import SCALE
from trainer.services.shelf import Shelf
from trainer.store.forms import FormMark
from trainer.store.mail import Mail
from trainer.store.models import new_id
from trainer.store.prepared import insert_new
from trainer.vocabulary import N_

NO_MORE = "follow-up"
"""`form` of the mark of somebody who does not want to be asked any more."""
ANSWERED, INVITED = "answered", "invited"
WRITTEN = ("example", "change")
"""Questions that are answered in words."""

SENTENCES["follow-up-empty"] = N_("Answer at least one question before you hand it in.")
SENTENCES["follow-up-none"] = N_("Choose “None of these” alone, or what you have done.")

Draft = Mapping[str, Any]
"""Answers so far: one code (`met`, `support`), codes (`done`, `helped`, `hindered`, `aid`), skill → 1 to 5 (`before`,
`now`), text (`example`, `change`), and `items`: key of a question → answer as `assessment` has it."""


class Open(NamedTuple):
    """A follow-up that waits for the person."""

    which: Which
    closes_on: date
    draft: Draft
    """Empty: not begun."""

    @property
    def last_day(self) -> date:
        return self.closes_on - timedelta(days=1)


def waiting(db: Session, identity: Identity, *, now: datetime) -> tuple[Open, ...]:
    """Those that the person may answer today, the first to close first. One statement."""
    today = calendar.today(identity.country, now)
    query = (
        select(FormMark.form, FormMark.about, FormMark.closes_on, FormMark.draft)
        .where(FormMark.person_id == identity.person_id, FormMark.state == "open", FormMark.closes_on > today)
        .order_by(FormMark.closes_on, FormMark.form)
    )
    return tuple(
        Open(follow_up_times.of_form(row.form, row.about), row.closes_on, row.draft or {}) for row in db.execute(query)
    )


def opened(db: Session, identity: Identity, code: str, *, now: datetime) -> Open:
    """Raises NotFound: never asked, handed in, declined, or over."""
    found = next((one for one in waiting(db, identity, now=now) if one.which.code == code), None)
    if found is None:
        raise NotFound
    return found


def questions(db: Session, shelf: Shelf, identity: Identity, which: Which, *, locale: str) -> tuple[Known, ...]:
    return follow_up_items.of(db, shelf, identity, which.cohort, locale=locale)


def save(db: Session, identity: Identity, code: str, answers: Draft, *, now: datetime) -> Open:
    """Keep these answers beside those of other pages. Raises NotFound, Invalid (`field`)."""
    one = opened(db, identity, code, now=now)
    done = answers.get("done", ())
    if NONE_DONE in done and len(done) > 1:
        raise Invalid("follow-up-none", field="done")
    tidied = {name: anonymous.tidied(answers[name]) for name in WRITTEN if name in answers}
    draft = {**one.draft, **answers, **tidied}
    db.execute(update(FormMark).where(*_mine(identity, one.which)).values(draft=draft))
    return one._replace(draft=draft)


def hand_in(db: Session, shelf: Shelf, identity: Identity, code: str, *, locale: str, now: datetime) -> None:
    """Count what the draft says, and empty it. Raises NotFound, Invalid when there is nothing in it.

    Needs a session over the person's country: their own may not write words.
    """
    one = opened(db, identity, code, now=now)
    if not any(one.draft.values()):
        raise Invalid("follow-up-empty", field="change")
    pair = follow_up_items.scores(
        questions(db, shelf, identity, one.which, locale=locale), one.draft.get("items", {}), locale
    )
    _end(db, identity, one.which, "given")
    of = Of(identity.country, one.which.form, "", one.which.cohort)
    anonymous.count(db, of, counts(one.draft) + _moments(pair))
    if example := one.draft.get("example"):
        anonymous.keep_words(db, of, "example", {"text": example, "practised": _has_practised(one.draft)} | _unread())
    if change := one.draft.get("change"):
        anonymous.keep_words(db, of, "change", {"text": change})


def decline(db: Session, identity: Identity, code: str, *, for_good: bool, now: datetime) -> None:
    """This one, or all that would follow as well. Raises NotFound."""
    one = opened(db, identity, code, now=now)
    _end(db, identity, one.which, "declined")
    if for_good:
        row = {"person_id": identity.person_id, "country": identity.country, "form": NO_MORE, "about": ""}
        insert_new(db, FormMark, row | {"state": "declined"})
        others = (FormMark.person_id == identity.person_id, FormMark.state == "open")
        db.execute(update(FormMark).where(*others).values(state="declined", draft=None))


def old_drafts(db: Session, *, now: datetime) -> list[str]:
    """Ids of what was written and not handed in, and whose time is over. Needs a session over every country."""
    over = FormMark.closes_on < now.date() - timedelta(days=1)
    return list(db.scalars(select(FormMark.id).where(FormMark.draft.is_not(None), over).order_by(FormMark.id)))


def empty_drafts(db: Session, ids: Sequence[str]) -> None:
    """What was written there is gone. Needs a session over every country."""
    db.execute(update(FormMark).where(FormMark.id.in_(ids)).values(draft=None))


def wants_none(db: Session, identity: Identity) -> bool:
    """The person has declined them for good."""
    query = select(FormMark.id).where(FormMark.person_id == identity.person_id, FormMark.form == NO_MORE)
    return db.scalar(query) is not None


def ask_again(db: Session, identity: Identity) -> None:
    """Take that back: later ones are offered again."""
    db.execute(delete(FormMark).where(FormMark.person_id == identity.person_id, FormMark.form == NO_MORE))


def counts(draft: Draft) -> Counter[tuple[str, int]]:
    """What is counted of one person's answers. Codes that are on no list are left out."""
    found: Counter[tuple[str, int]] = Counter({(ANSWERED, 0): 1})
    for name, choices in ONE_OF.items():
        if draft.get(name) in choices:
            found[f"{name}:{draft[name]}", 0] = 1
    for name, choices in SOME_OF.items():
        found.update({(f"{name}:{code}", 0): 1 for code in draft.get(name, ()) if code in choices})
    found.update({(f"aid:{code}", 0): 1 for code in draft.get("aid", ())})
    for name in RATED:
        rated = draft.get(name, {})
        found.update({(f"{name}:{skill}", rated[skill]): 1 for skill in SKILLS if rated.get(skill) in SCALE})
    return found


def letter(which: Which) -> str:
    """`occasion` of the invitation; the reminder's is the same with one word more."""
    return f"{which.form} {which.cohort}"


def _has_practised(draft: Draft) -> bool:
    return any(code in DONE for code in draft.get("done", ()))


def _unread() -> dict[str, Any]:
    return {"id": new_id(), "readings": [], "settled": None}


def _moments(pair: tuple[float, float] | None) -> Counter[tuple[str, int]]:
    """Sums of scores in hundredths of a percent, as `gain.Moments` needs them."""
    if pair is None:
        return Counter()
    then, now = map(hundredths, pair)
    sums = {"then": then, "now": now, "then-squares": then * then, "now-squares": now * now, "products": then * now}
    return Counter({("pairs", 0): 1, **{(f"score:{name}", 0): value for name, value in sums.items()}})


def _mine(identity: Identity, which: Which) -> tuple[Any, ...]:
    return (
        FormMark.person_id == identity.person_id, FormMark.form == which.form, FormMark.about == which.cohort,
        FormMark.state == "open",
    )  # fmt: skip


def _end(db: Session, identity: Identity, which: Which, state: str) -> None:
    """Of two that end it at once, one finds nothing to end. Letters that wait are not sent any more."""
    ended = db.execute(update(FormMark).where(*_mine(identity, which)).values(state=state, draft=None))
    if not ended.rowcount:  # type: ignore[attr-defined]
        raise NotFound
    letters = [letter(which), f"{letter(which)} reminder"]
    db.execute(
        delete(Mail).where(Mail.person_id == identity.person_id, Mail.occasion.in_(letters), Mail.sent_at.is_(None))
    )
