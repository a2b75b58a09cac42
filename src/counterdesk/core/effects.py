"""What the money of a visit will do, in sentences a cashier can read out before Confirm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from counterdesk.core.i18n import _, ngettext
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.visit import (
    AccountLine,
    OpenCharge,
    PaymentRequest,
    PaymentType,
    VisitResult,
)


def charge_name(charge: OpenCharge) -> str:
    """Return what a person calls a charge: "bill INV-2025-001234 (Mar 2025)"."""
    match charge.kind:
        case PaymentType.BILL:
            return _("bill {number} ({text})").format(number=charge.number, text=charge.text)
        case PaymentType.SERVICE:
            return _("{text} ({number})").format(number=charge.number, text=charge.text)
    return _("installment {text}").format(text=charge.text)


def difference_words(billed_minor: int, paid_minor: int, settings: Settings) -> str:
    """Return how a payment compares with what was billed: exact, under or over paid by X."""
    if paid_minor == billed_minor:
        return _("Exact payment")
    amount = _amount(abs(billed_minor - paid_minor), settings)
    if paid_minor < billed_minor:
        return _("Under paid by {amount}").format(amount=amount)
    return _("Over paid by {amount}").format(amount=amount)


def what_it_does(
    request: PaymentRequest, result: VisitResult, settings: Settings, today: date
) -> tuple[str, ...]:
    """Return what the visit will clear, leave open, restore and credit, a sentence each.

    Where several accounts are paid, what is told of each stands beneath its number.

    Args:
        request: The visit as it stands.
        result: What `work_out` made of it.
        settings: For the way amounts are written.
        today: The business date; what is due before it is overdue.
    """
    sentences: list[str] = []
    for line in request.lines:
        if len(request.lines) > 1:
            sentences.append(_("{account}:").format(account=line.account.account_number))
        sentences += _cleared(line, settings)
        sentences += _still_open(line, settings)
        sentences += _plans(line, settings, today)
        sentences += _supply(line, settings, today)
    sentences += _credit_used(request, settings)
    for credit in result.credits:
        sentences.append(_("Makes a credit note of {amount} for {account}.").format(
            amount=_amount(credit.amount_minor, settings), account=credit.account.account_number
        ))  # fmt: skip
    return tuple(sentences)


def _amount(amount_minor: int, settings: Settings) -> str:
    return format_amount(amount_minor, settings.currency, settings.locale)


def _cleared(line: AccountLine, settings: Settings) -> Iterator[str]:
    for share in line.shares:
        left = share.charge.outstanding_minor - share.amount_minor
        name = charge_name(share.charge)
        if left == 0:
            yield _("Clears {charge}.").format(charge=name)
        else:
            yield _("Pays {amount} of {charge}; {left} of it stays open.").format(
                amount=_amount(share.amount_minor, settings), charge=name,
                left=_amount(left, settings),
            )  # fmt: skip


def _credit_used(request: PaymentRequest, settings: Settings) -> Iterator[str]:
    for tender in request.credit:
        left = tender.credit_remaining_minor - tender.amount_minor
        text = _("Uses {amount} of credit note {note}; {left} of it stays.")
        if left <= 0:
            text = _("Uses credit note {note} up: {amount}.")
        yield text.format(
            amount=_amount(tender.amount_minor, settings), note=tender.credit_note_number,
            left=_amount(left, settings),
        )  # fmt: skip


def _after(line: AccountLine) -> dict[OpenCharge, int]:
    """What stays open of each of the account's charges, those that stay open only."""
    paid = {share.charge.charge_id: share.amount_minor for share in line.shares}
    rest = {one: one.outstanding_minor - paid.get(one.charge_id, 0) for one in line.open_charges}
    return {charge: left for charge, left in rest.items() if left > 0}


def _still_open(line: AccountLine, settings: Settings) -> Iterator[str]:
    rest = _after(line)
    if not line.open_charges:
        return
    if not rest:
        yield _("Nothing stays open on {account}.").format(account=line.account.account_number)
        return
    parts = []
    for kind in PaymentType:
        left = [amount for charge, amount in rest.items() if charge.kind is kind]
        if left:
            parts.append(f"{_count(kind, len(left))} {_amount(sum(left), settings)}")
    yield _("Still open: {parts}.").format(parts=", ".join(parts))


def _count(kind: PaymentType, count: int) -> str:
    match kind:
        case PaymentType.BILL:
            text = ngettext("{count} bill", "{count} bills", count)
        case PaymentType.SERVICE:
            text = ngettext("{count} service", "{count} services", count)
        case _:
            text = ngettext("{count} installment", "{count} installments", count)
    return text.format(count=count)


def plan_of(charge: OpenCharge) -> str:
    """Return the plan an installment belongs to: `PP-2025-0034/1` is its no. 1.

    A number without a stroke stands for a plan of its own.
    """
    return charge.number.rpartition("/")[0] or charge.number


def _plans(line: AccountLine, settings: Settings, today: date) -> Iterator[str]:
    rest = _after(line)
    paid = [share.charge for share in line.shares]
    plans = {plan_of(one) for one in paid if one.kind is PaymentType.INSTALLMENT}
    for plan in sorted(plans):
        late = sum(
            left
            for one, left in rest.items()
            if one.kind is PaymentType.INSTALLMENT and plan_of(one) == plan and one.due_on < today
        )
        if late:
            text = _("Plan {plan} needs {amount} more to be up to date.")
            yield text.format(plan=plan, amount=_amount(late, settings))
        else:
            yield _("Plan {plan} is up to date with this.").format(plan=plan)


def _supply(line: AccountLine, settings: Settings, today: date) -> Iterator[str]:
    if not line.account.disconnected:
        return
    late = sum(left for charge, left in _after(line).items() if charge.due_on < today)
    if late:
        text = _("Supply stays off until {amount} more is paid.")
        yield text.format(amount=_amount(late, settings))
    else:
        yield _("Nothing overdue is left: supply can be restored.")
