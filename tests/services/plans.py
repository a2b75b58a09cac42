"""What SQLite means to do for each statement of a session."""

from __future__ import annotations

from typing import Any

import pytest

from counterdesk.store.session import Session


def plans_asked(session: Session, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows by the steps of every statement from here on."""
    asked: list[str] = []
    plain = session.connection.execute

    def explain(statement: Any, parameters: Any = None) -> Any:
        compiled = statement.compile(session.connection)
        state = compiled.construct_expanded_state(parameters or {})
        text = session.connection.exec_driver_sql(
            "explain query plan " + state.statement,
            tuple(map(str, state.positional_parameters)),
        )
        asked.extend(row[3] for row in text)
        return plain(statement, parameters)

    monkeypatch.setattr(session.connection, "execute", explain)
    return asked
