"""Credit notes as payment: what they may pay, and why one cannot be used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import ModeKind, Settings
from counterdesk.core.visit import AccountLine, PaymentRequest, Problem, TenderGiven

FIELD = "creditNotes"
"""Object name of the widget beside which it stands."""


def payable_by_credit(line: AccountLine, method: str) -> int:
    """Return how much of what an account's line pays can be paid with its own credit notes.

    Charges alone: a note that paid for another note would never expire.

    Args:
        line: The account's part of the visit.
        method: Code of the payment mode of credit notes, which a charge may refuse.
    """
    taking = (share for share in line.shares if method not in share.charge.refused_methods)
    return sum(share.amount_minor for share in taking)


def credit_problems(request: PaymentRequest, settings: Settings) -> Iterator[Problem]:
    """Yield why the credit notes of a visit cannot be used as they are (MON-2, MON-6)."""
    seen = set()
    for tender in request.tenders:
        mode = settings.mode(tender.method)
        if mode is None:
            continue
        if (mode.kind is ModeKind.CREDIT) != (tender.credit_note_id is not None):
            yield Problem(FIELD, _("Choose the credit note that is used."))
        elif tender.credit_note_id is not None:
            if tender.credit_note_id in seen:
                text = _("{note} is used twice.").format(note=tender.credit_note_number)
                yield Problem(FIELD, text, early=True)
            seen.add(tender.credit_note_id)
            yield from _one_note(tender, request, settings)
    yield from _too_much(request, settings)


def _one_note(
    tender: TenderGiven, request: PaymentRequest, settings: Settings
) -> Iterator[Problem]:
    if tender.credit_account not in {line.account.account_number for line in request.lines}:
        text = _("{note} is credit of {account}, which is not part of this visit.").format(
            note=tender.credit_note_number, account=tender.credit_account
        )
        yield Problem(FIELD, text, early=True)
    if tender.amount_minor > tender.credit_remaining_minor:
        text = _("{note}: {left} is all that is left of it.").format(
            note=tender.credit_note_number, left=_amount(tender.credit_remaining_minor, settings)
        )
        yield Problem(FIELD, text, early=True)


def _too_much(request: PaymentRequest, settings: Settings) -> Iterator[Problem]:
    """A credit note gives no change: together they pay at most what is paid for their account."""
    used, method = Counter[str](), {one.credit_account: one.method for one in request.credit}
    for tender in request.credit:
        used[tender.credit_account] += tender.amount_minor
    for line in request.lines:
        account = line.account.account_number
        if account not in used:
            continue
        most = payable_by_credit(line, method[account])
        if used[account] > most:
            text = _("{account}: credit notes can pay {most} of this visit, and give no change.")
            text = text.format(account=account, most=_amount(most, settings))
            yield Problem(FIELD, text, early=True)


def _amount(amount_minor: int, settings: Settings) -> str:
    return format_amount(amount_minor, settings.currency, settings.locale)
