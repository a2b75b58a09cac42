"""The consumer on one screen: all that is known of an account, with its balance line by line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from counterdesk.core.account_sheet import ChargeState, KnownCharge, SheetLine, with_balances
from counterdesk.core.dates import months_later
from counterdesk.core.disputes import Dispute
from counterdesk.core.permissions import Permission, require
from counterdesk.core.visit import PaymentType
from counterdesk.services.account_standing import plans_of
from counterdesk.services.consumer_charges import known_charges
from counterdesk.services.consumer_habits import Behaviour, behaviour_of
from counterdesk.services.consumer_lines import (
    allocations_here,
    charge_lines,
    credit_lines,
    dispute_lines,
    payment_lines,
)
from counterdesk.services.consumer_payments import PastPaymentRow, PaymentsPage, payment_timeline
from counterdesk.services.consumers import AccountView, account_view
from counterdesk.services.disputes import disputes_of_consumer
from counterdesk.store.session import ReadSession

_MONTHS = 13
_MOST_PAYMENTS = 1_000


@dataclass(frozen=True, slots=True)
class PlanNow:
    """A payment plan with its installments, by due date. Amounts in minor units."""

    number: str
    status: str
    installments: tuple[KnownCharge, ...]

    @property
    def paid(self) -> int:
        """How many installments are paid."""
        return sum(one.outstanding_minor == 0 for one in self.installments)

    @property
    def left_minor(self) -> int:
        """What is left to pay of it."""
        return sum(one.outstanding_minor for one in self.installments)

    @property
    def following(self) -> KnownCharge | None:
        """The installment that is to be paid next: the oldest that is not paid."""
        return next((one for one in self.installments if one.outstanding_minor), None)

    def late(self, today: date) -> int:
        """Return how many installments are overdue on a day."""
        return sum(one.state(today) is ChargeState.OVERDUE for one in self.installments)


@dataclass(frozen=True, slots=True)
class ConsumerSheet:
    """One account, as much of it as is known here. Amounts in minor units."""

    view: AccountView
    today: date
    charges: tuple[KnownCharge, ...]
    """Open and settled, by due date."""
    plans: tuple[PlanNow, ...]
    """The worst kept first."""
    first: date
    """The day from which on the lines tell everything that is known."""
    lines: tuple[SheetLine, ...]
    """The newest first; after that one the balance is the view's outstanding."""
    brought_forward_minor: int
    """What was owed before the oldest line."""
    payments: Mapping[UUID, PastPaymentRow]
    """The payments of the lines, by their ids."""
    behaviour: Behaviour
    disputes: tuple[Dispute, ...]
    """Of its payments, open and closed, the newest first."""


def consumer_sheet(read: ReadSession, consumer_id: UUID) -> ConsumerSheet:
    """Return all that is known of a consumer.

    The lines go back as far as the payments of other counters are told, 13 months, or to the day
    of the oldest payment that is read, where there are very many.

    Raises:
        PermissionRefused: The actor may not look at consumers.
        UserError: The consumer is not known (any more).
    """
    require(read.actor, Permission.FIND_CONSUMER)
    view, charges = account_view(read, consumer_id), known_charges(read, consumer_id)
    today, disputes = read.today(), disputes_of_consumer(read, consumer_id)
    page = payment_timeline(read, consumer_id, most=_MOST_PAYMENTS)
    first = _first_day(page, today)
    payments = [one for one in page.payments if one.business_date >= first]
    allocations = allocations_here(read, consumer_id)
    lines, brought_forward = with_balances(
        (
            line
            for line in (
                *charge_lines(charges, today),
                *payment_lines(read, consumer_id, payments, view.notes, allocations),
                *credit_lines(view.notes),
                *dispute_lines(disputes),
            )
            if line.on >= first
        ),
        view.outstanding_minor,
    )
    return ConsumerSheet(
        view=view,
        today=today,
        charges=charges,
        plans=_plans(read, consumer_id, charges),
        first=first,
        lines=lines,
        brought_forward_minor=brought_forward,
        payments={one.payment_id: one for one in payments},
        behaviour=behaviour_of(payments, charges, allocations, today),
        disputes=disputes,
    )


def _first_day(page: PaymentsPage, today: date) -> date:
    first = months_later(today, -_MONTHS) + timedelta(1)
    if page.more:  # of the oldest day read, some payments may be missing
        first = max(first, page.payments[-1].business_date + timedelta(1))
    return first


def _plans(
    read: ReadSession, consumer_id: UUID, charges: Sequence[KnownCharge]
) -> tuple[PlanNow, ...]:
    parts: defaultdict[str, list[KnownCharge]] = defaultdict(list)
    for one in charges:
        if one.kind == PaymentType.INSTALLMENT:
            parts[one.plan_number].append(one)
    return tuple(
        PlanNow(one.number, one.status, tuple(parts[one.number]))
        for one in plans_of(read, consumer_id)
    )
