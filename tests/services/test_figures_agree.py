"""Tiles, charts, lists and files say the same sums, also after everything that is undone."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from counterdesk.core.periods import month_so_far, period_before
from counterdesk.services.analytics import Breakdown, analytics
from counterdesk.services.collection import collection, received
from counterdesk.services.list_csv import CsvList
from counterdesk.services.list_export import write_list
from counterdesk.services.payment_filters import PaymentFilter
from counterdesk.services.payment_pages import payments_page, payments_sum
from counterdesk.services.posted import posted
from counterdesk.store.session import ReadSession
from counterdesk.ui.tables.exported_payments import payments_listing
from tests.exported import read_csv
from tests.services.till import Till, ask, card, cash, line_of
from tests.services.undo_till import bounced, cheque, moving, reversal, undo, void


def agree(till: Till) -> int:
    """Hold tiles, charts and the list of payments together; return what was collected."""

    def look(read: ReadSession) -> int:
        month = month_so_far(read.today())
        charts = analytics(read, month, period_before(month))
        total = charts.total
        assert collection(read, month.first, month.last).collected_minor == total.collected_minor
        today = received(read, read.today(), read.today()).amount_minor
        assert today == charts.trend[-1].now.collected_minor
        for by, bars in charts.bars.items():
            if by is not Breakdown.METHOD:
                assert sum(bar.now.collected_minor for bar in bars) == total.collected_minor
        standing = payments_sum(
            read, PaymentFilter(first=month.first, last=month.last, status=("Posted",))
        )
        tiles = posted(read, month.first, month.last)
        assert (tiles.payments, tiles.amount_minor) == (standing.payments, standing.amount_minor)
        assert collection(read, month.first, month.last).back_minor == total.back_minor
        counted = PaymentFilter(first=month.first, last=month.last, counted=True)
        lines = payments_page(read, counted, most=500).payments
        assert len(lines) == total.payments
        assert sum(line.collected_minor for line in lines) == total.taken_minor
        assert exported_minor(read, counted) == total.taken_minor
        return total.collected_minor

    return till.store.read(look, till.actor).result()


def exported_minor(read: ReadSession, wanted: PaymentFilter) -> int:
    """Return what the payments in a file add up to."""
    with TemporaryDirectory() as folder:
        path, listing = Path(folder) / "list.csv", payments_listing(wanted, read.settings)
        write_list(read, listing, path, CsvList, lambda _done, _about: None)
        titles, *rows = read_csv(path)
    place = titles.index("Collected (USD)")
    return int(sum(Decimal(row[place]) for row in rows) * 100)


@pytest.mark.req("MON-10", "KPI-1", "KPI-2", "VIEW-6")
def test_tiles_charts_lists_and_files_agree_after_every_undo(jane: Till) -> None:
    told = agree(jane)
    line = line_of(jane.view(), extra=450, most=1)
    first = jane.take(ask(line, pay=(card(10_000), cash(5_000))))
    assert agree(jane) == told + 15_000
    undo(jane, void(first))
    assert agree(jane) == told
    whole = jane.take(ask(line_of(jane.view()), pay=(cheque(20_000), cash(60_000))))
    taken = agree(jane)
    undo(jane, reversal(jane, whole))
    less = agree(jane)
    assert told < less < taken
    second = jane.take(ask(line_of(jane.view(), most=1), pay=(cheque(14_550),)))
    assert agree(jane) == less + 14_550
    undo(jane, bounced(jane, second))
    assert agree(jane) == less


@pytest.mark.req("MON-10", "PAY-17")
def test_what_is_moved_to_another_account_changes_no_figure(jane: Till) -> None:
    told = agree(jane)
    line = line_of(jane.view(), extra=450, most=1)
    taken = jane.take(ask(line, pay=(card(10_000), cash(5_000))))
    undo(jane, moving(jane, taken, "WU-20003"))
    assert agree(jane) == told + 15_000
