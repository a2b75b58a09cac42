"""Threads that compute give way to the window."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from counterdesk import app
from counterdesk.app import Till


@pytest.fixture(autouse=True)
def interval() -> Iterator[None]:
    """Leave other tests as they were."""
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


def test_a_till_that_runs_waits_a_millisecond_for_its_turn_at_most(
    qapp: QApplication, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[float] = []
    monkeypatch.setattr(QApplication, "exec", lambda *_any: turns.append(sys.getswitchinterval()))
    monkeypatch.setattr(Till, "start", lambda *_any: None)
    app.run(data_folder)
    assert turns == [pytest.approx(0.001)]
