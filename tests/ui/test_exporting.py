"""Exporting from a page: a quiet bar, Esc on it, and a sentence at the end."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event
from counterdesk.services.list_export import Listing
from counterdesk.store.disk import STOP_PULLS_BELOW_BYTES
from counterdesk.store.store import Store
from counterdesk.ui import messages
from counterdesk.ui.exporting import export_list
from counterdesk.ui.jobs import Jobs
from tests.exported import COLUMNS, Line, lines, listing, read_csv, read_xlsx
from tests.ui.conftest import Spoken
from tests.ui.find import find, text_of


class Gate:
    """A list whose second page comes when the test lets it."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def listing(self) -> Listing:
        records = lines([f"Name {at}" for at in range(20)])

        def pages(_read: Any) -> Iterator[Sequence[Line]]:
            yield records[:10]
            self.reached.set()
            assert self.open.wait(30)
            yield records[10:]

        return Listing("Payments", (), COLUMNS, pages, lambda _read: 20)


def begun(qtbot: QtBot, page: QWidget, jobs: Jobs) -> Gate:
    """Begin to export such a list, until its first page is read."""
    gate = Gate()
    export_list(page, jobs, gate.listing(), "payments")
    qtbot.waitUntil(gate.reached.is_set)
    return gate


@pytest.fixture
def page(qtbot: QtBot, jobs: Jobs) -> Iterator[QWidget]:
    """A page with a line to type into."""
    page = QWidget()
    qtbot.addWidget(page)
    typed = QLineEdit(page)
    typed.setObjectName("typed")
    QVBoxLayout(page).addWidget(typed)
    page.resize(900, 300)
    with qtbot.waitActive(page):
        page.show()
    typed.setFocus()
    yield page
    jobs.drain()


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the person wants the file."""
    path = tmp_path / "out" / "payments.csv"
    path.parent.mkdir()
    monkeypatch.setattr(messages, "save_as", lambda *_given: str(path))
    return path


def press_escape() -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Escape)


def kinds(store: Store) -> list[str]:
    told = select(table_of(Event).c.kind).where(table_of(Event).c.kind.like("list.%"))
    return list(store.read(lambda read: read.execute(told).scalars().all()).result())


@pytest.mark.req("VIEW-6", "AUD-1")
def test_what_is_listed_goes_into_a_file_and_is_recorded(
    page: QWidget, jobs: Jobs, store: Store, target: Path, spoken: Spoken
) -> None:
    export_list(page, jobs, listing(lines(["A", "B"])), "payments")
    jobs.drain()
    assert spoken.toasts == ["2 rows are in payments.csv."]
    assert [row[3] for row in read_csv(target)] == ["Consumer", "A", "B"]
    assert kinds(store) == ["list.export_begun", "list.exported"]
    assert find(page, QLineEdit, "typed").hasFocus()


@pytest.mark.req("USE-2")
def test_esc_gives_up_leaves_nothing_and_is_recorded(
    qtbot: QtBot, page: QWidget, jobs: Jobs, store: Store, target: Path, spoken: Spoken
) -> None:
    gate = begun(qtbot, page, jobs)
    press_escape()
    assert text_of(page, "exportWords") == "Cancelling…"
    gate.open.set()
    jobs.drain()
    assert spoken.toasts == ["Cancelled: payments.csv was not written."]
    assert list(target.parent.iterdir()) == []
    assert kinds(store) == ["list.export_begun", "list.not_exported"]


def test_the_window_works_on_meanwhile_and_the_bar_says_how_far_it_is(
    qtbot: QtBot, page: QWidget, jobs: Jobs, target: Path
) -> None:
    gate, heard = Gate(), list[str]()
    export_list(page, jobs, gate.listing(), "payments")
    qtbot.waitUntil(gate.reached.is_set)
    jobs.read(page, lambda read: read.counter.code, heard.append)
    jobs.search(page, lambda read: read.counter.name, heard.append)
    jobs.write(page, lambda session: session.counter.office, heard.append)
    qtbot.waitUntil(lambda: len(heard) == 3)
    assert text_of(page, "exportWords").startswith("payments.csv: ")
    assert not target.exists()
    typed = find(page, QLineEdit, "typed")
    typed.setFocus()
    QTest.keyClicks(typed, "doe")
    gate.open.set()
    jobs.drain()
    assert target.exists()
    assert (typed.text(), typed.hasFocus()) == ("doe", True)


def test_closing_the_window_gives_up(
    qtbot: QtBot, page: QWidget, jobs: Jobs, store: Store, target: Path
) -> None:
    gate = begun(qtbot, page, jobs)
    opening = threading.Timer(0.2, gate.open.set)
    opening.start()
    jobs.finish()
    opening.join()
    assert list(target.parent.iterdir()) == []
    assert kinds(store) == ["list.export_begun", "list.not_exported"]


def test_a_window_that_closes_at_once_waits_for_no_file(
    page: QWidget, jobs: Jobs, store: Store, target: Path
) -> None:
    export_list(page, jobs, listing(lines(["A"])), "payments")
    jobs.finish()
    assert list(target.parent.iterdir()) == []
    assert kinds(store) == ["list.export_begun", "list.not_exported"]


def test_signing_out_gives_up(
    qtbot: QtBot, page: QWidget, jobs: Jobs, target: Path, spoken: Spoken
) -> None:
    gate = begun(qtbot, page, jobs)
    jobs.actor = None
    gate.open.set()
    jobs.drain()
    assert list(target.parent.iterdir()) == []
    assert spoken.toasts == ["Cancelled: payments.csv was not written."]


def test_whoever_signs_out_meanwhile_leaves_word_of_how_it_ended(
    qtbot: QtBot, page: QWidget, jobs: Jobs, store: Store, target: Path
) -> None:
    theirs = QWidget(page)
    gate = begun(qtbot, theirs, jobs)
    jobs.actor = None
    theirs.deleteLater()
    QApplication.sendPostedEvents(theirs, QEvent.Type.DeferredDelete)
    gate.open.set()
    jobs.drain()
    assert list(target.parent.iterdir()) == []
    assert kinds(store) == ["list.export_begun", "list.not_exported"]


def test_two_files_at_once_come_one_after_the_other(
    qtbot: QtBot, page: QWidget, jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    spoken: Spoken,
) -> None:  # fmt: skip
    paths = iter([tmp_path / "one.csv", tmp_path / "two"])
    monkeypatch.setattr(messages, "save_as", lambda *_given: str(next(paths)))
    gate = Gate()
    export_list(page, jobs, gate.listing(), "payments")
    export_list(page, jobs, listing(lines(["A"])), "payments")
    qtbot.waitUntil(gate.reached.is_set)
    gate.open.set()
    jobs.drain()
    assert spoken.toasts == ["20 rows are in one.csv.", "1 row is in two.xlsx."]
    assert read_xlsx(tmp_path / "two.xlsx")["D8"] == "A"


def test_a_refusal_stays_in_the_page_until_it_is_closed(
    page: QWidget, jobs: Jobs, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "save_as", lambda *_given: str(tmp_path / "gone" / "p.csv"))
    export_list(page, jobs, listing(lines(["A"])), "payments")
    jobs.drain()
    assert text_of(page, "exportWords").startswith("The folder for p.csv is not there")
    assert kinds(store) == ["list.export_begun", "list.not_exported"]
    press_escape()
    assert find(page, QLineEdit, "typed").hasFocus()


@pytest.mark.req("USE-2")
def test_the_room_that_payments_need_is_not_filled(
    qtbot: QtBot, page: QWidget, jobs: Jobs, store: Store, target: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    gate = begun(qtbot, page, jobs)
    monkeypatch.setattr(store, "_free", lambda _folder: STOP_PULLS_BELOW_BYTES - 1)
    gate.open.set()
    jobs.drain()
    assert text_of(page, "exportWords").startswith("The disk is nearly full: what is left is for")
    assert list(target.parent.iterdir()) == []


def test_data_that_is_renewed_meanwhile_ends_it_and_says_so(
    qtbot: QtBot, page: QWidget, jobs: Jobs, store: Store, target: Path
) -> None:
    gate = begun(qtbot, page, jobs)
    opening = threading.Timer(0.2, gate.open.set)
    opening.start()
    store.reload_reference()
    opening.join()
    jobs.drain()
    assert text_of(page, "exportWords").startswith("The data was renewed meanwhile")
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "chosen", "ended"),
    [
        ("/a/p.xlsx", "CSV (*.csv)", "/a/p.csv"),
        ("/a/p", "PDF (*.pdf)", "/a/p.pdf"),
        ("/a/p.pdf", "CSV (*.csv)", "/a/p.pdf"),
        ("/a/v1.2", "CSV (*.csv)", "/a/v1.2.csv"),
        ("", "CSV (*.csv)", ""),
    ],
)
def test_the_kind_that_is_chosen_ends_the_name(path: str, chosen: str, ended: str) -> None:
    kinds = "Excel workbook (*.xlsx);;CSV (*.csv);;PDF (*.pdf)"
    assert messages.with_ending(path, "p.xlsx", chosen, kinds) == ended


def test_whoever_is_not_signed_in_gets_no_file(page: QWidget, jobs: Jobs, target: Path) -> None:
    jobs.actor = None
    export_list(page, jobs, listing(lines(["A"])), "payments")
    jobs.drain()
    assert text_of(page, "exportWords") == "Sign in first."
    assert list(target.parent.iterdir()) == []
