"""A payment reads by indexes: it takes as long after years of undone ones as on the first day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from counterdesk.store.session import Session
from tests.services.till import Till, ask, cash, line_of

_FEW = {"SCAN shift"}
"""There are a few a day."""


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Gather every statement with its parameters."""
    asked: list[tuple[str, Any]] = []

    def note(*told: Any) -> None:
        asked.append((told[2], told[3]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_taking_a_payment_scans_no_table_that_grows(jane: Till) -> None:
    request = ask(line_of(jane.view(), most=1), pay=(cash(15_000),))
    with statements() as asked:
        jane.take(request)

    def plans(session: Session) -> list[str]:
        return [
            str(row[3])
            for text, given in asked if text.startswith(("SELECT", "UPDATE", "DELETE"))
            for row in session.connection.exec_driver_sql("explain query plan " + text, given)
        ]  # fmt: skip

    steps = jane.act(plans)
    assert len(steps) > 10
    assert {one for one in steps if one.startswith("SCAN")} <= _FEW
