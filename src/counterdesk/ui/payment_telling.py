"""What a payment's page says, in words: how it compares, who vouched for it, what happened."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from counterdesk.core.dates import write_date, write_instant
from counterdesk.core.effects import difference_words
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui.print_words import state_word
from counterdesk.ui.tables.act_words import way_word
from counterdesk.ui.tables.payment_words import type_word

if TYPE_CHECKING:
    from counterdesk.services.payment_details import PaymentDetails
    from counterdesk.services.payment_history import PaymentEvent
    from counterdesk.services.payment_parts import ChargePaid, OverPaid, TenderPaid

NOTHING = "\u2013"
_LONG_WORD = re.compile(r"(\S{24})(?=\S)")


def breakable(text: str) -> str:
    """Return text from outside, harmless, with places where even one long word can be broken."""
    return _LONG_WORD.sub("\\1\u200b", clean(text))


def money(amount_minor: int, settings: Settings) -> str:
    """Return an amount as the office writes it."""
    return format_amount(amount_minor, settings.currency, settings.locale)


def charge_compared(charge: ChargePaid, settings: Settings) -> str:
    """Return how what was paid compares with what was open, and what is left now."""
    words = difference_words(charge.short_minor + charge.paid_minor, charge.paid_minor, settings)
    if charge.undone_minor == charge.paid_minor:
        return _("{words}; all of it was taken back").format(words=words)
    if charge.undone_minor:
        back = _("{words}; {amount} of it was taken back")
        return back.format(words=words, amount=money(charge.undone_minor, settings))
    if charge.short_minor <= 0 or charge.left_minor is None:
        return words
    if not charge.left_minor:
        return _("{words}; {charge} is paid since").format(words=words, charge=charge.number)
    left = money(charge.left_minor, settings)
    text = _("{words}; {left} left of {charge}")
    return text.format(words=words, left=left, charge=charge.number)


def over_compared(over: OverPaid, settings: Settings) -> str:
    """Return what was paid on top, and what became of it."""
    text = (
        _("Change of {amount} kept as {note}")
        if over.kept_change
        else _("Over paid by {amount}, kept as {note}")
    )
    return text.format(amount=money(over.amount_minor, settings), note=over.note_number)


def tender_words(tender: TenderPaid, settings: Settings) -> str:
    """Return how one tender came: bank, reference, last four digits, or the note that it spent."""
    four = f"**** {tender.last_four}" if tender.last_four else ""
    day = write_date(tender.cheque_dated_on, settings.locale) if tender.cheque_dated_on else ""
    told = tender.cheque_bank, tender.reference, day, four, tender.note_number
    return " · ".join(filter(None, (*told, _share_words(tender, settings))))


def _share_words(tender: TenderPaid, settings: Settings) -> str:
    """Say how much of a tender paid this payment, where the visit had others."""
    if tender.here_minor == tender.amount_minor - tender.change_minor:
        return ""
    if not tender.here_minor:
        return _("nothing of it for this payment")
    text = _("{amount} of it for this payment")
    return text.format(amount=money(tender.here_minor, settings))


def payment_facts(told: PaymentDetails, settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield captions and values of a payment."""
    own = told.parts
    yield _("Payment"), told.payment_number or _not_told()
    yield _("Transaction"), told.transaction_number or _not_told()
    yield _("Receipt"), told.receipt_number or _not_told()
    yield _("Type"), type_word(told.type)
    yield _("Channel"), told.channel or _not_told()
    yield _("Paid on"), _when(told, settings)
    if own is not None and own.paper_number and own.paper_on is not None:
        day = write_date(own.paper_on, settings.locale)
        yield _("Written by hand"), f"{own.paper_number}, {day}"
    yield _("Received by"), _receiver(told)
    yield _("Counter"), told.counter or _not_told()
    yield _("Processing time"), processing_words(told)
    yield _("Verification"), verification_words(told, settings)
    if own is not None and own.paid_by:
        yield _("Paid by"), own.paid_by
    if own is not None and own.notes:
        yield _("Notes"), own.notes


def _not_told() -> str:
    return _("Not told")


def _receiver(told: PaymentDetails) -> str:
    return _("System") if told.online else told.cashier or _not_told()


def _when(told: PaymentDetails, settings: Settings) -> str:
    day = write_date(told.business_date, settings.locale)
    if told.taken_at_utc is None:
        return day
    at = write_instant(told.taken_at_utc, settings.locale, settings.time_zone)
    return at if at.startswith(day) else _("{time}, counts on {date}").format(time=at, date=day)


def processing_words(told: PaymentDetails) -> str:
    """Return how long it took until a payment counted."""
    days = told.processing_days
    if not told.online:
        return _("Immediate")
    if days is None:
        return _not_told()
    if told.status == "Pending":
        so_far = ngettext("{count} day so far", "{count} days so far", days)
        return so_far.format(count=days)
    return ngettext("{count} day", "{count} days", days).format(count=days)


def verification_words(told: PaymentDetails, settings: Settings) -> str:
    """Return whether, by whom and when a payment was verified."""
    given = told.verification
    at = given.at_utc and write_instant(given.at_utc, settings.locale, settings.time_zone)
    return {
        "counter": _("Verified as it was taken"),
        "pending": _("Not verified yet"),
        "waits": _("Verified here by {name}, {time}; waits for the centre"),
        "verified": _("Verified by {name}, {time}"),
        "not_told": _("It counts; by whom it was verified is not told"),
        "never": _("Never verified"),
    }[given.state].format(name=given.by, time=at or _not_told())


def online_words(told: PaymentDetails, settings: Settings) -> str:
    """Return how far an online payment is, as a sentence that says what it means."""
    words = verification_words(told, settings)
    if told.status == "Pending":
        means = _("It counts in no figure until somebody who may has verified it.")
        return f"{words}. {means}" if told.verification.state == "pending" else f"{words}."
    return f"{words}."


def event_words(one: PaymentEvent) -> str:
    """Return what happened, in a few words; a kind that is not known here stays as it is."""
    what, _dot, state = one.kind.partition(".")
    if what == "paper":
        return _("Receipt: {state}").format(state=state_word(state))
    return _events().get(one.kind, one.kind).format(detail=one.detail)


def _events() -> dict[str, str]:
    return {
        "taken": _("Taken"),
        "received": _("Received through the net"),
        "receipt.reprinted": _("A copy was printed"),
        "receipt.emailed": _("Sent by email"),
        "print.moved": _("Moved to another printer"),
        "print.given_up": _("Printing was given up"),
        "print.answered_yes": _("Somebody saw that it printed"),
        "print.answered_no": _("Somebody saw that it did not print"),
        "approval.granted": _("Overpayment allowed"),
        "credit.allowed": _("Credit allowed without the centre"),
        "late.allowed": _("Capture of paper {detail} allowed"),
        "credit.overpayment": _("Credit note {detail} made of what was over"),
        "credit.manual": _("Credit note {detail} raised"),
        "credit.approved": _("Credit note {detail} approved"),
        "credit.rejected": _("Credit note {detail} rejected"),
        "credit.cancelled": _("Credit note {detail} cancelled"),
        "payment.verified": _("Verified"),
        "dispute.raised": _("Dispute {detail} raised"),
        "dispute.refunded": _("Dispute {detail} closed: refunded"),
        "dispute.adjusted": _("Dispute {detail} closed: adjusted"),
        "dispute.reprocessed": _("Dispute {detail} closed: processed again"),
        "dispute.rejected": _("Dispute {detail} closed: rejected"),
        "undone.void": _("Voided"),
        "undone.reversal": _("Reversed"),
        "undone.bounced": _("The cheque came back"),
        "undone.moved": _("Moved to another account"),
        "undone.corrected": _("Corrected: another payment stands in its place"),
        "moved_here": _("Moved here from another account"),
        "replaces": _("Stands in the place of receipt {detail}"),
        "elsewhere.Voided": _("Voided at another counter"),
        "elsewhere.Reversed": _("Reversed at another counter"),
    }


def event_about(one: PaymentEvent, settings: Settings) -> str:
    """Return when it happened, who did and who allowed it, and why or where."""
    at = _moment(one, settings)
    who = one.by
    if one.allowed_by and one.allowed_by != one.by:
        allowed = _("{name} allowed it").format(name=one.allowed_by)
        who = f"{who}, {allowed}" if who else allowed
    way = way_word(one.way) if one.way is not None else ""
    why = "" if "{detail}" in _events().get(one.kind, "") else one.detail
    where = _("at counter {counter}").format(counter=one.counter) if one.counter else ""
    return " · ".join(filter(None, (at, who, where, why, way)))


def _moment(one: PaymentEvent, settings: Settings) -> str:
    if one.at_utc is not None:
        return write_instant(one.at_utc, settings.locale, settings.time_zone)
    if one.on is not None:
        return write_date(one.on, settings.locale)
    return _("When is not told")


def parts_not_told(told: PaymentDetails) -> str:
    """Say why the charges and tenders of a payment are not here."""
    if told.online:
        return _("It came through the net: the centre does not tell which charges it is for.")
    text = _("Counter {counter} took it: what it settled is kept there and at the centre.")
    return text.format(counter=told.counter or NOTHING)
