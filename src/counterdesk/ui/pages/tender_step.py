"""Step 3: how is it paid? Method, money, change, and what the money does."""

from __future__ import annotations

from PySide6.QtCore import QDeadlineTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import ModeKind, PaymentMode, Settings
from counterdesk.core.visit import TenderGiven
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui.pages.step import DEAF_MS, Step
from counterdesk.ui.theme import SPACE_L, SPACE_M
from counterdesk.ui.widgets.boxes import card
from counterdesk.ui.widgets.cash_panel import CashPanel
from counterdesk.ui.widgets.credit_box import CreditBox
from counterdesk.ui.widgets.effects_card import EffectsCard
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.keep_change import KeepChange
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.method_box import MethodBox
from counterdesk.ui.widgets.other_panel import OtherPanel
from counterdesk.ui.widgets.tender_list import TenderList


class TenderStep(Step):
    """Take the money: cash is preselected, several tenders can stand side by side."""

    approval_wanted = Signal()
    """A supervisor is to allow that so much change is kept."""

    fields = (
        "creditNotes", "methodBox", "cashReceived", "keepChange", "tenderAmount", "tenderReference",
        "cardLastFour", "chequeBank", "chequeDate",
    )  # fmt: skip

    def __init__(self, settings: Settings) -> None:
        super().__init__(_("How is it paid?"), _("Continue to review"), _("Back"), scrolls=True)
        self._settings = settings
        self._draft: VisitDraft | None = None
        self._credit = CreditBox(settings)
        self._credit_field = Field(_("Credit notes"), self._credit, beside=self._credit.use_all)
        self._methods = MethodBox(
            mode for mode in settings.payment_modes if mode.kind is not ModeKind.CREDIT
        )
        self._method_field = Field(_("Method"), self._methods)
        self._cash = CashPanel(settings)
        self._other = OtherPanel(settings)
        self._keep = KeepChange()
        self._due_minor = 0
        self._doubted_minor = 0
        self._panels = QStackedWidget()
        self._listed = TenderList(settings)
        self._effects = EffectsCard()
        self._split = key_button(_("Split payment"), "Alt+S", "splitPayment")
        self._allow = key_button(_("Ask a supervisor"), "Alt+A", "askSupervisor")
        self._build()
        self._connect()

    def clear_refusals(self) -> None:
        """Take every refusal away, and the way to the supervisor with them."""
        super().clear_refusals()
        self._allow.hide()

    def show_visit(self, draft: VisitDraft) -> None:
        """Show a visit; what was keyed for it before is still there."""
        if self._draft is not draft:
            self._draft = draft
            self._doubted_minor = 0
            self._start_tender(_cash_or_first(self._settings))
        elif not self._is_cash() and draft.still_due() != self._due_minor:
            self._start_tender(self._methods.code)
        self._follow(draft)

    def show_notes(self, draft: VisitDraft) -> None:
        """Show the credit notes as they are now, and leave a refusal where it stands."""
        self._credit.show_visit(draft)

    def forget(self) -> None:
        """Forget the visit: another one begins."""
        self._draft = None
        self.clear_refusals()

    def begin(self) -> None:
        """Wait for the money."""
        panel = self._cash if self._is_cash() else self._other
        panel.begin()

    def take_text(self, text: str) -> None:
        """Begin the cash received with a digit that was typed elsewhere."""
        if self._is_cash() and text.isdecimal():
            self._cash.received.start_with(text)

    def _build(self) -> None:
        frame, inside = card("tenderCard")
        inside.setSpacing(SPACE_M)
        inside.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        inside.addWidget(self.place(self._credit_field))
        inside.addWidget(self.place(self._method_field))
        for panel in (self._cash, self._other):
            self._panels.addWidget(panel)
        inside.addWidget(self._panels)
        inside.addWidget(self._keep)
        inside.addWidget(self._listed)
        for field in (self._cash.field, self._keep.field, *self._other.fields):
            self.place(field)
        self.body.addWidget(frame)
        self.body.addWidget(self._effects)
        self.body.addStretch(1)
        self._allow.hide()
        self.close_with(self._allow, self._split)

    def _connect(self) -> None:
        self._credit.changed.connect(self._take_credit)
        self._methods.chosen.connect(self._choose)
        self._cash.changed.connect(self._take_keys)
        self._keep.changed.connect(self._keep_change)
        self._other.changed.connect(self._take_keys)
        self._listed.removed.connect(self._remove)
        self._split.clicked.connect(self._split_tender)
        self._allow.clicked.connect(self.approval_wanted)
        undo = QShortcut(QKeySequence("Alt+X"), self._listed)
        undo.activated.connect(self._remove_last)

    @Slot()
    def _take_credit(self) -> None:
        """What credit pays need not come by card; where nothing is left, nothing is asked for."""
        if self._draft is None:
            return
        if not self._is_cash():
            self._due_minor = self._draft.still_due()
            self._other.show_due(self._due_minor)
            self._draft.keyed = self._other.so_far()
            if not self._due_minor:
                self._start_tender(_cash_or_first(self._settings))
        self._follow(self._draft)

    @Slot(str)
    def _choose(self, code: str) -> None:
        if self._draft is None:
            return
        keep_focus = self._methods.has_focus()
        self._start_tender(code)
        self._follow(self._draft)
        if not keep_focus:
            self.begin()

    @Slot()
    def _take_keys(self) -> None:
        """Follow the keys: what cannot be read yet is not there yet."""
        if self._draft is not None:
            self._draft.keyed = self._cash_so_far() if self._is_cash() else self._other.so_far()
            self._follow(self._draft)

    @Slot(bool, str)
    def _keep_change(self, keep: bool, account_number: str) -> None:
        if self._draft is not None:
            self._draft.keep_change = keep
            self._draft.change_account = account_number
            self._follow(self._draft)

    @Slot()
    def _split_tender(self) -> None:
        if self._draft is None:
            return
        self.clear_refusals()
        try:
            self._draft.split(self._read())
        except UserError as error:
            self.refuse(error.field, error.message)
        else:
            self._next_tender(self._draft)

    @Slot(int)
    def _remove(self, place: int) -> None:
        if self._draft is not None and 0 <= place < len(self._draft.given):
            del self._draft.given[place]
            self._next_tender(self._draft)

    @Slot()
    def _remove_last(self) -> None:
        if self._draft is not None:
            self._remove(len(self._draft.given) - 1)

    @Slot()
    def try_onward(self) -> None:
        """Go to the next empty field, or on if the money covers the visit."""
        if self._draft is None:
            return
        early = self._draft.early_problem(self.fields)
        empty = None if self._is_cash() else self._other.next_empty()
        if empty is not None and early is None:
            empty.setFocus()
        else:
            self._check(self._draft)

    def _check(self, draft: VisitDraft) -> None:
        self.clear_refusals()
        try:
            draft.keyed = None if self._nothing_more(draft) else self._read()
        except UserError as error:
            self.refuse(error.field, error.message)
            return
        self._follow(draft)
        problem = draft.early_problem(self.fields) or draft.problem(self.fields)
        if problem is None:
            self._go_on_if_likely(draft)
            return
        self.refuse(problem.field, problem.message)
        self._allow.setVisible(problem.needs_approval)

    def _go_on_if_likely(self, draft: VisitDraft) -> None:
        """Ask once about change that nobody would expect; the same amount again is meant."""
        change = draft.unlikely_change()
        if change in (0, self._doubted_minor):
            self.onward.emit()
            return
        self._doubted_minor = change
        text = _("Change of {amount}? Check what was received; Enter again if it is right.")
        amount = format_amount(change, self._settings.currency, self._settings.locale)
        self.refuse("cashReceived", text.format(amount=amount))
        self.sleep(QDeadlineTimer(DEAF_MS))

    def _nothing_more(self, draft: VisitDraft) -> bool:
        """The tenders listed already are enough, and nothing else was typed."""
        typed = self._is_cash() and self._cash.received.text().strip()
        return bool(draft.listed) and not typed and draft.keyed is None and draft.still_due() == 0

    def _read(self) -> TenderGiven:
        if not self._is_cash():
            return self._other.read()
        if not self._cash.received.text().strip():
            text = _("Enter what was received; Alt+1 means the exact amount.")
            raise UserError(text, "cashReceived")
        return TenderGiven(self._methods.code, self._cash.received.amount_minor())

    def _cash_so_far(self) -> TenderGiven | None:
        amount = self._cash.received.amount_so_far()
        return None if amount is None else TenderGiven(self._methods.code, amount)

    def _next_tender(self, draft: VisitDraft) -> None:
        self._start_tender(_cash_or_first(self._settings))
        self._follow(draft)
        self.begin()

    def _start_tender(self, code: str) -> None:
        """Begin a tender anew: the other tenders stay as they are."""
        draft, mode = self._draft, self._settings.mode(code)
        if draft is None or mode is None:
            return
        draft.keyed = None
        self._methods.choose(code)
        self._panels.setCurrentWidget(self._cash if self._is_cash() else self._other)
        self._cash.empty()
        if not self._is_cash():
            self._due_minor = draft.still_due()
            self._other.show_mode(mode, self._due_minor)
            draft.keyed = self._other.so_far()

    def _is_cash(self) -> bool:
        mode = self._settings.mode(self._methods.code)
        return mode is None or mode.kind is ModeKind.CASH

    def _follow(self, draft: VisitDraft) -> None:
        """Show the visit as it stands, and at once what no further typing can mend."""
        self.clear_refusals()
        self._credit_field.setVisible(bool(draft.credit.rows()))
        self._credit.show_visit(draft)
        self._cash.show_visit(draft)
        self._keep.show_visit(draft, cash=self._is_cash())
        self._listed.show_tenders(draft.given)
        self._effects.say(draft.effects())
        problem = draft.early_problem(self.fields)
        if problem is not None:
            self.warn(problem.field, problem.message)
            self._allow.setVisible(problem.needs_approval)
        self._methods.show_refusals(draft.refusals(), told=bool(self._method_field.error))
        self.changed.emit()


def _cash_or_first(settings: Settings) -> str:
    modes: tuple[PaymentMode, ...] = settings.payment_modes
    cash = (mode.code for mode in modes if mode.kind is ModeKind.CASH)
    return next(cash, modes[0].code if modes else "")
