"""What is newest, due or waiting is found without reading all the rest: warnings, follow-ups and letters look at it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INDEXES = (
    ("attempt", ["country", "purpose", "handed_in_at"]),
    ("completion", ["country", "at"]),
    ("completion", ["month", "person_id", "at"]),
    ("person", ["country", "created_at"]),
)
WAITING = sa.text("sent_at IS NULL AND problem IS NULL")


def upgrade() -> None:
    for table, columns in INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
    op.create_index("ix_mail_waiting", "mail", ["due_at", "id"], sqlite_where=WAITING, postgresql_where=WAITING)


def downgrade() -> None:
    op.drop_index("ix_mail_waiting", "mail")
    for table, columns in INDEXES:
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
