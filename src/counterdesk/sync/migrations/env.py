"""Runs the steps on the connection that `centre.migrating` hands over; there is no ini file."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="schema_version",
    version_table_schema="cd",
    transaction_per_migration=False,
)
context.run_migrations()
