"""Step 4: everything that will be saved, before it is saved."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from counterdesk.core.effects import difference_words
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui.pages.step import Step
from counterdesk.ui.theme import SPACE_L, SPACE_M, SPACE_S
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.changing import Changing, facts
from counterdesk.ui.widgets.effects_card import EffectsCard
from counterdesk.ui.widgets.labels import ElidedLabel, plain_label


class ReviewStep(Step):
    """Read it out, then Confirm: once, however often it is pressed."""

    confirmed = Signal()
    """The cashier wants exactly this to be saved."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(_("Is this right?"), _("Confirm payment"), _("Back"), scrolls=True)
        self._settings = settings
        self._text = self.go_on.text()
        self._typed = False
        self.go_on.setObjectName("confirmButton")
        self.panel = QFrame()
        self.panel.setObjectName("reviewPanel")
        self.panel.setProperty("role", "card")
        self._inside = Changing()
        self._effects = EffectsCard()
        frame = QVBoxLayout(self.panel)
        frame.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        frame.addWidget(self._inside)
        self.body.addWidget(self.panel)
        self.body.addWidget(self._effects)
        self.body.addStretch(1)
        self.close_with()

    def show_visit(self, draft: VisitDraft, recorded_by: str) -> None:
        """Show what Confirm will save, and by whom."""
        self.show_saving(saving=False)
        self.clear_refusals()
        self._typed = False
        request = draft.request()
        content = QWidget()
        columns = row(
            _column(_("Account"), facts(self._account(request)), self._items(request)),
            _column(_("Payment"), facts(self._payment(draft, recorded_by), strong=_("Total"))),
            spacing=SPACE_L,
        )
        columns.setContentsMargins(0, 0, 0, 0)
        content.setLayout(columns)
        for place in range(columns.count()):
            columns.setStretch(place, 1)
        self._inside.show_content(content)
        self._effects.say(draft.effects())

    def show_saving(self, *, saving: bool) -> None:
        """Say that it is being saved; nothing can be pressed meanwhile."""
        self.go_on.setEnabled(not saving)
        self.go_back.setEnabled(not saving)
        self.go_on.say(_("Saving …") if saving else self._text)

    def begin(self) -> None:
        """Wait for Confirm, on the page itself: no button is pressed by Space."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_text(self, text: str) -> None:
        """Refuse what is typed: it was meant for something else, and so is the next Enter."""
        del text
        self._typed = True
        sentence = _("Nothing can be typed here. Check the payment; press Enter twice to confirm.")
        self.refuse("reviewPanel", sentence)

    def _enter(self) -> None:
        if self._typed:
            self._typed = False
        else:
            super()._enter()

    @Slot()
    def try_onward(self) -> None:
        """Confirm, unless it is being saved already."""
        if self.go_on.isEnabled():
            self.show_saving(saving=True)
            self.confirmed.emit()

    def _account(self, request: PaymentRequest) -> list[tuple[str, str]]:
        pairs = []
        for line in request.lines:
            pairs += [
                (_("Name"), line.account.consumer_name),
                (_("Account number"), line.account.account_number),
                (_("Current balance"), self._amount(line.open_minor)),
            ]
        if request.paid_by:
            pairs.append((_("Paid by"), request.paid_by))
        if request.notes:
            pairs.append((_("Notes"), request.notes))
        return pairs

    def _payment(self, draft: VisitDraft, recorded_by: str) -> list[tuple[str, str]]:
        request, result = draft.request(), draft.result()
        pairs = [
            (_("Type"), _types(request.lines)),
            (_("Channel"), request.channel),
            (_("Method"), " + ".join(self._tender(one) for one in request.tenders)),
            (_("Total"), self._amount(result.to_pay_minor)),
            (_("Received"), self._amount(result.tendered_minor)),
            (_("Change"), self._amount(result.change_minor)),
            (_("Recorded by"), recorded_by),
        ]
        if request.approval is not None:
            pairs.append((_("Allowed by"), request.approval.approver_name))
        return pairs

    def _items(self, request: PaymentRequest) -> QWidget:
        """What is paid for, charge by charge."""
        made = QWidget()
        lines = QVBoxLayout(made)
        lines.setContentsMargins(0, SPACE_S, 0, 0)
        lines.setSpacing(SPACE_S)
        lines.addWidget(plain_label(_("Items"), "h2"))
        for line in request.lines:
            for share in line.shares:
                name = f"{share.charge.number}  ·  {share.charge.text}"
                lines.addLayout(self._item(name, share.amount_minor))
                lines.addWidget(plain_label(self._difference(share, line), "muted"))
            if line.extra_minor:
                lines.addLayout(self._item(_("Paid in advance"), line.extra_minor))
        return made

    def _item(self, name: str, amount_minor: int) -> QHBoxLayout:
        made = row(ElidedLabel(name), plain_label(self._amount(amount_minor)))
        made.setStretch(0, 1)
        return made

    def _difference(self, share: Share, line: AccountLine) -> str:
        """Exact, under or over paid; what is paid on top counts with the last charge."""
        extra = line.extra_minor if share is line.shares[-1] else 0
        paid = share.amount_minor + extra
        return difference_words(share.charge.outstanding_minor, paid, self._settings)

    def _tender(self, tender: TenderGiven) -> str:
        mode = self._settings.mode(tender.method)
        name = mode.name if mode else tender.method
        return f"{name} {tender.reference}".strip()

    def _amount(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)


def _column(title: str, *parts: QWidget) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE_S)
    column.addWidget(plain_label(title, "h2"))
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return made


def _types(lines: tuple[AccountLine, ...]) -> str:
    names = {_(share.charge.kind.value): None for line in lines for share in line.shares}
    return ", ".join(names) or _("Advance payment")
