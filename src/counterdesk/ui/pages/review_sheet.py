"""What Confirm will save, in two columns: account by account, and the payment."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from counterdesk.core.effects import difference_words
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import ModeKind, Settings
from counterdesk.core.visit import (
    AccountLine,
    PaymentRequest,
    Share,
    TenderGiven,
    VisitResult,
)
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui.theme import SPACE_L, SPACE_S
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.changing import facts
from counterdesk.ui.widgets.labels import ElidedLabel, plain_label
from counterdesk.ui.widgets.tender_list import tender_details

_Pairs = list[tuple[str, str]]


def review_sheet(draft: VisitDraft, recorded_by: str) -> QWidget:
    """Return the visit as it will be saved; its totals have the receipt's names.

    Args:
        draft: A visit without problems.
        recorded_by: Name of the person who confirms.
    """
    made = _Sheet(draft.request(), draft.result(), draft.settings)
    content = QWidget()
    columns = row(made.accounts(), made.payment(recorded_by), spacing=SPACE_L)
    columns.setContentsMargins(0, 0, 0, 0)
    content.setLayout(columns)
    for place in range(columns.count()):
        columns.setStretch(place, 1)
    return content


class _Sheet:
    """One visit, and how its office writes amounts."""

    def __init__(self, request: PaymentRequest, result: VisitResult, settings: Settings) -> None:
        self._request, self._result, self._settings = request, result, settings
        self._amount = partial(
            format_amount, currency=settings.currency, locale=settings.locale
        )  # fmt: skip

    def accounts(self) -> QWidget:
        """Each account with what is paid of it, and who pays."""
        parts = []
        for line, left_minor in zip(self._request.lines, self._result.left_of, strict=True):
            parts += [facts(self._account(line, left_minor)), self._items(line)]
        paper = self._request.paper
        remarks = (
            (_("Written by hand"), paper.number if paper else ""),
            (_("Paid by"), self._request.paid_by),
            (_("Notes"), self._request.notes),
        )
        parts.append(facts(pair for pair in remarks if pair[1]))
        return _column(_("Account"), *parts)

    def payment(self, recorded_by: str) -> QWidget:
        """How it is paid, and what it comes to."""
        request, total = self._request, _("Total paid")
        pairs = [
            (_("Type"), _types(request.lines)),
            (_("Channel"), request.channel),
            *self._tenders(),
            *self._sums(),
            (total, self._amount(self._result.paid_minor)),
            (_("Recorded by"), recorded_by),
        ]
        if request.approval is not None:
            pairs.append((_("Allowed by"), request.approval.approver_name))
        return _column(_("Payment"), facts(pairs, strong=total))

    def _account(self, line: AccountLine, left_minor: int) -> _Pairs:
        return [
            (_("Name"), line.account.consumer_name),
            (_("Account number"), line.account.account_number),
            (_("Current balance"), self._amount(line.open_minor)),
            (_("Left on account"), self._amount(left_minor)),
        ]

    def _tenders(self) -> _Pairs:
        """The methods together, then each of them with what is kept of it; cash is received."""
        given = self._request.tenders
        methods = dict.fromkeys(self._method(one) for one in given)
        pairs = [(_("Method"), " + ".join(methods))]
        for tender in given:
            if len(given) > 1 or not self._is_cash(tender):
                pairs.append((self._method(tender), self._amount(tender.amount_minor)))
            pairs += [("", part) for part in tender_details(tender, self._settings)]
        return pairs

    def _sums(self) -> _Pairs:
        result = self._result
        pairs = [(_("To pay"), self._amount(result.to_pay_minor))]
        if result.rounding_minor:
            pairs.append((_("Cash rounding"), self._amount(result.rounding_minor)))
        if result.credit_used_minor:
            pairs.append((_("Credit used"), self._amount(result.credit_used_minor)))
        pairs.append((_("Received"), self._amount(result.received_minor)))
        pairs.append((_("Change"), self._amount(result.change_minor)))
        for credit in result.credits:
            whose = f"{self._amount(credit.amount_minor)}  ·  {credit.account.account_number}"
            pairs.append((_("New credit"), whose))
        return pairs

    def _items(self, line: AccountLine) -> QWidget:
        """What is paid for, charge by charge."""
        made = QWidget()
        lines = QVBoxLayout(made)
        lines.setContentsMargins(0, 0, 0, SPACE_S)
        lines.setSpacing(SPACE_S)
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

    def _method(self, tender: TenderGiven) -> str:
        mode = self._settings.mode(tender.method)
        return mode.name if mode else tender.method

    def _is_cash(self, tender: TenderGiven) -> bool:
        mode = self._settings.mode(tender.method)
        return mode is not None and mode.kind is ModeKind.CASH


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
