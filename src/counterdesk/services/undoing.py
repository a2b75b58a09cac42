"""Undoing a payment of this counter: a new fact beside the old one, with a second person's yes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import insert

from counterdesk.core.errors import RequestChanged, UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Actor, Permission
from counterdesk.core.text import clean
from counterdesk.core.undoing import UndoAsked, UndoKind
from counterdesk.core.visit_rules import refuse_card_number
from counterdesk.models.base import table_of
from counterdesk.models.undoing import OwnCharge, Undo, UndoneSettlement, UndoTender
from counterdesk.services.approvals import another_person
from counterdesk.services.drawer import ask_drawer
from counterdesk.services.moved_facts import insert_moved
from counterdesk.services.people import Attempt, entitled
from counterdesk.services.print_jobs import cancel_waiting, queue_copy
from counterdesk.services.undo_papers import undo_slip
from counterdesk.services.undo_plan import UndoPlan, plan_undo
from counterdesk.services.undo_rows import undo_rows
from counterdesk.services.undone import Undone, find_undone
from counterdesk.store.session import RecordedEvent, Session

REASON_FIELD, REMARKS_FIELD = "undoReason", "undoRemarks"
_LONGEST_REMARKS = 200


def undo_payment(session: Session, attempt: Attempt, secret: str, asked: UndoAsked) -> Undone:
    """Void, reverse, take a returned cheque back, or move money to the right account.

    Written in the caller's transaction; the original stays as it is. The same request sent twice
    is done once.

    Args:
        session: Its actor asks, and hands back the cash from their own drawer.
        attempt: Counted for the login of the one who says yes.
        secret: That person's password or PIN.
        asked: What is undone, and why.

    Raises:
        PermissionRefused: One of the two may not, or they are one, or the drawer is another's.
        UserError: It cannot be undone in this way, was undone before, or no reason of the list is
            given; or the secret is wrong.
        RequestChanged: The id is known with other content.
    """
    actor = entitled(session, Permission.UNDO_PAYMENT)
    if asked.kind is UndoKind.CORRECTED:
        raise ValueError("a correction replaces what it undoes")
    checked = checked_asked(session, asked)
    approver = another_person(session, attempt, secret, actor, Permission.ALLOW_UNDO)
    known = known_undo(session, checked)
    if known is not None:
        return known
    return save_undo(session, plan_undo(session, checked, actor), actor, approver)


def checked_asked(session: Session, asked: UndoAsked) -> UndoAsked:
    """Return what is asked for with its words made harmless.

    Raises:
        UserError: The reason is none of the list, or the remarks are too long or hold a card
            number.
    """
    remarks = clean(asked.remarks).strip()
    if asked.reason not in session.settings.undo_reasons:
        raise UserError(_("Choose the reason."), REASON_FIELD)
    if len(remarks) > _LONGEST_REMARKS:
        raise UserError(
            _("Use at most {count} characters.").format(count=_LONGEST_REMARKS), REMARKS_FIELD
        )
    refuse_card_number(remarks, REMARKS_FIELD)
    named = {name: getattr(asked, name) for name in asked.__slots__}
    return UndoAsked(**{**named, "remarks": remarks})


def known_undo(session: Session, asked: UndoAsked) -> Undone | None:
    """Return the undo that a request made before, if it did.

    Raises:
        RequestChanged: It was another one.
    """
    known = find_undone(session, asked.request_id)
    if known is not None and (known.kind, known.transaction_id, known.reason) != (
        asked.kind, asked.transaction_id, asked.reason
    ):  # fmt: skip
        raise RequestChanged(_("This was saved already, with other content."))
    return known


def save_undo(
    session: Session,
    plan: UndoPlan,
    actor: Actor,
    approver: Actor,
    replaced_by: UUID | None = None,
) -> Undone:
    """Record an undo that was checked, with its rows, its slip and the drawer."""
    rows = undo_rows(session, plan, actor, approver, replaced_by)
    back = rows["tenders_back"]
    totals: dict[str, int] = {}
    for one in back:
        totals[one["method"]] = totals.get(one["method"], 0) + one["delta_minor"]
    event = session.record(
        "transaction.undone",
        rows,
        business_date=plan.business_date,
        cash_delta_minor=-plan.effects.cash_minor,
        tender_totals=totals,
    )
    _insert(session, rows, event)
    if plan.asked.kind in (UndoKind.VOID, UndoKind.CORRECTED):
        cancel_waiting(session, plan.asked.transaction_id, _("The visit was undone."))
    queue_copy(session, None, undo_slip(session, rows, event), 0)
    if plan.effects.cash_minor:
        ask_drawer(session)
    found = find_undone(session, plan.asked.request_id)
    if found is None:
        raise RuntimeError("an undo that was just saved is not there")
    return found


def _insert(session: Session, rows: dict[str, Any], event: RecordedEvent) -> None:
    seq = {"event_seq": event.seq}
    session.execute(insert(table_of(Undo)), {**rows["undo"], **seq})
    session.execute(insert(table_of(UndoneSettlement)), [{**row, **seq} for row in rows["undone"]])
    if rows["tenders_back"]:
        session.execute(insert(table_of(UndoTender)), rows["tenders_back"])
    if rows["charges"]:
        session.execute(insert(table_of(OwnCharge)), [{**row, **seq} for row in rows["charges"]])
    insert_moved(session, rows, event)
