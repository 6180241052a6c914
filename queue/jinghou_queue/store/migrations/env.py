"""Alembic's entry: runs the steps on the connection that `store.migrate` opened."""

from alembic import context

from jinghou_queue.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
