"""Rules a visit must keep before it can be taken, each with its sentence and its field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import ModeKind, PaymentMode, Settings
from counterdesk.core.text import clean
from counterdesk.core.visit import AccountLine, PaymentRequest, Problem, Share, TenderGiven

PAYER_LIMIT = 120
REFERENCE_LIMIT = 60
_DIGIT_GROUPS = re.compile(r"\d+(?:[\W_]{1,3}\d+)*")
_CARD_DIGITS = range(13, 20)
_ISSUER = re.compile(r"[3-689]|2[2-7]")
"""How card numbers begin; not as years do."""


def holds_card_number(text: str) -> bool:
    """Tell whether a text holds what looks like a full card number, however it is spaced.

    Source: ISO/IEC 7812-1, annex B: 13 to 19 digits whose Luhn sum is a multiple of ten.
    """
    return any(
        _ISSUER.match(digits) and _luhn_sum(digits) % 10 == 0
        for found in _DIGIT_GROUPS.finditer(clean(text))
        for digits in _joined(re.findall(r"\d+", found[0]))
    )


def refuse_card_number(text: str, field: str) -> None:
    """Let a text pass that is kept for ever, such as a reason.

    Raises:
        UserError: It holds what looks like a full card number.
    """
    if holds_card_number(text):
        raise UserError(_card_refusal(), field)


def _joined(groups: list[str]) -> Iterator[str]:
    """Yield neighbouring groups put together, where they are as long as a card number.

    A date or a count may stand right beside the number: any of the groups may begin or end it.
    """
    for start in range(len(groups)):
        digits = ""
        for group in groups[start : start + _CARD_DIGITS.stop]:
            digits += "".join(str(int(letter)) for letter in group)
            if len(digits) in _CARD_DIGITS:
                yield digits


def _luhn_sum(digits: str) -> int:
    doubled = [sum(divmod(2 * int(letter), 10)) for letter in digits[-2::-2]]
    return sum(map(int, digits[-1::-2])) + sum(doubled)


def request_problems(request: PaymentRequest, settings: Settings) -> Iterator[Problem]:
    """Yield what is wrong with the visit as a whole: consumer, channel, payer, notes."""
    if not request.lines:
        yield Problem("consumerSearch", _("Choose a consumer first."))
    accounts = [line.account.account_number for line in request.lines]
    if len(set(accounts)) < len(accounts):
        yield Problem("consumerSearch", _("This account is already part of the visit."))
    if request.channel not in settings.channels:
        yield Problem("channelBox", _("Choose a channel."))
    if request.change_account and request.change_account not in accounts:
        yield Problem("keepChange", _("Choose one of the visit's accounts for the change."))
    if len(request.notes) > settings.notes_limit:
        text = _("Notes can be {limit} letters at most.").format(limit=settings.notes_limit)
        yield Problem("notesEdit", text)
    if len(request.paid_by) > PAYER_LIMIT:
        yield Problem("paidBy", _("A name can be {limit} letters at most.").format(
            limit=PAYER_LIMIT))  # fmt: skip
    for field, text in (("notesEdit", request.notes), ("paidBy", request.paid_by)):
        if holds_card_number(text):
            yield Problem(field, _card_refusal(), early=True)


def _card_refusal() -> str:
    return _("This looks like a full card number. Never write one down: last four digits only.")


def line_problems(request: PaymentRequest, settings: Settings) -> Iterator[Problem]:
    """Yield what is wrong with the amounts of each account."""
    seen: set[UUID] = set()
    for line in request.lines:
        for problem in (*_one_line(line, settings), *_ticked_twice(line, seen)):
            yield replace(problem, account_number=line.account.account_number)
    if sum(line.total_minor for line in request.lines) > settings.largest_payment_minor:
        largest = _amount(settings.largest_payment_minor, settings)
        text = _("One visit can pay {limit} at most.").format(limit=largest)
        yield Problem("amountToPay", text, early=True)


def _one_line(line: AccountLine, settings: Settings) -> Iterator[Problem]:
    if not line.shares and line.extra_minor <= 0:
        text = _("{account}: tick a charge or enter an amount.")
        if not line.open_charges:
            text = _("{account}: nothing is owed. Alt+O takes money in advance.")
        yield Problem("amountToPay", text.format(account=line.account.account_number))
    if line.extra_minor < 0:
        yield Problem("amountToPay", _("An amount cannot be negative."))
    if line.extra_minor > 0 and any(_is_part(share) for share in line.shares):
        text = _("Pay the ticked charges in full before paying more.")
        yield Problem("amountToPay", text, early=True)
    for share in line.shares:
        yield from _share_problems(share, settings)


def _ticked_twice(line: AccountLine, seen: set[UUID]) -> Iterator[Problem]:
    for charge in (share.charge for share in line.shares):
        if charge.charge_id in seen:
            text = _("{charge} is ticked twice.").format(charge=charge.number)
            yield Problem("chargesTable", text)
        seen.add(charge.charge_id)


def _amount(amount_minor: int, settings: Settings) -> str:
    return format_amount(amount_minor, settings.currency, settings.locale)


def _is_part(share: Share) -> bool:
    return share.amount_minor < share.charge.outstanding_minor


def _share_problems(share: Share, settings: Settings) -> Iterator[Problem]:
    number, outstanding = share.charge.number, share.charge.outstanding_minor
    if share.amount_minor <= 0:
        text = _("{charge}: enter an amount above zero.")
        yield Problem("amountToPay", text.format(charge=number))
    elif share.amount_minor > outstanding:
        text = _("{charge}: {open} is all that is open.")
        amount = _amount(outstanding, settings)
        yield Problem("amountToPay", text.format(charge=number, open=amount), early=True)
    elif _is_part(share) and share.amount_minor < share.charge.minimum_minor:
        text = _("{charge}: a part payment must be {minimum} or more.")
        least = _amount(min(share.charge.minimum_minor, outstanding), settings)
        yield Problem("amountToPay", text.format(charge=number, minimum=least), early=True)


def tender_problems(
    request: PaymentRequest, settings: Settings, to_pay_minor: int, today: date
) -> Iterator[Problem]:
    """Yield what is wrong with the tenders, each by itself and all together."""
    if not request.tenders and to_pay_minor > 0:
        yield Problem("methodBox", _("Choose how it is paid."))
    other = cash = 0
    for tender in request.tenders:
        mode = settings.mode(tender.method)
        if mode is None:
            yield Problem("methodBox", _("This office does not take this payment method."))
            continue
        yield from _one_tender(tender, mode, settings, today)
        if mode.kind is ModeKind.CASH:
            cash += tender.amount_minor
        else:
            other += tender.amount_minor
    if other > to_pay_minor > 0 and not request.keep_change:
        text = _("Only {due} is due, and only cash gives change.")
        due = _amount(to_pay_minor, settings)
        yield Problem("tenderAmount", text.format(due=due), early=True)
    elif cash and other >= to_pay_minor > 0 and not request.keep_change:
        yield Problem("cashReceived", _("Nothing is left to pay in cash."), early=True)


def _one_tender(
    tender: TenderGiven, mode: PaymentMode, settings: Settings, today: date
) -> Iterator[Problem]:
    yield from _amount_problems(tender, settings, mode.kind)
    if mode.needs_reference and not tender.reference.strip():
        yield Problem("tenderReference", _reference_refusal(mode))
    if any(map(holds_card_number, (tender.reference, tender.cheque_bank))):
        yield Problem("tenderReference", _card_refusal(), early=True)
    if mode.kind is ModeKind.CARD and not re.fullmatch(r"[0-9]{4}", tender.card_last_four):
        yield Problem("cardLastFour", _("Enter the card's last four digits, no more."))
    if mode.kind is ModeKind.CHEQUE:
        yield from _cheque_problems(tender, settings, today)
    for field, text in (("tenderReference", tender.reference), ("chequeBank", tender.cheque_bank)):
        if len(text) > REFERENCE_LIMIT:
            limit = _("This can be {limit} letters at most.").format(limit=REFERENCE_LIMIT)
            yield Problem(field, limit, early=True)


_AMOUNT_FIELDS = {ModeKind.CASH: "cashReceived", ModeKind.CREDIT: "creditNotes"}


def _amount_problems(tender: TenderGiven, settings: Settings, kind: ModeKind) -> Iterator[Problem]:
    field = _AMOUNT_FIELDS.get(kind, "tenderAmount")
    if tender.amount_minor <= 0:
        yield Problem(field, _("Enter an amount above zero."))
    if tender.amount_minor > 10 * settings.largest_payment_minor:
        yield Problem(field, _("This amount is too large."), early=True)
    coin = settings.cash_rounding_minor
    if kind is ModeKind.CASH and coin > 1 and tender.amount_minor % coin:
        step = _amount(coin, settings)
        yield Problem(field, _("Cash comes in steps of {step}.").format(step=step))


def _reference_refusal(mode: PaymentMode) -> str:
    if mode.kind is ModeKind.CARD:
        return _("Enter the reference from the terminal's slip.")
    if mode.kind is ModeKind.CHEQUE:
        return _("Enter the cheque's number.")
    return _("Enter the reference of this payment.")


def _cheque_problems(tender: TenderGiven, settings: Settings, today: date) -> Iterator[Problem]:
    if not tender.cheque_bank.strip():
        yield Problem("chequeBank", _("Enter the bank of the cheque."))
    if tender.cheque_dated_on is None:
        yield Problem("chequeDate", _("Enter the date on the cheque."))
    elif tender.cheque_dated_on > today:
        yield Problem("chequeDate", _("This cheque is dated in the future."))
    elif tender.cheque_dated_on < today - timedelta(days=settings.cheque_stale_days):
        text = _("This cheque is older than {days} days.").format(days=settings.cheque_stale_days)
        yield Problem("chequeDate", text)
