"""Workshops: who is in the room, packs, sheets of paper and what came back of them.

On PostgreSQL rows about a person follow the rule of the first migration; all others are for sessions that have named a
country and no person.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PERSONAL = ("participant", "attendance")
MANAGED = ("workshop", "workshop_session", "pack", "pack_file", "sheet", "reading", "upload", "scan", "tally")
TABLES = (
    *("workshop", "workshop_session", "participant", "attendance"),
    *("pack", "pack_file", "sheet", "reading", "upload", "scan", "tally"),
)
"""In the order they are made."""


def upgrade() -> None:
    _create_workshops()
    _create_packs()
    _create_sheets()
    _create_scans()
    if op.get_bind().dialect.name == "postgresql":
        _scope_rows()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _scope_rows() -> None:
    country = (
        "(current_setting('app.countries', true) = '*'"
        " OR country = ANY (string_to_array(current_setting('app.countries', true), ',')))"
    )
    person = "coalesce(current_setting('app.person', true), '')"
    rules = {
        **dict.fromkeys(PERSONAL, f"{country} AND {person} IN ('', person_id)"),
        **dict.fromkeys(MANAGED, f"{country} AND {person} = ''"),
    }
    for table, rule in rules.items():
        op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
        op.execute(f'CREATE POLICY scope ON "{table}" USING ({rule}) WITH CHECK ({rule})')


def _create_workshops() -> None:
    op.create_table(
        "workshop",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("locales", sa.JSON(), nullable=False),
        sa.Column("modules", sa.JSON(), nullable=False),
        sa.Column("facilitators", sa.JSON(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=22), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_workshop_ends_after_start")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop")),
        sa.UniqueConstraint("code", name=op.f("uq_workshop_code")),
        sa.UniqueConstraint("id", "country", name=op.f("uq_workshop_id_country")),
    )
    op.create_index(op.f("ix_workshop_country_starts_on"), "workshop", ["country", "starts_on"])
    op.create_table(
        "workshop_session",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=True),
        sa.Column("workshop_id", sa.String(length=22), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id", "country"],
            ["workshop.id", "workshop.country"],
            name=op.f("fk_workshop_session_workshop_id_country_workshop"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_session")),
    )
    op.create_index(op.f("ix_workshop_session_workshop_id"), "workshop_session", ["workshop_id"])
    op.create_table(
        "participant",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("workshop_id", sa.String(length=22), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("walk_in", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id", "country"],
            ["person.id", "person.country"],
            name=op.f("fk_participant_person_id_country_person"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id", "country"],
            ["workshop.id", "workshop.country"],
            name=op.f("fk_participant_workshop_id_country_workshop"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("workshop_id", "number", name=op.f("uq_participant_workshop_id_number")),
        sa.UniqueConstraint("workshop_id", "person_id", name=op.f("uq_participant_workshop_id_person_id")),
    )
    op.create_index(op.f("ix_participant_person_id"), "participant", ["person_id"])
    op.create_table(
        "attendance",
        sa.Column("session_id", sa.String(length=22), nullable=False),
        sa.Column("participant_id", sa.String(length=22), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("entered_by", sa.String(length=22), nullable=False),
        sa.Column("person_id", sa.String(length=22), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_attendance_participant_id_participant"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "country"],
            ["person.id", "person.country"],
            name=op.f("fk_attendance_person_id_country_person"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["workshop_session.id"],
            name=op.f("fk_attendance_session_id_workshop_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", "participant_id", name=op.f("pk_attendance")),
    )
    op.create_index(op.f("ix_attendance_participant_id"), "attendance", ["participant_id"])
    op.create_index(op.f("ix_attendance_person_id"), "attendance", ["person_id"])


def _create_packs() -> None:
    op.create_table(
        "pack",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("editions", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by", sa.String(length=22), nullable=False),
        sa.Column("beat_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("workshop_id", sa.String(length=22), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id", "country"],
            ["workshop.id", "workshop.country"],
            name=op.f("fk_pack_workshop_id_country_workshop"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack")),
        sa.UniqueConstraint("id", "country", name=op.f("uq_pack_id_country")),
        sa.UniqueConstraint("workshop_id", "number", name=op.f("uq_pack_workshop_id_number")),
    )
    op.create_index(op.f("ix_pack_state"), "pack", ["state"])
    op.create_table(
        "pack_file",
        sa.Column("pack_id", sa.String(length=22), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("participant_id", sa.String(length=22), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["pack_id", "country"],
            ["pack.id", "pack.country"],
            name=op.f("fk_pack_file_pack_id_country_pack"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("pack_id", "position", name=op.f("pk_pack_file")),
    )


def _create_sheets() -> None:
    op.create_table(
        "sheet",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("participant_id", sa.String(length=22), nullable=True),
        sa.Column("blank_number", sa.Integer(), nullable=True),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=True),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("attempt_id", sa.String(length=36), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("workshop_id", sa.String(length=22), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.CheckConstraint(
            "participant_id IS NOT NULL OR blank_number IS NOT NULL", name=op.f("ck_sheet_named_or_numbered")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_sheet_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participant.id"],
            name=op.f("fk_sheet_participant_id_participant"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id", "country"],
            ["workshop.id", "workshop.country"],
            name=op.f("fk_sheet_workshop_id_country_workshop"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sheet")),
        sa.UniqueConstraint("code", "country", name=op.f("uq_sheet_code_country")),
    )
    op.create_index(op.f("ix_sheet_participant_id"), "sheet", ["participant_id"])
    op.create_index(op.f("ix_sheet_workshop_id"), "sheet", ["workshop_id"])
    op.create_table(
        "reading",
        sa.Column("sheet_code", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("doubts", sa.JSON(), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("entered_by", sa.String(length=22), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_code", "country"],
            ["sheet.code", "sheet.country"],
            name=op.f("fk_reading_sheet_code_country_sheet"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sheet_code", "source", name=op.f("pk_reading")),
    )


def _create_scans() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(), nullable=False),
        sa.Column("uploaded_by", sa.String(length=22), nullable=False),
        sa.Column("beat_at", sa.DateTime(), nullable=True),
        sa.Column("workshop_id", sa.String(length=22), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id", "country"],
            ["workshop.id", "workshop.country"],
            name=op.f("fk_upload_workshop_id_country_workshop"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("id", "country", name=op.f("uq_upload_id_country")),
        sa.UniqueConstraint("workshop_id", "sha256", name=op.f("uq_upload_workshop_id_sha256")),
    )
    op.create_index(op.f("ix_upload_state"), "upload", ["state"])
    op.create_table(
        "scan",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("upload_id", sa.String(length=22), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sheet_code", sa.String(length=8), nullable=True),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("image", sa.LargeBinary(), nullable=True),
        sa.Column("scanned_at", sa.DateTime(), nullable=False),
        sa.Column("workshop_id", sa.String(length=22), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_code"], ["sheet.code"], name=op.f("fk_scan_sheet_code_sheet"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["upload_id", "country"],
            ["upload.id", "upload.country"],
            name=op.f("fk_scan_upload_id_country_upload"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id", "country"],
            ["workshop.id", "workshop.country"],
            name=op.f("fk_scan_workshop_id_country_workshop"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
        sa.UniqueConstraint("upload_id", "number", name=op.f("uq_scan_upload_id_number")),
    )
    op.create_index(op.f("ix_scan_sheet_code"), "scan", ["sheet_code"])
    op.create_index(op.f("ix_scan_workshop_id"), "scan", ["workshop_id"])
    op.create_table(
        "tally",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("module", sa.String(length=100), nullable=False),
        sa.Column("unit", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("entered_by", sa.String(length=22), nullable=False),
        sa.Column("workshop_id", sa.String(length=22), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_tally_edition_id_edition")),
        sa.ForeignKeyConstraint(
            ["workshop_id", "country"],
            ["workshop.id", "workshop.country"],
            name=op.f("fk_tally_workshop_id_country_workshop"),
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally")),
        sa.UniqueConstraint(
            "workshop_id",
            "module",
            "unit",
            "purpose",
            "form",
            name=op.f("uq_tally_workshop_id_module_unit_purpose_form"),
        ),
    )
