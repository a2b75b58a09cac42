from __future__ import annotations

import csv

import psycopg
import pytest

from counterdesk.core.errors import UserError
from counterdesk.sync.centre.import_applying import Changes
from counterdesk.sync.centre.import_records import Phase
from tests.sync.centres import MATTERS, CentreUnderTest
from tests.sync.importing import CHARGES, HEADINGS, Importer, reasons
from tests.sync.paying_counter import PayingCounter

OTHER = f"""{HEADINGS}
INV-2,WU-10001,Bill,2025-04-01,2025-04-15,10.00
INV-3,WU-10002,Bill,2025-04-01,2025-04-15,nothing
"""


def find(centre: CentreUnderTest, number: str) -> tuple[object, ...]:
    [row] = centre.execute(
        "select charge_id, consumer_id, kind, number from cd.charge where number = %s", (number,)
    )
    return row


@pytest.mark.req("SYNC-5")
def test_what_is_imported_is_on_the_feed(take: Importer, centre: CentreUnderTest) -> None:
    report = take(CHARGES)
    assert (report.taken, report.lines, report.changes) == (True, 3, Changes(added=3))
    assert centre.execute(
        "select kind, number, due_on::text, amount_minor, plan_number, installment"
        " from cd.charge order by number"
    ) == [
        ("Bill", "INV-1", "2025-04-15", 14_550, "", 0),
        ("Installment", "PP-1/1", "2025-04-15", 6_750, "PP-1", 1),
        ("Service", "SVC-1", "2025-04-18", 7_500, "", 0),
    ]
    assert centre.execute("select number, status from cd.plan") == [("PP-1", "Late")]
    assert centre.execute("select kind, count(*) from cd.change group by 1 order by 1") == [
        ("charge", 3), ("consumer", 2), ("plan", 1),
    ]  # fmt: skip


def test_the_same_file_again_changes_nothing(take: Importer) -> None:
    take(CHARGES)
    before = take.stands()
    report = take(CHARGES)
    assert (report.taken, report.changes) == (True, Changes())
    assert take.stands() == before


def test_a_dry_run_counts_and_changes_nothing(take: Importer) -> None:
    take.bill()
    before = take.stands()
    report = take(CHARGES.replace("145.50", "150.00"), dry_run=True)
    assert (report.taken, report.changes) == (False, Changes(added=2, changed=1))
    assert take.stands() == before
    assert {progress.phase for progress in take.told[-2:]} == {Phase.READING, Phase.CHECKING}


def test_one_bad_line_refuses_the_file(take: Importer) -> None:
    before = take.stands()
    report = take(OTHER)
    assert (report.taken, report.lines, report.bad) == (False, 2, 1)
    assert reasons(report) == [(3, "amount", "Use digits only, such as 145.50.")]
    assert take.stands() == before


def test_the_good_lines_can_be_taken_alone(take: Importer, centre: CentreUnderTest) -> None:
    report = take(OTHER, skip_bad=True)
    assert (report.taken, report.bad, report.changes) == (True, 1, Changes(added=1))
    assert centre.execute("select number from cd.charge") == [("INV-2",)]


def test_what_a_file_does_not_have_stays_as_it_is(take: Importer, centre: CentreUnderTest) -> None:
    take.bill(disputed="yes", description="Meter 7", period="2025-03")
    report = take.bill(amount="150.00", description="")
    assert report.changes == Changes(changed=1)
    assert centre.execute("select amount_minor, disputed, description, period from cd.charge") == [
        (15_000, True, "", "2025-03")
    ]


def test_a_consumer_is_changed_by_account_number(take: Importer, centre: CentreUnderTest) -> None:
    report = take("account_number,name,cash_only\nWU-10001,Jane Doe,yes\nWU-10002,Ana Łukasz,no\n")
    assert report.changes == Changes(changed=1)
    assert centre.execute(
        "select name, phone, cash_only from cd.consumer where account_number = 'WU-10001'"
    ) == [("Jane Doe", "(555) 123-4567", True)]


def test_what_was_paid_is_never_a_files_to_change(take: Importer, centre: CentreUnderTest) -> None:
    take.bill()
    with PayingCounter(centre.add_counter("C01")) as counter:
        counter.pay(find(centre, "INV-1"), 10_000)
    assert reasons(take.bill(amount="99.99")) == [
        (2, "amount", "100.00 is paid already; the amount cannot be less.")
    ]
    take.bill(amount="100.00")
    assert centre.execute("select amount_minor, paid_minor from cd.charge") == [(10_000, 10_000)]


def test_a_cancelled_charge_with_money_on_it_is_looked_at(
    take: Importer, centre: CentreUnderTest
) -> None:
    take(CHARGES)
    with PayingCounter(centre.add_counter("C01")) as counter:
        counter.pay(find(centre, "INV-1"), 10_000)
    report = take(
        "number,account_number,amount,cancelled\nINV-1,WU-10001,,yes\nSVC-1,WU-10001,0,x\n"
        "OLD-9,WU-10001,,yes\n"
    )
    assert report.changes == Changes(cancelled=2, cancelled_paid=1)
    assert centre.execute(
        "select number, paid_minor from cd.charge where cancelled order by 1"
    ) == [("INV-1", 10_000), ("SVC-1", 0)]
    assert centre.execute(f"select kind, subject, state from {MATTERS}") == [
        ("cancelled_paid", "INV-1", "open")
    ]


def test_a_charge_can_be_owed_again(take: Importer, centre: CentreUnderTest) -> None:
    take.bill()
    take.bill(cancelled="yes")
    take.bill(amount="90.00")
    assert centre.value("select cancelled from cd.charge")  # this file said nothing of it
    take.bill(cancelled="no")
    assert centre.execute("select cancelled, amount_minor from cd.charge") == [(False, 14_550)]


def test_a_payment_that_waited_finds_the_charge_that_is_imported(
    take: Importer, centre: CentreUnderTest
) -> None:
    take.bill()
    charge = find(centre, "INV-1")
    centre.execute("delete from cd.charge")
    with PayingCounter(centre.add_counter("C01")) as counter:
        counter.pay(charge, 10_000)
        counter.pay((charge[0], charge[1], "Service", "INV-1"), 1_000)
    assert centre.value("select count(*) from cd.suspense where state = 'open'") == 2
    report = take.bill()
    assert (report.placed, report.unplaced) == (0, 2)  # under a new id: it is another charge
    centre.execute("update cd.charge set charge_id = %s", (charge[0],))
    report = take.bill(disputed="yes")
    assert (report.placed, report.unplaced) == (1, 1)
    assert centre.value("select paid_minor from cd.charge") == 10_000


def test_a_plan_is_told_by_its_installments(take: Importer, centre: CentreUnderTest) -> None:
    take(CHARGES)
    take(CHARGES.replace("Late", ""))
    assert centre.execute("select status from cd.plan") == [("Late",)]
    take(CHARGES.replace("Late", "broken"))
    assert centre.execute("select status from cd.plan") == [("Broken",)]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("A,WU-10001", "A,WU-10001"), [
            (2, "number", "This number stands in line 3 too."),
            (3, "number", "This number stands in line 2 too."),
        ]),
        (("A,WU-9",), [
            (2, "account_number", "There is no such account. Import its consumer first."),
        ]),
        (("INV-1,WU-10002",), [
            (2, "number", "This number is a charge of another account."),
        ]),
        (("SVC-1,WU-10001",), [(2, "kind", "This number is a Service already.")]),
        (("PP-9/1,WU-10001,,,Installment",), [
            (2, "plan_number", "An installment needs the number of its plan."),
        ]),
        (("A,WU-10001,PP-1",), [(2, "plan_number", "This plan is of another account.")]),
        (("A,WU-10001,PP-2", "B,WU-10002,PP-2"), [
            (2, "plan_number", "The file gives this plan to two accounts."),
            (3, "plan_number", "The file gives this plan to two accounts."),
        ]),
        (("A,WU-10001,PP-2,Late", "B,WU-10001,PP-2,Broken"), [
            (2, "plan_number", "The file gives this plan two states."),
            (3, "plan_number", "The file gives this plan two states."),
        ]),
    ],
)  # fmt: skip
def test_what_contradicts_itself_or_the_centre_is_named(
    take: Importer, lines: tuple[str, ...], found: list[tuple[int, str, str]]
) -> None:
    take(CHARGES)
    text = "number,account_number,plan_number,plan_status,kind,charged_on,due_on,amount\n"
    for line in lines:
        kind = "" if line.count(",") > 3 else "," * (3 - line.count(",")) + ",Bill"
        text += f"{line}{kind},2025-04-01,2025-04-15,1.00\n"
    assert reasons(take(text)) == found


def test_an_account_twice_in_a_file_is_named(take: Importer) -> None:
    report = take("account_number,name\nWU-3,One\nWU-4,Two\nWU-3,Three\n")
    assert [fault.line for fault in report.faults] == [2, 4]


@pytest.mark.req("AUD-4")
def test_every_fault_is_written_to_a_file_that_runs_nothing(take: Importer) -> None:
    lines = [f"=cmd|{place},WU-10001,Bill,2025-04-01,2025-04-15,@SUM(A1)" for place in range(30)]
    wanted = take.folder / "faults.csv"
    report = take("\n".join((HEADINGS, *lines)), errors=wanted)
    assert (report.bad, len(report.faults)) == (30, 20)
    rows = list(csv.reader(wanted.read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["line", "column", "value", "reason"]
    assert len(rows) == 31
    assert rows[30] == ["31", "amount", "'@SUM(A1)", "Use digits only, such as 145.50."]


def test_a_fault_is_told_by_the_heading_of_the_file(take: Importer) -> None:
    text = HEADINGS.replace("amount", "Betrag").replace("account_number", "Konto")
    columns = {"Betrag": "amount", "konto": "account_number"}
    report = take(f"{text}\nINV-1,WU-9,Bill,2025-04-01,2025-04-15,1.00\n", columns=columns)
    assert [fault.field for fault in report.faults] == ["Konto"]


def test_a_counter_may_neither_see_nor_fill_what_waits(
    take: Importer, centre: CentreUnderTest
) -> None:
    login = centre.add_counter("C01")
    with psycopg.connect(login.conninfo, autocommit=True) as counter:
        for statement in (
            "select * from cd.import_charge", "select * from cd.import_run",
            "insert into cd.import_fault values (1, '', '', '')", "truncate cd.import_consumer",
            "select cd.import_charges(gen_random_uuid(), 1)", "select cd.check_charge_lines(0, 1)",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                counter.execute(statement)


def test_a_counters_login_imports_nothing(take: Importer, centre: CentreUnderTest) -> None:
    take.centre.conninfo = centre.add_counter("C01").conninfo
    with pytest.raises(UserError, match="may not"):
        take(CHARGES)
