"""A dispute of another counter comes into the window by itself, and is closed there for both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from counterdesk.core.disputes import Category, Dispute
from counterdesk.core.permissions import Actor
from counterdesk.models.ledger import Payment
from counterdesk.services.disputes import RaiseRequest, disputes_of_consumer, raise_dispute
from counterdesk.store.store import Store
from counterdesk.sync.postgres_link import PostgresLink
from counterdesk.sync.worker import SyncWorker
from counterdesk.ui.dialogs.dispute_dialog import CloseDispute
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.consumer_page import ConsumerPage
from tests.sync.centres import CentreUnderTest
from tests.sync.tills import Till, account, import_accounts, login_of, new_store, till_at
from tests.sync.two_tills import JOHN
from tests.ui.find import find

CONSUMER = account(10_001).consumer.consumer_id


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A counter that the centre does not know yet."""
    store = new_store(tmp_path / "data", "C07")
    yield store
    store.close()


@pytest.fixture
def jobs(qapp: object, store: Store, supervisor: Actor, centre: CentreUnderTest) -> Iterator[Jobs]:
    """The supervisor's jobs beside a sync that has a line."""
    del qapp
    import_accounts(centre, [account(10_001, 14_550, 9_000)])
    centre.add_person(supervisor.user_id, supervisor.role)
    jobs = Jobs(store, supervisor)
    link = PostgresLink(login_of(centre, store).conninfo)
    jobs.centre.worker = worker = SyncWorker(store, link, jobs.centre.tell, Random(7))
    worker.start()
    yield jobs
    jobs.finish()
    worker.stop()


@pytest.fixture
def other(centre: CentreUnderTest, tmp_path: Path, jobs: Jobs) -> Iterator[Till]:
    """Another counter, with its shift open."""
    del jobs  # the account is at the centre
    till = till_at(centre, tmp_path / "other", "C01")
    till.settle()
    till.open_shift()
    yield till
    till.close()


def raised_at(till: Till) -> Dispute:
    """Take a payment and write down what the consumer says of it."""
    taken = till.pay(JOHN)
    one = select(Payment.id).where(Payment.transaction_id == taken.transaction_id)
    payment_id = till.store.read(lambda read: read.execute(one).scalar_one()).result()
    asked = RaiseRequest(uuid4(), payment_id, Category.DUPLICATE, 5_000, "Charged twice.")
    raised = till.store.write(lambda s: raise_dispute(s, asked), till.jane).result()
    till.settle()
    return raised


def known_at(till: Till) -> tuple[Dispute, ...]:
    till.sync._pace.poll_now()
    till.settle()
    return till.store.read(lambda read: disputes_of_consumer(read, CONSUMER), till.jane).result()


def words(page: ConsumerPage) -> set[str]:
    return {label.text() for label in page.findChildren(QLabel) if label.isVisible()}


@pytest.mark.req("DISP-1", "SRCH-4", "SYNC-5")
def test_what_another_counter_raised_is_seen_and_closed_here_for_both(
    qtbot: QtBot, jobs: Jobs, other: Till, supervisor: Actor
) -> None:
    qtbot.waitUntil(lambda: jobs.centre.state == "online")
    page = ConsumerPage(jobs)
    qtbot.addWidget(page)
    with qtbot.waitActive(page):
        page.show()
    page.show_consumer(CONSUMER)
    qtbot.waitUntil(lambda: "Nothing is disputed" in words(page))
    raised = raised_at(other)
    qtbot.waitUntil(lambda: raised.number in words(page))
    QTest.keySequence(page.focusWidget(), QKeySequence("Alt+D"))
    qtbot.waitUntil(lambda: "Charged twice: Charged twice." in words(page))
    QTest.keySequence(page.focusWidget(), QKeySequence("Ctrl+Shift+D"))
    [dialog] = page.findChildren(CloseDispute)
    find(dialog, QComboBox, "closingChoice").setCurrentIndex(1)
    find(dialog, QPlainTextEdit, "closingWords").setPlainText("Paid back.")
    find(dialog, QPushButton, "disputeDo").click()
    qtbot.waitUntil(lambda: "Refunded: Paid back." in words(page))
    qtbot.waitUntil(lambda: not known_at(other)[0].open)
    [told] = known_at(other)
    assert told.closing is not None
    assert (told.closing.outcome, told.closing.closed_by) == ("refunded", supervisor.name)
