"""What the papers of a shift say, block by block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from counterdesk.core.dates import write_date, write_instant
from counterdesk.core.documents import (
    BOLD,
    Align,
    Block,
    Column,
    KeyValue,
    Rule,
    Table,
    Text,
)
from counterdesk.core.drawer import move_word
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount, format_number
from counterdesk.core.settings import ModeKind, Settings
from counterdesk.core.undoing import undo_word
from counterdesk.services.counts import cash_method, counts_made, pieces_of
from counterdesk.services.receipts import letterhead, short
from counterdesk.services.shift_figures import ShiftFigures, counted_modes
from counterdesk.services.shifts import OpenShift
from counterdesk.store.session import ReadSession, RecordedEvent

Row = Mapping[str, Any]


def head(read: ReadSession, shift: OpenShift, word: str, number: str) -> Iterator[Block]:
    """Yield the letterhead, and which shift it is about."""
    settings, counter = read.settings, read.counter
    yield from letterhead(settings)
    yield KeyValue(word, number, BOLD)
    yield KeyValue(_("Shift"), shift.number)
    yield KeyValue(_("Counter"), short(f"{counter.code} {counter.name}"))
    yield KeyValue(_("Cashier"), short(shift.user_name))
    yield KeyValue(_("Business date"), write_date(shift.business_date, settings.locale))
    yield KeyValue(_("Opened"), instant_words(shift.opened_at_utc, settings))


def who_closed(shift: OpenShift, closed: Row) -> Iterator[Block]:
    """Yield who closed a shift and who allowed it, where it was not its cashier alone."""
    if closed["user_id"] != shift.user_id:
        yield KeyValue(_("Closed by"), short(closed["user_name"]), BOLD)
    if closed["approver_name"]:
        yield KeyValue(_("Allowed by"), short(closed["approver_name"]))
    if closed["reason"]:
        yield Text(short(closed["reason"]))


def visits(figures: ShiftFigures, settings: Settings) -> Iterator[Block]:
    """Yield how many visits there were, and which receipts."""
    yield Rule()
    yield KeyValue(_("Visits"), str(figures.visits), BOLD)
    if figures.visits:
        yield KeyValue(_("Receipts"), f"{figures.first_receipt} \u2013 {figures.last_receipt}")
    if figures.credit_notes:
        made = _("Credit notes made ({count})").format(count=figures.credit_notes)
        yield KeyValue(made, _amount(figures.credit_minor, settings), amount=True)
    if figures.credit_used is not None:
        used = _("Credit notes used ({count})").format(count=figures.credit_used.count)
        yield KeyValue(used, _amount(figures.credit_used.kept_minor, settings), amount=True)


def money(
    figures: ShiftFigures, shift: OpenShift, settings: Settings, *, blind: bool
) -> Iterator[Block]:
    """Yield what came in, and what the drawer should hold; blind without what is counted."""
    counted = {mode.code for mode in counted_modes(settings)} if blind else set()
    shown = [
        one
        for one in figures.methods
        if not (blind and (one.method in counted or one.kind == ModeKind.CASH))
    ]
    yield Rule()
    rows = tuple((short(one.name), str(one.count), _number(one.kept_minor, settings))
                 for one in shown)  # fmt: skip
    columns = (Column(_("Received")), Column(_("Count"), Align.END), Column(_("Sum"), Align.END))
    if rows:
        yield Table(columns, rows)
    if blind:
        yield Text(_("What is counted at close is told after the count."))
        return
    for each in (one for one in figures.undone if one.method_kind != ModeKind.CREDIT):
        label = f"{undo_word(each.kind)}, {short(each.name)} ({each.count})"
        yield KeyValue(label, _amount(each.delta_minor, settings), amount=True)
    for one in figures.refunds:
        label = _("Refunded: {method} ({count})").format(method=short(one.name), count=one.count)
        yield KeyValue(label, _amount(-one.kept_minor, settings), amount=True)
    yield KeyValue(_("Collected"), _amount(figures.collected_minor, settings), BOLD, amount=True)
    if figures.rounding_minor:
        yield KeyValue(_("Cash rounding"), _amount(figures.rounding_minor, settings), amount=True)
    yield from _drawer(figures, shift, settings)


def _drawer(figures: ShiftFigures, shift: OpenShift, settings: Settings) -> Iterator[Block]:
    """MON-11, line by line, so that a person can add it up on the paper."""
    cash = sum(one.kept_minor for one in figures.methods if one.kind == ModeKind.CASH)
    yield Rule()
    yield KeyValue(_("Float"), _amount(shift.float_minor, settings), amount=True)
    received = _amount(cash + figures.change_minor, settings)
    yield KeyValue(_("Cash received"), received, amount=True)
    yield KeyValue(_("Change given"), _amount(-figures.change_minor, settings), amount=True)
    if back := sum(one.delta_minor for one in figures.undone if one.method_kind == ModeKind.CASH):
        yield KeyValue(_("Cash handed back"), _amount(back, settings), amount=True)
    for one in figures.moves:
        label = f"{move_word(one.kind)} ({one.count})"
        yield KeyValue(label, _amount(one.delta_minor, settings), amount=True)
    if refunded := sum(one.kept_minor for one in figures.refunds if one.kind == ModeKind.CASH):
        yield KeyValue(_("Cash refunds"), _amount(-refunded, settings), amount=True)
    expected = _amount(figures.expected_minor, settings)
    yield KeyValue(_("Expected in the drawer"), expected, BOLD, amount=True)


def counted(read: ReadSession, closed: Row, methods: Sequence[Row]) -> Iterator[Block]:
    """Yield what was counted, held against what was expected."""
    settings = read.settings
    pieces = pieces_of(read, closed["count_id"])
    cash = pieces.get(cash_method(settings).code, ())
    yield Rule()
    if cash:
        columns = (
            Column(_("Counted")),
            Column(_("Pieces"), Align.END),
            Column(_("Sum"), Align.END),
        )
        yield Table(columns, tuple(
            (_amount(face, settings), str(many), _number(face * many, settings))
            for face, many in cash))  # fmt: skip
        yield Rule()
    if (often := counts_made(read, closed["shift_id"])) > 1:
        yield KeyValue(_("Counts made"), str(often), BOLD)
    for one in methods:
        yield from _method(
            one, sum(many for _face, many in pieces.get(one["method"], ())), settings
        )


def _method(one: Row, many: int, settings: Settings) -> Iterator[Block]:
    off = one["counted_minor"] - one["expected_minor"]
    name = short(one["method_name"])
    if one["kind"] != ModeKind.CASH:
        name = f"{name} ({many})"
    yield KeyValue(name, _amount(one["counted_minor"], settings), BOLD, amount=True)
    yield KeyValue(_("Expected"), _amount(one["expected_minor"], settings), amount=True)
    if off:
        word = _("Over") if off > 0 else _("Short")
        yield KeyValue(word, _amount(abs(off), settings), BOLD, amount=True)
        yield Text(short(one["reason"]))


def place(read: ReadSession, event: RecordedEvent) -> Iterator[Block]:
    """Yield where it stands in the unbroken sequence of this counter's acts."""
    yield Rule()
    place = f"{read.counter.code}-{event.seq:06}"
    yield Text(f"{place}  {event.hash.hex()[:8]}", Align.CENTRE)


def signatures() -> Iterator[Block]:
    """Yield where people sign."""
    for word in (_("Cashier"), _("Supervisor")):
        yield KeyValue(f"{word}:", "_" * 20)


def _amount(amount_minor: int, settings: Settings) -> str:
    return format_amount(amount_minor, settings.currency, settings.locale)


def _number(amount_minor: int, settings: Settings) -> str:
    return format_number(amount_minor, settings.currency, settings.locale)


def instant_words(instant: datetime, settings: Settings) -> str:
    """Return an instant the way the office writes it."""
    return write_instant(instant, settings.locale, settings.time_zone)
