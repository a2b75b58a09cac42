"""Step 5: the receipt, and the change to give. Stays until the next consumer is started."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDeadlineTimer, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from counterdesk import services
from counterdesk.core.documents import Document
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.undoing import UndoKind
from counterdesk.ui import messages
from counterdesk.ui.dialogs.copy_printing import print_copy
from counterdesk.ui.dialogs.credit_opening import credit_visit
from counterdesk.ui.dialogs.undo_asking import undone_words
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.receipt_mail import ReceiptMail
from counterdesk.ui.pages.receipt_undo import ReceiptUndo
from counterdesk.ui.pages.step import Step
from counterdesk.ui.receipt_file import save_pdf
from counterdesk.ui.tables.act_words import payment_way
from counterdesk.ui.theme import SPACE_L, SPACE_S, set_role
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.changing import ScrolledChanging, facts
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import plain_label, wrapped_label
from counterdesk.ui.widgets.named import named
from counterdesk.ui.widgets.receipt_paper import ReceiptPaper

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.acts import Way
    from counterdesk.services.print_jobs import PrintProgress
    from counterdesk.services.reprints import CopyMade
    from counterdesk.services.taken import PaymentTaken
    from counterdesk.services.undone import Undone


class ReceiptStep(Step):
    """Shows what was saved; prints copies, saves PDF, emails, and starts what comes next."""

    consumer_wanted = Signal(str)
    """The next consumer; the first letters, or an account number, or "" for none yet."""

    dashboard_wanted = Signal()
    """Back to the landing page."""

    fields = ("reprintReason", "mailAddress")

    def __init__(self, jobs: Jobs) -> None:
        super().__init__(_("Payment saved"), "", _("Back"))
        self._jobs = jobs
        self._taken: PaymentTaken | None = None
        self._seen = False
        self._paper = ReceiptPaper("receiptPreview")
        self._change = plain_label("", "change", name="receiptChange")
        self._change_text = plain_label("", "muted")
        self._numbers = ScrolledChanging(least=0)  # all of it stands on the paper, too
        self._printed = wrapped_label("", "muted", name="printState")
        self._sent = wrapped_label("", "muted", name="sentState")
        self._file = wrapped_label("", "muted", name="savedFile")
        self._reason = named(QLineEdit(maxLength=100), "reprintReason")
        self._mail = ReceiptMail(jobs)
        self._undo = ReceiptUndo(jobs, self)
        self._make_buttons()
        self._build()
        self._connect()

    def show_taken(self, taken: PaymentTaken) -> None:
        """Show a payment that is safely saved.

        It counts as seen when the person moves on, not when it is painted: whatever stops the
        machine before, the next start tells how the payment ended.
        """
        self._taken = taken
        self._seen = False
        self.clear_refusals()
        self._ask_why.hide()
        self._file.hide()
        self._undo.show_taken(taken)
        self._credit.show()
        self.title.setText(_("Payment saved"))
        self._show_paper(taken)
        self._show_money(taken)
        self._show_way("")
        self._read_states()
        self._mail.show_taken(taken)

    def forget(self) -> None:
        """Forget the payment: the next one begins."""
        self._note_seen()
        self._taken = None
        self._undo.show_taken(None)
        self._paper.clear()
        self._mail.forget()

    def begin(self) -> None:
        """Keep the focus on the page: letters and digits start the next consumer."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_text(self, text: str) -> None:
        """Start the next consumer with what was typed."""
        self.consumer_wanted.emit(text)

    def _note_seen(self) -> None:
        taken = self._taken
        if taken is not None and not self._seen:
            self._seen = True
            self._jobs.write(
                self,
                lambda session: services.startup.mark_receipt_seen(session, taken.transaction_id),
            )

    def _make_buttons(self) -> None:
        self._copy = key_button(_("Print a copy"), "Ctrl+P", "printButton", "")
        self._pdf = key_button(_("Save as PDF"), "Ctrl+S", "savePdfButton", "")
        self._credit = key_button(_("Credit note"), "Ctrl+G", "creditButton", "")
        self._same = key_button(_("Same consumer"), "Ctrl+R", "sameConsumerButton", "")
        self._home = key_button(_("Dashboard"), "Ctrl+D", "dashboardButton", "")
        self._next = key_button(_("Another payment"), "Ctrl+N", "anotherPaymentButton", "primary")
        self._ask_why = Field(_("Why another receipt? Enter prints it."), self._reason)

    def _build(self) -> None:
        self._paper.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        columns = row(self._paper, spacing=SPACE_L)
        columns.addLayout(self._side(), 1)
        self.body.addLayout(columns, 1)
        self.go_on.hide()
        self.go_back.hide()
        self.footer.addLayout(row(self._home, self._undo.button))
        self.close_with(self._same, self._next)

    def _side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(SPACE_S)
        for part in (self._change_text, self._change):
            side.addWidget(part)
        side.addSpacing(SPACE_S)
        side.addWidget(self._numbers)
        side.addSpacing(SPACE_S)
        side.addWidget(self._printed)
        side.addWidget(self._sent)
        side.addWidget(self.place(self._ask_why))
        side.addLayout(row(self._copy, self._credit))
        side.addLayout(row(self._pdf, self._mail.button))
        side.addWidget(self._file)
        side.addWidget(self._mail)
        self.place(self._mail.field)
        side.addStretch(1)
        side.addWidget(wrapped_label(_("Just type or scan to start the next consumer."), "muted"))
        return side

    def _connect(self) -> None:
        self._copy.clicked.connect(self._ask_reason)
        self._pdf.clicked.connect(self._save_pdf)
        self._undo.undone.connect(self._show_undone)
        self._credit.clicked.connect(self._create_credit)
        self._same.clicked.connect(self._start_same)
        self._next.clicked.connect(self._start_next)
        self._home.clicked.connect(self.dashboard_wanted)
        self._jobs.changed.connect(self._read_states)
        self._jobs.centre.changed.connect(self._read_states)
        self._mail.opened.connect(self._ask_address)
        self._mail.closed.connect(self.begin)
        self._mail.refused.connect(self._show_refusal)

    @Slot()
    def _ask_address(self) -> None:
        self.sleep(QDeadlineTimer(0))  # Enter is meant for the address from now on
        self._ask_why.hide()

    @Slot()
    def _ask_reason(self) -> None:
        self._mail.close_form()
        self.sleep(QDeadlineTimer(0))  # Enter is meant for the reason from now on
        self._reason.setText(_("The payer asked for another one"))
        self._ask_why.show()
        self._reason.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._reason.selectAll()

    @Slot()
    def try_onward(self) -> None:
        """Enter sends what is being asked for, a copy or an email, and does nothing else here."""
        if self._mail.is_typing:
            self.clear_refusals()
            self._mail.submit()
            return
        taken, reason = self._taken, self._reason.text()
        if taken is None or not self._reason.hasFocus():
            return
        self.clear_refusals()
        print_copy(
            self, self._jobs, taken.transaction_id, reason,
            done=self._show_copy, failed=self._show_refusal,
        )  # fmt: skip

    @Slot()
    def _save_pdf(self) -> None:
        if self._taken is None:
            return
        document = self._taken.document
        name = f"{self._taken.receipt_number}.pdf"
        path = messages.save_as(self, _("Save the receipt"), name, "PDF (*.pdf)")
        if path:
            self._jobs.read(
                self,
                lambda read: save_pdf(Path(path), document, read.settings.document_page),
                done=self._show_saved,
                failed=self._show_refusal,
            )

    @Slot()
    def _create_credit(self) -> None:
        if self._taken is not None:
            credit_visit(self, self._jobs, self._taken.transaction_id)

    @Slot(object, object)
    def _show_undone(self, undone: Undone, document: Document) -> None:
        """Show the receipt as it counts now: void, with the number of the act."""
        if self._taken is None:
            return
        self._taken = replace(self._taken, document=document)
        self._show_paper(self._taken)
        self.title.setText(undone_words(undone))
        cash = undone.cash_minor > 0
        self._change_text.setText(_("Hand back") if cash else _("No cash to hand back"))
        self._change.setText(self._amount(undone.cash_minor))
        set_role(self._change, "change" if cash else "total")
        self._credit.setVisible(undone.kind is not UndoKind.VOID)

    @Slot()
    def _start_same(self) -> None:
        if self._taken is not None:
            self.consumer_wanted.emit(self._taken.payments[0].account_number)

    @Slot()
    def _start_next(self) -> None:
        self.consumer_wanted.emit("")

    @Slot()
    def _read_states(self) -> None:
        taken, sent_through = self._taken, self._jobs.centre.sent_through
        if taken is not None:
            self._jobs.read(
                self,
                lambda read: (
                    services.print_jobs.print_state_of(read, taken.transaction_id),
                    services.acts.way_of(read, taken.event_seq, sent_through),
                ),
                done=self._show_states,
            )

    def _show_states(self, states: tuple[PrintProgress | None, Way]) -> None:
        progress, way = states
        self._printed.setText(progress.words if progress is not None else "")
        self._show_way(payment_way(way))

    def _show_way(self, sentence: str) -> None:
        """Say where the payment is, unless there is no centre that it could go to."""
        self._sent.setText(sentence)
        self._sent.setVisible(self._jobs.centre.state != "alone")

    def _show_copy(self, made: CopyMade) -> None:
        self._ask_why.hide()
        self.begin()
        messages.toast(self, _("Copy {number} is printing.").format(number=made.document.copy))

    def _show_saved(self, path: Path) -> None:
        self.clear_refusals()
        self._ask_why.hide()
        self._mail.close_form()
        self.begin()
        # Invisible spaces, where a long path may go on in the next line.
        folder = str(path.parent.absolute()).replace(os.sep, f"{os.sep}\u200b")
        self._file.setText(_("Saved as {name} in {folder}").format(name=path.name, folder=folder))
        self._file.show()

    def _show_refusal(self, error: UserError) -> None:
        self.refuse(error.field, error.message)

    def _show_paper(self, taken: PaymentTaken) -> None:
        # The gap beside it belongs to its half: the buttons need theirs whole.
        columns = self._jobs.printing.columns
        self._paper.show_document(taken.document, columns, self.width() // 2 - SPACE_L)

    def _show_money(self, taken: PaymentTaken) -> None:
        given = taken.change_minor > 0
        self._change_text.setText(_("Give change") if given else _("No change to give"))
        self._change.setText(self._amount(taken.change_minor))
        set_role(self._change, "change" if given else "total")
        self._numbers.show_content(facts(self._facts(taken)))

    def _facts(self, taken: PaymentTaken) -> list[tuple[str, str]]:
        return [
            (_("Receipt"), taken.receipt_number),
            (_("Transaction"), taken.transaction_number),
            *((_("Payment"), payment.number) for payment in taken.payments),
            *(
                (_("Credit note"), f"{note.number}  {self._amount(note.amount_minor)}")
                for note in taken.credit_notes
            ),
            (_("Total paid"), self._amount(taken.paid_minor)),
            *self._left(taken),
        ]

    def _left(self, taken: PaymentTaken) -> list[tuple[str, str]]:
        if len(taken.left) == 1:
            return [(_("Left on account"), self._amount(taken.left_minor))]
        text = _("Left on {account}")
        return [
            (text.format(account=one.account_number), self._amount(one.left_minor))
            for one in taken.left
        ]

    def _amount(self, amount_minor: int) -> str:
        given = self._jobs.store.settings
        return format_amount(amount_minor, given.currency, given.locale)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Esc close what is asked for before it leaves the receipt."""
        asked = self._mail.is_open or not self._ask_why.isHidden()
        if event.key() == Qt.Key.Key_Escape and asked:
            self._mail.close_form()
            self._ask_why.hide()
            self.clear_refusals()
            self.begin()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the payment as seen: the person went elsewhere, or closed the window."""
        super().hideEvent(event)
        if not event.spontaneous():
            self._note_seen()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the paper as much room as there is."""
        super().resizeEvent(event)
        if self._taken is not None:
            self._show_paper(self._taken)
