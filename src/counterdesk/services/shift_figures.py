"""What happened in a shift, in figures: the same for its X reports, its Z and its close."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import func, select

from counterdesk.core.differences import Evidence, MoveSeen, TenderSeen
from counterdesk.core.drawer import LikelyDrawer, Pieces, running_low
from counterdesk.core.permissions import Permission
from counterdesk.core.settings import ModeKind, PaymentMode, Settings
from counterdesk.models.base import table_of
from counterdesk.models.credits import CreditNoteChange
from counterdesk.models.drawer import DrawerMove
from counterdesk.models.ledger import CreditNote, PaymentTransaction, Tender
from counterdesk.services.counts import cash_method, float_pieces
from counterdesk.services.shifts import OpenShift, expected_drawer
from counterdesk.services.undone_sums import (
    UndoneSum,
    beside_the_drawer,
    cash_steps,
    handed_back,
    undone_sums,
    voided_in,
)
from counterdesk.store.session import ReadSession

_visits, _tenders = table_of(PaymentTransaction), table_of(Tender)
_notes, _moves = table_of(CreditNote), table_of(DrawerMove)
_changes = table_of(CreditNoteChange)


@dataclass(frozen=True, slots=True)
class MethodSum:
    """What came in one way, change taken off."""

    method: str
    name: str
    kind: str
    count: int
    kept_minor: int


@dataclass(frozen=True, slots=True)
class MoveSum:
    """Moves of one kind; out is below 0."""

    kind: str
    count: int
    delta_minor: int


@dataclass(frozen=True, slots=True)
class ShiftFigures:
    """A shift as far as it came. Amounts in minor units."""

    visits: int
    first_receipt: str
    last_receipt: str
    methods: tuple[MethodSum, ...]
    credit_used: MethodSum | None
    """Credit notes that were taken as payment; None where there were none."""
    change_minor: int
    rounding_minor: int
    credit_notes: int
    credit_minor: int
    moves: tuple[MoveSum, ...]
    undone: tuple[UndoneSum, ...]
    expected_minor: int
    """Cash that should lie in the drawer."""
    refunds: tuple[MethodSum, ...] = ()
    """Credit that was paid back, by method; its sums are above 0."""

    @property
    def collected_minor(self) -> int:
        """All that came in, less change, what was undone and paid back; credit is no money."""
        undone = sum(one.delta_minor for one in self.undone if one.method_kind != ModeKind.CREDIT)
        refunded = sum(one.kept_minor for one in self.refunds)
        return undone - refunded + sum(one.kept_minor for one in self.methods)


@dataclass(frozen=True, slots=True)
class DrawerNow:
    """What is likely in the drawer while the shift runs, and what to do about it."""

    expected_minor: int | None
    """None for those who must count without knowing."""
    pieces: Pieces
    """Likely, for those who may know; else nothing."""
    over_ceiling: bool
    low: Pieces
    """Small notes and coins of which few are left."""


def shift_figures(read: ReadSession, shift_id: UUID) -> ShiftFigures:
    """Return what happened in a shift."""
    in_shift = _visits.c.shift_id == shift_id
    sums = read.execute(
        select(
            func.count().label("visits"),
            func.coalesce(func.sum(_visits.c.change_minor), 0).label("change"),
            func.coalesce(func.sum(_visits.c.rounding_minor), 0).label("rounding"),
        ).where(in_shift)
    ).one()
    receipts = read.execute(
        select(_visits.c.receipt_number).where(in_shift).order_by(_visits.c.event_seq)
    ).scalars().all()  # fmt: skip
    notes = read.execute(
        select(
            func.count().label("notes"),
            func.coalesce(func.sum(_notes.c.amount_minor), 0).label("credit"),
        )
        .join(_visits, _visits.c.id == _notes.c.transaction_id)
        .where(in_shift)
    ).one()
    came = _methods(read, shift_id)
    return ShiftFigures(
        sums.visits, receipts[0] if receipts else "", receipts[-1] if receipts else "",
        tuple(one for one in came if one.kind != ModeKind.CREDIT), _credit_used(came),
        sums.change, sums.rounding, notes.notes, notes.credit, _move_sums(read, shift_id),
        undone_sums(read, shift_id), expected_drawer(read, shift_id), _refunds(read, shift_id),
    )  # fmt: skip


def _credit_used(came: tuple[MethodSum, ...]) -> MethodSum | None:
    used = [one for one in came if one.kind == ModeKind.CREDIT]
    if not used:
        return None
    many, minor = sum(one.count for one in used), sum(one.kept_minor for one in used)
    return replace(used[0], count=many, kept_minor=minor)


def _methods(read: ReadSession, shift_id: UUID) -> tuple[MethodSum, ...]:
    kept = func.sum(_tenders.c.amount_minor - _tenders.c.change_minor).label("kept_minor")
    query = (
        select(
            _tenders.c.method,
            _tenders.c.method_name.label("name"),
            _tenders.c.kind,
            func.count().label("count"),
            kept,
        )
        .join(_visits, _visits.c.id == _tenders.c.transaction_id)
        .where(_visits.c.shift_id == shift_id)
        .group_by(_tenders.c.method, _tenders.c.kind)
        .order_by(_tenders.c.kind != ModeKind.CASH.value, _tenders.c.method_name)
    )
    return tuple(MethodSum(**row) for row in read.execute(query).mappings())


def _refunds(read: ReadSession, shift_id: UUID) -> tuple[MethodSum, ...]:
    query = (
        select(
            _changes.c.method,
            _changes.c.method_name.label("name"),
            _changes.c.method_kind.label("kind"),
            func.count().label("count"),
            func.sum(_changes.c.amount_minor).label("kept_minor"),
        )
        .where(_changes.c.shift_id == shift_id, _changes.c.method != "")
        .group_by(_changes.c.method, _changes.c.method_kind)
        .order_by(_changes.c.method_kind != ModeKind.CASH.value, _changes.c.method_name)
    )
    return tuple(MethodSum(**row) for row in read.execute(query).mappings())


def _move_sums(read: ReadSession, shift_id: UUID) -> tuple[MoveSum, ...]:
    query = (
        select(
            _moves.c.kind,
            func.count().label("count"),
            func.sum(_moves.c.delta_minor).label("delta_minor"),
        )
        .where(_moves.c.shift_id == shift_id)
        .group_by(_moves.c.kind)
        .order_by(func.min(_moves.c.event_seq))
    )
    return tuple(MoveSum(**row) for row in read.execute(query).mappings())


def counted_modes(settings: Settings) -> tuple[PaymentMode, ...]:
    """Return what is counted at close: the drawer first, then what lies beside its notes."""
    others = (
        mode
        for mode in settings.payment_modes
        if mode.counted_at_close and mode.kind is not ModeKind.CASH
    )
    return (cash_method(settings), *others)


def expected_of(read: ReadSession, shift_id: UUID, mode: PaymentMode) -> int:
    """Return what should be there of a method that is counted, in minor units."""
    if mode.kind is ModeKind.CASH:
        return expected_drawer(read, shift_id)
    kept = sum(one.kept_minor for one in _methods(read, shift_id) if one.method == mode.code)
    return kept + beside_the_drawer(read, shift_id, mode.code)


def evidence(read: ReadSession, shift: OpenShift, differences: dict[str, int]) -> Evidence:
    """Return all that can explain a difference at the close of a shift."""
    cash, void = cash_method(read.settings), voided_in(read, shift.id)
    rows = read.execute(
        select(
            _tenders.c.transaction_id,
            _visits.c.receipt_number, _tenders.c.method, _tenders.c.method_name, _tenders.c.kind,
            _tenders.c.amount_minor, _tenders.c.change_minor,
        )
        .join(_visits, _visits.c.id == _tenders.c.transaction_id)
        .where(_visits.c.shift_id == shift.id, _tenders.c.kind != ModeKind.CREDIT.value)
        .order_by(_visits.c.event_seq, _tenders.c.position)
    )  # fmt: skip
    tenders = tuple(
        TenderSeen(
            row.receipt_number, cash.code if row.kind == ModeKind.CASH else row.method,
            row.method_name, row.amount_minor, row.change_minor,
        )
        for row in rows
        if row.transaction_id not in void
    )  # fmt: skip
    moves = _standing_moves(read, shift.id) + handed_back(read, shift.id)
    return Evidence(
        tenders, moves, read.settings.cash_notes_minor, shift.float_minor, differences,
    )  # fmt: skip


def _standing_moves(read: ReadSession, shift_id: UUID) -> tuple[MoveSeen, ...]:
    """What was taken back explains nothing any more, nor does its taking back."""
    undone = select(_moves.c.undoes_id).where(_moves.c.undoes_id.is_not(None))
    standing = (
        select(_moves.c.number, _moves.c.delta_minor)
        .where(_moves.c.shift_id == shift_id, _moves.c.undoes_id.is_(None))
        .where(_moves.c.id.not_in(undone))
        .order_by(_moves.c.event_seq)
    )
    refunded = select(_changes.c.number, (-_changes.c.amount_minor).label("delta_minor")).where(
        _changes.c.shift_id == shift_id, _changes.c.method_kind == ModeKind.CASH.value
    )
    moves = [MoveSeen(**row) for row in read.execute(standing).mappings()]
    return (*moves, *(MoveSeen(row.number, row.delta_minor) for row in read.execute(refunded)))


def drawer_now(read: ReadSession, shift: OpenShift) -> DrawerNow:
    """Return how the drawer of the running shift stands, as far as its viewer may know."""
    expected, settings = expected_drawer(read, shift.id), read.settings
    may_see = read.actor is not None and read.actor.may(Permission.SEE_DRAWER)
    began = float_pieces(read, shift.id)
    likely = _likely(read, shift, began)
    return DrawerNow(
        expected if may_see else None,
        tuple(sorted(((f, n) for f, n in likely.pieces.items() if n), reverse=True))
        if may_see
        else (),
        expected > settings.drawer_ceiling_minor,
        running_low(began, likely.pieces, settings.cash_notes_minor, settings.low_change_pieces),
    )


def _likely(read: ReadSession, shift: OpenShift, began: Pieces) -> LikelyDrawer:
    notes = read.settings.cash_notes_minor
    drawer = LikelyDrawer(dict(began))
    if not began:
        drawer = LikelyDrawer({}, shift.float_minor)
    came = (
        select(_visits.c.event_seq, _tenders.c.amount_minor, _tenders.c.change_minor)
        .join(_visits, _visits.c.id == _tenders.c.transaction_id)
        .where(_visits.c.shift_id == shift.id, _tenders.c.kind == ModeKind.CASH.value)
    )
    steps_back = [(one.event_seq, 0, -one.delta_minor) for one in cash_steps(read, shift.id)]
    moved = (
        select(_moves.c.event_seq, _moves.c.delta_minor)
        .where(_moves.c.shift_id == shift.id)
        .union_all(
            select(_changes.c.event_seq, -_changes.c.amount_minor).where(
                _changes.c.shift_id == shift.id, _changes.c.method_kind == ModeKind.CASH.value
            )
        )
    )
    steps = (
        [(row.event_seq, row.amount_minor, row.change_minor) for row in read.execute(came)]
        + [
            (row.event_seq, max(row.delta_minor, 0), max(-row.delta_minor, 0))
            for row in read.execute(moved)
        ]
        + steps_back
    )
    for _seq, came_minor, gone_minor in sorted(steps):
        drawer = drawer.with_in(came_minor, notes) if came_minor else drawer
        drawer = drawer.with_out(gone_minor) if gone_minor else drawer
    return drawer
