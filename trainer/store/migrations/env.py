"""Run by Alembic. `store.migrate` hands over an open connection; there is no alembic.ini."""

from __future__ import annotations

from alembic import context

from trainer.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    # All or nothing: one transaction around everything, on SQLite too, where Alembic would not by itself.
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
