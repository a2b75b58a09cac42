"""An invented month at the demo's own counter: every payment taken as a cashier takes it.

Nothing is written into the ledger by hand: shifts are opened and closed, receipts drawn, events
chained, only on a clock that is set back meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from counterdesk.core.cash import notes_for
from counterdesk.core.clock import Clock
from counterdesk.core.permissions import Actor
from counterdesk.core.print_states import PrintState
from counterdesk.core.settings import ModeKind
from counterdesk.core.visit import AccountLine, PaymentRequest, Share, TenderGiven
from counterdesk.services.consumers import account_view
from counterdesk.services.payments import take_payment
from counterdesk.services.print_jobs import next_print_job, note_print_state
from counterdesk.services.printers import counter_printers
from counterdesk.services.shift_closing import ShiftClose, close_shift
from counterdesk.services.shift_counting import CountGiven, count_drawer
from counterdesk.services.shift_figures import counted_modes, expected_of
from counterdesk.services.shifts import OpenShift, open_shift
from counterdesk.services.startup import mark_receipt_seen
from counterdesk.store.session import Session
from counterdesk.store.store import Store

MOST_TAKEN = 2_400
"""As many as a counter takes in some weeks, and as a demo can wait for."""

_FLOAT_MINOR = 20_000
_AT_ONCE = 40
_SATURDAY = 5

Told = Callable[[int, int], None]
"""Gets the payments taken so far, and how many there will be."""


class SetBackClock:
    """A clock that stands at a moment of the past until it is let go of."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: datetime | None = None

    def hold(self, at_utc: datetime) -> None:
        """Stand at a moment."""
        self._held = at_utc

    def let_go(self) -> None:
        """Run with the clock it was made from."""
        self._held = None

    def now_utc(self) -> datetime:
        """Return the moment it stands at, or the clock's."""
        return self._held or self._clock.now_utc()

    def monotonic_ns(self) -> int:
        """Return what the clock returns."""
        return self._clock.monotonic_ns()


@dataclass(frozen=True, slots=True)
class _Visit:
    consumer_id: UUID
    at_utc: datetime


def taken_days(today: date) -> tuple[date, ...]:
    """Return the month's business days before today, the oldest first."""
    days = (today - timedelta(days=ago) for ago in range(today.day - 1, 0, -1))
    return tuple(day for day in days if day.weekday() <= _SATURDAY)


def take_payments(
    store: Store, clock: SetBackClock, cashiers: Sequence[Actor], consumers: Sequence[UUID],
    today: date, told: Told,
) -> None:  # fmt: skip
    """Have each of these consumers pay something at the counter in the month before today.

    Args:
        store: Of a counter with one printer and without an open shift.
        clock: The store's own; it is let go of in the end.
        cashiers: Who take turns, a day each.
        consumers: Who come, one payment each.
        today: The day before which they come.
        told: Called now and then.
    """
    days, chance = taken_days(today), Random(20_250_420)
    done = 0
    for number, day in enumerate(days):
        cashier = cashiers[number % len(cashiers)]
        visits = _visits(day, consumers[number :: len(days)])
        clock.hold(datetime.combine(day, time(8), UTC))
        shift = store.write(lambda session: open_shift(session, _FLOAT_MINOR), cashier).result()
        for batch in _batches(visits):
            store.write(_taking(clock, batch, chance), cashier).result()
            done += len(batch)
            told(done, len(consumers))
        clock.hold(datetime.combine(day, time(17, 30), UTC))
        store.write(_closing(shift), cashier).result()
    clock.let_go()


def _visits(day: date, consumers: Sequence[UUID]) -> list[_Visit]:
    start = datetime.combine(day, time(8, 5), UTC)
    apart = timedelta(hours=9) / max(len(consumers), 1)
    return [_Visit(one, start + place * apart) for place, one in enumerate(consumers)]


def _batches(visits: list[_Visit]) -> Iterator[list[_Visit]]:
    for first in range(0, len(visits), _AT_ONCE):
        yield visits[first : first + _AT_ONCE]


def _taking(clock: SetBackClock, visits: list[_Visit], chance: Random) -> Callable[[Session], None]:
    def take(session: Session) -> None:
        for visit in visits:
            clock.hold(visit.at_utc)
            taken = take_payment(session, _request(session, visit.consumer_id, chance))
            mark_receipt_seen(session, taken.transaction_id)
        _have_printed(session)

    return take


def _request(session: Session, consumer_id: UUID, chance: Random) -> PaymentRequest:
    view = account_view(session, consumer_id)
    charge = view.charges[0]
    whole = chance.random() < 0.9
    paid = charge.outstanding_minor if whole else max(charge.outstanding_minor // 200 * 100, 100)
    line = AccountLine(view.account, (Share(charge, paid),), 0, view.charges)
    channel = "Walk-in" if chance.random() < 0.95 else "Field"
    return PaymentRequest(session.new_id(), channel, (line,), _tenders(paid, chance))


def _tenders(paid: int, chance: Random) -> tuple[TenderGiven, ...]:
    drawn = chance.random()
    reference = f"{chance.randrange(10**6):06}"
    card = TenderGiven("card", paid, reference, f"{chance.randrange(10**4):04}")
    if drawn < 0.55:
        return (TenderGiven("cash", -(-paid // 500) * 500),)
    if drawn < 0.86:
        return (card,)
    if drawn < 0.95:
        return (TenderGiven("wallet", paid, f"MM-{reference}"),)
    half = paid // 2
    return (TenderGiven("card", half, reference, card.card_last_four),
            TenderGiven("cash", paid - half))  # fmt: skip


def _have_printed(session: Session) -> None:
    """Nobody waits for these papers any more."""
    (printer,) = counter_printers(session).all
    while (job := next_print_job(session, printer.printer_id)) is not None:
        note_print_state(session, job.job_id, PrintState.PRINTED)


def _closing(shift: OpenShift) -> Callable[[Session], None]:
    def close(session: Session) -> None:
        pieces = {}
        for mode in counted_modes(session.settings):
            there = expected_of(session, shift.id, mode)
            if mode.kind is ModeKind.CASH:
                pieces[mode.code] = notes_for(there, session.settings.cash_notes_minor)
            else:
                pieces[mode.code] = ((there, 1),) if there else ()
        counted = count_drawer(session, CountGiven(session.new_id(), pieces))
        close_shift(session, ShiftClose(counted.count_id))
        _have_printed(session)

    return close
