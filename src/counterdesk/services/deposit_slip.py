"""The slip that goes to the bank with the money: notes and coins, each cheque, and whose shifts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

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
from counterdesk.core.i18n import _, in_language, language_in_use
from counterdesk.core.money import format_amount, format_number
from counterdesk.core.settings import Settings
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Shift
from counterdesk.services.receipts import is_right_to_left, letterhead, short
from counterdesk.store.session import ReadSession, RecordedEvent

Row = Mapping[str, Any]
_shifts = table_of(Shift)
_LINE = 14


def deposit_slip(
    read: ReadSession,
    deposit: Row,
    shifts: Sequence[Row],
    pieces: Sequence[Row],
    cheques: Sequence[Row],
    event: RecordedEvent,
) -> Document:
    """Return the slip of a deposit.

    Args:
        read: The transaction that makes it.
        deposit: Its row.
        shifts: What each shift brings.
        pieces: Notes and coins, the largest first.
        cheques: Each cheque.
        event: The deposit's event.
    """
    settings, number = read.settings, deposit["number"]
    with in_language(settings.receipt_language):
        language = language_in_use()
        blocks: list[Block] = [*letterhead(settings), *_head(read, deposit)]
        blocks += _cash(deposit, pieces, settings)
        blocks += _cheques(deposit, cheques, settings)
        total = deposit["cash_minor"] + deposit["cheques_minor"]
        blocks += [Rule(), KeyValue(_("Total"), _amount(total, settings),
                                    Style(bold=True, big=True), amount=True)]  # fmt: skip
        blocks += _of_shifts(read, shifts)
        place = f"{read.counter.code}-{event.seq:06}  {event.hash.hex()[:8]}"
        blocks += [Rule(), Text(place, Align.CENTRE), *_signed()]
        return Document(
            kind="deposit_slip",
            number=number,
            title=_("Deposit slip {number}").format(number=number),
            language=language,
            right_to_left=is_right_to_left(language),
            blocks=tuple(blocks),
        )


def _head(read: ReadSession, deposit: Row) -> Iterator[Block]:
    settings = read.settings
    yield KeyValue(_("Deposit slip"), deposit["number"], BOLD)
    if settings.deposit_account:
        yield KeyValue(_("Account"), short(settings.deposit_account))
    alike = settings.locale.partition("_")[0] == language_in_use().partition("_")[0]
    written = settings.locale if alike else language_in_use()
    yield KeyValue(_("Date"), write_date(deposit["business_date"], written))
    yield KeyValue(_("Counter"), short(f"{read.counter.code} {read.counter.name}"))
    yield KeyValue(_("Prepared by"), short(deposit["user_name"]))


def _cash(deposit: Row, pieces: Sequence[Row], settings: Settings) -> Iterator[Block]:
    if not pieces:
        return
    yield Rule()
    columns = (Column(_("Notes and coins")), Column(_("Pieces"), Align.END),
               Column(_("Sum"), Align.END))  # fmt: skip
    rows = tuple(
        (
            _amount(one["face_minor"], settings),
            str(one["pieces"]),
            _number(one["face_minor"] * one["pieces"], settings),
        )
        for one in pieces
    )
    yield Table(columns, rows)
    yield KeyValue(_("Cash"), _amount(deposit["cash_minor"], settings), BOLD, amount=True)


def _cheques(deposit: Row, cheques: Sequence[Row], settings: Settings) -> Iterator[Block]:
    if not cheques:
        return
    yield Rule()
    columns = (Column(_("Cheques")), Column(_("Amount"), Align.END))
    rows = tuple(
        (
            short(f"{one['reference']} {one['bank']}".strip()) or "-",
            _number(one["amount_minor"], settings),
        )
        for one in cheques
    )
    yield Table(columns, rows)
    label = _("Cheques ({count})").format(count=len(cheques))
    yield KeyValue(label, _amount(deposit["cheques_minor"], settings), BOLD, amount=True)


def _of_shifts(read: ReadSession, shifts: Sequence[Row]) -> Iterator[Block]:
    settings = read.settings
    ids = [UUID(str(one["shift_id"])) for one in shifts]
    named = {row.id: row.number for row in read.execute(
        select(_shifts.c.id, _shifts.c.number).where(_shifts.c.id.in_(ids)))}  # fmt: skip
    yield Rule()
    columns = (Column(_("Shift")), Column(_("Deposited"), Align.END),
               Column(_("Kept back"), Align.END))  # fmt: skip
    yield Table(columns, tuple(
        (
            named[shift_id],
            _number(one["cash_minor"] + one["cheques_minor"], settings),
            _number(one["kept_minor"], settings),
        )
        for shift_id, one in zip(ids, shifts, strict=True)
    ))  # fmt: skip


def _signed() -> Iterator[Block]:
    for word in (_("Prepared by"), _("The bank's number"), _("Bank's stamp")):
        yield KeyValue(f"{word}:", "_" * _LINE)


def _amount(amount_minor: int, settings: Settings) -> str:
    return format_amount(amount_minor, settings.currency, settings.locale)


def _number(amount_minor: int, settings: Settings) -> str:
    return format_number(amount_minor, settings.currency, settings.locale)
