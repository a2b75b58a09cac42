"""`counterdesk centre numbers`: the account of every number, in words and as a file."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from counterdesk.cli.where import centre_at
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _, ngettext

if TYPE_CHECKING:
    from counterdesk.sync.centre.number_sums import Fate, Line
    from counterdesk.sync.centre.numbers import SeriesAccount

_COLUMNS = (
    "series", "year", "numbers", "first", "last", "count", "fate", "counter", "leased_to",
    "reason", "at_utc",
)  # fmt: skip


def numbers(given: argparse.Namespace) -> int:
    """Account for every number that was leased; the exit code is 1 where it does not add up."""
    from counterdesk.sync.centre.numbers import account_for_numbers
    from counterdesk.sync.centre.opening import open_centre

    with centre_at(given) as where, open_centre(where.conninfo) as connection:
        accounts = [
            one for one in account_for_numbers(connection)
            if given.series in (None, one.series) and given.year in (None, one.year)
        ]  # fmt: skip
    if not accounts:
        raise UserError(_("No numbers were given out of such a series and year."))
    for one in accounts:
        for line in _account(one):
            print(line)
    if given.out is not None:
        _write(given.out, accounts)
    wrong = sum(bool(one.findings) for one in accounts)
    print(_verdict(wrong))
    return 1 if wrong else 0


def _verdict(wrong: int) -> str:
    if not wrong:
        return _("Every number is accounted for.")
    return ngettext(
        "{count} SERIES DOES NOT ADD UP. The lines that begin with !! say where to look.",
        "{count} SERIES DO NOT ADD UP. The lines that begin with !! say where to look.",
        wrong,
    ).format(count=wrong)


def _account(one: SeriesAccount) -> Iterator[str]:
    from counterdesk.sync.centre.number_sums import Fate

    total = one.following - one.begins
    yield _title(one, total)
    for fate in Fate:
        if fate is not Fate.UNEXPLAINED and (count := one.count(fate)):
            yield f"  {words_of(fate)}: {count}{_shares(one.lines, fate)}"
    for line in (*one.lines, *one.fallback):
        if line.fate in {Fate.CANCELLED, Fate.NOT_USED, Fate.SUSPENDED}:
            yield f"    {_detail(line)}"
    yield from _fallback(one)
    for finding in one.findings:
        yield f"  !! {finding}"


def _title(one: SeriesAccount, total: int) -> str:
    name = f"{one.series} {one.year}" if one.year else one.series
    if not total:
        return _("{series}: no number was given out").format(series=name)
    return _("{series}: {first} to {last}, {count} numbers").format(
        series=name, first=one.begins, last=one.following - 1, count=total
    )


def _shares(lines: Iterable[Line], fate: Fate) -> str:
    """Return how many are of which counter."""
    shares: Counter[str] = Counter()
    for line in lines:
        if line.fate is fate:
            shares[line.counter] += line.count
    told = ", ".join(f"{_who(code)} {count}" for code, count in sorted(shares.items()))
    return f" ({told})"


def _detail(line: Line) -> str:
    from counterdesk.sync.centre.numbers import range_text

    parts = [f"{range_text(line)} {words_of(line.fate)}", _who(line.counter)]
    if line.reason:
        parts.append(_reason(line.reason))
    if line.at is not None:
        parts.append(line.at.astimezone().isoformat(" ", "minutes"))
    return ", ".join(parts)


def _fallback(one: SeriesAccount) -> Iterator[str]:
    from counterdesk.sync.centre.number_sums import Fate

    shares: Counter[str] = Counter()
    for line in one.fallback:
        if line.fate is Fate.USED:
            shares[line.leased_to or line.counter] += line.count
    for code, count in sorted(shares.items()):
        yield _("  of its own, while it had no lease: {count} ({counter})").format(
            count=count, counter=code
        )


def words_of(fate: Fate) -> str:
    """Return what became of a number, in words."""
    return {
        "used": _("used"),
        "used, in suspense": _("used, in suspense"),
        "cancelled": _("cancelled"),
        "not used by its counter": _("not used by its counter"),
        "open in a lease": _("open in a lease"),
        "not accounted for": _("not accounted for"),
    }[fate.value]


def _reason(reason: str) -> str:
    return {
        "revoked": _("the counter was revoked"),
        "renewed": _("the counter got a new code before it worked"),
        "restored": _("left out after the database was put back"),
    }[reason]


def _who(code: str) -> str:
    return code or _("the centre")


def _write(out: Path, accounts: Sequence[SeriesAccount]) -> None:
    import csv
    import io

    from counterdesk.store.sealed import replace_file

    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for one in accounts:
        for kind, lines in (("leased", one.lines), ("fallback", one.fallback)):
            writer.writerows(_row(one, kind, line) for line in lines)
    try:
        replace_file(out, text.getvalue().encode())
    except OSError as error:
        raise UserError(_("{file} cannot be written: {reason}").format(
            file=out, reason=error.strerror)) from error  # fmt: skip


def _row(one: SeriesAccount, kind: str, line: Line) -> tuple[str | int, ...]:
    return (
        one.series, one.year, kind, line.first, line.last, line.count, line.fate.value,
        line.counter, "" if line.leased_to is None else line.leased_to or "centre", line.reason,
        line.at.isoformat() if line.at else "",
    )  # fmt: skip
