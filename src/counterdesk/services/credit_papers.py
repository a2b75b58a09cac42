"""The paper of a credit note, for its consumer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from counterdesk.core.credit import NoteNow
from counterdesk.core.credit_words import reason_words, status_words
from counterdesk.core.dates import write_date
from counterdesk.core.documents import BOLD, Align, Block, Document, KeyValue, Rule, Style, Text
from counterdesk.core.i18n import _, in_language, language_in_use
from counterdesk.core.money import format_amount
from counterdesk.core.printers import Paper
from counterdesk.core.settings import Settings
from counterdesk.services.credit_changes import holder_of
from counterdesk.services.receipts import is_right_to_left, letterhead, short
from counterdesk.services.shift_report_blocks import instant_words, place
from counterdesk.store.session import ReadSession, RecordedEvent


def credit_note_document(read: ReadSession, note: NoteNow, event: RecordedEvent | None) -> Document:
    """Return a credit note for its consumer, as it stands, with the stamp of this counter.

    Args:
        read: The transaction that prints it.
        note: As it stands.
        event: The printing: the stamp is its place in the chain and its hash. None where it is
            only looked at: without a stamp it is worth nothing.
    """
    settings = read.settings
    with in_language(settings.receipt_language):
        blocks = (
            *letterhead(settings),
            *_head(note, settings),
            *_whose(read, note),
            *_amounts(note, settings),
            *_ground(note),
            *(_stamp(read, event) if event else ()),
        )
        language = language_in_use()
        return Document(
            kind=Paper.CREDIT_NOTE.value,
            number=note.number,
            title=_("Credit note {number}").format(number=note.number),
            language=language,
            right_to_left=is_right_to_left(language),
            blocks=blocks,
        )


def _head(note: NoteNow, settings: Settings) -> Iterator[Block]:
    yield KeyValue(_("Credit note"), note.number, BOLD)
    yield KeyValue(_("Status"), status_words(note.status))
    if note.created_on:
        yield KeyValue(_("Created"), _day(note.created_on, settings))
    if note.expires_on:
        yield KeyValue(_("Valid until"), _day(note.expires_on, settings))
    if note.held_until:
        yield KeyValue(_("Can be used from"), _day(note.held_until, settings))


def _whose(read: ReadSession, note: NoteNow) -> Iterator[Block]:
    holder = holder_of(read, note)
    yield Rule()
    yield KeyValue(_("Consumer"), short(holder.consumer_name), BOLD)
    yield KeyValue(_("Account"), short(holder.account_number))
    if holder.service_address:
        yield KeyValue(_("Address"), short(holder.service_address))


def _amounts(note: NoteNow, settings: Settings) -> Iterator[Block]:
    gone = note.amount_minor - note.remaining_minor
    yield Rule()
    yield KeyValue(_("Credit"), _amount(note.amount_minor, settings),
                   Style(bold=True, big=True), amount=True)  # fmt: skip
    yield KeyValue(_("Used"), _amount(gone, settings), amount=True)
    yield KeyValue(_("Remaining"), _amount(note.remaining_minor, settings), BOLD, amount=True)


def _ground(note: NoteNow) -> Iterator[Block]:
    yield Rule()
    yield KeyValue(_("Reason"), short(reason_words(note.reason)))
    for label, value in (
        (_("Receipt"), note.receipt_number),
        (_("Payment"), note.payment_number),
        (_("Created by"), note.created_by),
        (_("Approved by"), note.approved_by),
    ):
        if value:
            yield KeyValue(label, short(value))
    if note.remarks:
        yield Text(_("Remarks: {remarks}").format(remarks=note.remarks))
    yield Text(_("It pays any bill of this account."))


def _stamp(read: ReadSession, event: RecordedEvent) -> Iterator[Block]:
    counter = read.counter
    yield from place(read, event)
    yield Text(_("Issued by CounterDesk"), Align.CENTRE, BOLD)
    yield Text(short(f"{counter.code} {counter.name}"), Align.CENTRE)
    yield Text(instant_words(event.recorded_at_utc, read.settings), Align.CENTRE)


def _day(day: date, settings: Settings) -> str:
    language = language_in_use()
    alike = settings.locale.partition("_")[0] == language.partition("_")[0]
    return write_date(day, settings.locale if alike else language)


def _amount(amount_minor: int, settings: Settings) -> str:
    return format_amount(amount_minor, settings.currency, settings.locale)
