"""Reaction forms and follow-ups: who was asked, and apart from it what was said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_mark",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("about", sa.String(100), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("draft", sa.JSON(), nullable=True),
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "country"],
            ["person.id", "person.country"],
            name=op.f("fk_form_mark_person_id_country_person"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_mark")),
        sa.UniqueConstraint("person_id", "form", "about", name=op.f("uq_form_mark_person_id_form_about")),
    )
    _create_anonymous()
    op.create_table(
        "reaction_paper",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("module", sa.String(100), nullable=False),
        sa.Column("quarter", sa.String(7), nullable=False),
        sa.Column("forms", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.String(22), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id", "country"],
            ["workshop.id", "workshop.country"],
            name=op.f("fk_reaction_paper_workshop_id_workshop"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reaction_paper")),
        sa.UniqueConstraint(
            "workshop_id", "module", "quarter", name=op.f("uq_reaction_paper_workshop_id_module_quarter")
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        _scope_rows()


def downgrade() -> None:
    for table in ("reaction_paper", "form_words", "form_count", "form_mark"):
        op.drop_table(table)


def _create_anonymous() -> None:
    where = [("country", 2), ("form", 20), ("about", 100), ("quarter", 7)]
    for table, key, number, value in (
        ("form_count", ("item", 210), "value", sa.Column("n", sa.BigInteger(), nullable=False)),
        ("form_words", ("topic", 10), "part", sa.Column("pieces", sa.JSON(), nullable=False)),
    ):
        op.create_table(
            table,
            *(sa.Column(name, sa.String(length), nullable=False) for name, length in (*where, key)),
            sa.Column(number, sa.Integer(), nullable=False),
            value,
            sa.PrimaryKeyConstraint(*(name for name, _ in where), key[0], number, name=op.f(f"pk_{table}")),
            sqlite_with_rowid=False,
        )


def _scope_rows() -> None:
    """Counts are scoped by country; words and paper are for whoever answers for it; marks are the person's own."""
    inside = (
        "(current_setting('app.countries', true) = '*'"
        " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
    )
    person = "coalesce(current_setting('app.person', true), '')"
    rules = {
        "form_mark": f"{inside} AND {person} IN ('', person_id)",
        "form_count": inside,
        "form_words": f"{inside} AND {person} = ''",
        "reaction_paper": f"{inside} AND {person} = ''",
    }
    for table, rule in rules.items():
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY scope ON "{table}" USING ({rule}) WITH CHECK ({rule})')
