"""What a dispute says on a page, in words: how much, who raised it where, and how it came out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from counterdesk.core.dates import write_instant
from counterdesk.core.dispute_words import category_words, outcome_words
from counterdesk.core.disputes import Dispute
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings


def doubted_words(dispute: Dispute, settings: Settings) -> str:
    """Return how much of the payment is doubted, and how much was paid where that is more."""
    amount = _money(dispute.amount_minor, settings)
    if dispute.amount_minor == dispute.payment_amount_minor:
        return amount
    paid = _money(dispute.payment_amount_minor, settings)
    return _("{amount} of {paid}").format(amount=amount, paid=paid)


def raised_words(dispute: Dispute, settings: Settings) -> str:
    """Return who raised a dispute, when and where."""
    return _("Raised by {name}, {time}, at counter {counter}").format(
        name=dispute.raised_by, time=_instant(dispute.raised_at_utc, settings),
        counter=dispute.counter,
    )  # fmt: skip


def closed_words(dispute: Dispute, settings: Settings) -> str:
    """Return who closed a dispute and when; "" while it is open."""
    done = dispute.closing
    if done is None:
        return ""
    text = _("Closed by {name}, {time}")
    return text.format(name=done.closed_by, time=_instant(done.closed_at_utc, settings))


def raised_said(dispute: Dispute) -> str:
    """Return the sentence that says a dispute is safely saved."""
    text = _("Dispute {number} of receipt {receipt} is raised.")
    return text.format(number=dispute.number, receipt=dispute.receipt_number)


def closed_said(dispute: Dispute) -> str:
    """Return the sentence that says a dispute is closed, and how."""
    done = dispute.closing
    how = outcome_words(done.outcome) if done is not None else ""
    return _("Dispute {number} is closed: {outcome}.").format(number=dispute.number, outcome=how)


def dispute_facts(dispute: Dispute, settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield captions and values of a dispute, as whoever closes it reads them."""
    yield _("Dispute"), dispute.number
    yield _("Consumer"), f"{dispute.consumer_name} \u00b7 {dispute.account_number}"
    yield _("Receipt"), dispute.receipt_number
    yield _("Disputed"), doubted_words(dispute, settings)
    yield _("What is wrong"), category_words(dispute.category)


def _instant(at_utc: datetime, settings: Settings) -> str:
    return write_instant(at_utc, settings.locale, settings.time_zone)


def _money(amount_minor: int, settings: Settings) -> str:
    return format_amount(amount_minor, settings.currency, settings.locale)
