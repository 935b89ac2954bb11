"""The newest records of a country are found without reading the others: warnings about the data look at those alone."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INDEXES = {
    "attempt": ["country", "purpose", "handed_in_at"],
    "completion": ["country", "at"],
    "person": ["country", "created_at"],
}


def upgrade() -> None:
    for table, columns in INDEXES.items():
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def downgrade() -> None:
    for table, columns in INDEXES.items():
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)
