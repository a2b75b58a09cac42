"""Fixtures for everything that is shown: a dressed application, real jobs, no real questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from counterdesk.core.permissions import Actor
from counterdesk.store.store import Store
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import apply_theme
from tests.ui.till import Till, open_shift


@dataclass
class Spoken:
    """What the window said outside its pages; `yes` is what the person answers."""

    asked: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    toasts: list[str] = field(default_factory=list)
    yes: bool = True


@pytest.fixture(autouse=True)
def spoken(monkeypatch: pytest.MonkeyPatch) -> Spoken:
    """Replace the door to the person: nothing modal opens in a test."""
    spoken = Spoken()

    def ask(_owner: Any, question: str, _yes: str, _no: str = "", *, danger: bool = False) -> bool:
        del danger
        spoken.asked.append(question)
        return spoken.yes

    monkeypatch.setattr(messages, "ask", ask)
    monkeypatch.setattr(messages, "tell", lambda _owner, text: spoken.told.append(text))
    monkeypatch.setattr(messages, "toast", lambda _owner, text: spoken.toasts.append(text))
    return spoken


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    """Dress the application in the light theme; nothing of a test stays to be dressed again."""
    apply_theme(qapp, "light")
    yield
    for left in qapp.topLevelWidgets():
        left.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def jobs(qapp: QApplication, store: Store, cashier: Actor) -> Iterator[Jobs]:
    """Real jobs over the sample store, with the cashier signed in."""
    del qapp
    jobs = Jobs(store, cashier)
    yield jobs
    jobs.finish()


@pytest.fixture
def till(qtbot: QtBot, jobs: Jobs, store: Store, cashier: Actor) -> Till:
    """The payment page at an open shift, waiting for a consumer."""
    open_shift(store, cashier)
    return Till(qtbot, jobs)
