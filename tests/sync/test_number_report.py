"""The account of every number: used, cancelled, open, or named as what does not add up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from counterdesk import cli
from counterdesk.core.numbers import write_number
from counterdesk.core.settings import NumberFormat
from counterdesk.sync.centre.number_sums import Fate
from counterdesk.sync.centre.numbers import SeriesAccount, account_for_numbers, range_text
from tests.sync.centres import CentreUnderTest
from tests.sync.pushing import Desk
from tests.sync.written import Event, changed, payment

MakeDesk = Callable[[str], Desk]


def receipt(number: str) -> Event:
    """A payment with this receipt number, and others that no test looks at."""

    def change(event: Event) -> None:
        event["data"]["transaction"]["receipt_number"] = number

    return changed(payment(amount_minor=100), change)


def lease(desk: Desk, count: int = 10) -> None:
    desk.ask("select first from cd.lease_numbers(%s, 'receipt', 0, %s)", uuid4(), count)


def account(centre: CentreUnderTest, series: str = "receipt", year: int = 0) -> SeriesAccount:
    with psycopg.connect(centre.conninfo) as connection:
        found = {(one.series, one.year): one for one in account_for_numbers(connection)}
    return found[series, year]


def told(one: SeriesAccount) -> list[tuple[str, str, str]]:
    return [(range_text(line), line.fate.value, line.counter) for line in one.lines]


def foreign(centre: CentreUnderTest) -> list[tuple[str, str]]:
    """Return the matters of receipts used by somebody who had not leased them."""
    return [
        (code, f"{subject}: {detail}")
        for code, subject, detail in centre.execute(
            "select code, subject, detail from cd.work_item join cd.counter using (counter_id)"
            " where kind = 'foreign_number' and subject like 'receipt %' order by item_id"
        )
    ]


@pytest.mark.req("NUM-2", "AUD-1", "AUD-3")
def test_every_number_leased_is_used_open_or_named_as_left_out(
    town: CentreUnderTest, desk_of: MakeDesk
) -> None:
    one, other = desk_of("C01"), desk_of("C02")
    lease(one)
    lease(other)
    one.send(receipt("R-1"), receipt("R-2"), receipt("R-5"))
    other.send(receipt("R-11"))
    found = account(town)
    assert told(found) == [
        ("1-2", "used", "C01"), ("3-4", "not used by its counter", "C01"), ("5", "used", "C01"),
        ("6-10", "open in a lease", "C01"), ("11", "used", "C02"),
        ("12-20", "open in a lease", "C02"),
    ]  # fmt: skip
    assert (found.begins, found.following, found.findings) == (1, 21, ())
    assert sum(found.count(fate) for fate in Fate) == 20
    assert foreign(town) == []


@pytest.mark.req("NUM-2", "AUD-3")
def test_the_leases_of_a_revoked_counter_are_cancelled_but_for_what_was_used(
    town: CentreUnderTest, desk: Desk
) -> None:
    lease(desk)
    desk.send(receipt("R-1"))
    town.execute("select cd.close_leases(%s, 'revoked')", (desk.counter_id,))
    found = account(town)
    assert told(found) == [("1", "used", "C01"), ("2-10", "cancelled", "C01")]
    assert (found.lines[1].reason, found.findings) == ("revoked", ())
    assert found.lines[1].at is not None
    desk.send(receipt("R-3"))
    found = account(town)
    assert found.count(Fate.USED) == 2
    assert found.count(Fate.CANCELLED) == 8


@pytest.mark.req("NUM-2", "AUD-3", "SYNC-3")
def test_a_number_leased_to_another_is_posted_and_looked_at(
    town: CentreUnderTest, desk_of: MakeDesk
) -> None:
    one, other = desk_of("C01"), desk_of("C02")
    lease(one)
    other.send(receipt("R-4"), receipt("R-99"), receipt("R-C01-000001"), receipt("mine\x1b"))
    assert town.value("select count(*) from cd.payment_transaction") == 4
    assert town.value("select count(*) from cd.suspense") == 0
    assert foreign(town) == [
        ("C02", "receipt R-4: the number is in a lease of C01"),
        ("C02", "receipt R-99: the number was never leased to this counter"),
        ("C02", "receipt R-C01-000001: the number was never leased to this counter"),
        ("C02", "receipt mine\x1b: the number was never leased to this counter"),
    ]
    assert account(town).findings == (
        "4: used by C02, and leased to C01.",
        "99: used, though the series never came that far.",
        "99: used by C02, and never leased.",
        "1: used by C02, and leased to C01.",
        r"1 number is of no pattern that the series ever had: 'mine\x1b'",
    )


@pytest.mark.req("NUM-2", "SYNC-3")
def test_the_centre_s_own_numbers_are_not_a_counters_to_use(
    town: CentreUnderTest, desk: Desk
) -> None:
    town.execute("select cd.centre_sequence('receipt', 0)")
    desk.send(receipt("R-7"))
    assert foreign(town) == [("C01", "receipt R-7: the number is in a lease of the centre itself")]


@pytest.mark.req("NUM-2")
def test_a_counters_own_numbers_stand_apart(town: CentreUnderTest, desk: Desk) -> None:
    lease(desk)
    desk.send(receipt("R-C01-000001"), receipt("R-C01-000003"))
    found = account(town)
    assert told(found) == [("1-10", "open in a lease", "C01")]
    assert [(range_text(line), line.fate.value) for line in found.fallback] == [
        ("1", "used"), ("2", "not used by its counter"), ("3", "used"),
    ]  # fmt: skip
    assert (foreign(town), found.findings) == ([], ())


@pytest.mark.req("NUM-2", "SYNC-2")
def test_a_number_of_a_suspended_payment_is_used_in_suspense(
    town: CentreUnderTest, desk: Desk
) -> None:
    lease(desk)
    event = receipt("R-2")
    event["data"]["allocations"][0]["charge_id"] = str(uuid4())
    desk.send(receipt("R-1"), event, receipt("R-3"))
    assert told(account(town))[:3] == [
        ("1", "used", "C01"), ("2", "used, in suspense", "C01"), ("3", "used", "C01"),
    ]  # fmt: skip


@pytest.mark.req("NUM-2", "AUD-3")
def test_numbers_left_out_after_a_restore_are_cancelled_until_they_turn_up(
    town: CentreUnderTest, desk: Desk
) -> None:
    lease(desk)
    town.execute("select cd.centre_sequence('receipt', 0)")
    town.execute("select cd.after_restore(1000)")
    found = account(town)
    assert told(found) == [
        ("1-10", "open in a lease", "C01"), ("11", "open in a lease", ""),
        ("12-110", "cancelled", ""), ("111-1110", "cancelled", ""),
    ]  # fmt: skip
    assert found.findings == ()
    block = {"id": str(uuid4()), "series": "receipt", "year": 0, "first": 501, "last": 520}
    leased = {"v": 1, "kind": "numbers.leased", "business_date": None, "data": block,
              "totals": {"currency": "USD", "cash_delta_minor": 0, "tenders": {}}}  # fmt: skip
    desk.send(leased, receipt("R-501"))
    found = account(town)
    assert ("501", "used", "C01") in told(found)
    assert found.count(Fate.CANCELLED) == 1_098
    assert (foreign(town), found.findings) == ([], ())


@pytest.mark.req("NUM-2")
def test_numbers_that_nobody_leased_used_or_cancelled_are_said_loudly(
    town: CentreUnderTest, desk: Desk
) -> None:
    lease(desk)
    town.execute("update cd.number_series set next = 16")
    lease(desk)
    found = account(town)
    assert found.findings == ("11-15: nobody leased, used or cancelled them.",)
    assert found.count(Fate.UNEXPLAINED) == 5


@pytest.mark.req("NUM-1", "NUM-2")
def test_numbers_of_an_older_pattern_are_still_read(town: CentreUnderTest, desk: Desk) -> None:
    lease(desk)
    desk.send(receipt("R-1"))
    formats = town.value("select value from cd.setting where name = 'number_formats'")
    formats["receipt"]["pattern"] = "Q{seq:04}/{yy}"
    town.execute(
        "update cd.setting set value = %s where name = 'number_formats'", (json.dumps(formats),)
    )
    desk.send(receipt("Q0002/25"), receipt("R-3"), receipt("QC01-000001/25"))
    found = account(town)
    assert told(found)[0] == ("1-3", "used", "C01")
    assert [range_text(line) for line in found.fallback] == ["1"]
    assert (foreign(town), found.findings) == ([], ())


@pytest.mark.req("NUM-1", "SYNC-2")
@pytest.mark.parametrize("pattern", ["R-{seq}", "{yy}{seq:04}", "{seq}/{yyyy}", "R-{seq}-{yy}-x"])
def test_whatever_a_yearly_pattern_is_money_is_posted(
    town: CentreUnderTest, desk: Desk, pattern: str
) -> None:
    town.execute(
        "update cd.setting set value = jsonb_set(value, '{receipt}', %s::jsonb)"
        " where name = 'number_formats'", (json.dumps({"pattern": pattern, "yearly": True}),),
    )  # fmt: skip
    desk.ask("select first from cd.lease_numbers(%s, 'receipt', 2025, 10)", uuid4())
    number = write_number(NumberFormat(pattern, True), 2025, 3)
    desk.send(receipt(number), receipt("R-"), receipt("7/"), receipt("25"))
    assert town.value("select count(*) from cd.suspense") == 0
    mine = [what for _code, what in foreign(town) if f"receipt {number}:" in what]
    assert len(mine) == ("yy" not in pattern)
    assert account(town, "receipt", 2025).count(Fate.USED) == ("yy" in pattern)


@pytest.mark.req("NUM-1")
def test_a_yearly_series_is_accounted_for_by_year(town: CentreUnderTest, desk: Desk) -> None:
    for year in (2025, 2026):
        desk.ask("select first from cd.lease_numbers(%s, 'payment', %s, 5)", uuid4(), year)

    def change(event: Event) -> None:
        event["data"]["payments"][0]["number"] = "PAY-2025-000003"

    desk.send(changed(payment(amount_minor=100), change))
    assert account(town, "payment", 2025).count(Fate.USED) == 1
    assert account(town, "payment", 2026).count(Fate.USED) == 0
    assert account(town, "payment", 2026).count(Fate.OPEN) == 5


@pytest.mark.req("NUM-2", "AUD-1")
def test_the_report_is_typed_and_written(
    town: CentreUnderTest, desk: Desk, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lease(desk)
    desk.send(receipt("R-1"))
    report = ("centre", "--centre", town.conninfo, "numbers", "--series", "receipt")
    out = tmp_path / "numbers.csv"
    assert cli.main([*report, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "receipt: 1 to 10, 10 numbers\n  used: 1 (C01 1)\n" in said
    assert "Every number is accounted for." in said
    assert out.read_bytes().decode().splitlines()[1:] == [
        "receipt,0,leased,1,1,1,used,C01,C01,,",
        "receipt,0,leased,2,10,9,open in a lease,C01,C01,,",
    ]
    desk.send(receipt("R-77"))
    assert cli.main(report) == 1
    assert "  !! 77: used by C01, and never leased." in capsys.readouterr().out
    assert cli.main([*report, "--year", "1999"]) == 2
    assert "No numbers" in capsys.readouterr().err
