"""A note is made and spent in the window of a counter whose centre is real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from PySide6.QtCore import Qt

from counterdesk.core.permissions import Actor
from counterdesk.store.store import Store
from counterdesk.sync.postgres_link import PostgresLink
from counterdesk.sync.worker import SyncWorker
from counterdesk.ui.jobs import Jobs
from tests.sync.centres import CentreUnderTest
from tests.sync.tills import account, import_accounts, login_of, new_store
from tests.ui.till import Till

Key = Qt.Key


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A counter that the centre does not know yet."""
    store = new_store(tmp_path / "data", "C07")
    yield store
    store.close()


@pytest.fixture
def jobs(qapp: object, store: Store, cashier: Actor, centre: CentreUnderTest) -> Iterator[Jobs]:
    """Jobs beside a sync that has a line."""
    del qapp
    import_accounts(centre, [account(10_001, 14_550, 9_000)])
    jobs = Jobs(store, cashier)
    link = PostgresLink(login_of(centre, store).conninfo)
    jobs.centre.worker = worker = SyncWorker(store, link, jobs.centre.tell, Random(7))
    worker.start()
    yield jobs
    jobs.finish()
    worker.stop()


@pytest.mark.req("MON-6", "CN-5", "SYNC-5")
def test_a_note_that_was_just_made_is_held_and_spent(
    till: Till, jobs: Jobs, centre: CentreUnderTest
) -> None:
    till.qtbot.waitUntil(lambda: jobs.centre.state == "online")
    till.open_tender()
    till.keys("200")
    till.alt(Key.Key_K)
    till.enter()
    till.enter()
    till.wait_for_receipt()
    till.qtbot.wait(600)  # the Enter of a moment ago is over
    till.open_tender()
    till.alt(Key.Key_D)
    till.keys("35.50")
    till.enter()
    held = "select amount_minor from cd.reservation"
    till.qtbot.waitUntil(lambda: centre.execute(held) == [(5_450,)])
    till.enter()
    taken = till.wait_for_receipt()
    assert (taken.paid_minor, taken.change_minor) == (9_000, 0)
    spent = "select amount_minor, overspent_minor from cd.credit_spent"
    till.qtbot.waitUntil(lambda: centre.execute(spent) == [(5_450, 0)])
    assert centre.execute(held) == []
