"""Lists of people find what they show without going through everybody, also by what stands inside a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from trainer.store.finding import name_parts

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

INDEXES = (
    ("announced", ["country", "what", "announced_at", "person_id"]),
    ("completion", ["country", "module", "person_id"]),
    ("enrolment", ["country", "module", "person_id"]),
    ("grant", ["country", "person_id"]),
    ("merge", ["country", "merged_at", "person_id"]),
    ("person", ["country", "agency_type", "work_role", "id"]),
)
OF_FEW = (
    ("ix_mail_problem", "mail", ["country", "problem", "due_at"], "problem IS NOT NULL"),
    ("ix_person_asks_deletion", "person", ["country", "deletion_asked_at", "id"], "deletion_asked_at IS NOT NULL"),
    ("ix_person_merged", "person", ["merged_into"], "merged_into IS NOT NULL"),
    ("ix_person_shut", "person", ["country", "disabled_at", "id"], "disabled_at IS NOT NULL"),
)
_AT_ONCE = 5_000
_INSIDE = (
    "(current_setting('app.countries', true) = '*'"
    " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
)
_PERSON = "coalesce(current_setting('app.person', true), '')"
_KEYS = {
    "name": "fk_name_part_person_id_country_person",
    "onupdate": "CASCADE",
    "ondelete": "CASCADE",
}


def upgrade() -> None:
    op.create_table(
        "assignment_count",
        sa.Column("assignment_id", sa.String(22), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_assignment_count_assignment_id_assignment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_assignment_count")),
    )
    _create_parts()
    if op.get_bind().dialect.name == "postgresql":
        _scope_rows()
    for table, columns in INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
    for name, table, columns, where in OF_FEW:
        op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.drop_index(op.f("ix_person_merged_into"), "person")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _say(f"{_INSIDE} AND {_PERSON} IN ('', id)")
    op.drop_table("name_part")
    op.drop_table("assignment_count")
    op.create_index(op.f("ix_person_merged_into"), "person", ["merged_into"])
    for name, table, _columns, _where in OF_FEW:
        op.drop_index(name, table)
    for table, columns in INDEXES:
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table)


def _create_parts() -> None:
    """Filled first, and then keys and index made over all of it: that is several times as fast."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    own, persons = ["person_id", "country"], ["person.id", "person.country"]
    op.create_table(
        "name_part",
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("part", sa.LargeBinary(), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        *([sa.ForeignKeyConstraint(own, persons, **_KEYS)] if is_sqlite else []),  # type: ignore[arg-type]
        sa.PrimaryKeyConstraint("person_id", "part", name=op.f("pk_name_part")),
        sqlite_with_rowid=False,
    )
    _fill_parts(is_sqlite)
    op.create_index(op.f("ix_name_part_country_part_person_id"), "name_part", ["country", "part", "person_id"])
    if not is_sqlite:
        op.create_foreign_key(
            _KEYS["name"], "name_part", "person", own, ["id", "country"], onupdate="CASCADE", ondelete="CASCADE"
        )


def _fill_parts(is_sqlite: bool) -> None:
    """In portions: the parts are made by Python."""
    connection = op.get_bind()
    person = sa.table("person", *(sa.column(name) for name in ("id", "country", "search_text")))
    read = sa.select(person.c.id, person.c.country, person.c.search_text).order_by(person.c.id).limit(_AT_ONCE)
    write = sa.text(
        "INSERT INTO name_part (person_id, part, country) VALUES (:person, :part, :country)"
        if is_sqlite
        else "INSERT INTO name_part (person_id, part, country) SELECT * FROM"
        " unnest(CAST(:person AS varchar[]), CAST(:part AS bytea[]), CAST(:country AS varchar[]))"
    )
    last = ""
    while rows := connection.execute(read.where(person.c.id > last)).all():
        parts = [
            {"person": row.id, "part": part, "country": row.country}
            for row in rows
            for part in sorted(name_parts(row.search_text))
        ]
        if parts:
            connection.execute(write, parts if is_sqlite else {key: [one[key] for one in parts] for key in parts[0]})
        last = rows[-1].id


def _scope_rows() -> None:
    rules = {
        "assignment_count": f"{_INSIDE} AND {_PERSON} = ''",
        "name_part": f"{_INSIDE} AND {_PERSON} IN ('', person_id)",
    }
    for table, rule in rules.items():
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY scope ON "{table}" USING ({rule}) WITH CHECK ({rule})')
    _say(f"{_INSIDE} AND CASE {_PERSON} WHEN '' THEN true ELSE id = current_setting('app.person', true) END")


def _say(rule: str) -> None:
    """The same rule for people, so that PostgreSQL does not take whoever it lets through for a handful: it guesses that
    an equation with an unknown value holds for few rows, and a CASE for half of them.
    """
    op.execute(f"ALTER POLICY scope ON person USING ({rule}) WITH CHECK ({rule})")
