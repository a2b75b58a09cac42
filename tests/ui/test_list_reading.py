"""A long list that is read anew while it is scrolled: each row once, in its order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from counterdesk.core.errors import UserError
from counterdesk.store.session import ReadSession
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.list_reading import PAGE, ListReading
from counterdesk.ui.tables.paged_table import PagedTable
from counterdesk.ui.tables.records import Column
from counterdesk.ui.tables.sorted_pages import ListOrder, Page, SortedPages
from tests.ui.conftest import Spoken

_ROWS = 1_000


class LateJobs:
    """Reads at once, and answers when it is told to."""

    def __init__(self) -> None:
        self.answers: list[Callable[[], None]] = []
        self.refusals: list[UserError] = []
        """Come in place of the next answers."""

    def read(
        self, _owner: Any, work: Callable[[Any], Page], done: Callable[[Page], None],
        failed: Callable[[UserError], None],
    ) -> None:  # fmt: skip
        if self.refusals:
            error = self.refusals.pop(0)
            self.answers.append(lambda: failed(error))
            return
        page = work(None)
        self.answers.append(lambda: done(page))

    def answer(self) -> None:
        while self.answers:
            self.answers.pop(0)()


def source(_read: ReadSession | None, wanted: int, after: Any, most: int, order: ListOrder) -> Page:
    """Return numbers from one on, each as a record of its own."""
    numbers = range(wanted, _ROWS)
    listed = list(reversed(numbers)) if order.descending else list(numbers)
    first = 0 if after is None else listed.index(after[0]) + 1
    part = listed[first : first + most]
    return Page([(number,) for number in part], first + most < len(listed))


@pytest.fixture
def jobs() -> LateJobs:
    return LateJobs()


@pytest.fixture
def table(qtbot: QtBot) -> PagedTable:
    columns = [Column("Number", lambda one: str(one[0]), sort_by="number")]
    model = SortedPages(columns, ListOrder("number", descending=False))
    table = PagedTable("numbers", "Numbers", model)
    qtbot.addWidget(table)
    table.resize(400, 600)
    table.show()
    return table


@pytest.fixture
def reading(jobs: LateJobs, table: PagedTable) -> ListReading:
    reading = ListReading(cast("Jobs", jobs), table, source, lambda one: one[0])
    reading.show_wanted(0)
    jobs.answer()
    assert table.records.rowCount() >= PAGE
    return reading


@pytest.mark.req("VIEW-3")
@pytest.mark.parametrize("how", ["filter", "order", "anew"])
def test_a_page_asked_for_before_the_list_was_read_anew_is_not_added_to_it(
    reading: ListReading, table: PagedTable, jobs: LateJobs, how: str
) -> None:
    if how == "filter":
        reading.show_wanted(77)
    elif how == "order":
        table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    else:
        reading.renew()
    table.more_wanted.emit(False)  # somebody scrolls meanwhile
    jobs.answer()
    numbers = [one[0] for one in table.records.records]
    step = -1 if how == "order" else 1
    assert numbers == list(range(numbers[0], numbers[0] + step * len(numbers), step))
    assert len(numbers) > PAGE


def test_a_page_that_was_refused_is_asked_for_again(
    reading: ListReading, table: PagedTable, jobs: LateJobs, spoken: Spoken
) -> None:
    jobs.answer()  # what was read ahead
    before = table.records.rowCount()
    jobs.refusals.append(UserError("The disk did not answer."))
    table.more_wanted.emit(False)
    jobs.answer()
    assert spoken.told == ["The disk did not answer."]
    table.more_wanted.emit(False)
    jobs.answer()
    assert table.records.rowCount() > before


def test_an_older_question_that_is_refused_says_nothing(
    reading: ListReading, table: PagedTable, jobs: LateJobs, spoken: Spoken
) -> None:
    jobs.refusals.append(UserError("The disk did not answer."))
    reading.show_wanted(77)
    reading.show_wanted(500)
    jobs.answer()
    assert spoken.told == []
    assert table.records.records[0] == (500,)
