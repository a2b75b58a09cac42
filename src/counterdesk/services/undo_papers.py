"""The paper of an undo: the receipt again, marked void, or a slip of what was taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from counterdesk.core.documents import (
    BOLD,
    Align,
    Block,
    Column,
    Document,
    KeyValue,
    QrCode,
    Rule,
    Style,
    Table,
    Text,
)
from counterdesk.core.i18n import _, in_language, language_in_use
from counterdesk.core.money import format_amount, format_number
from counterdesk.core.settings import ModeKind, Settings
from counterdesk.core.undoing import UndoKind, act_number, undo_word
from counterdesk.services.print_jobs import original_of
from counterdesk.services.receipts import is_right_to_left, letterhead, short
from counterdesk.services.shift_report_blocks import instant_words, place, signatures
from counterdesk.services.undone import payers_of
from counterdesk.store.session import RecordedEvent, Session

Rows = Mapping[str, Any]
KIND = "void_slip"


def undo_slip(session: Session, rows: Rows, event: RecordedEvent) -> Document:
    """Return the paper of an undo; for a void it is the receipt again, without its code.

    Args:
        session: The transaction that undoes, or puts back what was undone.
        rows: Those of the event, by their names there.
        event: Its place in the chain is the number of the act.
    """
    settings, undo = session.settings, rows["undo"]
    number = act_number(session.counter.code, event.seq)
    void = undo["kind"] == UndoKind.VOID
    with in_language(settings.receipt_language):
        language = language_in_use()
        body = _receipt(session, undo) if void else _slip_head(session, rows, settings)
        blocks = (
            *body,
            *_act(session, rows, number),
            *_money(rows, settings),
            *place(session, event),
            *signatures(),
        )
        title = _("{kind} of receipt {number}").format(
            kind=undo_word(undo["kind"]), number=undo["receipt_number"]
        )
        marks = (_("VOID"), number) if void else (undo_word(undo["kind"]), number)
        right_to_left = is_right_to_left(language)
        return Document(KIND, number, title, language, right_to_left, blocks, 0, marks)


def _receipt(session: Session, undo: Rows) -> Iterator[Block]:
    """Yield the receipt as it was printed, up to the code: a void receipt proves nothing."""
    document, _state = original_of(session, undo["transaction_id"])
    blocks = list(document.blocks)
    for at, block in enumerate(blocks):
        if isinstance(block, QrCode):
            blocks = blocks[:at]
            break
    while blocks and isinstance(blocks[-1], Rule):
        blocks.pop()
    yield from blocks


def _slip_head(session: Session, rows: Rows, settings: Settings) -> Iterator[Block]:
    undo = rows["undo"]
    yield from letterhead(settings)
    yield KeyValue(_("Receipt"), undo["receipt_number"], BOLD)
    yield KeyValue(_("Transaction"), undo["transaction_number"])
    if undo["payment_number"]:
        yield KeyValue(_("Payment"), undo["payment_number"])
    for number, name in payers_of(session, undo["id"]).items():
        if name:
            yield KeyValue(_("Consumer"), short(name), BOLD)
        yield KeyValue(_("Account"), short(number))
    yield Rule()
    yield _charges_table(_("Owed again"), _reopened(rows), settings)
    if rows.get("payments"):
        yield Rule()
        yield KeyValue(_("Moved to"), short(rows["payments"][0]["consumer_name"]), BOLD)
        yield KeyValue(_("Account"), short(rows["payments"][0]["account_number"]))
        yield _charges_table(_("Paid there"), _settled(rows), settings)


def _reopened(rows: Rows) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in rows["undone"]:
        if row["charge_number"]:
            sums[row["charge_number"]] = sums.get(row["charge_number"], 0) + row["amount_minor"]
    return sums


def _settled(rows: Rows) -> dict[str, int]:
    paid = {row["charge_number"]: row["amount_minor"] for row in rows["allocations"]}
    notes = rows["credit_notes"]
    return paid | {
        _("Credit note {number}").format(number=row["number"]): row["amount_minor"] for row in notes
    }


def _charges_table(title: str, sums: Mapping[str, int], settings: Settings) -> Table:
    columns = (Column(title), Column(_("Amount"), Align.END))
    return Table(columns, tuple((short(number), _number(minor, settings))
                                for number, minor in sums.items()))  # fmt: skip


def _act(session: Session, rows: Rows, number: str) -> Iterator[Block]:
    undo, settings = rows["undo"], session.settings
    yield Rule()
    yield KeyValue(undo_word(undo["kind"]), number, BOLD)
    yield KeyValue(_("Date"), instant_words(undo["undone_at_utc"], settings))
    yield KeyValue(_("Counter"), short(f"{session.counter.code} {session.counter.name}"))
    yield KeyValue(_("Cashier"), short(undo["user_name"]))
    yield KeyValue(_("Allowed by"), short(undo["approver_name"]))
    yield KeyValue(_("Reason"), short(undo["reason"]))
    if undo["remarks"]:
        yield Text(short(undo["remarks"]))
    if undo["replaced_by"]:
        yield Text(_("Another receipt stands in its place."))


def _money(rows: Rows, settings: Settings) -> Iterator[Block]:
    lines = [*_back(rows, settings), *_credit(rows, settings)]
    if lines:
        yield Rule()
        yield from lines


def _back(rows: Rows, settings: Settings) -> Iterator[Block]:
    for row in rows["tenders_back"]:
        cash = row["kind"] == ModeKind.CASH
        words = _("{method} back").format(method=short(row["method_name"]))
        style = Style(bold=True, big=True) if cash else BOLD
        yield KeyValue(words, _amount(-row["delta_minor"], settings), style, amount=True)


def _credit(rows: Rows, settings: Settings) -> Iterator[Block]:
    """What notes lose, and what is owed as a charge from now on: their spent part, and a fee."""
    undone = sum(row["amount_minor"] for row in rows["undone"] if row["born_note_id"])
    spent = sum(row["amount_minor"] for row in rows["charges"] if row["credit_note_id"])
    if undone > spent:
        yield KeyValue(_("Credit taken back"), _amount(undone - spent, settings), amount=True)
    for row in rows["charges"]:
        words = _("Owed now: {what} {number}")
        told = words.format(what=short(row["description"]), number=row["number"])
        yield KeyValue(told, _amount(row["amount_minor"], settings), amount=True)


def _amount(amount_minor: int, settings: Settings) -> str:
    return format_amount(amount_minor, settings.currency, settings.locale)


def _number(amount_minor: int, settings: Settings) -> str:
    return format_number(amount_minor, settings.currency, settings.locale)
