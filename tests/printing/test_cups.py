from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from counterdesk.core.print_states import PrintState
from counterdesk.core.printer_address import QueueAddress
from counterdesk.core.printers import Way
from counterdesk.printing.cups import CupsPrinter
from counterdesk.printing.discovery import FoundPrinter, discover
from counterdesk.printing.ipp import PrintServer
from counterdesk.printing.printer import Outcome, Status
from tests.printing.printer_on_a_wire import WirePrinter, wait_until
from tests.printing.private_cups import PrivateCups, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())

JOB = b"\x1b@Receipt R-5001\n\x1dVB\x00"
KICK = b"\x1bp\x00\x19\xfa"
QUEUE = "receipts"
READY = Status(answers=True)


@pytest.fixture(scope="module")
def server() -> Iterator[PrivateCups]:
    """A print server of these tests' own.

    Not among pytest's folders: the user that CUPS prints as may not look into those.
    """
    with TemporaryDirectory(prefix="counterdesk-") as folder:
        private = PrivateCups(Path(folder))
        yield private
        private.stop()


@pytest.fixture
def wire() -> Iterator[WirePrinter]:
    """The printer behind the queue; it answers nobody, as behind a spooler."""
    printer = WirePrinter(mute=True)
    yield printer
    printer.close()


@pytest.fixture
def cups(server: PrivateCups, wire: WirePrinter) -> PrivateCups:
    """The server, with an enabled raw queue to the printer."""
    server.queue(QUEUE, wire.port)
    return server


def printer_at(cups: PrivateCups, confirm: float = 30.0, queue: str = QUEUE) -> CupsPrinter:
    address = QueueAddress(queue, "127.0.0.1", cups.port)
    return CupsPrinter(address, confirm_seconds=confirm)


def ignore(_reason: str) -> None:
    """Somebody is told that the queue stands."""


@pytest.mark.req("RCT-5")
def test_a_queue_gets_the_bytes_as_they_are_and_says_that_it_is_through(
    cups: PrivateCups, wire: WirePrinter
) -> None:
    assert printer_at(cups).send(JOB, "R-5001", ignore) == Outcome(PrintState.SENT)
    assert wire.jobs == [JOB]


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize(
    ("command", "words"),
    [("cupsreject", "takes no jobs"), ("cupsdisable", "is stopped")],
)
def test_a_queue_that_does_not_go_on_gets_nothing(
    cups: PrivateCups, wire: WirePrinter, command: str, words: str
) -> None:
    cups.do(command, QUEUE)
    outcome = printer_at(cups).send(JOB, "R-5001", ignore)
    assert outcome.state is PrintState.BLOCKED
    assert words in outcome.detail
    assert words in printer_at(cups).status().words
    assert wire.jobs == []


@pytest.mark.req("RCT-5")
def test_a_server_that_is_dead_or_has_no_such_queue_gets_nothing(cups: PrivateCups) -> None:
    missing = printer_at(cups, queue="fax").send(JOB, "R-5001", ignore)
    assert missing == Outcome(PrintState.BLOCKED, "There is no such print queue.")
    cups.stop()
    try:
        dead = printer_at(cups).send(JOB, "R-5001", ignore)
    finally:
        cups.start()
    assert dead == Outcome(PrintState.BLOCKED, "The print server cannot be reached.")


@pytest.mark.req("RCT-5")
def test_a_printer_that_the_queue_cannot_reach_holds_the_job_which_prints_once_later(
    cups: PrivateCups,
) -> None:
    with socket.socket() as away:
        away.bind(("127.0.0.1", 0))
        port = away.getsockname()[1]
        cups.queue(QUEUE, port)
        held: list[str] = []
        outcome = printer_at(cups, confirm=3.0).send(JOB, "R-5001", held.append)
    assert outcome.state is PrintState.HELD
    assert outcome.detail
    late = WirePrinter(mute=True, port=port)
    wait_until(lambda: late.jobs == [JOB], 60)
    late.close()


@pytest.mark.req("RCT-5")
def test_a_queue_that_is_stopped_meanwhile_holds_the_job(
    cups: PrivateCups, wire: WirePrinter
) -> None:
    held: list[str] = []
    cups.do("cupsdisable", QUEUE)
    printer = printer_at(cups, confirm=2.0)
    printer.status = lambda: READY  # type: ignore[method-assign] # it was asked before that
    outcome = printer.send(JOB, "R-5001", held.append)
    assert outcome == Outcome(PrintState.HELD, "The print queue is stopped.")
    assert held == ["The print queue is stopped."]
    cups.do("cupsenable", QUEUE)
    wait_until(lambda: wire.jobs == [JOB], 60)


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize("purge", [(), ("-x",)], ids=["cancelled", "purged"])
def test_a_job_that_somebody_took_out_of_the_queue_is_in_doubt(
    cups: PrivateCups, wire: WirePrinter, purge: tuple[str, ...]
) -> None:
    cups.do("cupsdisable", QUEUE)
    printer = printer_at(cups)
    printer.status = lambda: READY  # type: ignore[method-assign]
    outcomes: list[Outcome] = []
    held = threading.Event()
    sending = threading.Thread(
        target=lambda: outcomes.append(printer.send(JOB, "R-5001", lambda _why: held.set()))
    )
    sending.start()
    assert held.wait(60)
    cups.cancel_all(*purge)
    sending.join(60)
    assert [outcome.state for outcome in outcomes] == [PrintState.UNKNOWN]
    assert wire.jobs == []


@pytest.mark.req("RCT-7")
def test_the_drawer_opens_through_an_idle_queue_and_never_later(
    cups: PrivateCups, wire: WirePrinter
) -> None:
    printer_at(cups).open_drawer(KICK)
    wait_until(lambda: wire.jobs == [KICK], 60)
    cups.do("cupsdisable", QUEUE)
    printer_at(cups).open_drawer(KICK)
    cups.do("cupsenable", QUEUE)
    assert printer_at(cups).send(JOB, "R-5001", ignore).state is PrintState.SENT
    assert wire.jobs == [KICK, JOB]


def test_the_queues_of_a_server_are_found(cups: PrivateCups) -> None:
    found = discover(PrintServer("127.0.0.1", cups.port, 5.0))
    assert FoundPrinter(Way.CUPS, QUEUE, QUEUE) in found
