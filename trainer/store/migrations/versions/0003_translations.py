"""An edition says how far it is translated, counted when it was published. Older ones do not know."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("edition", sa.Column("translations", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("edition", "translations")
