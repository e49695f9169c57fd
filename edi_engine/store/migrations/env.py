"""How Alembic reaches the database: on the connection that `store.schema` hands it."""

from alembic import context

from edi_engine.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
