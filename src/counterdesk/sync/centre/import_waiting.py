"""The tables where lines of a file wait at the centre, and what was found wrong with them there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice

import psycopg
from psycopg import sql

from counterdesk.core.i18n import _
from counterdesk.core.ids import new_uuid7
from counterdesk.core.money import Currency, format_number
from counterdesk.core.text import clean
from counterdesk.sync.centre.import_fields import Kind
from counterdesk.sync.centre.import_layout import Layout
from counterdesk.sync.centre.import_reading import Fault, Line

_BATCH = 20_000
_TABLES = {Kind.CONSUMER: "import_consumer", Kind.CHARGE: "import_charge"}
_FILE_CHECKS = {Kind.CONSUMER: "check_consumer_file", Kind.CHARGE: "check_charge_file"}


def clear(connection: psycopg.Connection) -> None:
    """Empty the waiting tables."""
    connection.execute("truncate cd.import_consumer, cd.import_charge, cd.import_fault")


def fill(
    connection: psycopg.Connection, layout: Layout, lines: Iterable[Line],
    progress: Callable[[], None],
) -> None:  # fmt: skip
    """Let the lines of a file wait, and keep the faults of those that could not be read.

    Args:
        lines: Taken a batch at a time, so that memory does not grow with the file.
        progress: Called after each batch.
    """
    columns = ("line", "id", *(column.field.column for column in layout.kept))
    copy = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier("cd", _TABLES[layout.kind]), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    remaining = iter(lines)
    while batch := list(islice(remaining, _BATCH)):
        now_utc = datetime.now(UTC)
        with connection.cursor().copy(copy) as rows:
            for line in batch:
                if not line.faults:
                    rows.write_row((line.number, new_uuid7(now_utc), *line.values))
        _keep_faults(connection, [fault for line in batch for fault in line.faults])
        progress()
    connection.execute(sql.SQL("analyze {}").format(sql.Identifier("cd", _TABLES[layout.kind])))


def _keep_faults(connection: psycopg.Connection, faults: list[Fault]) -> None:
    copy = "copy cd.import_fault (line, field, value, reason) from stdin"
    with connection.cursor().copy(copy) as rows:
        for fault in faults:
            rows.write_row((fault.line, fault.field, clean(fault.value), fault.reason))


def check(connection: psycopg.Connection, kind: Kind, after: int) -> None:
    """Look at all that waits at once: within itself, and beyond a line against the centre."""
    connection.execute(sql.SQL("select {}()").format(sql.Identifier("cd", _FILE_CHECKS[kind])))
    if kind is Kind.CHARGE:
        connection.execute("select cd.check_charge_lines(%s, %s)", (after, 2**62))


def count_lines(connection: psycopg.Connection, kind: Kind) -> tuple[int, int]:
    """Return how many lines the file has, and how many of them have faults."""
    counted = connection.execute(
        sql.SQL(
            "select (select count(*) from {}), (select count(distinct line) from cd.import_fault),"
            " (select count(distinct line) from cd.import_fault as f"
            "  where not exists (select from {} as l where l.line = f.line))"
        ).format(*[sql.Identifier("cd", _TABLES[kind])] * 2)
    ).fetchone()
    waiting, bad, unread = counted or (0, 0, 0)
    return waiting + unread, bad


def last_line(connection: psycopg.Connection, kind: Kind) -> int:
    """Return the number of the last line that waits, 0 if none does."""
    table = sql.Identifier("cd", _TABLES[kind])
    found = connection.execute(sql.SQL("select max(line) from {}").format(table)).fetchone()
    return found[0] or 0 if found else 0


def faults_found(
    connection: psycopg.Connection, layout: Layout, currency: Currency
) -> Iterator[Fault]:
    """Yield every fault, in the order of the lines, as a sentence for a person."""
    with connection.transaction(), connection.cursor("faults") as cursor:
        cursor.execute(
            "select line, field, value, reason, about from cd.import_fault order by line, field"
        )
        for line, field, value, reason, about in cursor:
            text = _sentence(reason, about, currency)
            yield Fault(line, layout.heading_of(field), value, text)


def _sentence(reason: str, about: str, currency: Currency) -> str:
    sentence = {
        "twice_in_file": _("This number stands in line {about} too."),
        "unknown_account": _("There is no such account. Import its consumer first."),
        "of_another_account": _("This number is a charge of another account."),
        "of_another_kind": _("This number is a {about} already."),
        "below_paid": _("{about} is paid already; the amount cannot be less."),
        "no_plan": _("An installment needs the number of its plan."),
        "plan_of_another": _("This plan is of another account."),
        "plan_of_two": _("The file gives this plan to two accounts."),
        "plan_in_two_states": _("The file gives this plan two states."),
    }.get(reason)
    if sentence is None:
        return reason
    if reason == "below_paid":
        about = format_number(int(about), currency, "en")
    return sentence.format(about=about)
