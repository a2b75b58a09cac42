"""PySide6 6.12 on Python 3.11 loses a reference to None with every call that returns nothing."""

from __future__ import annotations

import sys
from importlib.metadata import requires, version

from PySide6.QtCore import QObject

CALLS = 1000
NOISE = 50
"""References that whatever else runs may take or drop meanwhile."""


def test_calls_that_return_nothing_leave_none_alone() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("counter")
    assert abs(sys.getrefcount(None) - before) < NOISE


def test_the_installed_qt_is_the_one_we_pinned() -> None:
    pins = [pin for pin in requires("counterdesk") or [] if pin.lower().startswith("pyside6")]
    assert [pin.lower() for pin in pins] == ["pyside6-essentials<6.12,>=6.11"]
    assert version("PySide6-Essentials").startswith("6.11.")
