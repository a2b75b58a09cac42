"""How an account stands: what the centre told, and what this counter did since.

Nothing counts twice: of the own allocations, and of what was undone of them, only those count whose
event the centre had not applied when it sent the charge. Credit notes: see `credit_standing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select

from counterdesk.core.dates import write_month
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.visit import AccountRef, OpenCharge, PaymentType
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Allocation
from counterdesk.models.ref import Charge, Plan
from counterdesk.models.undoing import UndoneSettlement
from counterdesk.services.own_charges import own_open_charges
from counterdesk.store.session import ReadSession

_BROKEN = "Broken"
_WORST_FIRST = (_BROKEN, "Late", "On track")

_charge, _allocation = table_of(Charge), table_of(Allocation)
_undone = table_of(UndoneSettlement)
_undone_here = (
    select(func.coalesce(func.sum(_undone.c.amount_minor), 0))
    .where(
        _undone.c.charge_id == _charge.c.charge_id,
        _undone.c.event_seq > _charge.c.applied_through,
    )
    .correlate(_charge)
    .scalar_subquery()
)
_applied_here = (
    select(func.coalesce(func.sum(_allocation.c.amount_minor), 0))
    .where(
        _allocation.c.charge_id == _charge.c.charge_id,
        _allocation.c.event_seq > _charge.c.applied_through,
    )
    .correlate(_charge)
    .scalar_subquery()
)
OUTSTANDING_MINOR = _charge.c.amount_minor - _charge.c.paid_minor - _applied_here + _undone_here
"""What is left of a charge that the centre told of, as a column."""

_payable = select(_charge, OUTSTANDING_MINOR.label("outstanding_minor")).where(
    _charge.c.replaced_by_plan.is_(False), _charge.c.kind.in_([str(kind) for kind in PaymentType])
)
_open_of_consumer = _payable.where(
    _charge.c.consumer_id == bindparam("consumer"), OUTSTANDING_MINOR > 0
).order_by(_charge.c.due_on, _charge.c.number)


def open_charges(read: ReadSession, consumer_id: UUID) -> tuple[OpenCharge, ...]:
    """Return what a consumer can pay: bills, services, installments, each by due date."""
    rows = read.execute(_open_of_consumer, {"consumer": consumer_id})
    charges = [_open_charge(row, read.settings.locale) for row in rows]
    charges += own_open_charges(read, consumer_id)
    order = list(PaymentType)
    return tuple(
        sorted(charges, key=lambda charge: (order.index(charge.kind), charge.due_on, charge.number))
    )


def charges_left(read: ReadSession, charge_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return what is owed of charges now, never below 0.

    Left out are those that are not known, and those that a plan owes in their place.
    """
    known = select(_charge.c.charge_id, OUTSTANDING_MINOR.label("left")).where(
        _charge.c.charge_id.in_(list(charge_ids)), _charge.c.replaced_by_plan.is_(False)
    )
    return {row.charge_id: max(0, row.left) for row in read.execute(known)}


def _open_charge(row: Any, locale: str) -> OpenCharge:
    refused = row.refused_methods
    return OpenCharge(
        charge_id=row.charge_id,
        kind=PaymentType(row.kind),
        number=row.number,
        text=charge_text(row, locale),
        charged_on=row.charged_on,
        due_on=row.due_on,
        billed_minor=row.amount_minor,
        outstanding_minor=row.outstanding_minor,
        minimum_minor=row.minimum_minor,
        refused_methods=frozenset(refused.split(",")) if refused else frozenset(),
        disputed=row.disputed,
        online_pending=row.online_pending,
    )


def charge_text(row: Any, locale: str) -> str:
    """Return what a person calls a charge: "Mar 2025", "Late Fee", "PP-2025-0034 no. 2"."""
    match row.kind:
        case PaymentType.BILL if row.period:
            year, _hyphen, month = row.period.partition("-")
            return write_month(int(year), int(month), locale)
        case PaymentType.INSTALLMENT:
            text = _("{plan} no. {number}")
            return text.format(plan=row.plan_number, number=row.installment)
    return str(row.description)


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """A payment plan and how well it is kept."""

    number: str
    status: str


_plan = table_of(Plan)
_plans = select(_plan.c.number, _plan.c.status).where(_plan.c.consumer_id == bindparam("consumer"))


def plans_of(read: ReadSession, consumer_id: UUID) -> tuple[PlanStanding, ...]:
    """Return a consumer's plans, the worst kept first."""
    rows = read.execute(_plans, {"consumer": consumer_id}).mappings()
    plans = [PlanStanding(**row) for row in rows]
    place = {status: place for place, status in enumerate(_WORST_FIRST)}
    return tuple(sorted(plans, key=lambda plan: (place.get(plan.status, -1), plan.number)))


def warnings_of(
    read: ReadSession,
    account: AccountRef,
    charges: tuple[OpenCharge, ...],
    plans: tuple[PlanStanding, ...],
) -> Iterator[str]:
    """Yield what must be read before money is taken, a sentence each."""
    if account.cash_only:
        yield _("Cash only: a cheque of this account came back.")
    if account.disconnected:
        late = sum(one.outstanding_minor for one in charges if one.due_on < read.today())
        amount = format_amount(late, read.settings.currency, read.settings.locale)
        yield _("Supply is cut off; {amount} is overdue.").format(amount=amount)
    for plan in plans:
        if plan.status == _BROKEN:
            yield _("Payment plan {plan} is broken.").format(plan=plan.number)
    for charge in charges:
        if charge.disputed:
            yield _("{charge} is disputed.").format(charge=charge.number)
        if charge.online_pending:
            yield _("An online payment of {charge} is still pending.").format(charge=charge.number)
