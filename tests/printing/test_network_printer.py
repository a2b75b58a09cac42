from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from counterdesk.core.print_states import PrintState
from counterdesk.printing.direct import DirectPrinter, Timeouts
from counterdesk.printing.network import network_line
from counterdesk.printing.printer import Outcome
from tests.printing.printer_on_a_wire import WirePrinter, wait_until

JOB = b"\x1b@Receipt R-5001\n\x1dVB\x00"
LONG = b"x" * 400_000


@pytest.fixture
def wire() -> Iterator[WirePrinter]:
    printer = WirePrinter()
    yield printer
    printer.close()


def printer_at(port: int, confirm: float = 0.8, *, answers: bool = True) -> DirectPrinter:
    timeouts = Timeouts(1.0, 0.15, 1.0, confirm)
    return DirectPrinter(network_line("127.0.0.1", port), answers=answers, timeouts=timeouts)


def send(
    wire: WirePrinter, job: bytes = JOB, held: list[str] | None = None, *, answers: bool = True
) -> Outcome:
    told = held if held is not None else []
    return printer_at(wire.port, answers=answers).send(job, "R-5001", told.append)


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
        outcome = printer_at(unused.getsockname()[1]).send(JOB, "R-5001", print)
    assert outcome == Outcome(PrintState.BLOCKED, "The printer cannot be reached.")


def test_a_printer_that_never_answers_is_sent_to_but_confirms_nothing(wire: WirePrinter) -> None:
    wire.mute = True
    assert send(wire, answers=False) == Outcome(PrintState.SENT)
    assert wire.jobs == [JOB]


@pytest.mark.req("RCT-5")
def test_a_printer_that_could_answer_and_is_silent_gets_nothing(wire: WirePrinter) -> None:
    wire.mute = True
    outcome = send(wire)
    assert outcome == Outcome(PrintState.BLOCKED, "The printer does not answer; it may be busy.")
    assert wire.jobs == [b""]


@pytest.mark.req("RCT-5")
def test_paper_near_its_end_is_told_and_holds_nothing_up(wire: WirePrinter) -> None:
    wire.near_end = True
    assert send(wire) == Outcome(PrintState.PRINTED, "The paper is nearly at its end.")
    assert printer_at(wire.port).status().words == "The paper is nearly at its end."


@pytest.mark.parametrize(
    ("fault", "words"),
    [("paper_out", "out of paper"), ("cover_open", "cover is open"), ("offline", "offline"),
     ("mute", "does not answer")],
)  # fmt: skip
def test_a_printer_says_how_it_does_when_nothing_is_printed(
    wire: WirePrinter, fault: str, words: str
) -> None:
    assert printer_at(wire.port).status().words == ""
    setattr(wire, fault, True)
    assert words in printer_at(wire.port).status().words
    assert wire.jobs == [b"", b""]


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

    printer = printer_at(wire.port, 5.0)
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
    printer = printer_at(wire.port, 60.0)
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
    printer_at(wire.port).open_drawer(b"\x1bp\x00\x19\xfa")
    wait_until(lambda: wire.jobs == [b"\x1bp\x00\x19\xfa"])
    printer_at(1).open_drawer(b"\x1bp\x00\x19\xfa")


@pytest.mark.req("RCT-5")
def test_a_printer_that_takes_and_never_reads_gets_nothing_or_leaves_a_question() -> None:
    with socket.create_server(("127.0.0.1", 0)) as hole:
        port = hole.getsockname()[1]
        assert printer_at(port).send(JOB, "R-5001", print).state is PrintState.BLOCKED
        unasked = printer_at(port, answers=False).send(LONG * 50, "R-5001", print)
    assert unasked == Outcome(PrintState.UNKNOWN, "The connection to the printer broke.")
