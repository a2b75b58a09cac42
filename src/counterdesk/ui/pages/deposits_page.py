"""The cash office: what closed shifts turned in, what goes to the bank, what is still off."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.ui import messages
from counterdesk.ui.dialogs.taking_dialog import TakingDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.deposit_forms import BankForm, SettleForm
from counterdesk.ui.pages.deposit_lists import DepositLists, Office
from counterdesk.ui.pages.deposit_making import DepositMaking
from counterdesk.ui.pages.money_counting import MoneyCounting
from counterdesk.ui.pages.shift_paper import ShiftPaper
from counterdesk.ui.widgets.boxes import page_layout
from counterdesk.ui.widgets.changing import Sides
from counterdesk.ui.widgets.labels import plain_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from counterdesk.core.drawer import Pieces
    from counterdesk.services.cash_room import ShiftMoney
    from counterdesk.services.deposits import DepositMade
    from counterdesk.services.turn_in import TurnedIn
    from counterdesk.store.session import ReadSession


class DepositsPage(QWidget):
    """The lists, and one form at a time in their place."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._offering = True
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus where work begins; what is half done stays as it is."""
        if self._sides.shown is self._lists:
            self._lists.begin()

    def _build(self) -> None:
        self.setObjectName("page")
        self.title = plain_label(_("Deposits"), "h1", name="depositsTitle")
        self._lists, self._counting = DepositLists(self._jobs), MoneyCounting(self._jobs)
        self._making, self._paper = DepositMaking(self._jobs), ShiftPaper(self._jobs)
        self._bank, self._settling = BankForm(self._jobs), SettleForm(self._jobs)
        forms = (self._counting, self._making, self._paper, self._bank, self._settling)
        self._sides = Sides(self._lists, *forms)
        layout = page_layout(self)
        layout.addWidget(self.title)
        layout.addWidget(self._sides, 1)
        self._sides.show_side(self._lists)
        for each in forms:
            each.left.connect(self._go_back)

    def _connect(self) -> None:
        self._jobs.changed.connect(self._refresh_if_seen)
        self._lists.turn_in_asked.connect(self._ask_turn_in)
        self._lists.taking_asked.connect(self._ask_taking)
        self._lists.deposit_asked.connect(self._ask_deposit)
        bank, settle = _("The bank's number"), _("Settle a difference")
        self._lists.bank_asked.connect(partial(self._ask, self._bank, bank))
        self._lists.settling_asked.connect(partial(self._ask, self._settling, settle))
        self._counting.counted.connect(self._pass_money_on)
        self._making.made.connect(self._show_made)
        self._bank.done.connect(self._show_saved)
        self._settling.done.connect(self._show_saved)

    @Slot()
    def refresh(self) -> None:
        """Read everything anew."""
        if self._jobs.actor is not None:
            self._jobs.read(self, _office, self._lists.show_office)

    @Slot()
    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    @Slot()
    def _go_back(self) -> None:
        """Show the lists."""
        self.title.setText(_("Deposits"))
        self._sides.show_side(self._lists)
        if self.isVisible():
            self._lists.begin()
            self.refresh()

    def _ask(self, form: Any, title: str, line: Any) -> None:
        self.title.setText(title)
        self._sides.show_side(form)
        form.begin(line)

    @Slot(object)
    def _ask_turn_in(self, money: ShiftMoney) -> None:
        self._offering = True
        self._show_title(money)
        self._sides.show_side(self._counting)
        self._counting.begin_offer(money)

    @Slot(object)
    def _ask_taking(self, money: ShiftMoney) -> None:
        self._offering = False
        self._show_title(money)
        self._sides.show_side(self._counting)
        self._counting.begin_taking(money)

    def _show_title(self, money: ShiftMoney) -> None:
        text = _("Money of shift {number}").format(number=money.number)
        self.title.setText(f"{text} \u00b7 {money.user_name}")

    @Slot(object, object)
    def _pass_money_on(self, money: ShiftMoney, counted: Mapping[str, Pieces]) -> None:
        if not self._offering:
            self._ask_taker(money, counted)
            return
        self._jobs.write(
            self,
            lambda s: services.turn_in.offer_turn_in(s, money.shift_id, counted),
            done=self._show_offered,
            failed=self._show_refusal,
        )

    def _show_offered(self, money: ShiftMoney) -> None:
        text = _("The money of shift {number} waits for a supervisor to count it.")
        messages.toast(self, text.format(number=money.number))
        self._go_back()

    def _ask_taker(self, money: ShiftMoney, counted: Mapping[str, Pieces]) -> None:
        dialog = TakingDialog(self._jobs, money, counted, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_by_supervisor.connect(self._show_taken)
        dialog.refused.connect(self._go_back)
        dialog.open()

    @Slot(object)
    def _show_taken(self, taken: TurnedIn) -> None:
        text = _("{name} took over the money of shift {number}.")
        messages.toast(self, text.format(name=taken.by, number=taken.number))
        self._go_back()

    def _show_refusal(self, error: UserError) -> None:
        self._counting.refuse(error.message)

    @Slot(object)
    def _ask_deposit(self, ready: list[ShiftMoney]) -> None:
        self._ask(self._making, _("New deposit"), ready)

    @Slot(object)
    def _show_made(self, made: DepositMade) -> None:
        messages.toast(self, _("Deposit {number} is made.").format(number=made.number))
        if made.document is None:
            self._go_back()
            return
        self.title.setText(_("Deposit {number}").format(number=made.number))
        self._sides.show_side(self._paper)
        self._paper.show_paper(made.document, _("Its slip prints now and goes with the money."))

    @Slot()
    def _show_saved(self) -> None:
        messages.toast(self, _("Saved."))
        self._go_back()

    def showEvent(self, event: QShowEvent) -> None:
        """Read anew what changed while the page was out of sight."""
        super().showEvent(event)
        self.refresh()


def _office(read: ReadSession) -> Office:
    waiting = services.cash_room.undeposited(read)
    return Office(
        waiting,
        {one.number: services.deposit_list.mix_of(read, one) for one in waiting},
        services.deposit_list.deposits(read),
        services.settling.open_differences(read),
    )
