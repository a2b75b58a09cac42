"""Finding a consumer, and all a cashier needs to know before taking their money."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from counterdesk.core.credit import NoteNow
from counterdesk.core.dispute_words import dispute_warning
from counterdesk.core.disputes import Dispute
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission, require
from counterdesk.core.search_text import digits_of
from counterdesk.core.text import clean
from counterdesk.core.visit import AccountRef, OpenCharge
from counterdesk.models.base import table_of
from counterdesk.models.ref import Charge, Consumer, Refreshed
from counterdesk.models.undoing import OwnCharge
from counterdesk.services.account_standing import open_charges, plans_of, warnings_of
from counterdesk.services.consumer_payments import PastPaymentRow, last_payments
from counterdesk.services.consumer_search import find_rows
from counterdesk.services.credit_standing import notes_of
from counterdesk.services.disputes import open_disputes
from counterdesk.services.own_charges import bounced_here
from counterdesk.store.session import ReadSession

_consumers, _charges, _own_charges = table_of(Consumer), table_of(Charge), table_of(OwnCharge)
_SCAN_PREFIX = "CD-BILL:"
_LONGEST_SCAN = 200


@dataclass(frozen=True, slots=True)
class ConsumerHit:
    """A consumer as one line of the search results."""

    consumer_id: UUID
    account_number: str
    name: str
    service_address: str
    phone: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """The 360-degree view of one consumer, as it stands now. Amounts in minor units."""

    account: AccountRef
    phone: str
    email: str
    preferences: str
    circumstances: str
    outstanding_minor: int
    credit_minor: int
    """Credit available, beside the outstanding: never netted."""
    notes: tuple[NoteNow, ...]
    """Its credit notes, the oldest first, those that cannot be spent among them."""
    charges: tuple[OpenCharge, ...]
    """All payable ones: bills with the current one first, then services, then installments."""
    plan_status: str
    open_disputes: int
    """Charges that are disputed, and `disputes`."""
    disputes: tuple[Dispute, ...]
    """Those of its payments that are open, the newest first."""
    warnings: tuple[str, ...]
    """Sentences to read before money is taken."""
    last_payments: tuple[PastPaymentRow, ...]
    as_of_utc: datetime | None
    """When what came from the centre was true; None before anything came."""
    read_at_utc: datetime


def search_consumers(read: ReadSession, text: str) -> tuple[ConsumerHit, ...]:
    """Return the consumers that typed text may mean, best first, 200 at most.

    Every word must occur, in any order: in the name, account number, address, phone or a charge's
    number. Two letters stand for the beginning of a word, three and more for any part.

    Raises:
        PermissionRefused: The actor may not look at consumers.
    """
    require(read.actor, Permission.FIND_CONSUMER)
    return tuple(ConsumerHit(*row[:5]) for row in find_rows(read, text))


_hit_columns = (
    _consumers.c.consumer_id, _consumers.c.account_number, _consumers.c.name,
    _consumers.c.service_address, _consumers.c.phone,
)  # fmt: skip
_by_number = select(*_hit_columns).where(
    _consumers.c.account_number.in_([bindparam("typed"), bindparam("upper")])
)
_by_digits = (
    select(*_hit_columns).where(_consumers.c.account_digits == bindparam("digits")).limit(2)
)
_by_charge = (
    select(*_hit_columns)
    .join(_charges, _charges.c.consumer_id == _consumers.c.consumer_id)
    .where(_charges.c.number.in_([bindparam("typed"), bindparam("upper")]))
    .distinct()
    .limit(2)
)
_by_own_charge = (
    select(*_hit_columns)
    .join(_own_charges, _own_charges.c.consumer_id == _consumers.c.consumer_id)
    .where(_own_charges.c.number.in_([bindparam("typed"), bindparam("upper")]))
    .distinct()
    .limit(2)
)


def find_exactly(read: ReadSession, text: str) -> ConsumerHit | None:
    """Return the one consumer that a number or a scan names, or None.

    Understood are an account number, its digits alone, the number of a bill or another charge,
    and the code on a printed bill, `CD-BILL:WU-10001:INV-2025-001234` (account, then invoice).
    What fits two consumers names neither.

    Raises:
        PermissionRefused: The actor may not look at consumers.
    """
    require(read.actor, Permission.FIND_CONSUMER)
    for number in _numbers_in(text):
        hit = _named(read, number)
        if hit is not None:
            return hit
    return None


def _numbers_in(text: str) -> Iterable[str]:
    scan = clean(text[: 2 * _LONGEST_SCAN]).strip()
    if not scan or len(scan) > _LONGEST_SCAN:
        return ()
    if scan.upper().startswith(_SCAN_PREFIX):
        return filter(None, scan[len(_SCAN_PREFIX) :].split(":"))
    return (scan,)


def _named(read: ReadSession, number: str) -> ConsumerHit | None:
    names = {"typed": number, "upper": number.upper()}
    tries: list[tuple[Any, dict[str, str]]] = [
        (_by_number, names), (_by_charge, names), (_by_own_charge, names)
    ]  # fmt: skip
    digits = digits_of(number)
    if digits and len(digits) == len(number):
        tries.insert(1, (_by_digits, {"digits": digits}))
    for statement, parameters in tries:
        rows = read.execute(statement, parameters).mappings().all()
        if len(rows) == 1:
            return ConsumerHit(**rows[0])
    return None


_ref_columns = (
    _consumers.c.consumer_id, _consumers.c.account_number,
    _consumers.c.name.label("consumer_name"), _consumers.c.service_address,
    _consumers.c.cash_only, _consumers.c.disconnected,
)  # fmt: skip
_refs = select(*_ref_columns).where(_consumers.c.consumer_id.in_(bindparam("ids", expanding=True)))


def account_refs(read: ReadSession, consumer_ids: Iterable[UUID]) -> dict[UUID, AccountRef]:
    """Return accounts as they are now, by consumer id; those not known are left out."""
    ids = list(consumer_ids)
    rows, bounced = read.execute(_refs, {"ids": ids}).mappings(), bounced_here(read, ids)
    return {
        row["consumer_id"]: AccountRef(
            **{**row, "cash_only": row["cash_only"] or row["consumer_id"] in bounced}
        )
        for row in rows
    }


_contact = select(
    _consumers.c.phone, _consumers.c.email, _consumers.c.preferences, _consumers.c.circumstances
).where(_consumers.c.consumer_id == bindparam("consumer"))
_as_of = select(table_of(Refreshed).c.as_of_utc)


def account_view(read: ReadSession, consumer_id: UUID) -> AccountView:
    """Return all that the cashier needs to know of a consumer.

    Raises:
        PermissionRefused: The actor may not look at consumers.
        UserError: The consumer is not known (any more).
    """
    require(read.actor, Permission.FIND_CONSUMER)
    account = account_refs(read, [consumer_id]).get(consumer_id)
    if account is None:
        raise UserError(_("This consumer is not known here."), "consumerSearch")
    contact = read.execute(_contact, {"consumer": consumer_id}).mappings().one()
    charges = open_charges(read, consumer_id)
    plans = plans_of(read, consumer_id)
    notes, disputes = notes_of(read, consumer_id), open_disputes(read, consumer_id)
    return AccountView(
        account=account,
        **contact,
        outstanding_minor=sum(charge.outstanding_minor for charge in charges),
        credit_minor=sum(note.usable_minor for note in notes),
        notes=notes,
        charges=charges,
        plan_status=plans[0].status if plans else "",
        open_disputes=sum(charge.disputed for charge in charges) + len(disputes),
        disputes=disputes,
        warnings=(
            *warnings_of(read, account, charges, plans),
            *(dispute_warning(one) for one in disputes),
        ),
        last_payments=last_payments(read, consumer_id),
        as_of_utc=read.execute(_as_of).scalar(),
        read_at_utc=read.clock.now_utc(),
    )
