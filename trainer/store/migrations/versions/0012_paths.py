"""Learning paths: which one a person chose, what is assigned, what was renewed, and who wants no reminders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("path", sa.String(40), nullable=True))
    op.add_column("person", sa.Column("reminders_stopped_at", sa.DateTime(), nullable=True))
    op.create_table(
        "assignment",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("path", sa.String(40), nullable=True),
        sa.Column("modules", sa.JSON(), nullable=False),
        sa.Column("agency_type", sa.String(20), nullable=True),
        sa.Column("workshop_id", sa.String(22), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(22), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("country", sa.String(2), nullable=False),
        sa.CheckConstraint("agency_type IS NULL OR workshop_id IS NULL", name=op.f("ck_assignment_one_target")),
        sa.ForeignKeyConstraint(
            ["workshop_id", "country"],
            ["workshop.id", "workshop.country"],
            name=op.f("fk_assignment_workshop_id_country_workshop"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    op.create_index(op.f("ix_assignment_country_due_on"), "assignment", ["country", "due_on"])
    op.create_table(
        "renewal",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("module", sa.String(100), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(36), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id", "person_id"],
            ["attempt.id", "attempt.person_id"],
            name=op.f("fk_renewal_attempt_id_person_id_attempt"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_renewal_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["person_id", "country"],
            ["person.id", "person.country"],
            name=op.f("fk_renewal_person_id_country_person"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_renewal_attempt_id")),
    )
    op.create_index(op.f("ix_renewal_person_id_module"), "renewal", ["person_id", "module"])
    if op.get_bind().dialect.name == "postgresql":
        _scope_rows()


def downgrade() -> None:
    op.drop_table("renewal")
    op.drop_table("assignment")
    op.drop_column("person", "reminders_stopped_at")
    op.drop_column("person", "path")


def _scope_rows() -> None:
    country = (
        "(current_setting('app.countries', true) = '*'"
        " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
    )
    person = "coalesce(current_setting('app.person', true), '')"
    rules = {
        "assignment": f"{country} AND {person} = ''",
        "renewal": f"{country} AND {person} IN ('', person_id)",
    }
    for table, rule in rules.items():
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY scope ON "{table}" USING ({rule}) WITH CHECK ({rule})')
