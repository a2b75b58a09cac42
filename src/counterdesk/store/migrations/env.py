"""Runs the steps on the connection that `migrating` hands over; there is no ini file."""

from __future__ import annotations

from alembic import context

from counterdesk.models import cash_office, drawer, ledger  # noqa: F401 - its tables register themselves
from counterdesk.models.base import LedgerBase

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=LedgerBase.metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the transaction is opened and closed by `migrating`
)
context.run_migrations()
