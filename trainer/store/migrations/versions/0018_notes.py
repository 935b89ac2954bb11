"""Targets of a country's year, and the words that people write beside the figures of a quarter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_note",
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("written", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.String(22), nullable=False),
        sa.PrimaryKeyConstraint("country", "period", name=op.f("pk_report_note")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _scope_rows()


def downgrade() -> None:
    op.drop_table("report_note")


def _scope_rows() -> None:
    """Read like counts, by country; written by whoever answers for it."""
    inside = (
        "(current_setting('app.countries', true) = '*'"
        " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
    )
    writes = f"{inside} AND coalesce(current_setting('app.person', true), '') = ''"
    op.execute('ALTER TABLE "report_note" ENABLE ROW LEVEL SECURITY')
    op.execute('ALTER TABLE "report_note" FORCE ROW LEVEL SECURITY')
    op.execute(f'CREATE POLICY scope ON "report_note" FOR SELECT USING ({inside})')
    op.execute(f'CREATE POLICY adds ON "report_note" FOR INSERT WITH CHECK ({writes})')
    op.execute(f'CREATE POLICY changes ON "report_note" FOR UPDATE USING ({writes}) WITH CHECK ({writes})')
    op.execute(f'CREATE POLICY removes ON "report_note" FOR DELETE USING ({writes})')
