"""Figures of quarters that are fixed once, and people who see reports and nobody's name.

The quarters there are already are fixed when the first report is opened.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WITH_OVER = "(role IN ('coordinator', 'translator', 'reviewer', 'viewer')) = (over IS NOT NULL)"
WITHOUT_VIEWERS = "(role IN ('coordinator', 'translator', 'reviewer')) = (over IS NOT NULL)"


def upgrade() -> None:
    _over(WITH_OVER)
    op.create_table(
        "cutoff",
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("quarter", sa.String(7), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(22), nullable=True),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("country", "quarter", name=op.f("pk_cutoff")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _scope_rows()
    else:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER cutoff_never_{act.lower()} BEFORE {act} ON cutoff"
                " BEGIN SELECT RAISE(ABORT, 'fixed figures are never changed'); END"
            )


def downgrade() -> None:
    op.drop_table("cutoff")
    op.execute("DELETE FROM \"grant\" WHERE role = 'viewer'")
    _over(WITHOUT_VIEWERS)


def _over(rule: str) -> None:
    with op.batch_alter_table("grant") as grant:
        grant.drop_constraint(op.f("ck_grant_over_something"), type_="check")
        grant.create_check_constraint(op.f("ck_grant_over_something"), rule)


def _scope_rows() -> None:
    """Reading and adding only: no policy allows to change or to delete, not even the owner of the table."""
    rule = (
        "(current_setting('app.countries', true) = '*'"
        " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
    )
    op.execute('ALTER TABLE "cutoff" ENABLE ROW LEVEL SECURITY')
    op.execute('ALTER TABLE "cutoff" FORCE ROW LEVEL SECURITY')
    op.execute(f'CREATE POLICY scope ON "cutoff" FOR SELECT USING ({rule})')
    op.execute(f'CREATE POLICY adding ON "cutoff" FOR INSERT WITH CHECK ({rule})')
