"""Threads that compute give way to the window."""

from __future__ import annotations

import sys

import pytest

from counterdesk.ui.giving_way import give_way


def test_whoever_wants_a_turn_waits_a_millisecond_at_most() -> None:
    before = sys.getswitchinterval()
    try:
        give_way()
        assert sys.getswitchinterval() == pytest.approx(0.001)
    finally:
        sys.setswitchinterval(before)
