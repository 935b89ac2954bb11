"""Leaving: what stays counted, second entries, moves between countries, and what goes by its age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

REFERENCES = {"response": ("attempt_id", "attempt"), "certificate": ("completion_id", "completion")}
"""Table → what of its person's it refers to, which may become another person's."""
WITH_SETTLED = ("enrolment", "attempt", "completion")
OF_A_COUNTRY = ("settled", "kept_certificate", "empty_place", "transfer")
OF_A_PERSON = ("merge", "announced")


def upgrade() -> None:
    for name, kind in (("used_at", sa.DateTime()), ("kept_until", sa.DateTime()), ("merged_into", sa.String(22))):
        op.add_column("person", sa.Column(name, kind, nullable=True))
    op.create_index(op.f("ix_person_merged_into"), "person", ["merged_into"])
    # When people signed in last was not kept: the time that an account may lie unused begins now.
    now = datetime.now(UTC).replace(tzinfo=None)
    op.execute(sa.text("UPDATE person SET used_at = :now").bindparams(sa.bindparam("now", now, sa.DateTime())))
    for table in WITH_SETTLED:
        op.add_column(table, sa.Column("settled", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("attempt", sa.Column("thinned_at", sa.DateTime(), nullable=True))
    _refer(onupdate="CASCADE")
    _create()
    if op.get_bind().dialect.name == "postgresql":
        _scope_rows()


def downgrade() -> None:
    for table in ("retention_day", *OF_A_PERSON, *OF_A_COUNTRY):
        op.drop_table(table)
    _refer(onupdate=None)
    op.drop_column("attempt", "thinned_at")
    for table in WITH_SETTLED:
        op.drop_column(table, "settled")
    op.drop_index(op.f("ix_person_merged_into"), "person")
    for name in ("used_at", "kept_until", "merged_into"):
        op.drop_column("person", name)


def _refer(onupdate: str | None) -> None:
    for table, (column, to) in REFERENCES.items():
        name = op.f(f"fk_{table}_{column}_person_id_{to}")
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(name, type_="foreignkey")
            batch.create_foreign_key(
                name, to, [column, "person_id"], ["id", "person_id"], ondelete="CASCADE", onupdate=onupdate
            )


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(), nullable=nullable)


def _of(table: str, column: str, to: str) -> Sequence[sa.schema.SchemaItem]:
    """The columns that say whose a row is, and the key that keeps their country."""
    return (
        sa.Column(column, sa.String(22), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.ForeignKeyConstraint(
            [column, "country"],
            [f"{to}.id", f"{to}.country"],
            name=op.f(f"fk_{table}_{column}_country_{to}"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
    )


def _create() -> None:
    op.create_table(
        "settled", _text("country", 2), _text("cell", 400), _text("measure", 20),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("country", "cell", "measure", name=op.f("pk_settled")),
    )  # fmt: skip
    op.create_table(
        "kept_certificate", _text("code", 40), _text("module", 100),
        sa.Column("edition_id", sa.Integer(), nullable=False), _moment("completed_at"), _text("country", 2),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_kept_certificate_edition_id_edition")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_kept_certificate")),
    )  # fmt: skip
    op.create_table(
        "empty_place", _text("id", 22), sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False), _moment("since"),
        *_of("empty_place", "workshop_id", "workshop"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_empty_place")),
        sa.UniqueConstraint("workshop_id", "number", name=op.f("uq_empty_place_workshop_id_number")),
    )  # fmt: skip
    op.create_table(
        "merge", _text("kept_id", 22), _moment("merged_at"), _text("merged_by", 22),
        _moment("shut_before", nullable=True),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("moved", "swapped", "places")),
        *_of("merge", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_merge")),
    )  # fmt: skip
    op.create_index(op.f("ix_merge_kept_id"), "merge", ["kept_id"])
    op.create_table(
        "transfer", _text("id", 22), _text("country", 2), _text("other", 2),
        sa.Column("gives", sa.Boolean(), nullable=False),
        _text("person_id", 22), _text("full_name", 200), _text("agency_type", 20), _text("work_role", 20),
        _text("reason", 20), _moment("asked_at"), _moment("ended_at", nullable=True), _text("outcome", 10),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_transfer_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", "country", name=op.f("pk_transfer")),
    )  # fmt: skip
    op.create_index(op.f("ix_transfer_person_id"), "transfer", ["person_id"])
    op.create_table(
        "announced", _text("what", 10), _moment("announced_at"), *_of("announced", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", "what", name=op.f("pk_announced")),
    )  # fmt: skip
    op.create_table(
        "retention_day", sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_retention_day")),
    )  # fmt: skip


def _scope_rows() -> None:
    country = (
        "(current_setting('app.countries', true) = '*'"
        " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
    )
    person = "coalesce(current_setting('app.person', true), '')"
    rules = {
        **dict.fromkeys(OF_A_COUNTRY, f"{country} AND {person} = ''"),
        **dict.fromkeys(OF_A_PERSON, f"{country} AND {person} IN ('', person_id)"),
        "settled": country,
    }
    for table, rule in rules.items():
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY scope ON "{table}" USING ({rule}) WITH CHECK ({rule})')
