"""Which tender of a visit pays which charge, and what a charge or an account does not accept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from counterdesk.core.allocation import Source, Target, settle
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import ModeKind, Settings
from counterdesk.core.visit import Credit, PaymentRequest, Problem, Purpose, SettledPart


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a charge or an account does not accept, whatever is tendered."""

    sentence: str
    methods: frozenset[str]
    """Codes of payment modes of the office."""


def refusals(request: PaymentRequest, settings: Settings) -> Iterator[Refusal]:
    """Yield what of a visit does not accept which payment modes, before any of them is chosen."""
    modes = settings.payment_modes
    good = (ModeKind.CASH, ModeKind.CREDIT)  # a credit note cannot come back as a cheque does
    other = frozenset(mode.code for mode in modes if mode.kind not in good)
    for line in request.lines:
        if line.account.cash_only and line.total_minor > 0:
            yield Refusal(_cash_only(line.account.account_number), other)
        for charge in (share.charge for share in line.shares):
            refused = [mode for mode in modes if mode.code in charge.refused_methods]
            if refused and not line.account.cash_only:
                sentence = _not_accepted(charge.number, (mode.name for mode in refused))
                yield Refusal(sentence, frozenset(mode.code for mode in refused))


def method_problems(
    request: PaymentRequest,
    settings: Settings,
    credits: tuple[Credit, ...],
    change_of: tuple[int, ...],
    rounding_minor: int,
) -> list[Problem]:
    """Return why a tender cannot be used up, however incomplete it and the visit still are.

    What is not used up has found nothing open that would take it; of credit notes that is told by
    `visit_credit`. Args as for `settle_visit`.
    """
    sources, _rounding = _sources(request, settings, change_of, rounding_minor)
    parts, unpaid = settle(sources, _targets(request, credits))
    used = Counter[int]()
    for part in parts:
        used[part.tender] += part.amount_minor
    idle = [
        source
        for source in sources
        if source.amount_minor > used[source.index] and source.kind is not ModeKind.CREDIT
    ]
    if not idle:
        return []
    usable = sum(used[source.index] for source in idle)
    return [_refused(target, idle, usable, settings) for target in unpaid]


def settle_visit(
    request: PaymentRequest,
    settings: Settings,
    credits: tuple[Credit, ...],
    change_of: tuple[int, ...],
    rounding_minor: int,
) -> tuple[SettledPart, ...]:
    """Return which tender pays what of a visit that has no problem.

    Args:
        request: The visit.
        settings: The office's settings.
        credits: The credit that arises; it is paid after all charges.
        change_of: What each tender gives back, in minor units, in the order of the request.
        rounding_minor: What cash rounding adds.
    """
    sources, rounding = _sources(request, settings, change_of, rounding_minor)
    parts, _unpaid = settle(sources, _targets(request, credits))
    return (*parts, *rounding)


def _sources(
    request: PaymentRequest, settings: Settings, change_of: tuple[int, ...], rounding_minor: int
) -> tuple[list[Source], tuple[SettledPart, ...]]:
    """Return the money that is there to be used, and the part of it that rounding takes."""
    sources = [
        Source(
            index,
            given.method,
            mode.kind,
            given.amount_minor - change_of[index],
            given.credit_account,
        )
        for index, given in enumerate(request.tenders)
        if (mode := settings.mode(given.method))
    ]
    return _round_last_cash(sources, rounding_minor) if rounding_minor else (sources, ())


def _round_last_cash(
    sources: list[Source], rounding: int
) -> tuple[list[Source], tuple[SettledPart, ...]]:
    # Cash that goes back whole as change has nothing left to carry the rounding.
    carrying = [s.kind is ModeKind.CASH and s.amount_minor > 0 for s in sources]
    if not any(carrying):
        return sources, ()
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


def _refused(target: Target, idle: list[Source], usable_minor: int, settings: Settings) -> Problem:
    names = {mode.name for source in idle if (mode := settings.mode(source.method))}
    sentence = _cash_only(target.account_number)
    if target.charge is not None and not target.cash_only:
        sentence = _not_accepted(target.charge.number, names)
    field = "methodBox"
    if usable_minor > 0:
        amount = format_amount(usable_minor, settings.currency, settings.locale)
        text = _("{refusal} {amount} at most can be paid by {methods}.")
        sentence = text.format(refusal=sentence, amount=amount, methods=", ".join(sorted(names)))
        field = "tenderAmount"
    return Problem(field, sentence, early=True)


def _cash_only(account_number: str) -> str:
    return _("{account} takes cash only.").format(account=account_number)


def _not_accepted(number: str, names: Iterable[str]) -> str:
    text = _("{charge} does not accept {methods}.")
    return text.format(charge=number, methods=", ".join(sorted(names)))
