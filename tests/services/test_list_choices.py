"""What filters offer: what the office uses, and what there is beside it, each once."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from counterdesk.services.list_choices import payment_choices
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, PastPaymentFacts
from tests.services.towns import TODAY, fill, person

pytestmark = pytest.mark.req("VIEW-4")


@pytest.fixture
def store(store: Store) -> Store:
    paid = PastPaymentFacts(
        UUID(int=5), "R-7001", TODAY, "Bill", "Cash + Voucher", 700, "Disputed", "PAY-1", "TXN-1",
        "Kiosk", "C01", "Ann Ash", "José Roe", "WU-10002",
    )  # fmt: skip
    other = replace(paid, payment_id=UUID(int=6), method="Voucher", counter="C01", cashier="")
    fill(store, AccountFacts(person(2, "José Roe"), payments=(paid, other)))
    return store


def test_known_values_come_first_and_each_once(session: Session) -> None:
    open_shift(session, 0)
    offered = payment_choices(session)
    modes = tuple(mode.name for mode in session.settings.payment_modes)
    assert offered["method"] == (*modes, "Voucher")
    assert offered["channel"] == (*session.settings.channels, "Kiosk")
    assert offered["status"][-2:] == ("Reversed", "Disputed")
    assert offered["type"] == ("Bill", "Service", "Installment")
    assert offered["counter"] == ("C01", session.counter.code)
    assert offered["cashier"] == ("Ann Ash", "Jane Smith")
