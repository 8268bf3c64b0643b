"""a lawyer's line before opening says of which words it speaks

Only a column that may be empty: the version before this one goes on working beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("opening_tasks", sa.Column("of", sa.LargeBinary(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("opening_tasks") as table:
        table.drop_column("of")
