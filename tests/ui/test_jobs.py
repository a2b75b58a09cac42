"""Jobs: answers on the GUI thread, none to the dead, refusals apart from faults."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from counterdesk.core.errors import UserError
from counterdesk.core.permissions import Actor
from counterdesk.store.session import ReadSession, Session
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from tests.ui.conftest import Spoken


def test_an_answer_arrives_on_the_gui_thread(qtbot: QtBot, jobs: Jobs) -> None:
    heard: list[tuple[Any, ...]] = []
    worked: list[str] = []

    def work(read: ReadSession) -> str:
        worked.append(threading.current_thread().name)
        return read.counter.code

    jobs.read(jobs, work, lambda code: heard.append((code, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [("C07", threading.main_thread())]
    assert worked != ["MainThread"]


def test_the_signed_in_person_is_the_actor(qtbot: QtBot, jobs: Jobs, cashier: Actor) -> None:
    heard: list[Actor | None] = []
    jobs.write(jobs, lambda session: session.actor, heard.append)
    jobs.search(jobs, lambda read: read.actor, heard.append)
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard == [cashier, cashier]


def test_an_answer_for_a_destroyed_owner_is_dropped(qtbot: QtBot, jobs: Jobs) -> None:
    go_on = threading.Event()
    heard: list[object] = []
    after: list[str] = []
    owner = QObject()
    jobs.read(owner, lambda _read: go_on.wait(5), heard.append)
    owner.deleteLater()
    with qtbot.waitSignal(owner.destroyed):
        pass
    go_on.set()
    jobs.read(jobs, lambda _read: "after", after.append)
    qtbot.waitUntil(lambda: after == ["after"])
    assert heard == []


def test_a_refusal_goes_where_it_is_wanted_and_saves_nothing(qtbot: QtBot, jobs: Jobs) -> None:
    refused: list[UserError] = []

    def work(session: Session) -> None:
        session.record("test.happened", {})
        raise UserError("Too much.", "amountToPay")

    jobs.write(jobs, work, failed=refused.append)
    qtbot.waitUntil(lambda: bool(refused))
    assert (refused[0].message, refused[0].field) == ("Too much.", "amountToPay")
    counted = jobs.store.read(
        lambda read: read.execute(text("select count(*) from event where kind = 'test.happened'"))
        .scalar()
    )  # fmt: skip
    assert counted.result() == 0


def test_a_refusal_nobody_waits_for_is_told(qtbot: QtBot, jobs: Jobs, spoken: Spoken) -> None:
    def work(_session: Session) -> None:
        raise UserError("The drawer is open.")

    jobs.write(jobs, work)
    qtbot.waitUntil(lambda: spoken.told == ["The drawer is open."])


def test_a_fault_is_nobodys_answer(qtbot: QtBot, jobs: Jobs) -> None:
    heard: list[object] = []

    def work(_read: ReadSession) -> None:
        raise ZeroDivisionError

    with qtbot.captureExceptions() as faults:
        jobs.read(jobs, work, heard.append, heard.append)
        qtbot.waitUntil(lambda: bool(faults))
    assert faults[0][0] is ZeroDivisionError
    assert heard == []


def _echo(typed: str, _read: ReadSession) -> str:
    return typed


@pytest.mark.req("SRCH-1")
def test_only_the_newest_search_is_answered(qtbot: QtBot, jobs: Jobs) -> None:
    heard: list[str] = []
    for typed in ("J", "Jo", "Joh", "John"):
        jobs.search(jobs, partial(_echo, typed), heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    jobs.drain()
    assert heard == ["John"]


def test_every_commit_is_told_once_reads_are_not(qtbot: QtBot, jobs: Jobs) -> None:
    with qtbot.waitSignal(jobs.changed):
        jobs.write(jobs, lambda session: session.record("test.happened", {}))
    with qtbot.assertNotEmitted(jobs.changed, wait=50):
        jobs.read(jobs, lambda read: read.today())


def test_a_commit_of_the_printers_worker_is_told_too(qtbot: QtBot, jobs: Jobs) -> None:
    with qtbot.waitSignal(jobs.changed):
        jobs.store.write(lambda session: session.record("test.happened", {}))


def test_work_asked_before_the_store_is_open_waits(qtbot: QtBot, store: Store) -> None:
    jobs = Jobs()
    heard: list[str] = []
    jobs.read(jobs, lambda read: read.counter.code, heard.append)
    with pytest.raises(RuntimeError):
        _ = jobs.store
    jobs.open(store)
    qtbot.waitUntil(lambda: heard == ["C07"])
    jobs.finish()


def test_closing_delivers_what_is_queued(jobs: Jobs) -> None:
    heard: list[str] = []

    def ask_again(_first: str) -> None:
        jobs.read(jobs, lambda _read: "second", heard.append)

    jobs.read(jobs, lambda _read: "first", ask_again)
    jobs.finish()
    assert heard == ["second"]
    assert jobs.store.on_commit == jobs.store.on_told == []


def test_a_timer_that_outlives_the_window_asks_for_nothing(jobs: Jobs) -> None:
    heard: list[str] = []
    jobs.finish()
    jobs.read(jobs, lambda _read: "late", heard.append)
    jobs.drain()
    assert heard == []
