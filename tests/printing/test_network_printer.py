from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from counterdesk.core.print_states import PrintState
from counterdesk.printing.network import NetworkPrinter, Timeouts
from counterdesk.printing.printer import Outcome
from tests.printing.printer_on_a_wire import WirePrinter, wait_until

QUICK = Timeouts(connect=1.0, answer=0.15, write=1.0, confirm=0.8)
JOB = b"\x1b@Receipt R-5001\n\x1dVB\x00"
LONG = b"x" * 400_000


@pytest.fixture
def wire() -> Iterator[WirePrinter]:
    printer = WirePrinter()
    yield printer
    printer.close()


def send(
    wire: WirePrinter, job: bytes = JOB, held: list[str] | None = None, confirm: float = 0.8
) -> Outcome:
    printer = NetworkPrinter("127.0.0.1", wire.port, Timeouts(1.0, 0.15, 1.0, confirm))
    return printer.send(job, "R-5001", (held if held is not None else []).append)


@pytest.mark.req("RCT-5")
def test_a_printer_that_confirms_has_printed(wire: WirePrinter) -> None:
    assert send(wire) == Outcome(PrintState.PRINTED)
    assert wire.jobs == [JOB]


@pytest.mark.req("RCT-5")
@pytest.mark.parametrize(
    ("fault", "words"),
    [("paper_out", "out of paper"), ("cover_open", "cover is open"), ("offline", "offline")],
)
def test_a_printer_that_is_not_ready_gets_nothing(
    wire: WirePrinter, fault: str, words: str
) -> None:
    setattr(wire, fault, True)
    outcome = send(wire)
    assert outcome.state is PrintState.BLOCKED
    assert words in outcome.detail
    assert wire.jobs == [b""]


@pytest.mark.req("RCT-5")
def test_a_printer_that_is_not_there_blocks() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        printer = NetworkPrinter("127.0.0.1", unused.getsockname()[1], QUICK)
        outcome = printer.send(JOB, "R-5001", print)
    assert outcome == Outcome(PrintState.BLOCKED, "The printer cannot be reached.")


def test_a_printer_that_never_answers_is_sent_to_but_confirms_nothing(wire: WirePrinter) -> None:
    wire.mute = True
    assert send(wire).state is PrintState.SENT
    assert wire.jobs == [JOB]


def test_a_printer_that_knows_no_confirmation_was_sent_to(wire: WirePrinter) -> None:
    wire.confirms = False
    assert send(wire).state is PrintState.SENT


@pytest.mark.req("RCT-5")
def test_paper_that_runs_out_in_a_receipt_holds_it(wire: WirePrinter) -> None:
    wire.paper_out_after = 5
    held: list[str] = []
    outcome = send(wire, held=held)
    assert outcome == Outcome(PrintState.HELD, "The printer is out of paper.")
    assert held == ["The printer is out of paper."]
    assert wire.jobs == [JOB]


def test_paper_that_is_put_in_again_lets_it_print(wire: WirePrinter) -> None:
    wire.paper_out_after = 5

    def put_in(_reason: str) -> None:
        wire.paper_out = False

    printer = NetworkPrinter("127.0.0.1", wire.port, Timeouts(1.0, 0.15, 1.0, 5.0))
    assert printer.send(JOB, "R-5001", put_in) == Outcome(PrintState.PRINTED)
    assert wire.jobs == [JOB]


@pytest.mark.req("RCT-5")
def test_a_line_dropped_in_a_receipt_leaves_a_question(wire: WirePrinter) -> None:
    wire.drops_after = 5
    outcome = send(wire, LONG)
    assert outcome.state is PrintState.UNKNOWN
    assert "broke" in outcome.detail


def test_closing_ends_the_wait_for_a_confirmation(wire: WirePrinter) -> None:
    wire.confirms = False
    printer = NetworkPrinter("127.0.0.1", wire.port, Timeouts(1.0, 0.15, 1.0, 60.0))
    outcomes: list[Outcome] = []
    waiting = threading.Thread(target=lambda: outcomes.append(printer.send(JOB, "", print)))
    waiting.start()
    wait_until(lambda: wire.jobs == [JOB])
    printer.close()
    waiting.join(5)
    assert outcomes == [Outcome(PrintState.SENT)]


@pytest.mark.req("RCT-7")
def test_the_drawer_opens_without_paper_and_never_raises(wire: WirePrinter) -> None:
    wire.paper_out = True
    NetworkPrinter("127.0.0.1", wire.port, QUICK).open_drawer(b"\x1bp\x00\x19\xfa")
    wait_until(lambda: wire.jobs == [b"\x1bp\x00\x19\xfa"])
    NetworkPrinter("127.0.0.1", 1, QUICK).open_drawer(b"\x1bp\x00\x19\xfa")
