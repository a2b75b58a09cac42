"""Step 2: what is paid? The consumer at a glance, the open charges, and the amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.settings import Settings
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui import messages
from counterdesk.ui.pages.step import Step
from counterdesk.ui.theme import SPACE_S
from counterdesk.ui.widgets.account_tabs import AccountTabs
from counterdesk.ui.widgets.amount_row import AmountRow
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.charges_box import ChargesBox
from counterdesk.ui.widgets.choice_box import ChoiceBox
from counterdesk.ui.widgets.consumer_card import AccountWarnings, ConsumerCard
from counterdesk.ui.widgets.labels import plain_label
from counterdesk.ui.widgets.named import named
from counterdesk.ui.widgets.visit_remarks import VisitRemarks

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.consumers import AccountView


class ChargesStep(Step):
    """Tick charges of the account, say how much of them is paid."""

    account_wanted = Signal()
    """The payer pays for another account as well."""

    approval_wanted = Signal()
    """More is paid than the office allows without a supervisor."""

    timeline_wanted = Signal(object)
    """The `AccountView` whose payments are all to be seen."""

    fields = ("chargesTable", "amountToPay", "channelBox", "notesEdit", "paidBy")

    def __init__(self, settings: Settings) -> None:
        super().__init__(_("What is paid?"), _("Continue to tender"), _("Back"))
        self._settings = settings
        self._draft: VisitDraft | None = None
        self._views: dict[str, AccountView] = {}
        self._accounts = AccountTabs()
        self._card = ConsumerCard(settings)
        self._warnings = AccountWarnings()
        self._channel = named(ChoiceBox(), "channelBox", _("Channel"))
        self._charges = ChargesBox(settings, self._channel_row())
        self._row = AmountRow(settings, self)
        self._amount = self._row.amount
        self._remarks = VisitRemarks(settings.notes_limit)
        self._below = QStackedWidget()
        self._build()
        self._connect()

    def show_visit(self, draft: VisitDraft, view: AccountView | None = None) -> None:
        """Show the account being worked on; `view` is what was just read of one of them."""
        self._draft = draft
        if view is not None:
            self._views[view.account.account_number] = view
        shown = self._views[draft.current.account.account_number]
        self._card.show_account(shown)
        self._warnings.show_warnings(shown.warnings)
        self._channel.setCurrentText(draft.channel)
        self._remarks.show_visit(draft)
        self._charges.show_account(draft)
        self._amount.show_amount(draft.current.amount_minor)
        self._accounts.show_visit(draft)
        self._row.remove.setVisible(len(draft.accounts) > 1)
        if self._charges.field.error:  # its table may have gone, with nothing left to tick
            self.warn("chargesTable", self._charges.field.error)

    def forget(self) -> None:
        """Forget the visit: another one begins."""
        self._draft = None
        self._views.clear()
        self.clear_refusals()

    def begin(self) -> None:
        """Put the focus on the charges; notes fold away."""
        self._below.setCurrentIndex(0)
        self._charges.begin()

    def take_text(self, text: str) -> None:
        """Begin the amount with a digit that was typed elsewhere."""
        if text.isdecimal():
            self._start_amount(text)

    def clear_refusals(self) -> None:
        """Take every refusal away, and the way to the supervisor with them."""
        super().clear_refusals()
        self._row.allow.hide()

    def refuse(self, field: str, sentence: str) -> None:
        """Unfold what is refused before the focus goes there."""
        self._below.setCurrentIndex(1 if field in ("notesEdit", "paidBy") else 0)
        super().refuse(field, sentence)

    @Slot()
    def open_notes(self) -> None:
        """Go to the notes."""
        self._below.setCurrentWidget(self._remarks)
        self._remarks.begin()

    def _channel_row(self) -> QWidget:
        self._channel.addItems(list(self._settings.channels))
        beside = QWidget()
        line = row(plain_label(_("Channel"), "muted"), self._channel)
        line.setContentsMargins(0, 0, 0, 0)
        beside.setLayout(line)
        return beside

    def _build(self) -> None:
        self.title.hide()  # the consumer's name is this step's title
        self.body.setSpacing(SPACE_S)
        for part in (self._accounts, self._warnings, self._card):
            self.body.addWidget(part)
        self.body.addWidget(self._charges, 1)
        self._below.addWidget(self._row)
        self._below.addWidget(self._remarks)
        self.body.addWidget(self._below)
        for field in (self._row.field, self._charges.field, *self._remarks.fields):
            self.place(field)
        self.close_with()

    def _connect(self) -> None:
        self._accounts.turned.connect(self._turn_account)
        self._channel.currentTextChanged.connect(self._take_channel)
        self._card.timeline_wanted.connect(self._want_timeline)
        self._charges.ticked.connect(self._take_ticks)
        self._charges.refused.connect(self._refuse_part)
        self._charges.typed.connect(self._start_amount)
        self._amount.textChanged.connect(self._take_amount)
        self._remarks.changed.connect(self._take_remarks)
        links = self._row
        links.more.clicked.connect(self._pay_more)
        links.part.clicked.connect(self._charges.table.edit_part)
        links.note.clicked.connect(self.open_notes)
        links.add.clicked.connect(self._add_account)
        links.remove.clicked.connect(self._remove_account)
        links.allow.clicked.connect(self.approval_wanted)

    @Slot(int)
    def _turn_account(self, index: int) -> None:
        if self._draft is None:
            return
        if self._amount_stands(self._draft):
            self._draft.current_index = index
            self._show_another(self._draft)
        else:
            self._accounts.show_visit(self._draft)

    @Slot()
    def _add_account(self) -> None:
        if self._draft is not None and self._amount_stands(self._draft):
            self.account_wanted.emit()

    @Slot()
    def _remove_account(self) -> None:
        if self._draft is not None:
            self._draft.remove_current()
            self._show_another(self._draft)

    @Slot()
    def _want_timeline(self) -> None:
        if self._charges.table.part_is_typed:  # looking aside would take it half typed
            messages.toast(self, _("Finish the charge's part first, with Enter or Esc."))
        elif self._draft is not None:
            number = self._draft.current.account.account_number
            self.timeline_wanted.emit(self._views[number])

    @Slot(str)
    def _take_channel(self, channel: str) -> None:
        if self._draft is not None and channel:
            self._draft.channel = channel

    @Slot()
    def _take_ticks(self) -> None:
        if self._draft is not None:
            self.clear_refusals()
            self._amount.show_amount(self._draft.current.amount_minor)
            self._warn_early(self._draft)
            self.changed.emit()

    @Slot(str)
    def _refuse_part(self, sentence: str) -> None:
        self.refuse("chargesTable", sentence)

    @Slot(str)
    def _start_amount(self, digit: str) -> None:
        self._below.setCurrentIndex(0)
        self._amount.start_with(digit)

    @Slot()
    def _take_amount(self) -> None:
        """Follow the keys: what cannot be read yet pays nothing, and is refused on Enter."""
        if self._draft is None:
            return
        self.clear_refusals()
        try:
            so_far = self._amount.amount_so_far() or 0
            self._draft.current.type_amount(so_far, self._settings)
        except UserError as error:
            self.refuse(error.field, error.message)
        else:
            self._warn_early(self._draft)
        self._charges.refresh()
        self.changed.emit()

    @Slot()
    def _pay_more(self) -> None:
        if self._draft is not None:
            self._below.setCurrentIndex(0)
            self._charges.table.finish_part()
            self._draft.current.pay_more = True
            # Typed anew, the parts of single charges would be filled oldest first.
            if self._amount.amount_so_far() != self._draft.current.amount_minor:
                self._take_amount()
            self._amount.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def _take_remarks(self) -> None:
        if self._draft is not None:
            self.clear_refusals()
            self._draft.notes, self._draft.paid_by = self._remarks.notes, self._remarks.payer
            self.changed.emit()

    @Slot()
    def try_onward(self) -> None:
        """Go on if the amounts can stand; else say beside them why not."""
        if self._draft is None or not self._amount_stands(self._draft):
            return
        problem = self._draft.problem(self.fields)
        if problem is None:
            self.onward.emit()
            return
        if self._draft.work_on(problem.account_number):
            self._show_another(self._draft)
        self.refuse(problem.field, problem.message)
        self._row.allow.setVisible(problem.needs_approval)

    def _warn_early(self, draft: VisitDraft) -> None:
        """Say at once what is wrong with the amount as it stands; the focus stays."""
        problem = draft.early_problem(self.fields)
        if problem is not None:
            self.warn(problem.field, problem.message)
            self._row.allow.setVisible(problem.needs_approval)

    def _amount_stands(self, draft: VisitDraft) -> bool:
        """Read the amount as typed, or refuse it: nothing that was typed is left behind."""
        self.clear_refusals()
        self._charges.table.finish_part()
        if self._charges.field.error:
            return False
        try:
            amount = self._amount.amount_minor()
            if amount != draft.current.amount_minor:
                draft.current.type_amount(amount, self._settings)
        except UserError as error:
            self.refuse(error.field, error.message)
            return False
        return True

    def _show_another(self, draft: VisitDraft) -> None:
        """Show the account that is worked on now, and what is wrong with it alone."""
        self.clear_refusals()
        self.show_visit(draft)
        self._warn_early(draft)
        if not self._accounts.has_focus():
            self.begin()
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Esc leave the remarks before it leaves the step."""
        if event.key() == Qt.Key.Key_Escape and self._remarks.has_focus():
            self.begin()
        else:
            super().keyPressEvent(event)
