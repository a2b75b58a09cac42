"""Invented consumers: a town of people who do not exist, the same town every time.

Everything follows from a consumer's place in the row, so that a million are made one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from counterdesk.demo.invented_names import invented_address, invented_name
from counterdesk.demo.told import ToldPayments, at_a_counter
from counterdesk.demo.told_back import given_back
from counterdesk.demo.told_charges import paid_charges
from counterdesk.sync.records import (
    AccountFacts,
    ChargeFacts,
    ConsumerFacts,
    PastCreditFacts,
    PastPaymentFacts,
    PlanFacts,
)

KNOWN_CLOSELY = 300
"""So many have a past and their troubles; the rest of a large town owes one bill each."""

_LATE = 8
"""One of so many has a bill that fell due this month; the others' newest falls due in the next."""

_FIRST_ACCOUNT = 20_001
_LAST_RECEIPT = 4_999
_TODAY = date(2025, 4, 20)
_MONTHS = (
    ("2025-02", date(2025, 3, 1), date(2025, 3, 15)),
    ("2025-03", date(2025, 4, 1), date(2025, 4, 15)),
    ("2025-04", date(2025, 4, 16), date(2025, 5, 15)),
)
_METHODS = ("Cash", "Card", "Cash", "Bank transfer", "Cash", "Mobile money")
_STANDS = (
    ("Active", 100), ("Active", 40), ("Applied", 0), ("Active", 100), ("Held", 100),
    ("Pending approval", 100), ("Active", 75),
)  # fmt: skip
"""How credit notes stand, with the percentage that is left."""

_REASONS = ("Overpayment", "Billing error", "Overpayment", "Duplicate payment", "Customer request")
_CONSUMER, _CHARGE, _PAYMENT, _CREDIT = (part << 96 for part in range(1, 5))
_VERSION_8 = 0x8000 << 64 | 0x8000 << 48  # RFC 9562: an id of one's own making


def invented_accounts(count: int, payments: int = 0) -> Iterator[AccountFacts]:
    """Yield so many invented accounts; they stand as on 20 April 2025.

    Args:
        count: Of the accounts.
        payments: How many more payments are dealt out to them.
    """
    told = ToldPayments(count, payments, _TODAY) if payments else None
    for place in range(count):
        account = _known(place) if place < KNOWN_CLOSELY else _stranger(place)
        if told is not None:
            paid = told.of(place, account.consumer)
            backs = tuple(given_back(paid, _TODAY))
            charges = (*account.charges, *paid_charges(paid))
            paid = account.payments + paid
            account = replace(account, charges=charges, payments=paid, backs=backs)
        yield account


def invented_strangers(count: int, most: int) -> list[UUID]:
    """Return the last of so many invented consumers whose one bill fell due this month."""
    late = range(KNOWN_CLOSELY // _LATE * _LATE + _LATE, count, _LATE)
    return [_consumer_id(place) for place in late[max(len(late) - most, 0) :]]


def _stranger(place: int) -> AccountFacts:
    return AccountFacts(_consumer(place), (_bill(place, 2 if place % _LATE else 1),))


def _known(place: int) -> AccountFacts:
    """Of every twelve consumers one each has a trouble that the window warns of."""
    consumer = _consumer(place)
    old, current, coming = (_bill(place, month) for month in range(3))
    paid = _paid(place, 0, _TODAY - timedelta(days=20 + place % 30))
    settled = _settled(old)
    account = AccountFacts(consumer, (settled, current), (), paid)
    match place % 12:
        case 0:
            account = replace(account, consumer=replace(consumer, cash_only=True))
        case 1:
            account = _with_broken_plan(place, consumer, (old, current))
        case 2:
            account = replace(account, charges=(settled, replace(current, disputed=True), coming))
        case 3:
            account = replace(account, charges=(settled, replace(current, online_pending=True)))
        case 4:
            cut_off = replace(consumer, disconnected=True)
            account = AccountFacts(cut_off, (old, current, _fee(place)))
        case 5:
            account = replace(account, credits=(_credit(place, paid[0]),))
        case 6:
            part = replace(current, minimum_minor=2_000, refused_methods="cheque")
            account = replace(account, charges=(settled, part))
        case 7:
            account = AccountFacts(consumer, (old, current, coming))
        case _:
            lately = _paid(place, 1, _TODAY - timedelta(days=place % 19))
            charges = (settled, _settled(current))
            account = replace(account, charges=charges, payments=paid + lately)
    return account


def _settled(charge: ChargeFacts) -> ChargeFacts:
    return replace(charge, paid_minor=charge.amount_minor)


def _with_broken_plan(
    place: int, consumer: ConsumerFacts, charges: tuple[ChargeFacts, ...]
) -> AccountFacts:
    """A broken plan restores its charges; the installments are gone."""
    plan = PlanFacts(f"PP-2024-{place:04}", "Broken")
    return AccountFacts(replace(consumer, circumstances="Payment plan in 2024"), charges, (plan,))


def _consumer_id(place: int) -> UUID:
    return UUID(int=_VERSION_8 | _CONSUMER | place)


def _consumer(place: int) -> ConsumerFacts:
    return ConsumerFacts(
        _consumer_id(place),
        f"WU-{_FIRST_ACCOUNT + place}",
        invented_name(place),
        invented_address(place),
        f"(555) {200 + place // 10_000 % 700:03}-{place % 10_000:04}",
    )


def _bill(place: int, month: int) -> ChargeFacts:
    period, charged_on, due_on = _MONTHS[month]
    number = place * 4 + month
    return ChargeFacts(
        UUID(int=_VERSION_8 | _CHARGE | number), "Bill", f"INV-2025-{number + 2_000:06}",
        charged_on, due_on, _amount(place, month), period=period,
    )  # fmt: skip


def _fee(place: int) -> ChargeFacts:
    day, number = date(2025, 4, 17), place * 4 + 3
    return ChargeFacts(
        UUID(int=_VERSION_8 | _CHARGE | number), "Service", f"SVC-2025-{number + 2_000:06}",
        day, day, 4_000, description="Disconnection Fee",
    )  # fmt: skip


def _amount(place: int, month: int) -> int:
    """From 21.35 to 155.40, in steps of five cents."""
    return 2_135 + (place * 7_919 + month * 104_729) % 2_682 * 5


def _paid(place: int, month: int, day: date) -> tuple[PastPaymentFacts, ...]:
    number, consumer, amount = place * 2 + month, _consumer(place), _amount(place, month)
    payment = PastPaymentFacts(
        UUID(int=_VERSION_8 | _PAYMENT | number), f"R-{_LAST_RECEIPT - number}", day, "Bill",
        _METHODS[place // 5 % len(_METHODS)], amount, "Posted", f"PAY-2025-{10_001 + number:06}",
        f"TXN-2025-{10_001 + number:06}", "Walk-in", *at_a_counter(place, day), consumer.name,
        consumer.account_number, datetime.combine(day, time(9), UTC), amount,
    )  # fmt: skip
    return (payment,)


def _credit(place: int, payment: PastPaymentFacts) -> PastCreditFacts:
    """A note of a payment; some are used, held, or wait for approval."""
    amount, made = 500 + place * 35, payment.business_date
    status, left = _STANDS[place // 12 % len(_STANDS)]
    return PastCreditFacts(
        UUID(int=_VERSION_8 | _CREDIT | place), f"CN-{45_000 + place}", amount,
        amount * left // 100, status, "manual", _REASONS[place // 12 % len(_REASONS)], "",
        made, made + timedelta(days=365), None, payment.payment_number, payment.receipt_number,
        payment.cashier, None, "" if status == "Pending approval" else "Marta Oakenfold",
    )  # fmt: skip
