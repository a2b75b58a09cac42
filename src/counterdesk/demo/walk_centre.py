"""The walk without the centre and back: a payment while it is away reaches it once, to the cent."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt

from counterdesk.demo.centre import DemoCentre
from counterdesk.demo.sample import sample
from counterdesk.demo.screen import Screen, StepFailed
from counterdesk.services.taken import PaymentTaken
from counterdesk.ui.centre_line import CentreLine

_PATIENCE_SECONDS = 90.0
"""A PostgreSQL that starts on a busy machine."""

Step = Callable[[str, Callable[[], None]], None]
"""Does a step, takes its picture and writes it down."""


class CentreWalk:
    """What is done beside the sample payment: wait for the centre, cut it off, bring it back."""

    def __init__(
        self, screen: Screen, line: CentreLine, centre: DemoCentre, taken: list[PaymentTaken]
    ) -> None:
        """Begin it.

        Args:
            screen: The window.
            line: Its way to the centre.
            centre: The demo's.
            taken: Every payment so far; those to come are added by who hears of them.
        """
        self.found: dict[str, Any] = {"acknowledged": False}
        """What stands in `summary.json` of it."""
        self.missing = ""
        """Why there is no centre on this machine; "" where there is one."""
        self._screen, self._line, self._centre, self._taken = screen, line, centre, taken

    def reach(self) -> None:
        """Wait until the centre answers and has everything, or cannot be on this machine.

        Raises:
            StepFailed: It does not answer in time.
        """
        self._screen.wait_until("the centre answers", self._settled, patience=_PATIENCE_SECONDS)
        if self._line.status is not None and self._line.state == "alone":
            self.missing = self.found["reason"] = self._line.status.reason

    def go(self, step: Step) -> None:
        """Look at Sync, take a payment while the centre is away, and see it arrive.

        Raises:
            StepFailed: A step did not show what it should.
        """
        if self.missing:
            return
        step("08-sync", self._look_at_sync)
        step("09-offline", self._cut_off)
        step("10-offline-payment", self._pay)
        step("11-waiting", self._look_at_what_waits)
        step("12-acknowledged", self._come_back)
        self._compare()

    def _settled(self) -> bool:
        alone = self._line.state == "alone" and self._line.status is not None
        return alone or "Online \u00b7 0 " in self._screen.text_of("syncStatus")

    def _look_at_sync(self) -> None:
        self._screen.press(Qt.Key.Key_F11)
        self._screen.expect("syncState", "Online")
        self._screen.expect("syncToDo", "nothing")
        self._screen.expect("actDetail", "The centre has")

    def _cut_off(self) -> None:
        self._centre.cut_off()
        self._screen.expect("syncStatus", "Offline since", "waiting")

    def _pay(self) -> None:
        screen, before = self._screen, len(self._taken)
        screen.press(Qt.Key.Key_F2)
        screen.expect("consumerSearch")
        screen.press(sample()["visit"]["typed_account"], Qt.Key.Key_Return)
        screen.expect("chargesTable")
        screen.press(Qt.Key.Key_Return)
        screen.expect("cashReceived")
        screen.press_alt(Qt.Key.Key_1)
        screen.press(Qt.Key.Key_Return)
        screen.expect("confirmButton")
        screen.press(Qt.Key.Key_Return)
        screen.wait_until("the payment is told", lambda: len(self._taken) > before)
        screen.expect("sentState", "Waits for the centre")
        screen.expect("syncStatus", "1 waiting")
        self.found["offline_payment"] = self._taken[-1].payments[0].number

    def _look_at_what_waits(self) -> None:
        self._screen.press(Qt.Key.Key_F11)
        self._screen.expect("syncState", "Offline since", "waiting")
        self._screen.expect("actDetail", "the centre has not got it yet")

    def _come_back(self) -> None:
        began = time.monotonic()
        self._centre.bring_back()
        self._screen.press_ctrl(Qt.Key.Key_T)
        self.reach()
        self.found["waited_ms"] = round((time.monotonic() - began) * 1000)
        self._screen.expect("actDetail", "The centre has")

    def _compare(self) -> None:
        kept = {one.receipt_number: one.amount_minor for one in self._centre.payments()}
        here = {one.receipt_number: one.to_pay_minor for one in self._taken}
        self.found |= {
            "payments_at_centre": len(self._centre.payments()),
            "total_at_centre_minor": sum(kept.values()),
            "acknowledged": kept == here and len(here) == len(self._centre.payments()),
        }
        if not self.found["acknowledged"]:
            raise StepFailed(f"the centre keeps {kept}, this counter took {here}")
