"""The consumer on one screen: the account, what happened to it, and what can be done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.account_sheet import LineKind, SheetLine
from counterdesk.core.dates import write_date
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Permission
from counterdesk.ui import messages
from counterdesk.ui.dialogs.credit_opening import credit_payment
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.credit_note_view import CreditNoteView
from counterdesk.ui.pages.receipt_view import ReceiptView
from counterdesk.ui.tables.record_table import RecordTable
from counterdesk.ui.tables.sheet_tables import charges_model, notes_model
from counterdesk.ui.tables.timeline_table import TimelineTable, matches, timeline_records
from counterdesk.ui.theme import SEARCH_WIDTH, SPACE_S
from counterdesk.ui.widgets.aside import Aside
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.changing import Changing
from counterdesk.ui.widgets.consumer_card import TIMELINE_KEY
from counterdesk.ui.widgets.consumer_figures import contact_words, who_and_figures
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.labels import ElidedLabel, wrapped_label

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.core.credit import NoteNow
    from counterdesk.services.consumer_sheet import ConsumerSheet

_TOGETHER_MS = 200
_ARROWS = (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)


class ConsumerView(Aside):
    """Reads its account anew when something changed, and stays where it was read."""

    pay_asked = Signal(str, bool)
    """The account number to take a payment for, and whether its credit is to be spent."""

    payments_asked = Signal(str)
    """The account number whose payments are wanted in the list of all."""

    left = Signal()
    """Somebody went back."""

    def __init__(self, jobs: Jobs, *, pays: bool = True) -> None:
        """Make an empty view; `pays`: whether a payment can be begun from it."""
        super().__init__("consumerView", "")
        self._jobs, self._settings = jobs, jobs.store.settings
        self._pays = pays
        self._asked = 0
        self._consumer_id: UUID | None = None
        self._sheet: ConsumerSheet | None = None
        self._receipt, self._note = ReceiptView(jobs), CreditNoteView(jobs)
        self._top, self._contact = Changing(), ElidedLabel(role="muted")
        self._lines = timeline_records(self._settings)
        self.table = TimelineTable(self._lines)
        today = jobs.store.clock.now_utc().date()
        self._charges = RecordTable(
            "sheetCharges", _("Charges"), charges_model(self._settings, today)
        )
        self._notes = RecordTable("sheetNotes", _("Credit notes"), notes_model(self._settings))
        self._build()
        self._connect()

    def show_consumer(self, consumer_id: UUID) -> None:
        """Show another consumer, from the newest line on; nothing of the one before stays."""
        self._consumer_id, self._sheet = consumer_id, None
        self._leave_asides()
        self.title.setText("")
        for label in (self._contact, self._source):
            label.setText("")
        self._top.show_content(QWidget())
        self._lines.begin_with((), more=False)
        for table in (self.table, self._charges, self._notes):
            table.say_when_empty("")
        for table in (self._charges, self._notes):
            table.records.show_records(())
        for button in self._actions:
            button.hide()
        self._error.hide()
        self.search.clear()
        self.tabs.setCurrentIndex(0)
        self._read()

    @property
    def account_number(self) -> str:
        """The account in sight; "" while none is read."""
        return self._sheet.view.account.account_number if self._sheet else ""

    def begin(self) -> None:
        """Put the focus on the list."""
        self._table_here().setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def leave(self) -> None:
        """Leave what is looked at within it, too."""
        was_here = not self.isHidden()
        self._leave_asides()
        super().leave()
        if was_here:
            self.left.emit()

    @Slot()
    def refresh(self) -> None:
        """Read the account anew."""
        if self.isVisible() and self._consumer_id is not None:
            self._read()

    def _build(self) -> None:
        self._main = QWidget()
        whole = QVBoxLayout(self._main)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE_S)
        whole.addWidget(self._top)
        lists = QVBoxLayout()
        lists.setSpacing(SPACE_S)
        lists.addLayout(self._build_tabs())
        lists.addWidget(self._lists, 1)
        lists.addWidget(self._source)
        whole.addLayout(lists, 1)
        self.header.addWidget(self._contact, 1)
        self._error = wrapped_label("", "error", name="consumerViewError")
        for part in (self._main, self._error, self._receipt, self._note):
            self.body.addWidget(part)
        self.body.setStretch(0, 1)
        self._build_actions()

    def _build_tabs(self) -> QVBoxLayout:
        self.tabs = named(QTabBar(), "sheetTabs")
        self.tabs.setAccessibleName(_("Lists"))
        self.tabs.setDrawBase(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._lists = QStackedWidget()
        for place, table in enumerate((self.table, self._charges, self._notes)):
            self.tabs.addTab(f"{table.accessibleName()}  Alt+{place + 1}")
            self._lists.addWidget(table)
        self.search = named(QLineEdit(), "timelineSearch")
        self.search.setPlaceholderText(_("Month, amount, receipt  Ctrl+F"))
        self.search.setAccessibleName(_("Search the timeline"))
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(SEARCH_WIDTH)
        self._source = wrapped_label("", "muted", name="timelineSource")
        above = row(self.tabs, None, self.search)
        above.setStretchFactor(self.search, SEARCH_WIDTH)
        tabs = QVBoxLayout()
        tabs.addLayout(above)
        return tabs

    def _build_actions(self) -> None:
        self._pay = KeyButton(_("Pay"), "F2", "consumerPay", "primary")
        self._spend = key_button(_("Spend credit"), "Alt+C", "consumerSpend", "")
        self._credit = key_button(_("Create credit note"), "Ctrl+G", "consumerCredit", "")
        self._all = key_button(_("In the list"), "Alt+L", "consumerPayments", "")
        self._actions = (self._all, self._credit, self._spend, self._pay)
        for button in self._actions:
            self.footer.addWidget(button)

    def _connect(self) -> None:
        self.table.opened.connect(self._open_line)
        self._notes.opened.connect(self._open_note)
        self.table.typed.connect(self._begin_search)
        self.search.textChanged.connect(self._show_lines)
        self.search.returnPressed.connect(self._open_here)
        self.tabs.currentChanged.connect(self._show_list)
        self._pay.clicked.connect(lambda: self.pay_asked.emit(self.account_number, False))
        self._spend.clicked.connect(lambda: self.pay_asked.emit(self.account_number, True))
        self._credit.clicked.connect(self._create_credit)
        self._all.clicked.connect(lambda: self.payments_asked.emit(self.account_number))
        self._soon = QTimer(self, singleShot=True, interval=_TOGETHER_MS)
        self._soon.timeout.connect(self.refresh)
        self._jobs.changed.connect(self._refresh_soon)
        for key, do in (
            ("Ctrl+F", self._search_now), (TIMELINE_KEY, self.leave),
            *((f"Alt+{place + 1}", partial(self.tabs.setCurrentIndex, place))
              for place in range(3)),
        ):  # fmt: skip
            QShortcut(QKeySequence(key), self._main).activated.connect(do)
        # Not on a note's page, where the key holds the note.
        QShortcut(QKeySequence(TIMELINE_KEY), self._receipt).activated.connect(self.leave)

    @Slot()
    def _refresh_soon(self) -> None:
        # What nobody looks at is read when it is shown again.
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _read(self) -> None:
        consumer_id = self._consumer_id
        if consumer_id is not None and self._jobs.actor is not None:
            self._asked += 1
            self._jobs.read(
                self,
                lambda read: services.consumer_sheet.consumer_sheet(read, consumer_id),
                partial(self._show_sheet, self._asked),
                self._show_refusal,
            )

    def _show_sheet(self, asked: int, sheet: ConsumerSheet) -> None:
        if asked != self._asked:
            return
        self._sheet = sheet
        self.title.setText(f"{sheet.view.account.consumer_name}  \u00b7  {self.account_number}")
        self._top.show_content(who_and_figures(sheet, self._settings))
        self._contact.say(contact_words(sheet))
        self._source.setText(self._told(sheet))
        self._charges.records.show_records(tuple(reversed(sheet.charges)))
        self._charges.say_when_empty(_("Nothing was charged that is known here."))
        self._notes.records.show_records(tuple(reversed(sheet.view.notes)))
        self._notes.say_when_empty(_("No credit note of this consumer is known here."))
        self._show_lines()
        self._show_actions(sheet)

    def _told(self, sheet: ConsumerSheet) -> str:
        if not sheet.lines:
            return ""
        text = _("Brought forward on {day}: {amount}. The balance is worked back from today's.")
        return text.format(
            day=write_date(sheet.lines[-1].on, self._settings.locale),
            amount=format_amount(
                sheet.brought_forward_minor, self._settings.currency, self._settings.locale
            ),
        )

    def _show_actions(self, sheet: ConsumerSheet) -> None:
        actor = self._jobs.actor
        pays = self._pays and actor is not None and actor.may(Permission.TAKE_PAYMENT)
        self._pay.setVisible(pays)
        self._spend.setVisible(
            pays and sheet.view.credit_minor > 0 and sheet.view.outstanding_minor > 0
        )
        self._credit.setVisible(actor is not None and actor.may(Permission.RAISE_CREDIT))
        self._all.setVisible(
            self._pays and actor is not None and actor.may(Permission.SEE_PAYMENTS)
        )

    @Slot()
    def _show_lines(self) -> None:
        """Show the lines that are searched for, at the place where somebody reads."""
        if self._sheet is None:
            return
        wanted = self.search.text()
        lines = [one for one in self._sheet.lines if matches(one, wanted, self._settings)]
        if lines == self._lines.records:
            return
        here, scrolled = self._line_here(), self.table.verticalScrollBar().value()
        self._lines.begin_with(lines, more=False)
        nothing = _("Nothing like it in the last 13 months.")
        self.table.say_when_empty(
            nothing if wanted.strip() else _("Nothing was charged or paid in the last 13 months.")
        )
        place = next((at for at, one in enumerate(lines) if _same(one, here)), 0)
        if lines:
            self.table.selectRow(place)
        if here is not None:
            self.table.verticalScrollBar().setValue(scrolled)

    def _line_here(self) -> SheetLine | None:
        index = self.table.currentIndex()
        found: SheetLine | None = self._lines.records[index.row()] if index.isValid() else None
        return found

    @Slot(int)
    def _show_list(self, place: int) -> None:
        self._lists.setCurrentIndex(place)
        self.search.setVisible(place == 0)
        self._table_here().setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _table_here(self) -> RecordTable:
        return (self.table, self._charges, self._notes)[self.tabs.currentIndex()]

    @Slot()
    def _search_now(self) -> None:
        self.tabs.setCurrentIndex(0)
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @Slot(str)
    def _begin_search(self, text: str) -> None:
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.setText(text)

    @Slot()
    def _open_here(self) -> None:
        line = self._line_here()
        if line is not None:
            self._open_line(line)

    @Slot(object)
    def _open_line(self, line: SheetLine) -> None:
        sheet = self._sheet
        if sheet is None or line.id is None:
            return
        if line.kind is LineKind.CREDIT:
            self._open_note_of(line.id)
        elif line.id in sheet.payments:
            account = sheet.view.account
            who = f"{account.consumer_name} \u00b7 {account.account_number}"
            self._receipt.show_payment(sheet.payments[line.id], who)
            self._receipt.stand_in(self._main, self.title, self._contact, *self._footer_parts())
        elif line.kind is LineKind.CHARGE:
            self.tabs.setCurrentIndex(1)
            charges = [one.charge_id for one in self._charges.records.records]
            self._charges.selectRow(charges.index(line.id))

    @Slot(object)
    def _open_note(self, note: NoteNow) -> None:
        self._open_note_of(note.id)

    def _open_note_of(self, note_id: UUID) -> None:
        self._note.show_note(note_id)
        self._note.stand_in(self._main, self.title, self._contact, *self._footer_parts())

    def _footer_parts(self) -> tuple[QWidget, ...]:
        shown = tuple(button for button in self._actions if not button.isHidden())
        return (self.go_back, *shown)

    def _leave_asides(self) -> None:
        self._receipt.leave()
        self._note.leave()

    @Slot()
    def _create_credit(self) -> None:
        line = self._line_here()
        if line is not None and line.kind is LineKind.PAYMENT and line.id is not None:
            credit_payment(self, self._jobs, line.id)
        else:
            messages.toast(self, _("Choose a payment of the timeline first."))

    def _show_refusal(self, error: UserError) -> None:
        self._error.setText(error.message)
        self._error.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """End a search with Esc before anything else; arrows leave its field for the list."""
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            self.begin()
        elif event.key() in _ARROWS and self.search.hasFocus():
            self.begin()
            QApplication.sendEvent(self.table, event)
        else:
            super().keyPressEvent(event)


def _same(one: SheetLine, other: SheetLine | None) -> bool:
    return other is not None and (one.kind, one.number, one.id) == (
        other.kind, other.number, other.id,
    )  # fmt: skip
