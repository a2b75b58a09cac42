"""What SQLite means to do for each statement of a session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.schema import DDLElement

from counterdesk.store.session import Session


def plans_asked(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by the steps of every statement from here on."""
    asked: list[str] = []
    plain = session.connection.execute

    def explain(statement: Any, parameters: Any = None) -> Any:
        if isinstance(statement, DDLElement):
            return plain(statement, parameters)
        compiled = statement.compile(session.connection)
        state = compiled.construct_expanded_state(dict(parameters or {}))
        text = session.connection.exec_driver_sql(
            "explain query plan " + state.statement, tuple(map(str, state.positional_parameters))
        )
        asked.extend(row[3] for row in text)
        return plain(statement, parameters)

    monkeypatch.setattr(session.connection, "execute", explain)
    return asked


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


def steps_of(session: Session, asked: list[tuple[str, Any]]) -> list[str]:
    """Return the steps of statements that were gathered."""
    return [
        str(row[3])
        for text, given in asked
        if text.startswith(("SELECT", "UPDATE", "DELETE"))
        for row in session.connection.exec_driver_sql("explain query plan " + text, given)
    ]
