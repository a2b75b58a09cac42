"""The collector works on the GUI thread, and leaves alone what stays for good."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject

from counterdesk.ui.garbage import GuiGarbage, spare_what_stands


@pytest.fixture
def garbage() -> Iterator[GuiGarbage]:
    """The collector of a window, in a program that collected by itself before; given back."""
    was_on = gc.isenabled()
    gc.enable()
    garbage = GuiGarbage()
    yield garbage
    garbage.give_back()
    if not was_on:
        gc.disable()


def test_what_stands_is_not_looked_through_again(garbage: GuiGarbage) -> None:
    spare_what_stands()
    assert gc.get_freeze_count() > len(gc.get_objects())


def test_what_comes_later_is_still_collected(garbage: GuiGarbage) -> None:
    spare_what_stands()
    left = QObject()
    left.myself = left  # type: ignore[attr-defined]  # caught in a cycle
    gone = weakref.ref(left)
    del left
    gc.collect()
    assert gone() is None


def test_the_interpreter_gets_everything_back(garbage: GuiGarbage) -> None:
    spare_what_stands()
    assert not gc.isenabled()
    garbage.give_back()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    GuiGarbage().give_back()
    assert not gc.isenabled()
