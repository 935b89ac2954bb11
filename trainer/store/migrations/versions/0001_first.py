"""Everything there is at first: library, register, counts.

On PostgreSQL also what the server enforces by itself: rows about people are seen and written only by a session
that has named their country (`app.countries`, `app.person`; see `store.scope`). Not set, or the empty string that
remains after a transaction, means no country. Editions and their files never change on either engine.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PERSONAL = (
    "grant",
    "sign_in_session",
    "slip_code",
    "enrolment",
    "unit_done",
    "attempt",
    "response",
    "completion",
    "certificate",
)
IMMUTABLE = ("blob", "edition", "picture")
TABLES = (
    *("blob", "picture", "edition", "draft", "draft_file"),
    *("person", "grant", "sign_in_session", "slip_code", "sign_in_failure"),
    *("enrolment", "unit_done", "attempt", "response"),
    *("completion", "certificate", "summary"),
)
"""In the order they are made."""


def upgrade() -> None:
    _create_library()
    _create_register()
    _create_records()
    _create_results()
    if op.get_bind().dialect.name == "postgresql":
        _scope_rows()
        _freeze_on_postgresql()
    else:
        _freeze_on_sqlite()


def _scope_rows() -> None:
    country = (
        "(current_setting('app.countries', true) = '*'"
        " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
    )
    person = "coalesce(current_setting('app.person', true), '') IN ('', {key})"
    rules = {
        **{table: f"{country} AND {person.format(key='person_id')}" for table in PERSONAL},
        "person": f"{country} AND {person.format(key='id')}",
        "summary": country,
    }
    for table, rule in rules.items():
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        # FORCE: for the owner of the table too.
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY scope ON "{table}" USING ({rule}) WITH CHECK ({rule})')


def _freeze_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% never changes', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in IMMUTABLE:
        op.execute(
            f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )


def _freeze_on_sqlite() -> None:
    for table in IMMUTABLE:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_never_changes_{act.lower()} BEFORE {act} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} never changes'); END"
            )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _of_a_person(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """The person, and the person's own country: a foreign key on both keeps them together."""
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


def _create_library() -> None:
    op.create_table(
        "blob",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_blob")),
    )
    op.create_table(
        "picture",
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mime", sa.String(length=20), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["source_sha256"], ["blob.sha256"], name=op.f("fk_picture_source_sha256_blob")),
        sa.PrimaryKeyConstraint("source_sha256", name=op.f("pk_picture")),
    )
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_edition_number_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("module", "number", name=op.f("uq_edition_module_number")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["based_on"], ["edition.id"], name=op.f("fk_draft_based_on_edition")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("module", name=op.f("uq_draft_module")),
    )
    op.create_table(
        "draft_file",
        sa.Column("draft_id", sa.String(length=22), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        sa.Column("saved_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_draft_file_draft_id_draft"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name=op.f("fk_draft_file_sha256_blob")),
        sa.PrimaryKeyConstraint("draft_id", "path", name=op.f("pk_draft_file")),
    )


def _create_register() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("sign_in_name", sa.String(length=100), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("agency_type", sa.String(length=20), nullable=False),
        sa.Column("work_role", sa.String(length=20), nullable=False),
        sa.Column("sex", sa.String(length=10), nullable=True),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.Column("deletion_asked_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("id", "country", name=op.f("uq_person_id_country")),
        sa.UniqueConstraint("sign_in_name", name=op.f("uq_person_sign_in_name")),
    )
    op.create_index(op.f("ix_person_country_full_name"), "person", ["country", "full_name"], unique=False)
    op.create_table(
        "grant",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("over", sa.String(length=2), nullable=True),
        sa.Column("granted_at", sa.DateTime(), nullable=False),
        sa.Column("granted_by", sa.String(length=22), nullable=False),
        sa.CheckConstraint("(role = 'coordinator') = (over IS NOT NULL)", name=op.f("ck_grant_coordinator_over")),
        *_of_a_person("grant"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant")),
        sa.UniqueConstraint("person_id", "role", "over", name=op.f("uq_grant_person_id_role_over")),
    )
    op.create_index(
        "uq_grant_person_id_role_alone",
        "grant",
        ["person_id", "role"],
        unique=True,
        sqlite_where=sa.text("over IS NULL"),
        postgresql_where=sa.text("over IS NULL"),
    )
    op.create_table(
        "sign_in_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("shared_device", sa.Boolean(), nullable=False),
        *_of_a_person("sign_in_session"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sign_in_session_public_id")),
    )
    op.create_index(op.f("ix_sign_in_session_person_id"), "sign_in_session", ["person_id"], unique=False)
    op.create_table(
        "slip_code",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("code_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("created_by", sa.String(length=22), nullable=False),
        *_of_a_person("slip_code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_code")),
    )
    op.create_index(op.f("ix_slip_code_person_id"), "slip_code", ["person_id"], unique=False)
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(op.f("ix_sign_in_failure_key_at"), "sign_in_failure", ["key", "at"], unique=False)


def _create_records() -> None:
    op.create_table(
        "enrolment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("pre_form", sa.String(length=20), nullable=True),
        sa.Column("agency_type", sa.String(length=20), nullable=False),
        sa.Column("sex", sa.String(length=10), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_enrolment_edition_id_edition")),
        *_of_a_person("enrolment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("person_id", "module", name=op.f("uq_enrolment_person_id_module")),
    )
    op.create_table(
        "unit_done",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_unit_done_edition_id_edition")),
        *_of_a_person("unit_done"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_done")),
        sa.UniqueConstraint("person_id", "module", "unit", name=op.f("uq_unit_done_person_id_module_unit")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=True),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_attempt_edition_id_edition")),
        *_of_a_person("attempt"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("id", "person_id", name=op.f("uq_attempt_id_person_id")),
        sa.UniqueConstraint(
            "person_id",
            "module",
            "unit",
            "purpose",
            "number",
            name=op.f("uq_attempt_person_id_module_unit_purpose_number"),
        ),
    )
    op.create_table(
        "response",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("attempt_id", sa.String(length=36), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("max_points", sa.Double(), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("client_time", sa.DateTime(), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id", "person_id"],
            ["attempt.id", "attempt.person_id"],
            name=op.f("fk_response_attempt_id_person_id_attempt"),
            ondelete="CASCADE",
        ),
        *_of_a_person("response"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
    )
    op.create_index(op.f("ix_response_attempt_id_question"), "response", ["attempt_id", "question"], unique=False)
    op.create_index(op.f("ix_response_person_id"), "response", ["person_id"], unique=False)


def _create_results() -> None:
    op.create_table(
        "completion",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("agency_type", sa.String(length=20), nullable=False),
        sa.Column("work_role", sa.String(length=20), nullable=False),
        sa.Column("sex", sa.String(length=10), nullable=True),
        sa.Column("quiz_score", sa.Double(), nullable=True),
        sa.Column("test_score", sa.Double(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_completion_edition_id_edition")),
        *_of_a_person("completion"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion")),
        sa.UniqueConstraint("id", "person_id", name=op.f("uq_completion_id_person_id")),
        sa.UniqueConstraint("person_id", "module", name=op.f("uq_completion_person_id_module")),
    )
    op.create_table(
        "certificate",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("completion_id", sa.String(length=22), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["completion_id", "person_id"],
            ["completion.id", "completion.person_id"],
            name=op.f("fk_certificate_completion_id_person_id_completion"),
            ondelete="CASCADE",
        ),
        *_of_a_person("certificate"),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_certificate")),
        sa.UniqueConstraint("completion_id", name=op.f("uq_certificate_completion_id")),
    )
    op.create_index(op.f("ix_certificate_person_id"), "certificate", ["person_id"], unique=False)
    op.create_table(
        "summary",
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("sex", sa.String(length=10), nullable=False),
        sa.Column("agency_type", sa.String(length=20), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("enrolled", sa.Integer(), nullable=False),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("country", "module", "month", "sex", "agency_type", "mode", name=op.f("pk_summary")),
    )
