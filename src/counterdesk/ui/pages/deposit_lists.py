"""What the cash office has before it: three lists, and what can be done with the line chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Permission
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.tables.money_tables import (
    deposit_records,
    difference_records,
    undeposited_records,
)
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import plain_label, wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.cash_room import ShiftMoney
    from counterdesk.services.deposit_list import DepositLine
    from counterdesk.services.settling import OpenDifference

_UNDEPOSITED, _DEPOSITS, _DIFFERENCES = range(3)


@dataclass(frozen=True, slots=True)
class Office:
    """All that the lists show."""

    undeposited: tuple[ShiftMoney, ...]
    mixes: dict[str, tuple[str, ...]]
    """What of a shift's mix is not as received, by its number."""
    deposits: tuple[DepositLine, ...]
    differences: tuple[OpenDifference, ...]


class DepositLists(QWidget):
    """Arrows choose a line; each thing to do has its key."""

    turn_in_asked = Signal(object)
    """A `ShiftMoney` whose cashier offers it."""

    taking_asked = Signal(object)
    """A `ShiftMoney` that is offered."""

    deposit_asked = Signal(object)
    """The `ShiftMoney` of every shift in the cash room."""

    bank_asked = Signal(object)
    """A `DepositLine` without the bank's number."""

    settling_asked = Signal(object)
    """An `OpenDifference`."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._office = Office((), {}, (), ())
        self._tabs = named(QTabBar(), "depositTabs")
        self._stack = QStackedWidget()
        self._total = plain_label("", "h2", name="undepositedTotal")
        self._detail = wrapped_label(name="depositDetail")
        self._make_tables()
        self._make_buttons()
        self._build()
        self._connect()
        self._show_chosen()  # nothing is offered before the lists are read

    def begin(self) -> None:
        """Put the focus on the list in sight."""
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_office(self, office: Office) -> None:
        """Show the lists anew; the chosen line stays chosen."""
        self._office = office
        shown = (office.undeposited, office.deposits, office.differences)
        for place, (table, lines) in enumerate(zip(self._tables, shown, strict=True)):
            chosen = table.currentIndex().row()
            table.records.show_records(lines)
            if lines:
                table.selectRow(min(max(chosen, 0), len(lines) - 1))
            text = self._names[place]
            self._tabs.setTabText(place, f"{text} {len(lines)}" if lines and place != 1 else text)
        self._total.setText(_total_words(office.undeposited, self._settings))
        self._show_chosen()

    def _make_tables(self) -> None:
        given = self._settings
        self._names = (_("Not deposited"), _("Deposits"), _("Differences"))
        self._tables = [
            RecordTable("undepositedTable", self._names[0], undeposited_records(given)),
            RecordTable("depositsTable", self._names[1], deposit_records(given)),
            RecordTable("differencesTable", self._names[2], difference_records(given)),
        ]
        for table, text in zip(self._tables, (
            _("Nothing waits: every closed shift's money is at the bank."),
            _("No deposit was made at this counter yet."),
            _("Nothing is open: every difference is settled."),
        ), strict=True):  # fmt: skip
            table.say_when_empty(text)
            self._stack.addWidget(table)

    def _make_buttons(self) -> None:
        self._turn_in = key_button(_("Turn in"), "Alt+T", "turnIn", "")
        self._take = key_button(_("Count and take over"), "Alt+A", "takeOver", "")
        self._deposit = key_button(_("Make a deposit"), "Alt+D", "makeDeposit", "primary")
        self._bank = key_button(_("The bank's number"), "Alt+B", "recordBank", "primary")
        self._settle = key_button(_("Settle"), "Alt+S", "settle", "primary")

    def _build(self) -> None:
        self._tabs.setAccessibleName(_("Which list"))
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        for name in self._names:
            self._tabs.addTab(name)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addLayout(row(self._tabs, None, self._total))
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._detail)
        buttons = (self._turn_in, self._take, self._deposit, self._bank, self._settle)
        layout.addLayout(row(None, *buttons))

    def _connect(self) -> None:
        self._tabs.currentChanged.connect(self._show_tab)
        for table in self._tables:
            table.selectionModel().currentRowChanged.connect(self._show_chosen)
            table.opened.connect(self._open)
        for button, signal in (
            (self._turn_in, self.turn_in_asked), (self._take, self.taking_asked),
            (self._bank, self.bank_asked), (self._settle, self.settling_asked),
        ):  # fmt: skip
            button.clicked.connect(partial(self._ask, signal))
        self._deposit.clicked.connect(self._ask_deposit)

    @property
    def _table(self) -> RecordTable:
        return self._tables[self._tabs.currentIndex()]

    def _chosen(self) -> Any:
        place, lines = self._table.currentIndex().row(), self._table.records.records
        return lines[place] if 0 <= place < len(lines) else None

    def _ask(self, signal: Any, *_checked: object) -> None:
        if self._chosen() is not None:
            signal.emit(self._chosen())

    @Slot()
    def _ask_deposit(self) -> None:
        ready = [one for one in self._office.undeposited if one.state == "in_cash_room"]
        self.deposit_asked.emit(ready)

    @Slot()
    def _open(self) -> None:
        """Enter does what the line is there for."""
        for button in (self._turn_in, self._take, self._bank, self._settle, self._deposit):
            if not button.isHidden() and button.isEnabled():
                button.click()
                return

    @Slot(int)
    def _show_tab(self, place: int) -> None:
        self._stack.setCurrentIndex(place)
        self._show_chosen()
        self.begin()

    @Slot()
    def _show_chosen(self) -> None:
        """Say what there is to know of the line, and offer what can be done with it."""
        tab, chosen, actor = self._tabs.currentIndex(), self._chosen(), self._jobs.actor
        banks = actor is not None and actor.may(Permission.MAKE_DEPOSIT)
        cashes = actor is not None and actor.may(Permission.OPEN_SHIFT)
        state = str(chosen.state) if tab == _UNDEPOSITED and chosen is not None else ""
        ready = any(one.state == "in_cash_room" for one in self._office.undeposited)
        self._turn_in.setVisible(cashes and state == "to_turn_in")
        self._take.setVisible(cashes and state == "offered")
        self._deposit.setVisible(banks and tab == _UNDEPOSITED and ready)
        unbooked = tab == _DEPOSITS and chosen is not None and not chosen.bank_number
        self._bank.setVisible(banks and unbooked)
        self._settle.setVisible(cashes and tab == _DIFFERENCES and chosen is not None)
        self._detail.setText(self._words(tab, chosen))
        self._total.setVisible(tab == _UNDEPOSITED)

    def _words(self, tab: int, chosen: Any) -> str:
        if chosen is None:
            return ""
        if tab == _UNDEPOSITED:
            return " ".join([*self._of_shift(chosen), *self._office.mixes.get(chosen.number, ())])
        if tab == _DEPOSITS:
            return " ".join([*self._of_deposit(chosen), *chosen.mix])
        said = _("{amount} of {all} is open. At the close was said: {reason}")
        return said.format(amount=self._money(abs(chosen.open_minor)), reason=chosen.reason,
                           all=self._money(abs(chosen.difference_minor)))  # fmt: skip

    def _of_shift(self, one: ShiftMoney) -> list[str]:
        words = []
        if one.refused:
            words.append(_("Refused: {reason}").format(reason=one.refused))
        if one.drops_minor:
            text = _("{amount} of the cash was dropped to the safe before.")
            words.append(text.format(amount=self._money(one.drops_minor)))
        if one.keep_minor:
            text = _("{amount} stays for the next float.")
            words.append(text.format(amount=self._money(one.keep_minor)))
        return words

    def _of_deposit(self, one: DepositLine) -> list[str]:
        words = [_("Made by {name}.").format(name=one.user_name)]
        if one.validated_on is not None:
            day = write_date(one.validated_on, self._settings.locale)
            words.append(_("The bank booked it on {day}.").format(day=day))
        return words

    def _money(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)


def _total_words(lines: tuple[ShiftMoney, ...], settings: Any) -> str:
    if not lines:
        return ""
    oldest: datetime = min(one.since_utc for one in lines)
    total = format_amount(
        sum(one.collected_minor for one in lines), settings.currency, settings.locale
    )
    return _("{amount} collected since {day} and not deposited").format(
        amount=total, day=write_date(oldest.date(), settings.locale)
    )
