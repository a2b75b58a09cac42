"""Lists in files: every format holds every row, nothing acts as a formula, nothing is left over."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from sqlalchemy import select

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.listed import Kind, ListedColumn
from counterdesk.core.permissions import Actor, Permission
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Event
from counterdesk.services import list_xlsx
from counterdesk.services.list_export import (
    Exported,
    Listing,
    begin_export,
    end_export,
    keyset,
    note_not_exported,
    write_list,
)
from counterdesk.store.session import ReadSession
from counterdesk.store.store import Store
from tests.exported import COLUMNS, MAKERS, lines, listing, pages_of, read_csv, read_pdf, read_xlsx

EVIL = (
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "a\x00b", "\u202e=1+1",
    "  =1+1", "\uff1d1+1", "<b>&amp;", '"quoted", comma', "_x0041_", "\ud800", "\ufffe",
    "line\nbreak",
)  # fmt: skip
NAMES = ("José Łukasz", "محمد أحمد", "सुरेश कुमार", "王小明", "Doe (Jr.)", "", "x" * 400)
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no poppler-utils")


def export(store: Store, actor: Actor, what: Listing, path: Path) -> Exported:
    make = MAKERS[path.suffix]
    return store.read(
        lambda read: write_list(read, what, path, make, lambda _done, _about: None), actor
    ).result()


@pytest.mark.req("VIEW-6", "AUD-4")
def test_csv_holds_every_row_as_programs_read_it(
    store: Store, cashier: Actor, tmp_path: Path
) -> None:
    records = lines([*NAMES, *EVIL])
    exported = export(store, cashier, listing(records, 4), tmp_path / "list.csv")
    titles, *rows = read_csv(tmp_path / "list.csv")
    assert titles == ["Receipt", "Date", "Taken at", "Consumer", "Amount (USD)", "Days"]
    assert rows[0] == ["R-5000", "2025-04-20", "2025-04-20 14:02:03+00:00", NAMES[0], "145.50", "0"]
    assert len(rows) == exported.rows == len(records)
    assert sum(int(row[4].replace(".", "")) for row in rows) == exported.sums.sums[4]
    assert [row[3] for row in rows[len(NAMES) :]] == [
        "'=cmd|' /C calc'!A0", "'+1+1", "'-2+3", "'@SUM(A1)", "' =1+1", "' =1+1", "a b", "'=1+1",
        "'  =1+1", "'\uff1d1+1", "<b>&amp;", '"quoted", comma', "_x0041_", "\ufffd", "\ufffd",
        "line break",
    ]  # fmt: skip


@pytest.mark.req("VIEW-6", "AUD-4")
def test_a_workbook_holds_numbers_dates_and_texts_and_no_formula(
    store: Store, cashier: Actor, tmp_path: Path
) -> None:
    records = lines([*NAMES, *EVIL])
    exported = export(store, cashier, listing(records, 4), tmp_path / "list.xlsx")
    cells = read_xlsx(tmp_path / "list.xlsx")
    head = [cells[f"A{row}"] for row in (1, 2, 3)]
    assert head == ["Payments", "Demo Water Utility", "Method: Cash"]
    assert cells["A4"].startswith("Written by Jane Smith at Main office, Counter 7, Apr 20, 2025")
    assert cells["A5"] == "23 rows \u00b7 Amount: $3,349.03"
    assert [cells[f"{column}7"] for column in "ABCDEF"] == [
        "Receipt", "Date", "Taken at", "Consumer", "Amount (USD)", "Days",
    ]  # fmt: skip
    assert [cells[f"{column}8"] for column in "ABDEF"] == [
        "R-5000", "45767", NAMES[0], "145.50", "0",
    ]  # fmt: skip
    assert float(cells["C8"]) == pytest.approx(45767 + (14 * 3600 + 2 * 60 + 3) / 86_400)
    first_evil = 8 + len(NAMES)
    told = [cells[f"D{row}"] for row in range(first_evil, first_evil + len(EVIL))]
    assert told[:4] == list(EVIL[:4])
    assert told[12] == "_x005F_x0041_", "a reader turns it back"
    assert (cells["A31"], cells["E31"]) == ("Total", "3349.03")
    assert exported.sums.sums == (None, None, None, None, 334_903, None)


@needs_poppler
@pytest.mark.req("VIEW-6", "AUD-4")
def test_a_pdf_holds_every_row_in_any_script_and_numbers_its_sheets(
    store: Store, cashier: Actor, tmp_path: Path
) -> None:
    records = lines([*NAMES, *EVIL] * 8)
    export(store, cashier, listing(records, 50), tmp_path / "list.pdf")
    text, sheets = read_pdf(tmp_path / "list.pdf"), pages_of(tmp_path / "list.pdf")
    assert sheets > 3
    assert text.count("\f") == sheets
    for sheet, page in enumerate(text.split("\f")[:-1], start=1):
        assert f"Page {sheet} of {sheets}" in page
        assert "Consumer" in page
    assert all(f"R-{5_000 + at} " in text for at in range(len(records)))
    total = sum(record.amount_minor for record in records)
    assert f"{total / 100:,.2f}" in text.split("Total")[-1]
    assert f"{len(records)} rows \u00b7 Amount: ${total / 100:,.2f}" in text
    for name in (NAMES[0], NAMES[3], "=cmd|' /C calc'!A0", "145.50"):
        assert name in text


@pytest.mark.parametrize("ending", MAKERS)
def test_an_empty_list_is_a_whole_file(
    store: Store, cashier: Actor, tmp_path: Path, ending: str
) -> None:
    exported = export(store, cashier, listing([]), tmp_path / f"list{ending}")
    assert exported.rows == 0
    assert sha256(exported.path.read_bytes()).hexdigest() == exported.sha256
    if ending == ".xlsx":
        assert read_xlsx(exported.path)["A5"] == "0 rows \u00b7 Amount: $0.00"


@pytest.mark.parametrize("ending", MAKERS)
def test_what_is_given_up_leaves_the_old_file_and_nothing_else(
    store: Store, cashier: Actor, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"list{ending}"
    path.write_text("old")
    what = listing(lines(["A"] * 40), 10)

    def stop(done: int, _about: int) -> None:
        if done >= 20:
            raise CancelledError

    with pytest.raises(CancelledError):
        store.read(
            lambda read: write_list(read, what, path, MAKERS[ending], stop), cashier
        ).result()
    assert path.read_text() == "old"
    assert list(tmp_path.glob(".*")) == []


class FullDisk:
    """A file on a disk that has room for so many bytes."""

    def __init__(self, file: BinaryIO, room: int) -> None:
        self._file = file
        self._room = room

    def write(self, raw: bytes) -> int:
        self._room -= len(raw)
        if self._room < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._file.write(raw)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@pytest.mark.parametrize("ending", MAKERS)
@pytest.mark.parametrize("room", [0, 100, 3_000])
def test_a_full_disk_is_told_and_nothing_is_left(
    store: Store, cashier: Actor, tmp_path: Path, ending: str, room: int
) -> None:
    path, records = tmp_path / f"list{ending}", lines([f"Name {at}" for at in range(900)])

    def make(file: BinaryIO, head: Any) -> Any:
        return MAKERS[ending](FullDisk(file, room), head)  # type: ignore[arg-type]

    with pytest.raises(UserError, match=f"^There is no room for list{ending} there. Nothing"):
        store.read(
            lambda read: write_list(read, listing(records, 50), path, make, lambda *_far: None),
            cashier,
        ).result()
    assert list(tmp_path.glob("*list*")) == []


def test_a_folder_that_is_gone_is_told(store: Store, cashier: Actor, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"^The folder for"):
        export(store, cashier, listing([]), tmp_path / "gone" / "list.csv")


def test_a_file_that_is_open_elsewhere_is_told(
    store: Store, cashier: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def in_use(*_given: object) -> None:
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(Path, "replace", in_use)
    with pytest.raises(UserError, match="or is open elsewhere"):
        export(store, cashier, listing([]), tmp_path / "list.csv")
    assert list(tmp_path.glob("*list*")) == []


def test_more_rows_than_a_sheet_has_are_refused(
    store: Store, cashier: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_xlsx, "MOST_ROWS", 12)
    with pytest.raises(UserError, match=r"^A workbook"):
        export(store, cashier, listing(lines(["A"] * 8)), tmp_path / "list.xlsx")
    assert list(tmp_path.glob("*list*")) == []


@pytest.mark.req("VIEW-6")
def test_what_is_written_meanwhile_is_not_in_the_file(
    store: Store, cashier: Actor, tmp_path: Path
) -> None:
    events = table_of(Event)

    def page(read: ReadSession, last: Any) -> tuple[Sequence[Any], bool]:
        query = select(events.c.seq).order_by(events.c.seq).limit(2)
        rows = read.execute(query if last is None else query.where(events.c.seq > last.seq)).all()
        store.write(lambda session: session.record("test.happened", {}), cashier).result()
        return rows, len(rows) == 2

    def newest(read: ReadSession) -> int:
        return int(read.execute(select(events.c.seq).order_by(events.c.seq.desc())).scalar() or 0)

    for _time in range(9):
        store.write(lambda session: session.record("test.happened", {}), cashier).result()
    before = store.read(newest).result()
    columns = (ListedColumn("No.", lambda row: row.seq, Kind.NUMBER),)
    export(store, cashier, Listing("Acts", (), columns, keyset(page)), tmp_path / "list.csv")
    _titles, *rows = read_csv(tmp_path / "list.csv")
    assert [int(row[0]) for row in rows] == list(range(1, before + 1))
    assert store.read(newest).result() > before


@pytest.mark.req("AUD-1")
def test_who_takes_what_away_is_recorded_before_and_after(
    store: Store, cashier: Actor, tmp_path: Path
) -> None:
    what, path = listing(lines(["A", "B"])), tmp_path / "list.csv"
    begun = store.write(lambda session: begin_export(session, what, path), cashier).result()
    exported = export(store, cashier, what, path)
    store.write(lambda session: end_export(session, begun, exported), cashier).result()
    store.write(lambda session: note_not_exported(session, begun, "full"), cashier).result()
    assert list(acts(store)) == [
        ("list.export_begun", {
            "name": "Payments", "chosen": ["Method: Cash"], "file": "list.csv",
            "columns": [column.title for column in COLUMNS],
        }),
        ("list.exported", {
            "begun_seq": begun.seq, "name": "list.csv", "rows": 2, "sums": [29_101],
            "sha256": sha256(path.read_bytes()).hexdigest(),
        }),
        ("list.not_exported", {"begun_seq": begun.seq, "name": "list.csv", "reason": "full"}),
    ]  # fmt: skip


def acts(store: Store) -> Iterator[tuple[str, Any]]:
    """Yield what was recorded of exports."""
    events = table_of(Event)
    told = select(events.c.kind, events.c.body).where(events.c.kind.like("list.%"))
    for row in store.read(lambda read: read.execute(told).all()).result():
        yield row.kind, json.loads(row.body)["data"]


@needs_poppler
@pytest.mark.req("VIEW-6")
def test_paper_leaves_out_what_only_programs_read(
    store: Store, cashier: Actor, tmp_path: Path
) -> None:
    quiet = replace(COLUMNS[0], title="Hash", value=lambda _row: "0badcafe", on_paper=False)
    what = replace(listing(lines(NAMES)), columns=(quiet, *COLUMNS))
    export(store, cashier, what, tmp_path / "list.pdf")
    export(store, cashier, what, tmp_path / "list.csv")
    paper = read_pdf(tmp_path / "list.pdf")
    assert "0badcafe" not in paper
    assert "R-5000" in paper
    assert "2025" in paper
    assert read_csv(tmp_path / "list.csv")[1][:2] == ["0badcafe", "R-5000"]


@pytest.mark.req("AUD-2", "VIEW-6")
def test_a_list_is_exported_by_whoever_may_see_that_list(
    store: Store, cashier: Actor, tmp_path: Path
) -> None:
    what = replace(listing(lines(["Ana"])), permission=Permission.SEE_AUDIT)
    with pytest.raises(PermissionRefused):
        store.write(lambda s: begin_export(s, what, tmp_path / "x.csv"), cashier).result()
    with pytest.raises(PermissionRefused):
        export(store, cashier, what, tmp_path / "x.csv")
    assert not list(tmp_path.glob("*.csv"))
