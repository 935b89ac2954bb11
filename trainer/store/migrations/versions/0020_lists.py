"""Lists of people find what they show without going through everybody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0016"
branch_labels = None
depends_on = None

INDEXES = (
    ("announced", ["country", "what", "announced_at", "person_id"]),
    ("completion", ["country", "module", "person_id"]),
    ("enrolment", ["country", "module", "person_id"]),
    ("grant", ["country", "person_id"]),
    ("merge", ["country", "merged_at", "person_id"]),
)
OF_FEW = (
    ("ix_mail_problem", "mail", ["country", "problem", "due_at"], "problem IS NOT NULL"),
    ("ix_person_asks_deletion", "person", ["country", "name_order", "id"], "deletion_asked_at IS NOT NULL"),
    ("ix_person_merged", "person", ["merged_into"], "merged_into IS NOT NULL"),
    ("ix_person_shut", "person", ["country", "name_order", "id"], "disabled_at IS NOT NULL"),
)


def upgrade() -> None:
    for table, columns in INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
    for name, table, columns, where in OF_FEW:
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.drop_index(op.f("ix_person_merged_into"), "person")


def downgrade() -> None:
    op.create_index(op.f("ix_person_merged_into"), "person", ["merged_into"])
    for name, table, _columns, _where in OF_FEW:
        op.drop_index(name, table)
    for table, columns in INDEXES:
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
