"""Warnings about the data are kept once they were found, with who looked at them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

REFERENCES = (("person_id", "person"), ("other_id", "person"), ("workshop_id", "workshop"))


def upgrade() -> None:
    op.create_table(
        "warning",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        *(sa.Column(column, sa.String(22), nullable=True) for column, _ in REFERENCES),
        sa.Column("module", sa.String(100), nullable=True),
        sa.Column("agency", sa.String(20), nullable=False),
        sa.Column("numbers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("found_at", sa.DateTime(), nullable=False),
        sa.Column("looked_at", sa.DateTime(), nullable=True),
        sa.Column("looked_by", sa.String(22), nullable=True),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column, "country"],
                [f"{table}.id", f"{table}.country"],
                name=op.f(f"fk_warning_{column}_country_{table}"),
                ondelete="CASCADE",
            )
            for column, table in REFERENCES
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning")),
        sa.UniqueConstraint("country", "kind", "key", name=op.f("uq_warning_country_kind_key")),
    )
    for column, _ in REFERENCES:
        op.create_index(op.f(f"ix_warning_{column}"), "warning", [column])
    op.create_table(
        "warning_look",
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("looked_at", sa.DateTime(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("country", name=op.f("pk_warning_look")),
    )
    # Whose test a sheet became: two tests on paper are compared within their workshop.
    op.create_index(op.f("ix_sheet_attempt_id"), "sheet", ["attempt_id"])
    if op.get_bind().dialect.name == "postgresql":
        _scope_rows()


def downgrade() -> None:
    op.drop_index(op.f("ix_sheet_attempt_id"), "sheet")
    op.drop_table("warning_look")
    op.drop_table("warning")


def _scope_rows() -> None:
    """For whoever answers for the country; in a personal session there are none."""
    rule = (
        "(current_setting('app.countries', true) = '*'"
        " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
        " AND coalesce(current_setting('app.person', true), '') = ''"
    )
    for table in ("warning", "warning_look"):
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY scope ON "{table}" USING ({rule}) WITH CHECK ({rule})')
