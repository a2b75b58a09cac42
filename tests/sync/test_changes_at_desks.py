"""A setting changed at an enrolled till, with the centre's own service between it and others."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from counterdesk.core.clock import SystemClock
from counterdesk.core.ids import new_uuid7
from counterdesk.core.people_told import PersonTold
from counterdesk.core.permissions import Actor, Role
from counterdesk.services.acts import count_acts
from counterdesk.services.office_changes import SettingChange, change_setting, shown_setting
from counterdesk.store.folder import Folder
from counterdesk.store.keys import open_key_file
from counterdesk.store.store import Store
from counterdesk.sync.address import read_address
from counterdesk.sync.centre.opening import open_centre
from counterdesk.sync.centre.people import add_person
from counterdesk.sync.postgres_link import PostgresLink
from tests.sync.offices import UNLOCK, OfficeUnderTest, enroll_till
from tests.sync.tills import Till

ADMIN = PersonTold(
    new_uuid7(SystemClock().now_utc()), "ann", "Ann Admin", Role.ADMINISTRATOR, active=True,
    password_salt=b"s" * 16, password_hash=b"h" * 32, pin_salt=b"", pin_hash=b"", memory_kib=8,
    passes=1, lanes=1,
)  # fmt: skip
ANN = Actor(ADMIN.user_id, ADMIN.name, ADMIN.role)


def enrolled(office: OfficeUnderTest, folder: Path) -> Till:
    """A till that has become a counter, with all that the centre tells it."""
    enroll_till(folder, office.invited())
    address = read_address(Folder(folder), open_key_file(Folder(folder).keys, UNLOCK).data_key)
    assert address is not None
    store = Store.open(folder, UNLOCK, SystemClock())
    till = Till(store, PostgresLink(address.conninfo(Folder(folder))))
    till.settle()
    return till


def ask(till: Till, after: Any) -> None:
    """Let Ann ask for other notes, with what this till shows."""
    seen = till.store.read(lambda read: shown_setting(read, "notes_limit")).result()
    till.store.write(lambda s: change_setting(s, SettingChange(seen, after)), ANN).result()


def hearing(found: Callable[[], bool], *tills: Till) -> None:
    """Let tills exchange what there is until something is true."""
    ends = time.monotonic() + 60
    while not found():
        assert time.monotonic() < ends
        for till in tills:
            till.sync._pace.poll_now()
            till.settle()


@pytest.mark.req("SYNC-5", "SYNC-2", "AUD-2")
def test_a_setting_changed_at_one_till_holds_at_all_and_of_two_changes_one_comes_back(
    office: OfficeUnderTest, tmp_path: Path
) -> None:
    with open_centre(office.conninfo) as connection:
        add_person(connection, ADMIN)
    with office.served():
        first, second = (enrolled(office, tmp_path / name) for name in ("one", "two"))
        ask(first, 120)
        ask(second, 130)
        first.settle()
        hearing(lambda: first.store.settings.notes_limit == 120, first)
        hearing(lambda: second.store.settings.notes_limit == 120, second)
        hearing(lambda: second.store.read(count_acts).result().exceptions == 1, second)
        assert first.store.read(count_acts).result().exceptions == 0
        ask(second, 130)
        hearing(lambda: first.store.settings.notes_limit == 130, second, first)
    assert office.execute("select kind, subject from cd.work_item") == [
        ("setting_conflict", "notes_limit")
    ]
    by = office.value("select changed_by from cd.setting where name = 'notes_limit'")
    assert by == "Ann Admin, C02"
    first.close()
    second.close()


@pytest.mark.req("SYNC-1")
def test_it_waits_while_the_service_is_down(office: OfficeUnderTest, tmp_path: Path) -> None:
    with open_centre(office.conninfo) as connection:
        add_person(connection, ADMIN)
    with office.served():
        till = enrolled(office, tmp_path / "one")
    ask(till, 120)
    hearing(lambda: till.status.waiting == 0, till)
    assert till.store.settings.notes_limit == 500
    with office.served():
        hearing(lambda: till.store.settings.notes_limit == 120, till)
    till.close()
