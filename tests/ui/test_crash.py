"""What nobody foresaw is told, written down without names, and ends the program."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from counterdesk.core.log_file import start_log, stop_log
from counterdesk.ui.crash import EXIT_CODE, CrashWatch, write_report
from tests.ui.conftest import Spoken

_NAME = "John Doe, WU-10001"


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CrashWatch:
    """A watch over the interpreter's hooks, given back afterwards."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    watch = CrashWatch(tmp_path)
    watch.install()
    return watch


def _fail() -> None:
    raise ValueError(_NAME)


def _caught() -> ValueError:
    try:
        _fail()
    except ValueError as error:
        return error
    raise AssertionError


def test_the_report_names_the_place_and_nobody(tmp_path: Path) -> None:
    report = write_report(tmp_path, _caught()).read_text(encoding="utf-8")
    assert "builtins.ValueError" in report
    assert "test_crash.py" in report
    assert "_fail" in report
    assert "Doe" not in report


def test_a_fault_is_told_once_and_ends_the_program(
    qtbot: QtBot, watch: CrashWatch, spoken: Spoken, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    codes: list[int] = []
    monkeypatch.setattr(QApplication, "exit", codes.append)
    error = _caught()
    for _time in range(2):
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: bool(codes))
    qtbot.waitUntil(lambda: len(list((tmp_path / "reports").iterdir())) == 2)
    assert codes == [EXIT_CODE]
    assert len(spoken.told) == 1
    assert "What was confirmed is saved" in spoken.told[0]
    del watch


def test_a_fault_is_told_where_no_report_can_be_written(
    qtbot: QtBot, watch: CrashWatch, spoken: Spoken, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    codes: list[int] = []
    monkeypatch.setattr(QApplication, "exit", codes.append)
    (tmp_path / "reports").write_text("a full disk, or one that only reads", encoding="utf-8")
    error = _caught()
    sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: codes == [EXIT_CODE])
    assert len(spoken.told) == 1
    assert "report" not in spoken.told[0]
    assert "no report could be written" in caplog.text
    del watch


def test_a_thread_that_fails_is_told_on_the_gui_thread(
    qtbot: QtBot, watch: CrashWatch, spoken: Spoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QApplication, "exit", lambda _code: None)
    thread = threading.Thread(target=_fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(spoken.told) == 1)
    del watch


def test_the_log_keeps_the_outline_of_a_fault(tmp_path: Path) -> None:
    handler = start_log(tmp_path)
    logger = logging.getLogger("counterdesk.test")
    try:
        _fail()
    except ValueError:
        logger.exception("job 5 failed")
    stop_log(handler)
    written = (tmp_path / "logs" / "counterdesk.log").read_text(encoding="utf-8")
    assert "job 5 failed" in written
    assert "test_crash.py" in written
    assert "Doe" not in written
