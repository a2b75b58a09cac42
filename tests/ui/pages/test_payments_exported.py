"""All payments as files: whatever the list shows, in its order, from its first row to its last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from counterdesk.core.permissions import Actor
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_pages import payments_sum
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, PastPaymentFacts
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.dashboard_page import DashboardPage
from counterdesk.ui.tables.exported_payments import payments_listing
from tests.exported import read_csv
from tests.services.towns import TODAY, fill, person
from tests.services.visits import Given, Visits
from tests.ui.pages.landing import ALT, CTRL, Key, landing

MANY = 1_200


@pytest.fixture
def store(store: Store, cashier: Actor) -> Store:
    def take(session: Session) -> None:
        visits = Visits(session, open_shift(session, 0).id)
        visits.add(Given(15_000, 450))
        visits.add(Given(200, kind="card", name="Card"))

    told = (
        PastPaymentFacts(
            UUID(int=number + 1), f"R-{7_000 + number}", TODAY - timedelta(number // 100), "Bill",
            "Cash" if number % 3 else "Card", 1_000 + (number * 37) % 501, "Posted",
            f"PAY-{number}", f"TXN-{number}", "Walk-in", "C01", "Ann Ash", "José Roe", "WU-10002",
        )
        for number in range(MANY)
    )  # fmt: skip
    fill(store, AccountFacts(person(2, "José Roe"), payments=tuple(told)))
    store.write(take, cashier).result()
    return store


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs) -> Iterator[DashboardPage]:
    """The landing page, in sight, with the focus on the list."""
    page = landing(qtbot, jobs)
    qtbot.waitUntil(lambda: page.payments.table.records.rowCount() > 0)
    page.payments.table.setFocus()
    yield page
    jobs.finish()


def exported(page: DashboardPage, jobs: Jobs, path: Path) -> list[dict[str, str]]:
    """Press Ctrl+E and return the rows of the file by the titles of their columns."""
    QTest.keyClick(page.payments.table, Key.Key_E, CTRL)
    jobs.drain()
    titles, *rows = read_csv(path)
    return [dict(zip(titles, row, strict=True)) for row in rows]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the file goes."""
    path = tmp_path / "payments.csv"
    monkeypatch.setattr(messages, "save_as", lambda *_given: str(path))
    return path


@pytest.mark.req("VIEW-6")
def test_every_payment_leaves_once_and_the_sums_are_those_of_the_list(
    page: DashboardPage, jobs: Jobs, path: Path
) -> None:
    rows = exported(page, jobs, path)
    known = jobs.store.read(lambda read: payments_sum(read, PaymentFilter()), jobs.actor).result()
    assert len(rows) == len({row["Receipt"] for row in rows}) == known.payments == MANY + 2
    total = sum(Decimal(row["Amount (USD)"]) for row in rows)
    assert total == Decimal(known.amount_minor) / 100
    days = [row["Date"] for row in rows]
    assert days == sorted(days, reverse=True)


@pytest.mark.req("VIEW-4", "VIEW-6")
def test_the_file_has_what_is_searched_for_in_the_order_of_the_list(
    page: DashboardPage, jobs: Jobs, path: Path
) -> None:
    QTest.keyClick(page.payments.table, Key.Key_3, ALT)
    jobs.drain()
    amounts = [Decimal(row["Amount (USD)"]) for row in exported(page, jobs, path)]
    assert len(amounts) == MANY + 2
    assert amounts == sorted(amounts)
    page.payments.search.setFocus()
    QTest.keyClicks(page.payments.search, "doe")
    QTest.qWait(250)
    jobs.drain()
    rows = exported(page, jobs, path)
    assert [row["Receipt"] for row in rows] == [
        line.receipt_number for line in page.payments.table.records.records
    ]
    assert [row["Consumer"] for row in rows] == ["John Doe"] * 2


@pytest.mark.req("VIEW-6", "AUD-1")
def test_file_and_record_say_that_a_search_finds_no_more_than_the_newest(
    jobs: Jobs,
) -> None:
    settings = jobs.store.settings
    searched = payments_listing(PaymentFilter(search=" doe "), settings)
    assert searched.chosen == ("Search: doe", "Of a search, only the newest 200 at most")
    assert payments_listing(PaymentFilter(search=" "), settings).chosen == ()
