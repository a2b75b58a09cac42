"""A toast is seen, and is never in the way of a hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from counterdesk.core.permissions import Actor
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.main_window import MainWindow
from counterdesk.ui.theme import NARROWEST_WINDOW
from counterdesk.ui.toast import Toast
from tests.ui.find import find
from tests.ui.till import open_shift

_LONG = "Not scanned: this visit is not finished. Ctrl+N adds to it. " * 2


@pytest.fixture
def window(qtbot: QtBot, jobs: Jobs, cashier: Actor) -> MainWindow:
    """The narrowest window, with somebody whose name is long."""
    open_shift(jobs.store, cashier)
    made = MainWindow(jobs)
    qtbot.addWidget(made)
    made.resize(*NARROWEST_WINDOW)
    made.begin(replace(cashier, name="Maximiliana Alexandrovna Longfellow-Featherstone"))
    made.show()
    jobs.drain()
    return made


def _place_of(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


@pytest.mark.parametrize("place", ["dashboard", "payment", "shift", "credit_notes"])
@pytest.mark.parametrize("sentence", ["Shift S-2025-00001 is open.", _LONG])
def test_a_toast_covers_nothing_that_can_be_pressed_or_typed_into(
    window: MainWindow, place: str, sentence: str
) -> None:
    window.go_to(place)
    window.jobs.drain()
    Toast.show_in(window, sentence)
    shown = find(window, QFrame, "toast").geometry()
    hands = [*window.findChildren(QAbstractButton), *window.findChildren(QLineEdit)]
    reached = [hand for hand in hands if hand.isVisible()]
    assert len(reached) > 3
    assert [h.objectName() for h in reached if shown.intersects(_place_of(h, window))] == []


def test_a_toast_is_whole_and_the_newer_one_replaces_it(window: MainWindow) -> None:
    Toast.show_in(window, "First.")
    Toast.show_in(window, _LONG)
    toast = find(window, QFrame, "toast")
    (label,) = toast.findChildren(QLabel)
    assert window.rect().contains(toast.geometry())
    assert label.height() >= label.heightForWidth(label.width())


def test_a_toast_covers_nothing_where_one_place_on_the_bar_is_too_narrow_for_a_word(
    window: MainWindow,
) -> None:
    window.resize(1024, 700)
    window.go_to("dashboard")
    window.jobs.drain()
    sentence = "12 rows are in payments-of-may-2025.xlsx."
    Toast.show_in(window, sentence)
    toast = find(window, QFrame, "toast")
    (label,) = toast.findChildren(QLabel)
    hands = [one for one in window.findChildren(QAbstractButton) if one.isVisible()]
    assert not [h.objectName() for h in hands if toast.geometry().intersects(_place_of(h, window))]
    longest = max(map(label.fontMetrics().horizontalAdvance, sentence.split()))
    assert label.width() >= longest
