"""Counting at the end of a shift without knowing what is expected.

A count is a fact of its own: what is expected is told only after it, and whoever counts again
leaves both counts behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from counterdesk.core.differences import Explanation, explain
from counterdesk.core.drawer import MOST_PIECES, Pieces, checked_pieces, total_of
from counterdesk.core.errors import PermissionRefused, RequestChanged, UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor, Permission
from counterdesk.core.settings import ModeKind, PaymentMode
from counterdesk.models import credits, drawer, ledger, undoing
from counterdesk.models.base import table_of
from counterdesk.services.counts import count_rows, counts_made, pieces_of, write_count
from counterdesk.services.people import entitled
from counterdesk.services.shift_figures import counted_modes, evidence, expected_of
from counterdesk.services.shifts import OpenShift, check_cash, current_shift
from counterdesk.store.session import Session

COUNTED_FIELD = "counted"
_MOST_CHEQUES = 1_000
_counts, _moves = table_of(drawer.DrawerCount), table_of(drawer.DrawerMove)
_visits, _undos = table_of(ledger.PaymentTransaction), table_of(undoing.Undo)
_changes = table_of(credits.CreditNoteChange)
_refunds = (
    select(_changes.c.shift_id, _changes.c.event_seq)
    .where(_changes.c.method_kind == ModeKind.CASH.value)
    .subquery()
)


@dataclass(frozen=True, slots=True)
class CountGiven:
    """What lies there, by method code: notes and coins, or cheques by their amounts."""

    count_id: UUID
    pieces: Mapping[str, Pieces]


@dataclass(frozen=True, slots=True)
class MethodCounted:
    """One method after the count. Amounts in minor units."""

    method: str
    name: str
    kind: str
    expected_minor: int
    counted_minor: int
    explanations: tuple[Explanation, ...] = ()

    @property
    def difference_minor(self) -> int:
        """Over when above 0, short when below."""
        return self.counted_minor - self.expected_minor


@dataclass(frozen=True, slots=True)
class ShiftCounted:
    """A count that is safely in the ledger, and what it is held against."""

    count_id: UUID
    methods: tuple[MethodCounted, ...]
    counts_made: int
    """How often the shift's end was counted, this time included."""
    needs_supervisor: bool


def count_drawer(session: Session, given: CountGiven) -> ShiftCounted:
    """Record what was counted at the end of the running shift; only then is told what it should be.

    Raises:
        PermissionRefused: It is another person's shift, and the role does not allow closing it.
        UserError: No shift is open, or the count is none.
        RequestChanged: The id is known with another count.
    """
    shift = shift_to_close(session, entitled(session, Permission.OPEN_SHIFT))
    pieces = _checked(session, given)
    if session.execute(select(_counts.c.id).where(_counts.c.id == given.count_id)).first():
        if pieces_of(session, given.count_id) != {
            name: some for name, some in pieces.items() if some
        }:
            raise RequestChanged(_("This was saved already, with other content."))
        return held_against(session, shift, given.count_id, pieces)
    rows = count_rows(session, shift.id, "close", pieces, given.count_id)
    event = session.record(
        "drawer.counted", {**rows, "number": shift.number}, business_date=shift.business_date
    )
    write_count(session, rows, event)
    return held_against(session, shift, given.count_id, pieces)


def _checked(session: Session, given: CountGiven) -> dict[str, Pieces]:
    modes = {mode.code: mode for mode in counted_modes(session.settings)}
    if set(given.pieces) != set(modes):
        raise UserError(_("Count everything that is counted at close."), COUNTED_FIELD)
    return {code: _checked_one(session, modes[code], some) for code, some in given.pieces.items()}


def _checked_one(session: Session, mode: PaymentMode, pieces: Pieces) -> Pieces:
    field_name = f"{COUNTED_FIELD}_{mode.code}"
    faces = session.settings.cash_notes_minor
    if mode.kind is not ModeKind.CASH:
        if any(face <= 0 for face, _count in pieces):
            raise UserError(_("Enter an amount."), field_name)
        if sum(min(count, MOST_PIECES) for _face, count in pieces) > _MOST_CHEQUES:
            raise UserError(_("These are too many."), field_name)
        faces = tuple(face for face, _count in pieces)
    checked = checked_pieces(pieces, faces, field_name)
    check_cash(session, total_of(checked), field_name)
    return checked


def held_against(
    session: Session, shift: OpenShift, count_id: UUID, pieces: Mapping[str, Pieces]
) -> ShiftCounted:
    """Return a count beside what is expected, method by method, with what would explain it."""
    settings, modes = session.settings, counted_modes(session.settings)
    expected = {mode.code: expected_of(session, shift.id, mode) for mode in modes}
    sums = {mode.code: total_of(pieces.get(mode.code, ())) for mode in modes}
    off = {code: sums[code] - expected[code] for code in sums}
    found = evidence(session, shift, off)
    methods = tuple(
        MethodCounted(
            mode.code, mode.name, mode.kind.value, expected[mode.code], sums[mode.code],
            explain(mode.code, found, drawer=mode.kind is ModeKind.CASH),
        )
        for mode in modes
    )  # fmt: skip
    beyond = any(abs(one) > settings.over_short_limit_minor for one in off.values())
    return ShiftCounted(count_id, methods, counts_made(session, shift.id), beyond)


def check_fresh(session: Session, shift: OpenShift, count_id: UUID) -> None:
    """Refuse a count that is not the last one, or that money has moved since.

    Raises:
        UserError: It must be counted, or counted again.
    """
    last = session.execute(
        select(_counts.c.id, _counts.c.event_seq)
        .where(_counts.c.shift_id == shift.id, _counts.c.purpose == "close")
        .order_by(_counts.c.event_seq.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.id != count_id:
        raise UserError(_("Count the drawer first."), COUNTED_FIELD)
    for table in (_visits, _moves, _undos, _refunds):
        newest = select(func.max(table.c.event_seq)).where(table.c.shift_id == shift.id)
        if int(session.execute(newest).scalar() or 0) > last.event_seq:
            raise UserError(_("Money moved since the count. Count again."), COUNTED_FIELD)


def shift_to_close(session: Session, actor: Actor) -> OpenShift:
    """Return the running shift, if this person may close it.

    Raises:
        PermissionRefused: It is another person's, and the role does not allow closing it.
        UserError: No shift is open.
    """
    shift = current_shift(session)
    if shift is None:
        raise UserError(_("No shift is open."))
    if shift.user_id != actor.user_id and not actor.may(Permission.CLOSE_ANY_SHIFT):
        raise PermissionRefused(
            _("Only {name} or a supervisor can close this shift.").format(name=shift.user_name)
        )
    return shift
