"""Payments that stand: how many, how much, in cash, and not over the counter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterdesk.services.posted import Posted, posted
from counterdesk.store.session import Session
from counterdesk.sync.records import AccountFacts, PastPaymentFacts
from tests.services.counting import running
from tests.services.till import Till, ask, card, cash, line_of
from tests.services.towns import fill, person
from tests.services.undo_till import reversal, undo, void
from tests.services.visits import TODAY, Given, Visits

_METHODS = ("Cash", "Card", "Cash + Card")


class _FoundError(Exception):
    """Ends a transaction without a trace, with what was found in it."""

    def __init__(self, found: Posted) -> None:
        self.posted = found


def past(number: int, minor: int = 700, **more: Any) -> PastPaymentFacts:
    facts = PastPaymentFacts(
        UUID(int=number), f"R-{number}", TODAY, "Bill", "Cash", minor, channel="Walk-in",
        counter="C01",
    )  # fmt: skip
    return replace(facts, **more)


def tenders(method: str, minor: int) -> list[Given]:
    kinds = {"Cash": "cash", "Card": "card"}
    names = method.split(" + ")
    parts = [minor] if len(names) == 1 else [1, minor - 1]
    pairs = zip(names, parts, strict=True)
    return [Given(part, kind=kinds[name], name=name) for name, part in pairs]


@pytest.mark.req("KPI-3")
@given(
    st.lists(
        st.tuples(
            st.integers(-3, 1), st.integers(2, 10**9), st.sampled_from(_METHODS), st.booleans(),
            st.sampled_from(["Posted", "Voided", "Reversed", "Pending"]),
            st.sampled_from(["Walk-in", "Online"]),
        ),
        max_size=8,
    )
)  # fmt: skip
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_stands_is_as_added_up_by_hand(
    jane: Till, payments: list[tuple[int, int, str, bool, str, str]]
) -> None:
    first, last = TODAY - timedelta(2), TODAY
    told, expected = [past(99, counter="C07")], [0, 0, 0, 0]  # an echo of this counter's own
    here = []
    for number, (days, minor, method, own, status, channel) in enumerate(payments):
        day = TODAY + timedelta(days)
        how = {"business_date": day, "method": method, "status": status, "channel": channel}
        if own:
            here.append((day, method, minor))
        else:
            told.append(past(number, minor, **how))
        if first <= day <= last and (own or status == "Posted"):
            of_cash, of_others = method == "Cash", not own and channel != "Walk-in"
            more = (1, minor, minor * of_cash, minor * of_others)
            expected = [one + other for one, other in zip(expected, more, strict=True)]
    fill(jane.store, AccountFacts(person(1, "John Doe"), payments=tuple(told)))

    def added(session: Session) -> None:
        visits = Visits(session, running(session).id)
        for day, method, minor in here:
            visits.add(*tenders(method, minor), on=day)
        raise _FoundError(posted(session, first, last))

    with pytest.raises(_FoundError) as error:
        jane.act(added)
    assert error.value.posted == Posted(*expected)


@pytest.mark.req("KPI-3")
def test_what_is_wholly_undone_stands_no_more(jane: Till) -> None:
    day = date(2025, 4, 20)

    def standing() -> Posted:
        return jane.store.read(lambda read: posted(read, day, day)).result()

    told = standing()
    line = line_of(jane.view(), most=1)
    first = jane.take(ask(line, pay=(cash(line.total_minor),)))
    other = line_of(jane.view(), most=1)
    second = jane.take(ask(other, pay=(card(other.total_minor),)))
    assert standing().payments == told.payments + 2
    assert standing().cash_minor == told.cash_minor + line.total_minor
    undo(jane, void(first))
    assert standing().cash_minor == told.cash_minor
    undo(jane, reversal(jane, second))
    assert standing() == told
