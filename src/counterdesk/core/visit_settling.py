"""Which tender of a visit pays which charge, and what a charge or an account does not accept."""

from __future__ import annotations

from counterdesk.core.allocation import Source, Target, settle
from counterdesk.core.i18n import _
from counterdesk.core.settings import ModeKind, Settings
from counterdesk.core.visit import Credit, PaymentRequest, Problem, Purpose, SettledPart


def settle_visit(
    request: PaymentRequest,
    settings: Settings,
    credits: tuple[Credit, ...],
    change_of: tuple[int, ...],
    rounding_minor: int,
) -> tuple[tuple[SettledPart, ...], list[Problem]]:
    """Return which tender pays what of a visit that is covered, or why one of them may not.

    Args:
        request: The visit.
        settings: The office's settings.
        credits: The credit that arises; it is paid after all charges.
        change_of: What each tender gives back, in minor units, in the order of the request.
        rounding_minor: What cash rounding adds.
    """
    sources = [
        Source(index, given.method, mode.kind, given.amount_minor - change_of[index])
        for index, given in enumerate(request.tenders)
        if (mode := settings.mode(given.method))
    ]
    rounding: tuple[SettledPart, ...] = ()
    if rounding_minor:
        sources, rounding = _round_last_cash(sources, rounding_minor)
    parts, unpaid = settle(sources, _targets(request, credits))
    return (*parts, *rounding), [_refused(target, request, settings) for target in unpaid]


def _round_last_cash(
    sources: list[Source], rounding: int
) -> tuple[list[Source], tuple[SettledPart, ...]]:
    # Cash that goes back whole as change has nothing left to carry the rounding.
    carrying = [s.kind is ModeKind.CASH and s.amount_minor > 0 for s in sources]
    at = max(place for place, carries in enumerate(carrying) if carries)
    cash = sources[at]
    usable = Source(cash.index, cash.method, cash.kind, cash.amount_minor - rounding)
    part = SettledPart(cash.index, Purpose.ROUNDING, "", None, rounding)
    return [*sources[:at], usable, *sources[at + 1 :]], (part,)


def _targets(request: PaymentRequest, credits: tuple[Credit, ...]) -> list[Target]:
    charges = [
        Target(
            Purpose.CHARGE,
            line.account.account_number,
            share.charge,
            share.amount_minor,
            line.account.cash_only,
        )
        for line in request.lines
        for share in line.shares
    ]
    extras = [(Purpose.EXTRA, credit, credit.extra_minor) for credit in credits]
    kept = [(Purpose.KEPT_CHANGE, credit, credit.kept_change_minor) for credit in credits]
    return charges + [
        Target(purpose, credit.account.account_number, None, amount, credit.account.cash_only)
        for purpose, credit, amount in extras + kept
        if amount
    ]


def _refused(target: Target, request: PaymentRequest, settings: Settings) -> Problem:
    if target.cash_only:
        text = _("{account} takes cash only.").format(account=target.account_number)
        return Problem("methodBox", text)
    names = {
        mode.name for given in request.tenders if (mode := settings.mode(given.method))
    } if target.charge is None else {
        mode.name
        for given in request.tenders
        if given.method in target.charge.refused_methods and (mode := settings.mode(given.method))
    }  # fmt: skip
    what = target.charge.number if target.charge else target.account_number
    text = _("{charge} does not accept {methods}.")
    return Problem("methodBox", text.format(charge=what, methods=", ".join(sorted(names))))
