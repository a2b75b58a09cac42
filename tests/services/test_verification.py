from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from counterdesk.core.clock import Clock, ShiftedClock
from counterdesk.demo.sample import sample_numbers
from counterdesk.models.base import table_of
from counterdesk.models.ledger import (
    Allocation,
    CreditNote,
    Overpayment,
    Payment,
    PaymentTransaction,
    Settlement,
    Shift,
    Tender,
)
from counterdesk.services.verification import verify
from counterdesk.store.opening import raw_of
from counterdesk.store.session import JournalEntry
from counterdesk.store.store import Store
from tests.conftest import START_UTC, UNLOCK, find_person, make_folder
from tests.faults.payer import be_in_shift, pay_once
from tests.services.edited import report_of, tamper

PAYMENTS = 12


@pytest.fixture(scope="module")
def busy_folder(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed till with a shift and some payments, some of them overpaid."""
    folder = tmp_path_factory.mktemp("busy") / "data"
    shutil.copytree(template, folder)
    minute_before = ShiftedClock(START_UTC - timedelta(minutes=1))  # no test's clock goes back
    store = Store.open(folder, UNLOCK, minute_before)
    cashier = find_person(store, "jane")
    be_in_shift(store, cashier)
    chance = random.Random(3)
    for _ in range(PAYMENTS):
        pay_once(store, cashier, chance)
    store.close()
    return folder


@pytest.fixture
def busy(busy_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """A copy of it, open."""
    shutil.copytree(busy_folder, tmp_path / "busy")
    opened = Store.open(tmp_path / "busy", UNLOCK, clock)
    yield opened
    opened.close()


@pytest.mark.req("AUD-1")
def test_an_honest_ledger_is_clean(busy: Store) -> None:
    report = report_of(busy)
    assert report.findings == ()
    assert report.clean
    assert report.transactions == PAYMENTS
    assert report.events >= PAYMENTS + 2
    assert report.numbers > 3 * PAYMENTS
    assert report.rows > 5 * PAYMENTS


def test_an_empty_ledger_is_clean(store: Store) -> None:
    assert report_of(store).clean


@pytest.mark.req("AUD-1")
def test_an_edited_event_is_named(busy: Store) -> None:
    found = tamper(
        busy, "update event set body = cast(replace(body, 'Jane', 'Joan') as blob) where seq = 5"
    )
    assert "Event 5 was changed after it was recorded." in found
    assert "Event 5 reads differently in the journal." in found


@pytest.mark.req("AUD-1")
def test_a_removed_event_is_named(busy: Store) -> None:
    found = tamper(busy, "delete from event where seq = 6")
    assert "Event 6 is missing." in found
    assert "Event 6 stands in the journal, but not in the ledger." in found


@pytest.mark.req("AUD-1")
def test_events_that_change_places_are_named(busy: Store) -> None:
    found = tamper(
        busy,
        "update event set seq = -1 where seq = 5",
        "update event set seq = 5 where seq = 6",
        "update event set seq = 6 where seq = -1",
    )
    assert "Event 5 does not follow from event 4." in found
    assert "Event 5 says something else than its row." in found


@pytest.mark.req("AUD-1")
def test_a_chain_forged_without_the_signing_key_is_named(busy: Store) -> None:
    found = tamper(busy, "update event set signature = zeroblob(64) where seq = 7")
    assert "Event 7 does not bear this counter's signature." in found


@pytest.mark.parametrize(
    ("column", "value"), [("kind", "'other'"), ("event_id", "'" + "0" * 32 + "'")]
)
def test_an_envelope_that_differs_from_its_row_is_named(
    busy: Store, column: str, value: str
) -> None:
    found = tamper(busy, f"update event set {column} = {value} where seq = 5")
    assert "Event 5 says something else than its row." in found


FACTS = (
    PaymentTransaction,
    Payment,
    Allocation,
    Tender,
    Settlement,
    Overpayment,
    CreditNote,
    Shift,
)
COLUMNS = [
    (table.name, column.name)
    for table in map(table_of, FACTS)
    for column in table.columns
    if column.name != "id"
]


@pytest.mark.req("AUD-1")
@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_every_column_of_every_fact_is_held_by_its_event(
    busy: Store, table: str, column: str
) -> None:
    kind = table_of(next(m for m in FACTS if m.__tablename__ == table)).c[column].type
    value = {
        "DATE": "'2001-01-01'", "INTEGER": "987654", "BIGINT": "987654", "BLOB": "x'00'",
        "CHAR(32)": f"'{'9' * 32}'",
    }.get(str(kind), "'edited'")  # fmt: skip
    statement = (
        f"update {table} set {column} = {value} where rowid = (select max(rowid) from {table})"
    )
    found = tamper(busy, statement)
    assert any(f"has another {column} than event" in sentence for sentence in found), found


@pytest.mark.req("AUD-1")
@pytest.mark.parametrize("table", [model.__tablename__ for model in FACTS])
def test_a_removed_row_of_every_fact_is_named(busy: Store, table: str) -> None:
    found = tamper(busy, f"delete from {table} where rowid = (select max(rowid) from {table})")
    assert any("is missing." in s and s.startswith(table.replace("_", " ")) for s in found), found


def test_a_row_that_no_event_tells_of_is_named(busy: Store) -> None:
    found = tamper(
        busy,
        "insert into settlement select '" + "1" * 32 + "', tender_id, allocation_id,"
        " overpayment_id, amount_minor from settlement limit 1",
    )
    assert "settlement: 1 rows stand in no event." in found
    assert any("is not settled to the cent" in sentence for sentence in found)


@pytest.mark.req("MON-1", "AUD-1")
@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("update tender set amount_minor = amount_minor + 1", "tenders are not what was tendered"),
        ("update tender set change_minor = 0 where change_minor > 0", "the change of its tenders"),
        ("update allocation set amount_minor = amount_minor + 1", "is not allocations"),
        ("update payment set amount_minor = amount_minor + 1", "not the sum of its parts"),
        ("update settlement set amount_minor = amount_minor + 1", "an allocation is not settled"),
        ("update overpayment set amount_minor = amount_minor + 1", "overpayment is not settled"),
        ("update credit_note set amount_minor = amount_minor + 1", "not what was overpaid"),
    ],
)
def test_sums_that_do_not_agree_are_named(busy: Store, statement: str, sentence: str) -> None:
    assert any(sentence in found for found in tamper(busy, statement))


@pytest.mark.req("NUM-2")
def test_a_number_that_was_drawn_but_not_used_is_named(busy: Store) -> None:
    found = tamper(busy, "update number_block set next = next + 1 where series = 'receipt'")
    assert found == (f"Number R-{5001 + PAYMENTS} was drawn but stands on no row.",)


@pytest.mark.req("NUM-2")
def test_a_number_from_outside_the_blocks_is_named(busy: Store) -> None:
    found = tamper(busy, "update number_block set next = next - 1 where series = 'transaction'")
    assert found == (
        f"Number TXN-2025-{8934 + PAYMENTS - 1:06} was not drawn from a block of this counter.",
    )


@pytest.mark.req("NUM-2")
def test_blocks_that_overlap_are_named(busy: Store) -> None:
    found = tamper(
        busy, "insert into number_block select '" + "3" * 32 + "', series, year, first - 1, last,"
        " next from number_block where series = 'receipt'",
    )  # fmt: skip
    assert "Number R-5001 was given twice." in found


@pytest.mark.req("NUM-2")
def test_numbers_used_after_the_blocks_ran_out_are_accounted_for(
    tmp_path: Path, clock: Clock
) -> None:
    make_folder(
        tmp_path / "few", [replace(leased, last=leased.first) for leased in sample_numbers()]
    )
    store = Store.open(tmp_path / "few", UNLOCK, clock)
    jane = find_person(store, "jane")
    be_in_shift(store, jane)
    for _visit in range(3):
        pay_once(store, jane, random.Random(4))
    report = report_of(store)
    store.close()
    assert report.findings == ()
    assert report.transactions == 3


@pytest.mark.req("NUM-2")
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update number_block set last = last + 1 where series = 'receipt'", "leased to end at"),
        ("update number_block set last = next where series = 'receipt'", "leased to end at"),
        ("delete from number_block where series = 'receipt'", "leased to end at"),
        (
            "insert into number_block values ('" + "3" * 32 + "', 'receipt', 0, 1, 9, 1)",
            "receipt numbers from 1 (0) was never leased",
        ),
        (
            "insert into number_block values ('" + "3" * 32 + "', 'receipt/C07', 0, 2, 9, 2)",
            "receipt/C07 numbers from 2 (0) was never leased",
        ),
    ],
    ids=["longer", "shorter", "gone", "added", "added under the counter's own code"],
)
def test_a_block_that_is_not_as_it_was_leased_is_named(
    busy: Store, statement: str, said: str
) -> None:
    assert any(said in found for found in tamper(busy, statement))


def journal_changed(
    store: Store, change: Callable[[list[JournalEntry]], list[JournalEntry]]
) -> tuple[str, ...]:
    content = store.read_journal()
    changed = replace(content, entries=tuple(change(list(content.entries))))
    return store.write(lambda session: verify(session, changed)).result().findings


def test_an_event_that_the_journal_lacks_is_named(busy: Store) -> None:
    assert journal_changed(busy, lambda entries: entries[:3] + entries[4:]) == (
        "Event 4 is missing in the journal.",
    )


def test_a_torn_journal_is_named(busy: Store) -> None:
    with busy.folder.journal.open("ab") as file:
        file.write(b"torn")
    assert report_of(busy).findings == ("The journal's last record is torn.",)


def test_a_flipped_byte_in_the_journal_is_named(busy: Store) -> None:
    data = bytearray(busy.folder.journal.read_bytes())
    data[len(data) // 2] ^= 1
    busy.folder.journal.write_bytes(data)
    found = report_of(busy).findings
    assert any(sentence.startswith("The journal is damaged after event") for sentence in found)


@pytest.mark.req("AUD-1")
def test_the_events_totals_are_those_of_its_tenders(busy: Store) -> None:
    def forge(connection: object) -> None:
        raw = raw_of(connection)  # type: ignore[arg-type]
        seq, body = raw.execute("select seq, body from event order by seq desc limit 1").fetchone()
        changed = json.loads(body)
        changed["totals"]["cash_delta_minor"] += 1
        raw.execute("update event set body = ? where seq = ?", (json.dumps(changed).encode(), seq))

    busy._writer.outside_transaction(forge)
    assert any("are not those of its tenders" in found for found in report_of(busy).findings)


@pytest.mark.parametrize(
    "statement",
    [
        "update event set body = 'text' where seq = 5",
        "update event set body = x'ff' where seq = 5",
        "update payment set transaction_id = 'no id'",
        "update allocation set due_on = 'no date'",
        "update tender set amount_minor = 'much'",
    ],
)
def test_rows_that_cannot_be_read_are_named_and_the_rest_is_checked(
    busy: Store, statement: str
) -> None:
    assert any(
        "cannot be read" in found or "has another" in found for found in tamper(busy, statement)
    )
