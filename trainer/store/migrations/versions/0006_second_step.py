"""The second step of signing in: authenticator apps, passkeys, recovery codes; sessions know whether it was taken.

Sessions that are open stay open. Whoever needs a second step now is asked to set one up at the next page.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("authenticator", "passkey", "recovery_code", "passkey_question")


def upgrade() -> None:
    op.add_column("sign_in_session", sa.Column("second_step_asked_at", sa.DateTime(), nullable=True))
    op.add_column("sign_in_session", sa.Column("second_step_at", sa.DateTime(), nullable=True))
    _create_tables()
    if op.get_bind().dialect.name == "postgresql":
        _scope_rows()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    with op.batch_alter_table("sign_in_session") as session:
        session.drop_column("second_step_at")
        session.drop_column("second_step_asked_at")


def _scope_rows() -> None:
    rule = (
        "(current_setting('app.countries', true) = '*'"
        " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
        " AND coalesce(current_setting('app.person', true), '') IN ('', person_id)"
    )
    for table in TABLES:
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY scope ON "{table}" USING ({rule}) WITH CHECK ({rule})')


def _of_person(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("person_id", sa.String(length=22), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "country"],
            ["person.id", "person.country"],
            name=op.f(f"fk_{table}_person_id_country_person"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
    )


def _create_tables() -> None:
    op.create_table(
        "authenticator",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("secret", sa.String(length=300), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        *_of_person("authenticator"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authenticator")),
        sa.UniqueConstraint("person_id", name=op.f("uq_authenticator_person_id")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("rp_id", sa.String(length=253), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        *_of_person("passkey"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_person_id"), "passkey", ["person_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        *_of_person("recovery_code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("person_id", "code_hash", name=op.f("uq_recovery_code_person_id_code_hash")),
    )
    op.create_table(
        "passkey_question",
        sa.Column("session_id", sa.String(length=22), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        *_of_person("passkey_question"),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sign_in_session.public_id"],
            name=op.f("fk_passkey_question_session_id_sign_in_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "purpose", name=op.f("pk_passkey_question")),
    )
    op.create_index(op.f("ix_passkey_question_person_id"), "passkey_question", ["person_id"])
