"""One visit of John Doe to one new counter, by keys."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt

from counterdesk import app as composition
from counterdesk.app.printing import Printing
from counterdesk.app.syncing import Syncing
from counterdesk.core.documents import QrCode, as_electronic
from counterdesk.core.money import format_amount
from counterdesk.demo.centre import DemoCentre
from counterdesk.demo.desk import DemoDesk
from counterdesk.demo.sample import sample, sample_minor
from counterdesk.demo.screen import Screen, StepFailed
from counterdesk.demo.walk_centre import CentreWalk
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.services.receipt_check import verify_receipt_code
from counterdesk.services.taken import PaymentTaken
from counterdesk.services.verification import verify
from counterdesk.ui.garbage import GuiGarbage
from counterdesk.ui.pages.payment_page import PaymentPage

_MOST_KEYS = 12


@dataclass(slots=True)
class Walked:
    """What one walk came to, as it will stand in `summary.json`."""

    name: str
    keep_change: bool = False
    steps: list[str] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)
    failed: str = ""


class Visit:
    """One visit of John Doe to one new counter."""

    def __init__(
        self,
        desk: DemoDesk,
        out: Path,
        walked: Walked,
        cleanup: ExitStack,
        centre: DemoCentre | None,
    ) -> None:
        self._desk, self._out, self._walked = desk, out, walked
        self._keep_change = walked.keep_change
        self._facts = sample()["visit"]
        self._taken: list[PaymentTaken] = []
        self._centre: CentreWalk | None = None
        self._screen = self._open_window(cleanup, centre)

    def go(self) -> None:
        """Press the keys of the whole visit, looking at what each step shows.

        Raises:
            StepFailed: A step did not show what it should.
        """
        self._step("01-idle", self._reach_idle)
        self._screen.keys_pressed = 0
        self._step("02-charges", self._find_consumer)
        self._step("03-tender", self._go_to_tender)
        self._step("04-cash", self._receive_cash)
        self._step("05-review", self._review)
        self._step("06-receipt", self._confirm)
        self._count_keys()
        self._keep_receipt()
        self._step("07-dashboard", self._go_to_dashboard)
        if self._centre is not None:
            self._walked.found["centre"] = self._centre.found
            self._centre.go(self._step)
        self._prove()
        if self._centre is not None:
            self._require(not self._centre.missing, self._centre.missing)

    def _open_window(self, cleanup: ExitStack, centre: DemoCentre | None) -> Screen:
        application, garbage = composition.application(), GuiGarbage()
        cleanup.callback(garbage.give_back)
        window = composition.build_window(self._desk.store, self._desk.cashier)
        printing = Printing(self._desk.store, window.jobs.printing.tell)
        cleanup.callback(printing.stop)
        printing.start()
        screen = Screen(application, window, self._out)
        if centre is not None:
            syncing = Syncing(self._desk.store, window.jobs.centre, centre.find_link)
            cleanup.callback(syncing.stop)
            syncing.start()
            self._centre = CentreWalk(screen, window.jobs.centre, centre, self._taken)
        cleanup.callback(screen.close)
        return screen

    def _step(self, name: str, do: Callable[[], None]) -> None:
        do()
        self._screen.picture(name)
        self._walked.steps.append(name)

    def _reach_idle(self) -> None:
        self._screen.show()
        self._screen.press(Qt.Key.Key_F2)
        self._screen.expect("consumerSearch")
        self._screen.wait_until(
            "the search has the keys", lambda: self._screen.find("consumerSearch").hasFocus()
        )
        self._screen.listen(PaymentPage, lambda page: page.payment_taken, self._taken.append)
        if self._centre is not None:
            self._centre.reach()

    def _find_consumer(self) -> None:
        self._screen.press(self._facts["typed_account"], Qt.Key.Key_Return)
        self._screen.expect("chargesTable")
        self._screen.expect("page", "John Doe", "WU-10001", self._amount("outstanding_before"))
        self._screen.expect("amountToPay", self._facts["paid"])
        self._screen.expect("visitPanel", self._facts["invoice"], self._amount("paid"))
        self._walked.found["outstanding_before"] = self._facts["outstanding_before"]

    def _go_to_tender(self) -> None:
        self._screen.press(Qt.Key.Key_Return)
        self._screen.expect("cashReceived")
        self._screen.wait_until(
            "cash received has the keys", lambda: self._screen.find("cashReceived").hasFocus()
        )

    def _receive_cash(self) -> None:
        self._screen.press(self._facts["typed_cash"])
        self._screen.expect("changeDue", self._amount("change"))
        self._screen.expect("visitPanel", self._amount("outstanding_after"))
        if self._keep_change:
            self._screen.press_alt(Qt.Key.Key_K)
            self._screen.expect("changeDue", format_amount(0, *self._style()))
            self._screen.expect("visitPanel", self._amount("change"))

    def _review(self) -> None:
        self._screen.press(Qt.Key.Key_Return)
        self._screen.expect("reviewPanel", "John Doe", "WU-10001", self._facts["invoice"])
        self._screen.expect("reviewPanel", self._amount("received"))
        self._screen.expect("confirmButton")
        if self._keep_change:
            self._screen.expect("visitPanel", self._amount("change"))
        else:
            self._screen.expect("reviewPanel", self._amount("change"))

    def _confirm(self) -> None:
        self._screen.press(Qt.Key.Key_Return)
        self._screen.expect("receiptPreview")
        self._screen.expect("page", self._facts["receipt_number"])
        self._screen.wait_until("the payment is told", lambda: bool(self._taken))
        self._screen.wait_until("the receipt is printed", lambda: bool(self._papers()))
        self._check_taken(self._taken[0])

    def _check_taken(self, taken: PaymentTaken) -> None:
        notes = [note.number for note in taken.credit_notes]
        found = {
            "transaction_number": taken.transaction_number,
            "payment_number": taken.payments[0].number,
            "receipt_number": taken.receipt_number,
            "paid": self._plain(taken.to_pay_minor),
            "received": self._plain(taken.tendered_minor),
            "change": self._plain(taken.change_minor),
            "credit_note": notes[0] if notes else None,
            "credit": self._plain(sum(note.amount_minor for note in taken.credit_notes)),
            "outstanding_after": self._plain(taken.left_minor),
        }
        self._walked.found |= found
        wanted = {name: self._facts[name] for name in found if name in self._facts}
        wanted["credit_note"] = self._facts["credit_note_number"] if self._keep_change else None
        wanted["credit"] = self._facts["change"] if self._keep_change else "0.00"
        wanted["change"] = "0.00" if self._keep_change else self._facts["change"]
        for name, value in wanted.items():
            self._require(found[name] == value, f"{name} is {found[name]}, not {value}")

    def _count_keys(self) -> None:
        keys = self._walked.found["keys_pressed"] = self._screen.keys_pressed
        most = _MOST_KEYS + self._keep_change
        self._require(keys <= most, f"{keys} keys were pressed, {most} should do")

    def _keep_receipt(self) -> None:
        (paper,) = self._papers()
        (self._out / "receipt.bin").write_bytes(paper.read_bytes())
        (self._out / "receipt.pdf").write_bytes(pdf_bytes(as_electronic(self._taken[0].document)))

    def _go_to_dashboard(self) -> None:
        self._screen.press(Qt.Key.Key_F8)
        self._screen.expect("kpiReceivedToday")
        self._screen.expect("paymentsTable")

    def _prove(self) -> None:
        store = self._desk.store
        with store.transaction() as session:
            report = verify(session, store.read_journal())
        self._walked.found["verify"] = list(report.findings) or "clean"
        self._require(report.clean, f"verify found: {'; '.join(report.findings)}")
        codes = [one for one in self._taken[0].document.blocks if isinstance(one, QrCode)]
        facts = verify_receipt_code(codes[0].data, self._desk.utility_public_key)
        self._walked.found["receipt_code_names"] = facts.receipt_number
        self._walked.found["utility_public_key"] = self._desk.utility_public_key.hex()
        self._walked.found["pictures"] = self._screen.pictures

    def _papers(self) -> list[Path]:
        return sorted(self._desk.printed.glob("[!.]*.bin"))

    def _amount(self, name: str) -> str:
        return format_amount(sample_minor(name), *self._style())

    def _style(self) -> tuple[Any, str]:
        settings = self._desk.store.settings
        return settings.currency, settings.locale

    def _plain(self, amount_minor: int) -> str:
        return f"{amount_minor // 100}.{amount_minor % 100:02}"

    def _require(self, holds: bool, otherwise: str) -> None:  # noqa: FBT001
        if not holds:
            raise StepFailed(otherwise)
