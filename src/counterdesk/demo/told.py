"""Invented payments of the last 13 months, as a centre would tell them: the same every time.

A payment follows from its number among all of them. They are dealt out to the consumers one by
one, and a stride that visits every moment once spreads each consumer's over the months.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from math import gcd
from uuid import UUID

from counterdesk.core.dates import months_later
from counterdesk.sync.records import ConsumerFacts, PastPaymentFacts

_FIRST_RECEIPT = 100_001
_FIRST_NUMBER = 20_001
"""Below lie the numbers of the demo's own counter."""

_DAYS_OF_WEEK = (130, 100, 95, 100, 125, 34, 10)
"""How much is paid from Monday to Sunday."""

_SUNDAY = 6
_BITS = (1 << 64) - 1

_Shares = tuple[tuple[str, int], ...]
"""Words, and how many of a hundred payments have them."""

_CHANNELS: _Shares = (
    ("Walk-in", 58), ("Online", 22), ("Mobile", 11), ("Bank", 6), ("Field", 3),
)  # fmt: skip
_ON_SUNDAY: _Shares = (("Online", 66), ("Mobile", 34))
_METHODS: dict[str, _Shares] = {
    "Walk-in": (
        ("Cash", 54), ("Card", 30), ("Mobile money", 8), ("Cheque", 5), ("Cash + Card", 3),
    ),
    "Online": (("Card", 82), ("Mobile money", 18)),
    "Mobile": (("Mobile money", 100),),
    "Bank": (("Bank transfer", 100),),
    "Field": (("Cash", 70), ("Card", 30)),
}  # fmt: skip
_COUNTERS: dict[str, _Shares] = {
    "Walk-in": (("C01", 24), ("C02", 22), ("C04", 19), ("C05", 17), ("C06", 18)),
    "Field": (("F01", 60), ("F02", 40)),
}
_NOWHERE: _Shares = (("WEB", 100),)
_CASHIERS = {
    "C01": ("Mira Brookwater", "Pavel Tidewell"),
    "C02": ("Ngozi Reedford", "Oskar Heronbank"),
    "C04": ("Priya Willowmere", "Emre Flintgate"),
    "C05": ("Saoirse Copperhollow", "Tadeo Marshwick"),
    "C06": ("Halima Lanterncroft", "Jorun Pebbleshaw"),
    "F01": ("Elias Quillbourne", "Elias Quillbourne"),
    "F02": ("Greta Thistleweir", "Greta Thistleweir"),
    "WEB": ("System", "System"),
}
_TYPES: _Shares = (("Bill", 86), ("Service", 9), ("Installment", 5))
_SLOWEST_DAYS = 40
"""From charge to payment."""
_WHO_CHECKS, _SLOWEST_CHECK = "Ines Hollowford", 3
"""Who vouches for payments through the net, and after how many days at the latest."""

_ODD_STATUS = {0: "Voided", 1: "Voided", 2: "Reversed", 3: "Failed"}
"""Of every 256 payments; what comes through the net is neither voided nor reversed."""


def at_a_counter(chance: int, day: date) -> tuple[str, str]:
    """Return one of the office's other counters, and who sat there on a day."""
    counter = _pick(_COUNTERS["Walk-in"], chance)
    return counter, cashier_of(counter, day)


class ToldPayments:
    """All invented payments of a town."""

    def __init__(self, consumers: int, payments: int, today: date) -> None:
        """Plan them.

        Args:
            consumers: Who pays; each about as often as every other.
            payments: How many there are.
            today: The day before which they were taken; some came through the net this morning.
        """
        self._consumers, self._payments, self._today = consumers, payments, today
        self._stride = _stride(payments)
        self._first = months_later(today, -13) + timedelta(days=1)
        days = range((today - self._first).days + 1)
        self._until = list(accumulate(self._weight(day, today) for day in days))

    def of(self, place: int, consumer: ConsumerFacts) -> tuple[PastPaymentFacts, ...]:
        """Return the payments of the consumer at a place in the row."""
        numbers = range(place, self._payments, self._consumers)
        return tuple(self._payment(number, consumer) for number in numbers)

    def _payment(self, number: int, consumer: ConsumerFacts) -> PastPaymentFacts:
        rank = number * self._stride % self._payments  # its place in time among all of them
        chance = _chances(rank)
        day, within = self._when(rank)
        on_sunday = day.weekday() == _SUNDAY
        channel = _pick(_ON_SUNDAY if on_sunday else _CHANNELS, next(chance))
        counter = _pick(_COUNTERS.get(channel, _NOWHERE), next(chance))
        taken = _moment(day, within, by_net=counter == "WEB")
        told = PastPaymentFacts(
            _id(taken, rank), f"R-{_FIRST_RECEIPT + rank}", day, _pick(_TYPES, next(chance)),
            _pick(_METHODS[channel], next(chance)), amount := _amount(next(chance)),
            _status(counter, next(chance)), f"PAY-{day.year}-{_FIRST_NUMBER + rank:06}",
            f"TXN-{day.year}-{_FIRST_NUMBER + rank:06}", channel, counter,
            cashier_of(counter, day), consumer.name, consumer.account_number,
            taken, amount, settled_minor=amount, settled_days=next(chance) % _SLOWEST_DAYS,
            settled_parts=1,
        )  # fmt: skip
        return self._verified(told, next(chance)) if counter == "WEB" else told

    def _verified(self, told: PastPaymentFacts, chance: int) -> PastPaymentFacts:
        """What comes through the net is pending until somebody vouches for it, some days later."""
        if told.status != "Posted" or told.taken_at_utc is None:
            return told
        at = told.taken_at_utc + timedelta(days=chance % _SLOWEST_CHECK + 1)
        if at.date() > self._today:
            return replace(told, status="Pending")
        return replace(told, verified_by=_WHO_CHECKS, verified_at_utc=at)

    def _when(self, rank: int) -> tuple[date, float]:
        """Return the day of a payment, and how much of the day was over."""
        share = rank * self._until[-1] / self._payments
        days = bisect(self._until, share)
        before = self._until[days - 1] if days else 0
        return self._first + timedelta(days=days), (share - before) / (self._until[days] - before)

    def _weight(self, days: int, today: date) -> int:
        """Most is paid about the middle of a month, when bills fall due, and more every month."""
        day = self._first + timedelta(days=days)
        if day == today:
            return 200
        due = 16 if 10 <= day.day <= 16 else 12 if day.day <= 4 else 9
        return _DAYS_OF_WEEK[day.weekday()] * due * (1_000 + days) // 1_000


def _stride(count: int) -> int:
    """Return a step that visits each of so many places before one comes again."""
    stride = max(count * 618 // 1_000, 1)
    while gcd(stride, count) > 1:
        stride += 1
    return stride


def _chances(seed: int) -> Iterator[int]:
    """Yield numbers that look like chance, the same for the same seed.

    Source: SplitMix64, the seeding step of Java's SplittableRandom.
    """
    state = seed * 0x9E3779B97F4A7C15 & _BITS
    while True:
        state = state + 0x9E3779B97F4A7C15 & _BITS
        mixed = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & _BITS
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & _BITS
        yield mixed ^ mixed >> 31


def _pick(shares: _Shares, chance: int) -> str:
    left = chance % 100
    for word, share in shares:
        left -= share
        if left < 0:
            return word
    raise AssertionError("the shares come to a hundred")


def cashier_of(counter: str, day: date) -> str:
    """Return who sat at one of the office's other counters on a day."""
    return _CASHIERS[counter][day.toordinal() // 3 % 2]


def _moment(day: date, within: float, *, by_net: bool) -> datetime:
    """Return when in its day a payment was taken: the net never closes, a counter does."""
    opens, hours = (0, 23.5) if by_net else (8, 9)
    return datetime.combine(day, time(opens, 15), UTC) + timedelta(hours=hours * within)


def _id(taken: datetime, rank: int) -> UUID:
    """Return an id as a counter would have made it then (RFC 9562, version 7)."""
    milliseconds = int(taken.timestamp() * 1_000)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | 0x8 << 60 | rank)


def _amount(chance: int) -> int:
    """From 5.00 to some 400.00, most of them about 60.00, in steps of five cents."""
    return 500 + (chance & 0x7FF) * (chance >> 11 & 0x7FF) // 0x200 * 5


def _status(counter: str, chance: int) -> str:
    odd = _ODD_STATUS.get(chance >> 8 & 0xFF, "Posted")
    if counter == "WEB":
        return odd if odd == "Failed" else "Posted"
    return "Posted" if odd == "Failed" else odd
