"""What reports need: tests, hours, persons, roles, languages and questions, counted as they happen.

The counts themselves are made by `trainer db upgrade`, which counts anew after every migration.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LONG = ("minutes", "before", "after", "before_squares", "after_squares", "products", "only_before_sum")
SHORT = ("first_quizzes", "first_quizzes_passed", "first_posts", "first_posts_passed", "pairs", "only_before")
TABLES: dict[str, tuple[tuple[str, int], ...]] = {
    "facet_summary": (("country", 2), ("module", 100), ("month", 7), ("facet", 10), ("value", 20)),
    "person_summary": (("country", 2), ("month", 7), ("facet", 10), ("value", 40)),
}
"""Table → its key: columns of text and their lengths."""
MEASURES = {"facet_summary": ("enrolled", "completed"), "person_summary": ("in_quarter", "in_year", "ever")}


def upgrade() -> None:
    for name in (*SHORT, "only_after"):
        op.add_column("summary", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    for name in LONG:
        op.add_column("summary", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("attempt", sa.Column("month", sa.String(7), nullable=True))
    op.add_column("completion", sa.Column("minutes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("enrolment", sa.Column("work_role", sa.String(20), nullable=False, server_default=""))
    for table, key in TABLES.items():
        op.create_table(
            table,
            *(sa.Column(name, sa.String(length), nullable=False) for name, length in key),
            *(sa.Column(name, sa.Integer(), nullable=False) for name in MEASURES[table]),
            sa.PrimaryKeyConstraint(*(name for name, _ in key), name=op.f(f"pk_{table}")),
        )
    _create_items()
    if op.get_bind().dialect.name == "postgresql":
        _scope_rows()
    _fill_in()


def downgrade() -> None:
    for table in ("item_summary", *reversed(TABLES)):
        op.drop_table(table)
    for table, names in {
        "summary": (*SHORT, "only_after", *LONG), "attempt": ("month",), "completion": ("minutes",),
        "enrolment": ("work_role",),
    }.items():  # fmt: skip
        for name in names:
            op.drop_column(table, name)


def _create_items() -> None:
    op.create_table(
        "item_summary",
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("module", sa.String(100), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("question", sa.String(100), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.String(7), nullable=False),
        sa.Column("choice", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("rest", "rest_squares", "rest_of_right")),
        sa.PrimaryKeyConstraint(
            "country", "module", "purpose", "question", "rev", "quarter", "choice", name=op.f("pk_item_summary")
        ),
    )


def _scope_rows() -> None:
    rule = (
        "(current_setting('app.countries', true) = '*'"
        " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
    )
    for table in ("facet_summary", "person_summary", "item_summary"):
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY scope ON "{table}" USING ({rule}) WITH CHECK ({rule})')


def _fill_in() -> None:
    """What was not kept until now, as near as it is known: the role of today, the month in universal time."""
    op.execute(
        "UPDATE enrolment SET work_role = coalesce((SELECT work_role FROM person WHERE person.id = person_id), '')"
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    month = "to_char(handed_in_at, 'YYYY-MM')" if is_postgresql else "strftime('%Y-%m', handed_in_at)"
    op.execute(f"UPDATE attempt SET month = {month} WHERE handed_in_at IS NOT NULL")  # noqa: S608  no value in it
