"""Letters to people: written here in the transaction of what they are about, sent later by `tasks`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from trainer.store.mail import Mail
from trainer.store.prepared import insert_new


def put(
    db: Session, person_id: str, country: str, *, occasion: str, locale: str, subject: str, body: str, due: datetime
) -> bool:
    """A letter for this person, sent at `due` or soon after if they have an address then.

    -> whether it is a new one: the same occasion twice is one letter.
    """
    row = {"person_id": person_id, "country": country, "occasion": occasion, "locale": locale}
    return insert_new(db, Mail, row | {"subject": subject, "body": body, "due_at": due, "tries": 0})
