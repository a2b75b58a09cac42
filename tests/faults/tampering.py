"""Somebody with the key of the files changes what waits to be sent, while the program runs."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from counterdesk.store import opening
from tests.faults.simulated_till import SimulatedTill
from tests.faults.weather import Weather

_COLUMNS = "seq, event_id, kind, body, prev_hash, hash, signature"
_STEPS_TO_NOTICE = 40

Rows = list[tuple[Any, ...]]


def tamper(till: SimulatedTill, kept: int, chance: Random) -> str:
    """Change waiting events, see that none of it gets to the centre, and change them back.

    It is noticed as it is sent; unless a push of before, late on its way, has brought the centre
    the very bytes that were written.

    Args:
        till: Whose events.
        kept: How far the centre has them.
        chance: Chooses.
    """
    waiting = range(kept + 1, till.outbox.head_seq)  # the last one stays: nothing follows from it
    if not waiting:
        return "nothing waits"
    place = chance.choice(waiting)
    how = chance.choice((_edit, _remove, _swap))
    before = _in_ledger(till, lambda raw: _rows(raw, place))
    after = how(before)
    _in_ledger(till, lambda raw: _write(raw, place, after))
    try:
        if not _noticed(till) and not _bodies(before) <= _at_the_centre(till, place):
            raise AssertionError(f"{till.name}: a changed outbox is not noticed at event {place}")
        _see_it_kept_out(till, place, _bodies(after) - _bodies(before))
    finally:
        _in_ledger(till, lambda raw: _write(raw, place, before))
    return f"{how.__name__}, event {place}"


def _edit(rows: Rows) -> Rows:
    first, *others = rows
    return [(*first[:3], first[3].replace(b'"v":1', b'"v":2'), *first[4:]), *others]


def _remove(rows: Rows) -> Rows:
    return rows[1:]


def _swap(rows: Rows) -> Rows:
    first, second = rows
    return [(first[0], *second[1:]), (second[0], *first[1:])]


def _noticed(till: SimulatedTill) -> bool:
    till.link.weather, till.link.crash_after = Weather.CALM, None
    for _step in range(_STEPS_TO_NOTICE):
        till.clock.advance(till.step().seconds)
        if till.outbox.stopped is not None:
            return True
    return False


def _see_it_kept_out(till: SimulatedTill, place: int, changed: set[tuple[int, bytes]]) -> None:
    kept = _at_the_centre(till, place)
    assert not kept & changed, f"{till.name}: the centre took what was changed"


def _at_the_centre(till: SimulatedTill, place: int) -> set[tuple[int, bytes]]:
    return {(one.seq, one.body) for one in till.link.my_events(place - 1, 2)}


def _bodies(rows: Rows) -> set[tuple[int, bytes]]:
    return {(row[0], row[3]) for row in rows}


def _in_ledger(till: SimulatedTill, act: Callable[[Any], Any]) -> Any:
    connection = opening.open_file(till.store.folder.ledger, till.store.data_key)
    try:
        raw = opening.raw_of(connection)
        raw.execute("pragma foreign_keys = off")
        return act(raw)
    finally:
        opening.close(connection)


def _rows(raw: Any, place: int) -> Rows:
    return list(
        raw.execute(
            f"select {_COLUMNS} from event where seq in (?, ?) order by seq",
            (place, place + 1),
        ).fetchall()
    )


def _write(raw: Any, place: int, rows: Rows) -> None:
    raw.execute("begin immediate")
    raw.execute("delete from event where seq in (?, ?)", (place, place + 1))
    marks = ", ".join("?" * len(_COLUMNS.split(",")))
    raw.executemany(f"insert into event ({_COLUMNS}) values ({marks})", rows)
    raw.execute("commit")
