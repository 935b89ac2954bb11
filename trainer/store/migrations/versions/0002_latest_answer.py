"""The latest answer to a question is found in the index, however often the question was practised."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_response_attempt_id_question_at"), "response", ["attempt_id", "question", "at"])
    op.drop_index(op.f("ix_response_attempt_id_question"), table_name="response")


def downgrade() -> None:
    op.create_index(op.f("ix_response_attempt_id_question"), "response", ["attempt_id", "question"])
    op.drop_index(op.f("ix_response_attempt_id_question_at"), table_name="response")
