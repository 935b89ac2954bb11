"""All that is counted of a module also by role and by language, and what a cut-off tells of groups.

The new counts are filled by counting anew, as after every migration. Figures that are fixed stay as they are: those of
before tell nothing of groups.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

COUNTS = (
    "first_quizzes", "first_quizzes_passed", "first_posts", "first_posts_passed", "pairs", "only_before", "only_after",
)  # fmt: skip
SUMS = ("minutes", "before", "after", "before_squares", "after_squares", "products", "only_before_sum")


def upgrade() -> None:
    for names, kind in ((COUNTS, sa.Integer()), (SUMS, sa.BigInteger())):
        for name in names:
            op.add_column("facet_summary", sa.Column(name, kind, nullable=False, server_default="0"))
    op.add_column("cutoff", sa.Column("groups", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("facet_summary") as table:
        for name in (*COUNTS, *SUMS):
            table.drop_column(name)
    op.drop_column("cutoff", "groups")
