"""an item of a quiz may be asked again in the same attempt

Only a constraint less: the version before this one goes on working beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ONCE = sa.UniqueConstraint(
    "attempt_id", "module_key", "item_key", name="uq_attempt_items_attempt_id_module_key_item_key"
)


def _table(*constraints: sa.UniqueConstraint) -> sa.Table:
    """SQLite makes the table anew and cannot read its checks back, so it is written down."""
    return sa.Table(
        "attempt_items",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("module_key", sa.String(length=40), nullable=False),
        sa.Column("item_key", sa.String(length=40), nullable=False),
        sa.Column("objective", sa.String(length=40), nullable=False),
        sa.Column("option_order", sa.JSON(), nullable=False),
        sa.Column("given", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("right", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint('("right" is null) = (answered_at is null)', name="ck_attempt_items_answered"),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempts.id"], name="fk_attempt_items_attempt_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attempt_items"),
        *constraints,
        sa.UniqueConstraint("attempt_id", "n", name="uq_attempt_items_attempt_id_n"),
    )


def upgrade() -> None:
    with op.batch_alter_table("attempt_items", copy_from=_table(ONCE)) as table:
        table.drop_constraint(str(ONCE.name), type_="unique")


def downgrade() -> None:
    # What was asked again has no place in the version before.
    op.execute(
        "DELETE FROM attempt_items WHERE EXISTS (SELECT 1 FROM attempt_items AS first WHERE"
        " first.attempt_id = attempt_items.attempt_id AND first.module_key = attempt_items.module_key"
        " AND first.item_key = attempt_items.item_key AND first.n < attempt_items.n)"
    )
    with op.batch_alter_table("attempt_items", copy_from=_table()) as table:
        table.create_unique_constraint(str(ONCE.name), ["attempt_id", "module_key", "item_key"])
