"""Papers of a shift: X at any time, Z at its close, a voucher for cash that moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from counterdesk.core.documents import (
    BOLD,
    Block,
    Document,
    KeyValue,
    Style,
)
from counterdesk.core.drawer import move_word
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Actor, Permission
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event, Shift
from counterdesk.services.people import entitled
from counterdesk.services.print_jobs import queue_copy
from counterdesk.services.receipts import is_right_to_left, letterhead, short
from counterdesk.services.shift_figures import ShiftFigures, shift_figures
from counterdesk.services.shift_report_blocks import (
    counted,
    head,
    instant_words,
    money,
    place,
    signatures,
    visits,
    who_closed,
)
from counterdesk.services.shifts import OpenShift, current_shift
from counterdesk.store.session import ReadSession, RecordedEvent, Session

_events, _shifts = table_of(Event), table_of(Shift)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class XReport:
    """A report that was made while the shift runs."""

    number: str
    document: Document


def make_x_report(session: Session) -> XReport:
    """Report how the running shift stands, on paper; it changes nothing and is recorded.

    Whoever must count without knowing gets it without what is counted at close.

    Raises:
        PermissionRefused: It is another person's shift, and the role does not allow seeing it.
        UserError: No shift is open.
    """
    actor, shift = _viewer(session), current_shift(session)
    if shift is None:
        raise UserError(_("No shift is open."))
    if shift.user_id != actor.user_id and not actor.may(Permission.SEE_DRAWER):
        raise PermissionRefused(_("This shift belongs to {name}.").format(name=shift.user_name))
    number = f"{shift.number}/X{_reports_made(session, shift) + 1}"
    figures = shift_figures(session, shift.id)
    told = {
        "shift_id": shift.id, "number": number, "visits": figures.visits,
        "expected_minor": figures.expected_minor, "user_id": actor.user_id,
        "user_name": actor.name,
    }  # fmt: skip
    event = session.record("shift.reported", told, business_date=shift.business_date)
    document = _x_document(session, shift, number, figures, event)
    queue_copy(session, None, document, 0)
    return XReport(number, document)


def _viewer(session: Session) -> Actor:
    may_see = session.actor is not None and session.actor.may(Permission.SEE_DRAWER)
    return entitled(session, Permission.SEE_DRAWER if may_see else Permission.OPEN_SHIFT)


def _reports_made(read: ReadSession, shift: OpenShift) -> int:
    """One shift runs at a time: its reports are those after it opened."""
    opened = select(_shifts.c.event_seq).where(_shifts.c.id == shift.id).scalar_subquery()
    query = select(func.count()).where(_events.c.kind == "shift.reported", _events.c.seq > opened)
    return int(read.execute(query).scalar_one())


def _x_document(
    session: Session, shift: OpenShift, number: str, figures: ShiftFigures, event: RecordedEvent
) -> Document:
    blind = not (session.actor is not None and session.actor.may(Permission.SEE_DRAWER))
    blocks = [
        *head(session, shift, _("X report"), number),
        KeyValue(_("Printed"), instant_words(event.recorded_at_utc, session.settings)),
        *visits(figures, session.settings),
        *money(figures, shift, session.settings, blind=blind),
        *place(session, event),
    ]
    return _document(session, "shift_report", number, _("X report {number}"), blocks)


def z_report(
    session: Session, shift: OpenShift, closed: Row, methods: Sequence[Row], event: RecordedEvent
) -> Document:
    """Return the Z report of a shift that was just closed.

    Args:
        session: The transaction that closes it.
        shift: The shift.
        closed: Its row of `shift_closed`.
        methods: Its rows of `shift_method`.
        event: The close.
    """
    settings, number = session.settings, closed["z_number"]
    figures = shift_figures(session, shift.id)
    blocks = [
        *head(session, shift, _("Z report"), number),
        KeyValue(_("Closed"), instant_words(closed["closed_at_utc"], settings)),
        *who_closed(shift, closed),
        *visits(figures, settings),
        *money(figures, shift, settings, blind=False),
        *counted(session, closed, methods),
        *place(session, event),
        *signatures(),
    ]
    return _document(session, "shift_report", number, _("Z report {number}"), blocks)


def voucher(session: Session, move: Row) -> Document:
    """Return the paper of cash that moved without a payment: for the envelope, or to be signed.

    Args:
        session: The transaction that moves it.
        move: Its row of `drawer_move`.
    """
    settings = session.settings
    amount = format_amount(abs(move["delta_minor"]), settings.currency, settings.locale)
    blocks: list[Block] = [*letterhead(settings)]
    blocks.append(KeyValue(move_word(move["kind"]), move["number"], BOLD))
    blocks.append(KeyValue(_("Date"), instant_words(move["moved_at_utc"], settings)))
    blocks.append(KeyValue(_("Counter"), short(f"{session.counter.code} {session.counter.name}")))
    blocks.append(KeyValue(_("Cashier"), short(move["user_name"])))
    blocks.append(KeyValue(_("Amount"), amount, Style(bold=True, big=True), amount=True))
    for label, name in (
        (_("Envelope"), "envelope"),
        (_("Reason"), "reason"),
        (_("Allowed by"), "approver_name"),
    ):
        if move[name]:
            blocks.append(KeyValue(label, short(move[name])))
    blocks += signatures()
    return _document(session, "voucher", move["number"], _("Voucher {number}"), blocks)


def _document(
    read: ReadSession, kind: str, number: str, title: str, blocks: list[Block]
) -> Document:
    return Document(
        kind=kind,
        number=number,
        title=title.format(number=number),
        language=read.settings.language,
        right_to_left=is_right_to_left(read.settings.language),
        blocks=tuple(blocks),
    )
