"""The settings: read by whoever may, changed by keys, asked for at the centre, refused in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from counterdesk import services
from counterdesk.core.permissions import Actor
from counterdesk.core.settings import Settings
from counterdesk.store.store import Store
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.pages.settings_page import SettingsPage
from counterdesk.ui.setting_words import sections
from tests.conftest import find_person
from tests.services.test_office_changes import tell, tell_setting, told
from tests.ui.conftest import Spoken
from tests.ui.find import find, seen, text_of

Open = Callable[[str], SettingsPage]


@pytest.fixture
def open_as(qtbot: QtBot, jobs: Jobs, store: Store) -> Iterator[Open]:
    """Shows the page to one of the sample's people."""

    def show(login: str) -> SettingsPage:
        jobs.actor = find_person(store, login)
        page = SettingsPage(jobs)
        qtbot.addWidget(page)
        page.resize(1100, 712)
        page.show()
        page.activateWindow()
        qtbot.waitUntil(page.isActiveWindow)
        page.begin()
        jobs.drain()
        return page

    yield show
    jobs.finish()


def press(page: QWidget, key: str) -> None:
    QTest.keySequence(page, QKeySequence(key))


def retype(page: QWidget, name: str, text: str) -> QLineEdit:
    line = find(page, QLineEdit, name)
    line.selectAll()
    QTest.keyClicks(line, text)
    return line


def asked(page: SettingsPage, qtbot: QtBot, before: int) -> dict[str, Any]:
    """The data of the act that asks for a change, once it is recorded."""
    store: Store = page._jobs.store
    qtbot.waitUntil(lambda: saved(page) > before)
    data: dict[str, Any] = told(store, before + 1)["data"]
    return data


def saved(page: SettingsPage) -> int:
    return page._jobs.store.read(services.acts.count_acts).result().saved


@pytest.mark.req("AUD-2")
def test_a_limit_is_changed_by_keys_and_shows_before_and_after_and_then_waits(
    qtbot: QtBot, open_as: Open, spoken: Spoken
) -> None:
    page = open_as("admin")
    for _down in range(2):
        QTest.keyClick(page.list, Qt.Key.Key_Down)
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    retype(page, "over_short_limit_minor", "7.50")
    assert text_of(page, "over_short_limit_minorNote") == "$5.00 → $7.50"
    before = saved(page)
    retype(page, "limitsReason", "new float")
    press(page, "Ctrl+S")
    assert asked(page, qtbot, before) == {
        "name": "over_short_limit_minor", "seen_version": 0, "before": 500, "after": 750,
        "reason": "new float",
    }  # fmt: skip
    field = find(page, QLineEdit, "over_short_limit_minor")
    qtbot.waitUntil(lambda: not field.isEnabled())
    note = text_of(page, "over_short_limit_minorNote")
    assert "Demo Administrator asked for this; it waits" in note
    assert "$5.00 → $7.50" in note
    assert field.text() == "5.00"
    assert "centre was asked" in spoken.toasts[0]


@pytest.mark.req("AUD-2")
def test_what_the_centre_answers_is_shown_and_so_is_what_it_returns(
    qtbot: QtBot, open_as: Open
) -> None:
    page = open_as("admin")
    page.show_section("payments")
    before, field = saved(page), find(page, QLineEdit, "notes_limit")
    retype(page, "notes_limit", "120")
    press(page, "Ctrl+S")
    asked(page, qtbot, before)
    returned = {"seq": before + 1, "reason": "changed meanwhile", "state": "open"}
    tell(page._jobs.store, "exception", str(before + 1), returned)
    page.refresh()
    qtbot.waitUntil(lambda: "returned" in text_of(page, "notes_limitNote"))
    assert "changed meanwhile" in text_of(page, "notes_limitNote")
    assert (field.text(), field.isEnabled()) == ("500", True)
    tell_setting(page._jobs.store, 120, 1)
    page.refresh()
    qtbot.waitUntil(lambda: field.text() == "120")
    assert text_of(page, "notes_limitNote") == ""


@pytest.mark.req("AUD-4")
@pytest.mark.parametrize(
    ("section", "name", "typed", "said"),
    [
        ("limits", "cheque_stale_days", "-1", "below zero"),
        ("limits", "cheque_stale_days", "soon", "whole number"),
        ("limits", "over_short_limit_minor", "5.001", "decimal"),
        ("office", "time_zone", "Mars/Olympus", "no such time zone"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(
    qtbot: QtBot, open_as: Open, section: str, name: str, typed: str, said: str
) -> None:
    page = open_as("admin")
    page.show_section(section)
    before = saved(page)
    retype(page, name, typed)
    press(page, "Ctrl+S")
    qtbot.waitUntil(lambda: said in text_of(page, f"{name}Error"))
    assert find(page, QLineEdit, name).text() == typed
    assert saved(page) == before


def test_lists_of_words_and_notes_are_typed_one_on_each_line(qtbot: QtBot, open_as: Open) -> None:
    page = open_as("admin")
    page.show_section("reasons")
    before, lines = saved(page), find(page, QPlainTextEdit, "paid_out_reasons")
    lines.setFocus()
    lines.selectAll()
    QTest.keyClicks(lines, "Postage\rTaxi\r\r")
    QTest.keyClick(lines, Qt.Key.Key_Tab)
    assert not lines.hasFocus()
    press(page, "Ctrl+S")
    assert asked(page, qtbot, before)["after"] == ["Postage", "Taxi"]
    page.show_section("cash")
    before, notes = saved(page), find(page, QPlainTextEdit, "cash_notes_minor")
    notes.selectAll()
    QTest.keyClicks(notes, "0.50\r20")
    press(page, "Ctrl+S")
    assert asked(page, qtbot, before)["after"] == [2000, 50]


def test_a_payment_mode_is_changed_another_added_and_one_removed(
    qtbot: QtBot, open_as: Open
) -> None:
    page = open_as("admin")
    page.show_section("payments")
    before = saved(page)
    retype(page, "payment_modes_1_name", "Credit card")
    assert text_of(page, "payment_modesNote") == "card, Name: Card → Credit card"
    find(page, QCheckBox, "payment_modes_1_opens_drawer").click()
    codes = [mode.code for mode in Settings().payment_modes]
    last = len(codes) - 1
    find(page, QPushButton, f"payment_modes_{last}_remove").click()
    qtbot.waitUntil(lambda: page.findChild(QWidget, f"payment_modes_{last}_code") is None)
    find(page, QPushButton, "payment_modesAdd").click()
    qtbot.waitUntil(lambda: len(page.findChildren(QLineEdit, "payment_modes_0_code")) == 1)
    QTest.keyClicks(find(page, QLineEdit, f"payment_modes_{last}_code"), "voucher")
    QTest.keyClicks(find(page, QLineEdit, f"payment_modes_{last}_name"), "Voucher")
    press(page, "Ctrl+S")
    after = asked(page, qtbot, before)["after"]
    assert [mode["code"] for mode in after] == [*codes[:-1], "voucher"]
    assert (after[1]["name"], after[1]["opens_drawer"]) == ("Credit card", True)
    assert after[0] == {
        "code": "cash", "name": "Cash", "kind": "cash", "needs_reference": False,
        "opens_drawer": True, "counted_at_close": True,
    }  # fmt: skip


def test_esc_puts_back_what_was_typed(qtbot: QtBot, open_as: Open) -> None:
    page = open_as("admin")
    page.show_section("mail")
    retype(page, "mail_0_host", "mail.example")
    assert text_of(page, "mailNote") == "Mail server: nothing → mail.example"
    press(page, "Esc")
    assert find(page, QLineEdit, "mail_0_host").text() == ""
    assert not find(page, QPushButton, "mailSave").isEnabled()


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("login", ["supervisor", "manager", "auditor"])
def test_who_may_not_change_settings_only_reads_them(open_as: Open, login: str) -> None:
    page = open_as(login)
    page.show_section("limits")
    assert find(page, QLineEdit, "over_short_limit_minor").text() == "5.00"
    assert not find(page, QLineEdit, "over_short_limit_minor").isEnabled()
    assert not seen(page, "limitsSave")
    page.show_section("payments")
    assert not seen(page, "payment_modesAdd")
    assert not seen(page, "payment_modes_0_remove")


def test_every_plain_setting_has_a_place_and_an_editor(open_as: Open, supervisor: Actor) -> None:
    page = open_as("admin")
    for section in sections():
        if section.settings:
            page.show_section(section.name)
    shown = {name for section in sections() for name in section.settings}
    for name in shown:
        assert page.findChild(QWidget, name) is not None
    assert set(Settings.__dataclass_fields__) - shown == {
        "currency", "utility_public_key", "language", "locale", "receipt_language", "receipt_logo",
        "receipt_header", "receipt_footer", "document_page",
    }  # fmt: skip
