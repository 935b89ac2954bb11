"""Saved reports, and figures as funders name them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_report",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("about", sa.String(2), nullable=True),
        sa.Column("module", sa.String(100), nullable=True),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("letters", sa.Boolean(), nullable=False),
        sa.Column("written_for", sa.String(7), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "country"],
            ["person.id", "person.country"],
            name=op.f("fk_saved_report_person_id_country_person"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_report")),
    )
    op.create_index(op.f("ix_saved_report_person_id"), "saved_report", ["person_id"])
    op.create_table(
        "funder_line",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("figure", sa.String(2), nullable=False),
        sa.Column("module", sa.String(100), nullable=True),
        sa.Column("agency_types", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("checked", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.Column("country", sa.String(2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funder_line")),
    )
    op.create_index(op.f("ix_funder_line_country"), "funder_line", ["country"])
    if op.get_bind().dialect.name == "postgresql":
        _scope_rows()


def downgrade() -> None:
    op.drop_table("funder_line")
    op.drop_table("saved_report")


def _scope_rows() -> None:
    country = (
        "(current_setting('app.countries', true) = '*'"
        " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
    )
    person = "coalesce(current_setting('app.person', true), '')"
    for table, rule in (("saved_report", f"{person} IN ('', person_id)"), ("funder_line", f"{person} = ''")):
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY scope ON "{table}" USING ({country} AND {rule}) WITH CHECK ({country} AND {rule})')
