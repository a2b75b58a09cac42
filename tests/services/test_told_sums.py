"""What payments of some amounts come to: added up by steps of amounts and one by one, the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest

from counterdesk.core.permissions import Actor
from counterdesk.models.ref import AMOUNT_STEP
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_pages import payments_sum
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, PastPaymentFacts
from tests.services.towns import fill, person

TODAY = date(2025, 4, 20)
EDGES = sorted(
    {step * AMOUNT_STEP + beside for step in (0, 1, 2, 5) for beside in (-1, 0, 1)} - {-1, 0}
)
AMOUNTS = [*EDGES, 3 * AMOUNT_STEP + 400, 40 * AMOUNT_STEP]
METHODS = ("Cash", "Card", "Cheque")
NARROW, WIDE = ("Card",), ("Cash", "Cheque")


def told() -> Iterator[PastPaymentFacts]:
    """Each amount by each method, on two days: as many sums by each method."""
    every = product(AMOUNTS, METHODS, (TODAY, TODAY - timedelta(1)))
    for number, (minor, method, day) in enumerate(every, 1):
        yield PastPaymentFacts(
            UUID(int=number), f"R-{number}", day, "Bill", method, minor, counter="C01"
        )


@pytest.mark.req("VIEW-4")
@pytest.mark.parametrize("methods", [(), NARROW, WIDE])
def test_the_sum_behind_any_span_of_amounts_is_that_of_its_payments(
    store: Store, cashier: Actor, methods: tuple[str, ...]
) -> None:
    fill(store, AccountFacts(person(1, "John Doe"), payments=tuple(told())))
    spans = list(product([None, 0, *EDGES], repeat=2))

    def sums(read: ReadSession) -> list[tuple[int, int]]:
        found = (
            payments_sum(read, PaymentFilter(method=methods, least_minor=least, most_minor=most))
            for least, most in spans
        )
        return [(one.payments, one.amount_minor) for one in found]

    for (least, most), found in zip(spans, store.read(sums, cashier).result(), strict=True):
        added = [
            one.amount_minor
            for one in told()
            if (not methods or one.method in methods)
            and (least is None or one.amount_minor >= least)
            and (most is None or one.amount_minor <= most)
        ]
        assert found == (len(added), sum(added)), (least, most)
