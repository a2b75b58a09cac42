"""A ledger that was edited by somebody who has its key, and what `verify` says of it."""

from __future__ import annotations

from counterdesk.services.verification import Report, verify
from counterdesk.store.opening import raw_of
from counterdesk.store.store import Store


def report_of(store: Store) -> Report:
    """Return what `verify` says of a ledger and its journal."""
    return store.write(lambda session: verify(session, store.read_journal())).result()


def tamper(store: Store, *statements: str) -> tuple[str, ...]:
    """Do what somebody with the key could do, and return what `verify` says then."""

    def act(connection: object) -> None:
        raw = raw_of(connection)  # type: ignore[arg-type]
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            assert raw.execute(statement).rowcount > 0, statement

    store._writer.outside_transaction(act)
    return report_of(store).findings
