"""What a visit comes to: the one place where its sums are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from counterdesk.core.cash import round_cash
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import ModeKind, Settings
from counterdesk.core.visit import (
    AccountLine,
    AccountRef,
    Credit,
    PaymentRequest,
    Problem,
    SettledPart,
    VisitResult,
)
from counterdesk.core.visit_credit import credit_problems
from counterdesk.core.visit_rules import line_problems, request_problems, tender_problems
from counterdesk.core.visit_settling import method_problems, settle_visit


@dataclass(frozen=True, slots=True)
class _Tendered:
    """What the tenders bring against what is due."""

    change_minor: int
    kept_minor: int
    rounding_minor: int
    missing_minor: int


def work_out(request: PaymentRequest, settings: Settings, today: date) -> VisitResult:
    """Return what a visit comes to, with every reason why it cannot be taken yet.

    Pure: the window calls it with every keystroke, the service with the final request.

    Args:
        request: The visit as it stands, however incomplete.
        settings: The office's settings.
        today: The business date, against which cheques are judged.
    """
    to_pay = sum(line.total_minor for line in request.lines)
    tendered = _tender(request, settings, to_pay)
    credits = _credits(request, tendered.kept_minor)
    change_of = _change_of(request, settings, tendered.change_minor)
    problems = (
        *request_problems(request, settings),
        *line_problems(request, settings),
        *method_problems(request, settings, credits, change_of, tendered.rounding_minor),
        *credit_problems(request, settings),
        *tender_problems(request, settings, to_pay, today),
        *_threshold_problems(request, settings, credits),
        *_missing_problems(request, settings, to_pay, tendered),
    )
    settled: tuple[SettledPart, ...] = ()
    if not problems:
        settled = settle_visit(request, settings, credits, change_of, tendered.rounding_minor)
    return VisitResult(
        to_pay_minor=to_pay,
        tendered_minor=sum(tender.amount_minor for tender in request.tenders),
        credit_used_minor=sum(tender.amount_minor for tender in request.credit),
        change_minor=tendered.change_minor,
        change_of=change_of,
        rounding_minor=tendered.rounding_minor,
        missing_minor=tendered.missing_minor,
        credits=credits,
        settled=settled,
        problems=problems,
        left_of=tuple(map(_left, request.lines)),
    )


def cash_due(request: PaymentRequest, settings: Settings) -> int:
    """Return what is left to pay in cash, rounded to the smallest coin, in minor units."""
    to_pay = sum(line.total_minor for line in request.lines)
    return round_cash(max(to_pay - _other(request, settings), 0), settings.cash_rounding_minor)


def _left(line: AccountLine) -> int:
    return line.open_minor - sum(share.amount_minor for share in line.shares)


def _is_cash(settings: Settings, method: str) -> bool:
    mode = settings.mode(method)
    return mode is not None and mode.kind is ModeKind.CASH


def _other(request: PaymentRequest, settings: Settings) -> int:
    return sum(t.amount_minor for t in request.tenders if not _is_cash(settings, t.method))


def _tender(request: PaymentRequest, settings: Settings, to_pay: int) -> _Tendered:
    """Only cash gives change and only its part is rounded; the rest must be kept as credit."""
    cash = [t.amount_minor for t in request.tenders if _is_cash(settings, t.method)]
    received, due = sum(cash), to_pay - _other(request, settings)
    if due < 0:
        kept = received - due if request.keep_change else 0
        return _Tendered(0 if request.keep_change else received, kept, 0, 0)
    if not cash:
        return _Tendered(0, 0, 0, due)
    if request.keep_change and received >= due:
        return _Tendered(0, received - due, 0, 0)
    rounded = round_cash(due, settings.cash_rounding_minor)
    rounding = rounded - due
    if received < rounded:
        return _Tendered(0, 0, rounding, rounded - received)
    return _Tendered(received - rounded, 0, rounding, 0)


def _change_of(request: PaymentRequest, settings: Settings, change: int) -> tuple[int, ...]:
    """The cash keyed last gives its change first."""
    parts = [0] * len(request.tenders)
    for index in reversed(range(len(parts))):
        tender = request.tenders[index]
        if _is_cash(settings, tender.method):
            parts[index] = min(change, max(tender.amount_minor, 0))
            change -= parts[index]
    return tuple(parts)


def _credits(request: PaymentRequest, kept: int) -> tuple[Credit, ...]:
    """One for each account: what was keyed above its charges, and the change it keeps."""
    taker = _change_taker(request)
    made = []
    for line in request.lines:
        own = kept if line.account == taker else 0
        if line.extra_minor > 0 or own:
            made.append(Credit(line.account, max(line.extra_minor, 0), own))
    return tuple(made)


def _change_taker(request: PaymentRequest) -> AccountRef | None:
    accounts = [line.account for line in request.lines]
    named = [one for one in accounts if one.account_number == request.change_account]
    return next(iter(named or accounts), None)


def _threshold_problems(
    request: PaymentRequest, settings: Settings, credits: tuple[Credit, ...]
) -> list[Problem]:
    """Refuse what is above the outstanding plus the threshold, for each account.

    Outstanding is that of the charges the visit pays. Extra money never pays others, so what they
    owe makes no room for it: whatever is above is credit, and the threshold is the most credit
    that may arise on an account without a supervisor, kept change included. Approvals say the same.
    """
    if request.approval is not None:
        return []
    paid = {line.account: sum(s.amount_minor for s in line.shares) for line in request.lines}
    return [
        Problem(
            "amountToPay" if credit.extra_minor else "keepChange",
            _over_limit(credit, paid[credit.account], settings),
            needs_approval=True,
            early=True,
            account_number=credit.account.account_number if credit.extra_minor else "",
        )
        for credit in credits
        if credit.amount_minor > settings.overpayment_threshold_minor
    ]


def _over_limit(credit: Credit, charges_minor: int, settings: Settings) -> str:
    def amount(minor: int) -> str:
        return format_amount(minor, settings.currency, settings.locale)

    threshold = settings.overpayment_threshold_minor
    text = _(
        "{account}: {paid} is over the limit of {limit}: {charges} of charges and {more} more."
    )
    return text.format(
        account=credit.account.account_number,
        paid=amount(charges_minor + credit.amount_minor),
        limit=amount(charges_minor + threshold),
        charges=amount(charges_minor),
        more=amount(threshold),
    )


def _missing_problems(
    request: PaymentRequest, settings: Settings, to_pay: int, tendered: _Tendered
) -> list[Problem]:
    if to_pay <= 0:
        return []
    if tendered.rounding_minor and tendered.rounding_minor == _other(request, settings) - to_pay:
        amount = format_amount(-tendered.rounding_minor, settings.currency, settings.locale)
        text = _("{amount} is too little to be paid in cash.").format(amount=amount)
        return [Problem("cashReceived", text)]  # rounded to nothing, it would be given away
    if not tendered.missing_minor:
        return []
    cash = any(_is_cash(settings, t.method) for t in request.tenders) or not request.tenders
    missing = format_amount(tendered.missing_minor, settings.currency, settings.locale)
    field = "cashReceived" if cash else "tenderAmount"
    return [Problem(field, _("{missing} is still missing.").format(missing=missing))]
