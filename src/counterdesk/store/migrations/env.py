"""Runs the steps on the connection that `migrating` hands over; there is no ini file."""

from __future__ import annotations

from alembic import context

from counterdesk.models import LedgerBase

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=LedgerBase.metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the transaction is opened and closed by `migrating`
)
context.run_migrations()
