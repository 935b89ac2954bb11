"""Letters by e-mail, and the address of whoever wants them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("email", sa.String(254), nullable=True))
    op.create_table(
        "mail",
        sa.Column("id", sa.String(22), nullable=False),
        sa.Column("occasion", sa.String(100), nullable=False),
        sa.Column("locale", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("problem", sa.String(40), nullable=True),
        sa.Column("person_id", sa.String(22), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "country"],
            ["person.id", "person.country"],
            name=op.f("fk_mail_person_id_country_person"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("person_id", "occasion", name=op.f("uq_mail_person_id_occasion")),
    )
    op.create_index(op.f("ix_mail_due_at"), "mail", ["due_at"])
    if op.get_bind().dialect.name == "postgresql":
        _scope_rows()


def downgrade() -> None:
    op.drop_table("mail")
    op.drop_column("person", "email")


def _scope_rows() -> None:
    rule = (
        "(current_setting('app.countries', true) = '*'"
        " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
        " AND coalesce(current_setting('app.person', true), '') IN ('', person_id)"
    )
    op.execute('ALTER TABLE "mail" ENABLE ROW LEVEL SECURITY')
    op.execute('ALTER TABLE "mail" FORCE ROW LEVEL SECURITY')
    op.execute(f'CREATE POLICY scope ON "mail" USING ({rule}) WITH CHECK ({rule})')
