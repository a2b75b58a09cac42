"""What a statement of account says: each line of some days, with what was owed after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from counterdesk.core.account_sheet import Extract, SheetLine, extract
from counterdesk.core.account_words import line_words
from counterdesk.core.dates import write_date
from counterdesk.core.documents import (
    BOLD,
    Align,
    Block,
    Column,
    Document,
    KeyValue,
    Rule,
    Style,
    Table,
    Text,
)
from counterdesk.core.i18n import _, language_in_use
from counterdesk.core.money import format_amount, format_number
from counterdesk.core.periods import Period
from counterdesk.core.printers import Paper
from counterdesk.core.settings import Settings
from counterdesk.services.consumer_sheet import ConsumerSheet
from counterdesk.services.receipts import is_right_to_left, letterhead, short
from counterdesk.services.shift_report_blocks import instant_words, place
from counterdesk.store.session import ReadSession, RecordedEvent


def statement_document(
    read: ReadSession, sheet: ConsumerSheet, period: Period, event: RecordedEvent
) -> Document:
    """Return a consumer's statement in the language in use, which is the receipts'.

    Args:
        read: The transaction that makes it.
        sheet: The account.
        period: The days it tells of.
        event: Its making: it prints its place in the chain.
    """
    settings, account = read.settings, sheet.view.account
    part = extract(sheet.lines, sheet.brought_forward_minor, period)
    language = language_in_use()
    blocks = (
        *letterhead(settings),
        *_head(sheet, period, settings),
        Rule(),
        KeyValue(_("Balance before"), _amount(part.opening_minor, settings), BOLD, amount=True),
        *_lines(part, settings),
        *_sums(part, settings),
        *_credit(sheet, settings),
        *_notes(sheet, event, settings),
        *place(read, event),
        Text(_("Issued by CounterDesk"), Align.CENTRE, BOLD),
        Text(short(f"{read.counter.code} {read.counter.name}"), Align.CENTRE),
        Text(instant_words(event.recorded_at_utc, settings), Align.CENTRE),
    )
    return Document(
        kind=Paper.STATEMENT.value,
        number=account.account_number,
        title=_("Statement of account {number}").format(number=short(account.account_number)),
        language=language,
        right_to_left=is_right_to_left(language),
        blocks=blocks,
    )


def _head(sheet: ConsumerSheet, period: Period, settings: Settings) -> Iterator[Block]:
    account = sheet.view.account
    yield KeyValue(_("Statement of account"), short(account.account_number), BOLD)
    yield KeyValue(_("Consumer"), short(account.consumer_name), BOLD)
    if account.service_address:
        yield KeyValue(_("Address"), short(account.service_address))
    yield KeyValue(_("From"), _day(period.first, settings))
    yield KeyValue(_("To"), _day(period.last, settings))


def _lines(part: Extract, settings: Settings) -> Iterator[Block]:
    if not part.lines:
        yield Text(_("Nothing was charged or paid in these days."))
        return
    columns = (
        Column(_("Entry")), Column(_("Amount"), Align.END), Column(_("Balance"), Align.END),
    )  # fmt: skip
    yield Table(columns, tuple(_row(line, settings) for line in part.lines))


def _row(line: SheetLine, settings: Settings) -> tuple[str, str, str]:
    def money(minor: int) -> str:
        return _amount(minor, settings)

    # Day and words share a column: on a roll no number of an invoice is broken in two.
    entry = short(f"{_day(line.on, settings)}  {line.number} {line_words(line, money)}")
    return entry, _number(line.effect_minor, settings), _number(line.balance_minor, settings)


def _sums(part: Extract, settings: Settings) -> Iterator[Block]:
    yield Rule()
    yield KeyValue(_("Charged"), _amount(part.charged_minor, settings), amount=True)
    yield KeyValue(_("Paid"), _amount(part.paid_minor, settings), amount=True)
    yield KeyValue(_("Balance after"), _amount(part.closing_minor, settings),
                   Style(bold=True, big=True), amount=True)  # fmt: skip


def _credit(sheet: ConsumerSheet, settings: Settings) -> Iterator[Block]:
    """What can be spent: it stands beside the balance, and is not netted."""
    usable = [note for note in sheet.view.notes if note.usable_minor]
    if usable:
        yield Rule()
        yield KeyValue(
            _("Credit available"), _amount(sheet.view.credit_minor, settings), BOLD, amount=True
        )
    for note in usable:
        yield KeyValue(short(note.number), _amount(note.usable_minor, settings), amount=True)


def _notes(sheet: ConsumerSheet, event: RecordedEvent, settings: Settings) -> Iterator[Block]:
    yield Rule()
    told = sheet.view.as_of_utc
    if told is not None and told < event.recorded_at_utc:
        text = _("Charges, and payments at other counters, are those known on {time}.")
        yield Text(text.format(time=instant_words(told, settings)))


def _day(day: date, settings: Settings) -> str:
    language = language_in_use()
    alike = settings.locale.partition("_")[0] == language.partition("_")[0]
    return write_date(day, settings.locale if alike else language)


def _amount(minor: int, settings: Settings) -> str:
    return format_amount(minor, settings.currency, settings.locale)


def _number(minor: int, settings: Settings) -> str:
    return format_number(minor, settings.currency, settings.locale)
