"""Imports that are stopped, killed, or met by payments and other imports on their way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from counterdesk.core.errors import UserError
from counterdesk.sync.centre import import_applying
from counterdesk.sync.centre.import_applying import Changes
from counterdesk.sync.centre.import_records import ImportOptions, Phase, Progress
from counterdesk.sync.centre.importing import import_file
from tests.sync.centres import CentreUnderTest
from tests.sync.importing import CONSUMERS, HEADINGS, Importer, reasons
from tests.sync.paying_counter import PayingCounter

BILLS = HEADINGS + "".join(
    f"\nINV-{place},WU-10001,Bill,2025-04-01,2025-04-15,10.00" for place in range(9)
)

STUCK = """
import sys, time
from pathlib import Path
from counterdesk.sync.centre import import_applying
from counterdesk.sync.centre.import_records import ImportOptions
from counterdesk.sync.centre.importing import import_file
import_applying._CHUNK = 4
def watch(progress):
    if progress.phase == sys.argv[3] and progress.done:
        print(progress.done, flush=True)
        time.sleep(600)
import_file(sys.argv[1], Path(sys.argv[2]), ImportOptions(), watch)
"""


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_applying, "_CHUNK", 4)


def at(phase: Phase, act: Callable[[], None]) -> Callable[[Progress], None]:
    """Return what acts once, when an import has done something of a phase."""
    acts = [act]

    def watch(progress: Progress) -> None:
        begun = progress.done > 0 or phase is Phase.CHECKING
        if progress.phase is phase and begun and acts:
            acts.pop()()

    return watch


def interrupt() -> None:
    raise KeyboardInterrupt


def start(take: Importer, watch: Callable[[Progress], None]) -> None:
    import_file(take.centre.conninfo, take.write(BILLS), ImportOptions(), watch)


def killed(take: Importer, phase: Phase) -> None:
    """Import in a process of its own and kill that as soon as it comes to a phase."""
    command = [sys.executable, "-c", STUCK, take.centre.conninfo, str(take.write(BILLS)), phase]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.kill()


@pytest.mark.parametrize("phase", [Phase.READING, Phase.CHECKING])
def test_stopped_before_it_writes_it_leaves_nothing(take: Importer, phase: Phase) -> None:
    before = take.stands()
    with pytest.raises(KeyboardInterrupt):
        start(take, at(phase, interrupt))
    assert take.stands() == before
    assert take(BILLS).changes == Changes(added=9)


@pytest.mark.req("SYNC-5")
@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_interrupted_while_it_writes_it_is_completed_by_the_same_import(
    take: Importer, centre: CentreUnderTest, how: str
) -> None:
    if how == "killed":
        killed(take, Phase.WRITING)
    else:
        with pytest.raises(KeyboardInterrupt):
            start(take, at(Phase.WRITING, interrupt))
    assert centre.value("select count(*) from cd.charge") == 4
    report = take(BILLS)
    assert (report.taken, report.resumed_after, report.changes) == (True, 5, Changes(added=9))
    assert centre.value("select count(*) from cd.charge") == 9
    assert centre.execute(
        "select count(*), count(distinct key) from cd.change where kind = 'charge'"
    ) == [(9, 9)]
    assert take(BILLS).changes == Changes()


def test_killed_while_it_reads_it_leaves_nothing(take: Importer) -> None:
    before = take.stands()
    killed(take, Phase.READING)
    assert take.stands() == before
    assert take(BILLS).changes == Changes(added=9)


def test_what_was_completed_does_not_undo_what_came_in_between(
    take: Importer, centre: CentreUnderTest
) -> None:
    with pytest.raises(KeyboardInterrupt):
        start(take, at(Phase.WRITING, interrupt))
    take.bill(number="INV-0", amount="77.00")
    take(BILLS)
    assert centre.value("select amount_minor from cd.charge where number = 'INV-0'") == 7_700


def test_an_interrupted_import_is_brought_to_mind_until_it_is_done(take: Importer) -> None:
    with pytest.raises(KeyboardInterrupt):
        start(take, at(Phase.WRITING, interrupt))
    other = take.write(CONSUMERS, "people.csv")
    [note] = import_file(take.centre.conninfo, other, ImportOptions(), take.told.append).notes[:1]
    assert "file.csv was interrupted after line 5" in note
    take(BILLS)
    assert not import_file(take.centre.conninfo, other, ImportOptions(), take.told.append).notes


def test_a_mended_file_of_the_same_name_takes_the_place_of_the_interrupted_one(
    take: Importer, centre: CentreUnderTest
) -> None:
    with pytest.raises(KeyboardInterrupt):
        start(take, at(Phase.WRITING, interrupt))
    report = take(BILLS.replace("10.00", "11.00"))
    assert (report.resumed_after, report.changes) == (0, Changes(added=5, changed=4))
    assert centre.execute("select distinct state from cd.import_run order by 1") == [
        ("done",), ("superseded",),
    ]  # fmt: skip


def test_a_payment_in_between_makes_its_line_bad_and_no_other(
    take: Importer, centre: CentreUnderTest
) -> None:
    take(BILLS)
    [charge] = centre.execute(
        "select charge_id, consumer_id, kind, number from cd.charge where number = 'INV-8'"
    )
    cheaper = take.write(BILLS.replace("10.00", "9.00"))
    with PayingCounter(centre.add_counter("C01")) as counter:

        def pay() -> None:
            counter.pay(charge, 950)

        report = import_file(centre.conninfo, cheaper, ImportOptions(), at(Phase.WRITING, pay))
    assert (report.taken, report.changes) == (True, Changes(changed=8))
    assert reasons(report) == [(10, "amount", "9.50 is paid already; the amount cannot be less.")]
    assert centre.execute("select number from cd.charge where amount_minor = 1000") == [("INV-8",)]


def test_a_second_import_at_the_same_time_is_refused(take: Importer, tmp_path: Path) -> None:
    refused: list[str] = []

    def import_beside() -> None:
        with pytest.raises(UserError) as refusal:
            take.bill()
        refused.append(refusal.value.message)

    path = take.write(BILLS, "first.csv")
    report = import_file(
        take.centre.conninfo, path, ImportOptions(), at(Phase.READING, import_beside)
    )
    assert refused[0].startswith("Another file is being imported.")
    assert report.changes == Changes(added=9)


def test_a_file_that_changes_while_it_is_read_is_refused(take: Importer) -> None:
    before = take.stands()

    def grow() -> None:
        with (take.folder / "file.csv").open("a") as file:
            file.write("\nINV-99,WU-10001,Bill,2025-04-01,2025-04-15,10.00")

    with pytest.raises(UserError, match="grew or shrank"):
        start(take, at(Phase.READING, grow))
    assert take.stands() == before


def test_a_connection_lost_while_it_writes_is_told(take: Importer, centre: CentreUnderTest) -> None:
    def cut() -> None:
        centre.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )

    with pytest.raises(UserError, match="A part of the lines is imported"):
        start(take, at(Phase.WRITING, cut))
    assert take(BILLS).changes == Changes(added=9)


def test_a_deadlock_with_a_counter_is_tried_again(take: Importer, centre: CentreUnderTest) -> None:
    take(BILLS)
    centre.execute("create sequence public.tries")
    centre.execute("grant usage on sequence public.tries to cd_owner")
    centre.execute("grant usage on schema public to cd_owner")
    centre.execute(
        "create function public.stumble() returns trigger language plpgsql as $$ begin"
        " if nextval('public.tries') = 2 then raise exception 'x' using errcode = '40P01'; end if;"
        " return new; end $$"
    )
    centre.execute(
        "create trigger stumble before update on cd.charge for each row"
        " execute function public.stumble()"
    )
    report = take(BILLS.replace("10.00", "11.00"))
    assert report.changes == Changes(changed=9)
