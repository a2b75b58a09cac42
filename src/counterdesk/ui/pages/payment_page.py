"""Taking a payment for one visit: five steps, and the visit at their side."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.account_draft import AccountDraft
from counterdesk.core.clock import office_date
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.ids import new_uuid7
from counterdesk.core.text import clean
from counterdesk.core.visit import Approval, Credit, PaperReceipt, PaymentRequest
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui import messages
from counterdesk.ui.credit_clearing import CreditClearing
from counterdesk.ui.dialogs.approval_dialog import ApprovalDialog
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.payment_steps import PaymentSteps
from counterdesk.ui.theme import SPACE_L, SPACE_M, WIDE_PAGE
from counterdesk.ui.widgets.search_box import HeldKey
from counterdesk.ui.widgets.visit_panel import VisitPanel

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.consumers import AccountView
    from counterdesk.services.shifts import OpenShift
    from counterdesk.services.taken import PaymentTaken
    from counterdesk.store.session import ReadSession
    from counterdesk.ui.pages.consumer_view import ConsumerView


class PaymentPage(QWidget):
    """Take a payment for one visit."""

    payment_taken = Signal(object)
    """A `PaymentTaken`, once it is safely in the database."""

    visit_changed = Signal(bool)
    """Whether a visit is open, whenever one begins or ends."""

    part_built = Signal(object)
    """A widget of this page that was not there from its beginning."""

    dashboard_asked = Signal()
    """The cashier wants back to the landing page."""

    shift_needed = Signal()
    """No payment can be taken before a shift is opened."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._draft: VisitDraft | None = None
        self._reviewed: PaymentRequest | None = None
        self._confirmed = False
        self._shift: OpenShift | None = None
        self._spends = ""
        self._clearing = CreditClearing(jobs, self)
        self._steps = PaymentSteps(jobs)
        self._panel = VisitPanel()
        self._account: ConsumerView | None = None
        self._build()
        self._connect()

    @property
    def visit_open(self) -> bool:
        """Whether a visit has begun that is not confirmed yet."""
        return self._draft is not None

    @Slot()
    def begin(self) -> None:
        """Wait for the next consumer: everything empty, the search has the focus."""
        self._keep(None)
        self._spends = ""
        self._steps.forget()
        self._panel.clear()
        self._steps.go_to(self._steps.consumer)
        self._jobs.read(self, services.shifts.current_shift, self._show_shift)

    def abandon(self) -> None:
        """Forget the visit that is open, so that no later start tells of it."""
        draft = self._draft
        self._keep(None)
        self._clearing.release()
        if draft is not None:
            self._jobs.write(
                self, lambda session: services.startup.drop_draft(session, draft.request_id)
            )

    def pay_for(self, account_number: str) -> None:
        """Begin a visit with this account's charges."""
        self._start_next(account_number)

    def spend_credit_of(self, account_number: str) -> None:
        """Use an account's credit notes, as far as they go, as soon as its charges are there."""
        if self._draft is None:
            self._spends = account_number

    @Slot(str)
    def scan(self, code: str) -> None:
        """Start the consumer of a scanned bill, or tick the bill; never anything more."""
        self._leave_account()
        steps = self._steps
        if steps.current in (steps.tender, steps.review):
            messages.toast(self, _("Not scanned: finish this payment first, or go back with Esc."))
        elif self._draft is not None and steps.current is steps.charges:
            self._scan_on_charges(code, self._draft)
        elif self._draft is not None:
            steps.consumer.open_consumer(code)
        else:
            self._start_next(code)

    def _build(self) -> None:
        self.setObjectName("page")
        layout = self._across = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_M, SPACE_M)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self._steps, 1)
        layout.addWidget(self._panel)

    def _connect(self) -> None:
        steps = self._steps
        steps.moved.connect(self._make_room)
        steps.consumer.account_found.connect(self._open_account)
        steps.consumer.back.connect(self._leave_search)
        steps.charges.account_wanted.connect(self._add_account)
        steps.charges.timeline_wanted.connect(self._show_timeline)
        steps.charges.onward.connect(self._go_to_tender)
        steps.charges.back.connect(self._leave_visit)
        steps.tender.onward.connect(self._go_to_review)
        steps.tender.back.connect(self._go_to_charges)
        steps.review.confirmed.connect(self._take_payment)
        steps.review.back.connect(self._go_to_tender)
        steps.review.by_hand.connect(self._ask_late)
        self._clearing.cleared.connect(self._take_cleared)
        self._clearing.refused.connect(self._show_credit_refusal)
        steps.receipt.back.connect(self.begin)
        steps.receipt.consumer_wanted.connect(self._start_next)
        steps.receipt.dashboard_wanted.connect(self.dashboard_asked)
        for step in (steps.charges, steps.tender):
            step.changed.connect(self._show_sums)
            step.approval_wanted.connect(self._ask_supervisor)
        for later in (steps.tender, steps.review):
            QShortcut(QKeySequence("Alt+N"), later).activated.connect(self._go_to_notes)

    @Slot(object, str, list)
    def _open_account(self, view: AccountView, text: str, held: list[HeldKey]) -> None:
        draft = self._draft or self._new_draft()
        account = AccountDraft(view.account, view.charges, view.notes)
        account.tick_scanned(text, only=True)
        try:
            draft.add_account(account)
        except UserError as error:
            self._steps.consumer.refuse(error.field, error.message)
            return
        draft.as_of_utc = view.as_of_utc
        if self._spends == view.account.account_number:
            draft.credit.choose_all(on=True)
        self._spends = ""
        self._keep(draft)
        self._steps.charges.show_visit(draft, view)
        self._go_to_charges()
        self._say_settled(text, account)
        self._steps.replay(held)

    @Slot()
    def _make_room(self) -> None:
        """Give the visit's room to its receipt, which says the same, where both do not fit."""
        steps = self._steps
        if self._account is None or self._account.isHidden():
            narrow = steps.current is steps.receipt and self.width() < WIDE_PAGE
            self._panel.setHidden(narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what does not fit out of the way."""
        super().resizeEvent(event)
        self._make_room()

    @Slot()
    def _leave_search(self) -> None:
        if self._draft is not None:
            self._go_to_charges()
        else:
            self._steps.consumer.clear(adding=False)

    @Slot()
    def _add_account(self) -> None:
        self._steps.consumer.clear(adding=True)
        self._steps.go_to(self._steps.consumer)

    @Slot()
    def _leave_visit(self) -> None:
        question = _("Leave this visit? What was keyed for it is lost.")
        touched = self._draft is not None and self._draft.touched
        if touched and not messages.ask(self, question, _("Leave the visit"), danger=True):
            return
        self.abandon()
        self.begin()

    @Slot(object)
    def _show_timeline(self, view: AccountView) -> None:
        if self._account is None:
            from counterdesk.ui.pages.consumer_view import ConsumerView  # noqa: PLC0415 - start-up

            self._account = ConsumerView(self._jobs, pays=False)
            self._across.addWidget(self._account, 1)
            self.part_built.emit(self._account)
        self._account.show_consumer(view.account.consumer_id)
        self._account.stand_in(self._steps, self._panel)

    def _leave_account(self) -> None:
        if self._account is not None:
            self._account.leave()

    @Slot()
    def _go_to_charges(self) -> None:
        self._steps.go_to(self._steps.charges)
        self._show_sums()

    @Slot()
    def _go_to_notes(self) -> None:
        if self._steps.current.go_back.isEnabled():  # not while it is being saved
            self._go_to_charges()
            self._steps.charges.open_notes()

    @Slot()
    def _go_to_tender(self) -> None:
        self._clearing.forget()
        if self._draft is not None:
            self._steps.tender.show_visit(self._draft)
            self._steps.go_to(self._steps.tender)
            self._show_sums()

    @Slot()
    def _go_to_review(self) -> None:
        draft = self._draft
        if draft is None:
            return
        self._reviewed = request = draft.request()
        result = draft.result()
        for problem in result.problems:
            self._refuse(draft, problem.field, problem.message, problem.account_number)
            return
        recorded_by = self._jobs.actor.name if self._jobs.actor else ""
        self._steps.review.show_visit(draft, recorded_by)
        self._steps.go_to(self._steps.review)
        self._jobs.write(
            self, lambda session: services.startup.keep_draft(session, request, result)
        )
        self._confirmed = False
        self._clearing.clear(request)

    @Slot()
    def _take_payment(self) -> None:
        request = self._reviewed  # what was read, whatever became of the charges since
        if self._draft is None or request is None:
            return
        self._steps.be_deaf()
        self._confirmed = True
        self._clearing.clear(request)

    @Slot(object)
    def _take_cleared(self, request: PaymentRequest) -> None:
        """Save it, once it is confirmed: until then its credit is only held."""
        if not self._confirmed:
            return
        self._confirmed = False
        self._jobs.write(
            self,
            lambda session: services.payments.take_payment(session, request),
            done=self._show_taken,
            failed=self._show_refusal,
        )

    @Slot(str)
    def _start_next(self, text: str) -> None:
        self.begin()
        if len(text) == 1:
            self._steps.consumer.take_text(text)
        elif text:
            self._steps.consumer.open_consumer(text)

    @Slot()
    def _ask_supervisor(self) -> None:
        credit = self._draft.over_threshold() if self._draft is not None else None
        if self._draft is not None and credit is not None:
            dialog = ApprovalDialog(
                self._jobs, self._draft.request_id, credit.account, credit.amount_minor, self
            )
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.allowed.connect(partial(self._take_approval, credit))
            dialog.open()

    @Slot()
    def _ask_late(self) -> None:
        draft = self._draft
        if draft is None or not self._steps.review.go_back.isEnabled():
            return
        from counterdesk.ui.dialogs.late_dialog import LateDialog  # noqa: PLC0415 - start-up

        dialog = LateDialog(self._jobs, draft, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_by_supervisor.connect(partial(self._take_paper, draft))
        dialog.open()

    def _take_paper(self, draft: VisitDraft, paper: PaperReceipt) -> None:
        if draft is self._draft:
            draft.paper = paper
            self._go_to_review()

    def _take_approval(self, credit: Credit, approval: Approval) -> None:
        if self._draft is not None:
            self._draft.allow(approval, credit)
            self._steps.current.try_onward()

    def _scan_on_charges(self, code: str, draft: VisitDraft) -> None:
        if draft.tick_scanned(code):
            self._steps.charges.show_visit(draft)
            self._show_sums()
            self._say_settled(code, draft.current)
        elif draft.touched:
            messages.toast(self, _("Not scanned: this visit is not finished. Ctrl+N adds to it."))
        else:
            self._start_next(code)

    def _say_settled(self, code: str, account: AccountDraft) -> None:
        """Say that a scanned bill is not open: no other one is paid in its place unnoticed."""
        if number := clean(account.names_settled(code)):
            text = _("Nothing is open of {charge} any more. Look what the payer wants to pay.")
            self._steps.charges.warn("chargesTable", text.format(charge=number))

    def _keep(self, draft: VisitDraft | None) -> None:
        self._draft = draft
        self.visit_changed.emit(draft is not None)

    def _new_draft(self) -> VisitDraft:
        store = self._jobs.store
        now = store.clock.now_utc()
        today = office_date(now, store.settings.time_zone)
        if self._shift is not None:
            today = self._shift.business_date
        return VisitDraft(new_uuid7(now), store.settings, today)

    def _read_again(self, draft: VisitDraft) -> None:
        """Read the visit's accounts anew: something else has changed them."""
        for account in draft.accounts:
            self._jobs.read(
                self,
                partial(_account_of, account.account.consumer_id),
                done=partial(self._show_renewed, draft, account),
            )

    @Slot()
    def _show_sums(self) -> None:
        if self._draft is not None:
            self._panel.show_visit(self._draft)

    def _show_shift(self, shift: OpenShift | None) -> None:
        self._shift = shift
        if shift is None:
            sentence = _("No shift is open. Open one first (F7).")
            self._steps.consumer.refuse("consumerSearch", sentence)
            self.shift_needed.emit()

    def _show_taken(self, taken: PaymentTaken) -> None:
        self._keep(None)
        self._steps.receipt.show_taken(taken)
        self._steps.go_to(self._steps.receipt)
        self.payment_taken.emit(taken)

    def _refuse(self, draft: VisitDraft, field: str, sentence: str, account_number: str) -> None:
        """Show a refusal on its step, with the account it is about."""
        if draft.work_on(account_number):
            self._steps.charges.show_visit(draft)
            self._show_sums()
        self._steps.refuse(field, sentence)

    def _show_refusal(self, error: UserError) -> None:
        self._steps.review.show_saving(saving=False)
        if self._draft is None:
            return
        self._refuse(self._draft, error.field, error.message, error.account_number)
        if error.field in ("chargesTable", "consumerSearch", "creditNotes"):
            self._read_again(self._draft)

    @Slot(str)
    def _show_credit_refusal(self, sentence: str) -> None:
        self._confirmed = False
        self._steps.review.show_saving(saving=False)
        if self._draft is not None:
            self._refuse(self._draft, "creditNotes", sentence, "")
            self._read_again(self._draft)

    def _show_renewed(self, draft: VisitDraft, account: AccountDraft, view: AccountView) -> None:
        account.renew(view.account, view.charges, view.notes)
        if draft is self._draft:
            self._steps.charges.show_visit(draft, view)
            self._steps.tender.show_notes(draft)
            self._show_sums()

    def showEvent(self, event: QShowEvent) -> None:
        """Come back to the visit with the focus where work goes on."""
        super().showEvent(event)
        self._leave_account()
        self._steps.current.begin()


def _account_of(consumer_id: UUID, read: ReadSession) -> AccountView:
    return services.consumers.account_view(read, consumer_id)
