from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from counterdesk.core.documents import as_copy, document_to_json
from counterdesk.core.errors import UserError
from counterdesk.core.print_states import WAITING, PrintState
from counterdesk.printing.printer import Outcome, Status
from counterdesk.printing.profiles import PrinterProfile
from counterdesk.printing.worker import Post, PrintWorker
from tests.printing.printer_on_a_wire import wait_until
from tests.printing.sample_receipt import sample_receipt

NOW = datetime(2025, 4, 20, 10, tzinfo=UTC)
DOCUMENT = document_to_json(sample_receipt())
DONE = Outcome(PrintState.PRINTED)
BLOCKED = Outcome(PrintState.BLOCKED, "The printer is out of paper.")


@dataclass(frozen=True)
class Job:
    job_id: UUID
    document: str = DOCUMENT
    attempts: int = 1
    created_at_utc: datetime = NOW


class Queue:
    """Keeps jobs the way the ledger does."""

    def __init__(self, *jobs: Job) -> None:
        self.jobs = {job.job_id: job for job in jobs}
        self.states = dict.fromkeys(self.jobs, PrintState.QUEUED)
        self.noted: list[tuple[int, PrintState, str]] = []
        self.refusals: list[Exception] = []
        self.drawers: list[bool] = []
        self.told: list[str] = []

    def next_job(self) -> Job | None:
        for job_id, state in self.states.items():
            if state in WAITING:
                self.states[job_id] = PrintState.SENDING
                taken = self.jobs[job_id]
                self.jobs[job_id] = replace(taken, attempts=taken.attempts + 1)
                return taken
        return None

    def note(self, job_id: UUID, state: PrintState, detail: str) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.states[job_id] = state
        self.noted.append((job_id.int, state, detail))

    def take_drawer(self) -> bool | None:
        return self.drawers.pop(0) if self.drawers else None

    def all_are(self, state: PrintState) -> bool:
        return set(self.states.values()) == {state}


@dataclass
class PlannedPrinter:
    """Answers as planned, then that it printed."""

    plan: list[Outcome | Exception] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    kicks: list[bytes] = field(default_factory=list)
    closed: bool = False
    queue: Queue | None = None

    def send(self, job: bytes, name: str, held: Callable[[str], None]) -> Outcome:
        assert self.queue is None or PrintState.SENDING in self.queue.states.values()
        self.names.append(name)
        outcome = self.plan.pop(0) if self.plan else DONE
        if isinstance(outcome, Exception):
            raise outcome
        if outcome.state is PrintState.HELD:
            held(outcome.detail)
        return outcome

    def open_drawer(self, kick: bytes) -> None:
        self.kicks.append(kick)

    def status(self) -> Status:
        return Status(True, near_end=True)

    def close(self) -> None:
        self.closed = True


Start = Callable[[Queue, PlannedPrinter], PrintWorker]


@pytest.fixture
def start() -> Iterator[Start]:
    workers: list[PrintWorker] = []

    def run(queue: Queue, printer: PlannedPrinter) -> PrintWorker:
        post = Post(queue.next_job, queue.note, queue.take_drawer, queue.told.append)
        workers.append(PrintWorker(post, printer, PrinterProfile(), 5))
        workers[-1].start()
        workers[-1].wake()
        return workers[-1]

    yield run
    for worker in workers:
        worker.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "printing"]


@pytest.mark.req("RCT-5")
def test_what_waits_is_printed_in_order_once(start: Start) -> None:
    queue = Queue(Job(UUID(int=1)), Job(UUID(int=2)))
    printer = PlannedPrinter(queue=queue)
    start(queue, printer)
    wait_until(lambda: queue.all_are(PrintState.PRINTED))
    assert [job for job, _state, _detail in queue.noted] == [1, 2]
    assert printer.names == ["R-5001", "R-5001"]


@pytest.mark.req("RCT-5")
def test_a_blocked_job_is_tried_again_when_the_printer_is_mended(start: Start) -> None:
    queue, printer = Queue(Job(UUID(int=1))), PlannedPrinter([BLOCKED])
    worker = start(queue, printer)
    wait_until(lambda: queue.all_are(PrintState.BLOCKED))
    worker.hurry()
    wait_until(lambda: queue.all_are(PrintState.PRINTED))
    assert queue.noted[0] == (1, PrintState.BLOCKED, "The printer is out of paper.")
    assert queue.told[0] == "The printer is out of paper."


def test_a_blocked_printer_is_not_tried_again_by_its_own_commits(start: Start) -> None:
    queue, printer = Queue(Job(UUID(int=1))), PlannedPrinter([BLOCKED] * 99)
    worker = start(queue, printer)
    wait_until(lambda: queue.all_are(PrintState.BLOCKED))
    for _ in range(20):
        worker.wake()
        time.sleep(0.005)
    assert printer.names == ["R-5001"]


@pytest.mark.parametrize("state", [PrintState.UNKNOWN, PrintState.HELD, PrintState.SENT])
def test_what_may_be_on_paper_is_never_sent_again(start: Start, state: PrintState) -> None:
    queue = Queue(Job(UUID(int=1)))
    printer = PlannedPrinter([Outcome(state, "so it is")])
    worker = start(queue, printer)
    wait_until(lambda: queue.all_are(state))
    worker.wake()
    worker.stop()
    assert printer.names == ["R-5001"]


def test_a_driver_that_fails_leaves_a_question(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    queue, printer = Queue(Job(UUID(int=1))), PlannedPrinter([RuntimeError("broken")])
    with caplog.at_level(logging.CRITICAL):
        start(queue, printer)
        wait_until(lambda: queue.all_are(PrintState.UNKNOWN))


def test_a_document_that_cannot_be_read_does_not_stop_the_next(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    queue = Queue(Job(UUID(int=1), document="{}"), Job(UUID(int=2)))
    with caplog.at_level(logging.CRITICAL):
        start(queue, PlannedPrinter())
        wait_until(lambda: len(queue.noted) == 2)
    assert [state for _job, state, _detail in queue.noted] == [
        PrintState.FAILED,
        PrintState.PRINTED,
    ]


@pytest.mark.req("RCT-5")
def test_what_became_of_a_job_is_noted_later_if_it_cannot_be_at_once(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    queue, printer = Queue(Job(UUID(int=1)), Job(UUID(int=2))), PlannedPrinter()
    queue.refusals = [UserError("The disk is full."), UserError("The disk is full.")]
    with caplog.at_level(logging.CRITICAL):
        worker = start(queue, printer)
        wait_until(lambda: len(queue.refusals) == 1)
        worker.hurry()
        wait_until(lambda: not queue.refusals)
        assert printer.names == ["R-5001"]
        worker.hurry()
        wait_until(lambda: queue.all_are(PrintState.PRINTED))
    assert printer.names == ["R-5001", "R-5001"]


def test_a_job_that_somebody_settled_meanwhile_stops_nothing(start: Start) -> None:
    queue, printer = Queue(Job(UUID(int=1)), Job(UUID(int=2))), PlannedPrinter()
    queue.refusals = [ValueError("a print job that is cancelled cannot become printed")]
    start(queue, printer)
    wait_until(lambda: queue.states[UUID(int=2)] is PrintState.PRINTED)


def test_a_hold_that_cannot_be_noted_is_not_the_drivers_fault(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    queue = Queue(Job(UUID(int=1)))
    queue.refusals = [UserError("The disk is full.")]
    with caplog.at_level(logging.CRITICAL):
        start(queue, PlannedPrinter([Outcome(PrintState.HELD, "out of paper")]))
        wait_until(lambda: queue.all_are(PrintState.HELD))


@pytest.mark.req("RCT-7")
def test_the_drawer_opens_once_before_what_waits(start: Start) -> None:
    queue, printer = Queue(Job(UUID(int=1))), PlannedPrinter()
    queue.drawers = [True]
    worker = start(queue, printer)
    wait_until(lambda: queue.all_are(PrintState.PRINTED))
    worker.wake()
    worker.stop()
    assert printer.kicks == [b"\x1bp\x01\x19\xfa"]


@pytest.mark.req("RCT-7")
def test_the_drawer_opens_though_there_is_no_paper(start: Start) -> None:
    queue, printer = Queue(Job(UUID(int=1))), PlannedPrinter([BLOCKED] * 99)
    worker = start(queue, printer)
    wait_until(lambda: queue.all_are(PrintState.BLOCKED))
    queue.drawers = [True]
    worker.wake()
    wait_until(lambda: len(printer.kicks) == 1)
    assert printer.names == ["R-5001"]


@pytest.mark.req("RCT-7")
def test_a_drawer_that_was_asked_for_long_ago_stays_shut(start: Start) -> None:
    queue, printer = Queue(Job(UUID(int=1))), PlannedPrinter()
    queue.drawers = [False]
    start(queue, printer)
    wait_until(lambda: queue.all_are(PrintState.PRINTED))
    assert printer.kicks == []


def test_a_printer_that_waits_for_work_is_asked_how_it_does(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PrintWorker, "idle_seconds", 0.01)
    queue = Queue()
    start(queue, PlannedPrinter())
    wait_until(lambda: "The paper is nearly at its end." in queue.told)


def test_a_copys_file_has_a_name_of_its_own(start: Start) -> None:
    copy = document_to_json(as_copy(sample_receipt(), 2, "jam"))
    queue, printer = Queue(Job(UUID(int=1), copy)), PlannedPrinter()
    start(queue, printer)
    wait_until(lambda: queue.all_are(PrintState.PRINTED))
    assert printer.names == ["R-5001-copy-2"]


def test_stopping_tells_the_printer_and_leaves_what_waits(start: Start) -> None:
    queue, printer = Queue(Job(UUID(int=1))), PlannedPrinter([BLOCKED] * 99)
    worker = start(queue, printer)
    wait_until(lambda: queue.all_are(PrintState.BLOCKED))
    worker.stop()
    assert printer.closed
    assert queue.all_are(PrintState.BLOCKED)
