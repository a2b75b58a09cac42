"""The page of people: added, changed, refused in words, by keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from counterdesk.core.people_told import SEALING_STATE
from counterdesk.core.permissions import Role
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.people_page import PeoplePage
from tests.conftest import find_person
from tests.services.test_people_changes import KEY
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of, texts_in

pytestmark = pytest.mark.req("AUD-2")


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs, store: Store) -> Iterator[PeoplePage]:
    """The page of an administrator, at a counter that knows the centre's key."""
    told = KEY.public_key().public_bytes_raw().hex()
    store.write(lambda session: session.keep_state(SEALING_STATE, told)).result()
    jobs.actor = find_person(store, "admin")
    page = PeoplePage(jobs)
    qtbot.addWidget(page)
    page.resize(856, 712)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.begin()
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 5)
    yield page
    jobs.finish()


def rows(page: PeoplePage) -> list[list[str]]:
    return texts_in(page.table.records)


def type_into(page: PeoplePage, name: str, text: str) -> QLineEdit:
    line = find(page, QLineEdit, name)
    line.clear()
    QTest.keyClicks(line, text)
    return line


def test_somebody_is_added_by_keys_and_waits_for_the_centre(
    qtbot: QtBot, page: PeoplePage, spoken: Spoken
) -> None:
    QTest.keySequence(page, QKeySequence("Ctrl+N"))
    type_into(page, "personName", "Bo Clerk")
    type_into(page, "personLogin", "bo")
    QTest.keyClick(type_into(page, "personPassword", "short"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "at least 8" in text_of(page, "personPasswordError"))
    QTest.keyClick(type_into(page, "personPassword", "river of words"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not seen(page, "personForm"))
    qtbot.waitUntil(lambda: page.table.records.rowCount() == 6)
    assert rows(page)[0] == ["Bo Clerk", "bo", "Customer Executive", "Waits for the centre"]
    assert "centre was asked" in spoken.toasts[0]


def test_nobody_switches_themselves_off_or_changes_their_own_role(
    qtbot: QtBot, page: PeoplePage
) -> None:
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert find(page, QLineEdit, "personName").text() == "Demo Administrator"
    assert not find(page, QLineEdit, "personLogin").isEnabled()
    find(page, QCheckBox, "personActive").click()
    QTest.keyClick(find(page, QLineEdit, "personName"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "themselves off" in text_of(page, "personActiveError"))
    box = find(page, QComboBox, "personRole")
    box.setCurrentIndex(box.findData(Role.AUDITOR))
    QTest.keyClick(find(page, QLineEdit, "personName"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "own role" in text_of(page, "personRoleError"))


def test_what_each_role_may_do_is_read_and_esc_comes_back(page: PeoplePage) -> None:
    QTest.keySequence(page, QKeySequence("Ctrl+R"))
    assert seen(page, "rolesTable")
    QTest.keyClick(page._roles, Qt.Key.Key_Escape)
    assert seen(page, "peopleTable")
