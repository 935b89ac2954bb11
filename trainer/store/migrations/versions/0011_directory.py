"""People are found by any part of a name in any script, and listed in the order of their country."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from trainer.store.finding import name_order, search_text

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_AT_ONCE = 5_000


def upgrade() -> None:
    op.add_column("person", sa.Column("search_text", sa.Text(), nullable=True))
    op.add_column("person", sa.Column("name_order", sa.LargeBinary(), nullable=True))
    _fill()
    with op.batch_alter_table("person") as person:
        person.alter_column("search_text", existing_type=sa.Text(), nullable=False)
        person.alter_column("name_order", existing_type=sa.LargeBinary(), nullable=False)
        person.drop_index(op.f("ix_person_country_full_name"))
        person.create_index(op.f("ix_person_country_name_order_id"), ["country", "name_order", "id"])


def downgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.drop_index(op.f("ix_person_country_name_order_id"))
        person.create_index(op.f("ix_person_country_full_name"), ["country", "full_name"])
        person.drop_column("name_order")
        person.drop_column("search_text")


def _fill() -> None:
    """Row by row in portions: the keys are made by Python."""
    connection = op.get_bind()
    person = sa.table(
        "person", *(sa.column(name) for name in ("id", "full_name", "sign_in_name", "country", "search_text")),
        sa.column("name_order", sa.LargeBinary()),
    )  # fmt: skip
    read = sa.select(person.c.id, person.c.full_name, person.c.sign_in_name, person.c.country)
    write = (
        sa.update(person)
        .where(person.c.id == sa.bindparam("key"))
        .values(search_text=sa.bindparam("text"), name_order=sa.bindparam("order"))
    )
    last = ""
    while rows := connection.execute(read.where(person.c.id > last).order_by(person.c.id).limit(_AT_ONCE)).all():
        values = [
            {"key": row.id, "text": search_text(row.full_name, row.sign_in_name),
             "order": name_order(row.full_name, row.country)}
            for row in rows
        ]  # fmt: skip
        connection.execute(write, values)
        last = rows[-1].id
