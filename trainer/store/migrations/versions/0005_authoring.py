"""Writing, translating, adapting in the browser: history, acknowledged warnings, passages, national words, sign-offs.

Pictures get a second, small size; those published before keep their one.

A role can be given for a language. National words before they are signed follow the countries of the session on
PostgreSQL, as workshops do; the words of modules belong to no country.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MANAGED = ("national_draft", "sign_off")
TABLES = ("file_version", "archived_module", "acknowledgement", "passage_edit", "passage_comment", *MANAGED)
WITH_OVER = "(role IN ('coordinator', 'translator', 'reviewer')) = (over IS NOT NULL)"
COORDINATOR_ONLY = "(role = 'coordinator') = (over IS NOT NULL)"


def upgrade() -> None:
    with op.batch_alter_table("grant") as grant:
        grant.drop_constraint(op.f("ck_grant_coordinator_over"), type_="check")
        grant.alter_column("over", type_=sa.String(20), existing_type=sa.String(2))
        grant.create_check_constraint(op.f("ck_grant_over_something"), WITH_OVER)
    with op.batch_alter_table("picture") as picture:
        picture.add_column(sa.Column("small", sa.LargeBinary(), nullable=True))
        picture.add_column(sa.Column("small_width", sa.Integer(), nullable=True))
        picture.add_column(sa.Column("small_height", sa.Integer(), nullable=True))
    _create_tables()
    if op.get_bind().dialect.name == "postgresql":
        _scope_rows()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    with op.batch_alter_table("picture") as picture:
        for name in ("small_height", "small_width", "small"):
            picture.drop_column(name)
    op.execute("DELETE FROM \"grant\" WHERE role IN ('translator', 'reviewer')")
    with op.batch_alter_table("grant") as grant:
        grant.drop_constraint(op.f("ck_grant_over_something"), type_="check")
        grant.alter_column("over", type_=sa.String(2), existing_type=sa.String(20))
        grant.create_check_constraint(op.f("ck_grant_coordinator_over"), COORDINATOR_ONLY)


def _scope_rows() -> None:
    rule = (
        "(current_setting('app.countries', true) = '*'"
        " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
        " AND coalesce(current_setting('app.person', true), '') = ''"
    )
    for table in MANAGED:
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY scope ON "{table}" USING ({rule}) WITH CHECK ({rule})')


def _create_tables() -> None:
    op.create_table(
        "acknowledgement",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("given_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgement")),
        sa.UniqueConstraint("module", "code", "subject", name=op.f("uq_acknowledgement_module_code_subject")),
    )
    op.create_table(
        "archived_module",
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("archived_at", sa.DateTime(), nullable=False),
        sa.Column("archived_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("module", name=op.f("pk_archived_module")),
    )
    op.create_table(
        "national_draft",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_national_draft")),
        sa.UniqueConstraint("module", "country", name=op.f("uq_national_draft_module_country")),
    )
    op.create_table(
        "passage_comment",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("context", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(length=200), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("done_by", sa.String(length=200), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage_comment")),
    )
    op.create_index(op.f("ix_passage_comment_module_context"), "passage_comment", ["module", "context"], unique=False)
    op.create_table(
        "file_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("began_at", sa.DateTime(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by", sa.String(length=200), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("was", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_file_version_sha256_blob")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_version")),
    )
    op.create_index(op.f("ix_file_version_module_path_id"), "file_version", ["module", "path", "id"], unique=False)
    op.create_table(
        "passage_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("context", sa.String(length=300), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=False),
        sa.Column("written_by", sa.String(length=200), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("reviewed_by", sa.String(length=200), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(), nullable=True),
        sa.Column("folded_into", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'reviewed') = (reviewed_by IS NOT NULL)", name=op.f("ck_passage_edit_reviewed_by_somebody")
        ),
        sa.CheckConstraint("state IN ('draft', 'second', 'reviewed')", name=op.f("ck_passage_edit_state")),
        sa.ForeignKeyConstraint(["folded_into"], ["edition.id"], name=op.f("fk_passage_edit_folded_into_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage_edit")),
    )
    op.create_index(
        op.f("ix_passage_edit_module_locale_context_id"),
        "passage_edit",
        ["module", "locale", "context", "id"],
        unique=False,
    )
    op.create_table(
        "sign_off",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_by", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=False),
        sa.Column("signed_at", sa.DateTime(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=200), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_sign_off_edition_id_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
    )
    op.create_index(
        op.f("ix_sign_off_country_module_signed_at"), "sign_off", ["country", "module", "signed_at"], unique=False
    )
