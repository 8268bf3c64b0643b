"""Alembic's entry: runs on the connection that toolkit.cli_base.migrate gives."""

from alembic import context

from toolkit.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=Base.metadata, render_as_batch=True, transaction_per_migration=False
)
with context.begin_transaction():
    context.run_migrations()
