"""A demo that is opened again goes on from where it was left."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from counterdesk import app
from counterdesk.core.clock import Clock, ShiftedClock
from counterdesk.demo import start
from counterdesk.demo.desk import demo_unlock, open_demo_desk
from counterdesk.demo.sample import sample_start_utc
from tests.services.counting import close_shift


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> list[Clock]:
    """Catch the clock that the window would get."""
    caught: list[Clock] = []

    def run(*_given: object, clock: Clock, **_more: object) -> int:
        caught.append(clock)
        return 0

    monkeypatch.setattr(app, "run", run)
    return caught


def test_time_goes_on_after_the_last_thing_recorded(tmp_path: Path, clocks: list[Clock]) -> None:
    folder, an_hour_in = tmp_path / "data", sample_start_utc() + timedelta(hours=1)
    desk = open_demo_desk(folder, demo_unlock(), ShiftedClock(an_hour_in), consumers=1)
    desk.store.write(lambda session: close_shift(session, 20_000), desk.cashier).result()
    desk.store.close()
    start.open_desk(folder, consumers=1)
    assert clocks[0].now_utc() > an_hour_in


def test_a_new_demo_starts_in_the_morning(tmp_path: Path, clocks: list[Clock]) -> None:
    start.open_desk(tmp_path / "data", consumers=1)
    assert clocks[0].now_utc() - sample_start_utc() < timedelta(minutes=5)


def test_a_folder_that_does_not_open_is_left_to_the_window(
    tmp_path: Path, clocks: list[Clock]
) -> None:
    (tmp_path / "ledger.db").write_bytes(b"no ledger")
    start.open_desk(tmp_path, consumers=1)
    assert clocks[0].now_utc() - sample_start_utc() < timedelta(minutes=5)
