"""Visits as they come to a counter, by chance: one bill or several, part, over, credit spent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random
from uuid import UUID

from counterdesk.core.settings import Settings
from counterdesk.core.visit import AccountLine, OpenCharge, PaymentRequest, Share, TenderGiven
from counterdesk.services.consumers import AccountView

_KEPT_AT_MOST = 900
"""Well below what a supervisor must allow."""

_OFTEN = 0.4
"""So many of the notes that could be spent are."""


def random_visit(
    views: list[AccountView], settings: Settings, today: date, chance: Random
) -> PaymentRequest:
    """Return a visit that the rules allow, for what accounts owe; now and then by cheque."""
    lines = tuple(_line(view, chance) for view in views)
    credit = [
        one for view, line in zip(views, lines, strict=True) for one in _credit(view, line, chance)
    ]
    due = sum(line.total_minor for line in lines) - sum(one.amount_minor for one in credit)
    card = chance.randrange(1, due) if due > 1 and chance.random() < 0.3 else 0
    cash, step = due - card, settings.cash_rounding_minor or 1
    handed = -(-cash // step) * step + step * chance.choice((0, 0, 1, 7, 60))
    tenders = [TenderGiven("cash", handed)] if handed else []
    if card:
        last_four = f"{chance.randrange(10_000):04}"
        tenders.insert(0, TenderGiven("card", card, "AUTH-1", last_four))
        if chance.random() < 0.5:
            tenders[0] = TenderGiven(
                "cheque", card, "4711", cheque_bank="First Bank", cheque_dated_on=today
            )
    keep = chance.random() < 0.3 and handed > 0 and all(_is_whole(line) for line in lines)
    return PaymentRequest(
        UUID(int=chance.getrandbits(128), version=4), chance.choice(settings.channels), lines,
        (*credit, *tenders), keep_change=keep,
        held_notes=frozenset(one.credit_note_id for one in credit if one.credit_note_id),
    )  # fmt: skip


def _credit(view: AccountView, line: AccountLine, chance: Random) -> Iterator[TenderGiven]:
    """Spend what can be spent of the account's notes, now and then; the centre may know better.

    The notes count as held for the visit, which may have run out: then one is spent twice.
    """
    left = sum(share.amount_minor for share in line.shares)
    for note in view.notes:
        amount = min(note.usable_minor, left)
        if amount and chance.random() < _OFTEN:
            left -= amount
            yield TenderGiven(
                "credit", amount, credit_note_id=note.id, credit_note_number=note.number,
                credit_account=view.account.account_number,
                credit_remaining_minor=note.usable_minor,
            )  # fmt: skip


def _line(view: AccountView, chance: Random) -> AccountLine:
    count = chance.randint(1, min(3, len(view.charges))) if view.charges else 0
    shares = tuple(_share(one, chance) for one in chance.sample(view.charges, count))
    line = AccountLine(view.account, shares, 0, view.charges)
    if shares and (chance.random() < 0.7 or not _is_whole(line)):
        return line
    return replace(line, extra_minor=chance.randint(1, _KEPT_AT_MOST))


def _is_whole(line: AccountLine) -> bool:
    """Only who pays what is ticked in full may pay more."""
    return all(one.amount_minor == one.charge.outstanding_minor for one in line.shares)


def _share(charge: OpenCharge, chance: Random) -> Share:
    whole = charge.outstanding_minor
    return Share(charge, whole if chance.random() < 0.5 else chance.randint(1, whole))
