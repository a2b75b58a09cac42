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
        _see_it_noticed(till, place)
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


def _see_it_noticed(till: SimulatedTill, place: int) -> None:
    till.link.weather, till.link.crash_after = Weather.CALM, None
    for _step in range(_STEPS_TO_NOTICE):
        till.clock.advance(till.step().seconds)
        if till.outbox.stopped is not None:
            break
    else:
        raise AssertionError(f"{till.name}: a changed outbox is not noticed at event {place}")


def _see_it_kept_out(till: SimulatedTill, place: int, changed: set[tuple[int, bytes]]) -> None:
    kept = {(one.seq, one.body) for one in till.link.my_events(place - 1, 2)}
    assert not kept & changed, f"{till.name}: the centre took what was changed"


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
