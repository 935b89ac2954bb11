"""The audit trail: a table that can be added to and nothing else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

REFUSAL = "the audit trail is never changed"


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(22), nullable=False),
        sa.Column("act", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("object_id", sa.String(200), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("request_id", sa.String(40), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("country", "number", name=op.f("pk_audit_event")),
    )
    for columns in (
        ["country", "kind", "object_id", "number"],
        ["country", "actor", "number"],
        ["country", "act", "number"],
        ["country", "at"],
    ):
        op.create_index(_index(columns), "audit_event", columns)
    if op.get_bind().dialect.name == "postgresql":
        _refuse_on_postgresql()
        _scope_rows()
    else:
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_event_no_{event.lower()} BEFORE {event} ON audit_event"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )


def downgrade() -> None:
    op.drop_table("audit_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_event_refuse()")


def _index(columns: list[str]) -> str:
    return f"ix_audit_event_{'_'.join(columns)}"


def _refuse_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION audit_event_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_event_refuse BEFORE UPDATE OR DELETE ON audit_event"
        " FOR EACH ROW EXECUTE FUNCTION audit_event_refuse()"
    )


def _scope_rows() -> None:
    """By country, and never in a personal session: the chains are for whoever answers for a country."""
    rule = (
        "(current_setting('app.countries', true) = '*'"
        " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
        " AND coalesce(current_setting('app.person', true), '') = ''"
    )
    op.execute('ALTER TABLE "audit_event" ENABLE ROW LEVEL SECURITY')
    op.execute('ALTER TABLE "audit_event" FORCE ROW LEVEL SECURITY')
    op.execute(f'CREATE POLICY scope ON "audit_event" USING ({rule}) WITH CHECK ({rule})')
