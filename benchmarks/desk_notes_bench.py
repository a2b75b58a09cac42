"""Pages of credit notes, over a hundred thousand that the centre told and a hundred raised here.

Beside them stands plain SQL on the same file: what the same answer costs without the list's index.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

from sqlalchemy import select

from benchmarks.desk_bench import _MANAGER, Asked, _percentiles, _plain, _timed
from counterdesk.core.clock import ShiftedClock
from counterdesk.core.credit import NoteStatus
from counterdesk.core.permissions import Actor
from counterdesk.demo.desk import demo_unlock, open_demo_desk
from counterdesk.demo.sample import sample_start_utc
from counterdesk.models.ledger import Payment
from counterdesk.services.credit_filters import Left, NoteFilter, NoteOrder, NoteSort
from counterdesk.services.credit_lines import CreditNoteLine
from counterdesk.services.credit_notes import CreditRequest, raise_credit_note
from counterdesk.services.credit_pages import NotesPage, notes_page, notes_sum
from counterdesk.store.reference import open_reference
from counterdesk.store.session import ReadSession, Session
from counterdesk.store.store import Store
from counterdesk.sync.past_credits import add_credits
from counterdesk.sync.records import PastCreditFacts, Row
from counterdesk.sync.reference_rows import OWNED
from counterdesk.ui.garbage import spare_what_stands

_MANY, _FEW, _HERE = 100_000, 1_000, 100
_TURNS = 30
_TODAY = date(2025, 4, 20)
_STANDS = ("Active", "Active", "Applied", "Applied", "Applied", "Held", "Pending approval")
_REASONS = ("Overpayment", "Overpayment", "Duplicate payment", "Billing error", "Other")
_COLUMNS = "credit_note_id, number, consumer_id, amount_minor, remaining_minor, status, created_on"
_PLAIN = {
    "held, plain SQL": (
        f"select {_COLUMNS} from ref.past_credit where status = 'Held'"  # noqa: S608 - ours
        " order by created_on desc limit 50"
    ),
    "by amount, plain SQL": (
        f"select {_COLUMNS} from ref.past_credit order by amount_minor desc limit 50"  # noqa: S608
    ),
}


def figures(many: int = _MANY, few: int = _FEW) -> dict[str, float]:
    """Return milliseconds of every answer, for many notes and for few."""
    return {**_at(many), **_at(few)}


def _at(count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as folder:
        clock = ShiftedClock(sample_start_utc())
        desk = open_demo_desk(
            Path(folder) / "data", demo_unlock(), clock, consumers=count, payments=10 * _HERE
        )
        try:
            tell_notes(desk.store, count)
            raise_notes(desk.store, desk.cashier)
            measured = answers(desk.store)
        finally:
            desk.store.close()
    return {f"{count:,} notes: {name}": value for name, value in measured.items()}


def tell_notes(store: Store, count: int) -> None:
    """Let the centre tell of so many notes of two years."""
    raw = open_reference(store.folder.reference, store.data_key)
    people = raw.execute("select consumer_id, account_number, name from ref.consumer").fetchall()
    raw.execute("begin")
    add_credits(raw, people, _told([one[0] for one in people], count))
    raw.execute("commit")
    raw.close()


def _told(consumers: list[str], count: int) -> Iterator[Row]:
    chance = Random(7)
    for place in range(count):
        made, amount = _TODAY - timedelta((count - place) * 730 // count), 100 + place % 19_997
        status = chance.choice(_STANDS)
        left = 0 if status == "Applied" else chance.choice((amount, amount, amount // 3))
        note = PastCreditFacts(
            UUID(int=chance.getrandbits(128)), f"CN-{60_000 + place}", amount, left, status,
            "overpayment", chance.choice(_REASONS), "", made, made + timedelta(365), None,
            f"PAY-2025-{place:06}", f"R-{place}", "Jane Smith", None, "Somebody Else",
        )  # fmt: skip
        yield (chance.choice(consumers), *OWNED["credit"].values(note))


def raise_notes(store: Store, cashier: Actor) -> None:
    """Raise notes of payments of this counter, which the centre has not heard of."""

    def raise_them(session: Session) -> None:
        for payment in session.execute(select(Payment.id).limit(_HERE)).scalars().all():
            raise_credit_note(session, CreditRequest(uuid4(), payment, 100, "Billing error"))

    store.write(raise_them, cashier).result()


def answers(store: Store) -> dict[str, float]:
    """Return what each answer takes, in milliseconds."""
    spare_what_stands()  # as the window does
    measured: dict[str, float] = {}
    for name, query in _PLAIN.items():
        measured |= _measured(store, name, _plain(query))
    for name, wanted in _filters():
        measured |= _percentiles(f"notes, {name}", list(_pages(store, wanted, NoteOrder())))
    for by in NoteSort:
        pages = _pages(store, NoteFilter(), NoteOrder(by, descending=False))
        measured |= _percentiles(f"notes by {by.value}", list(pages))
    deep = _deep(store)
    measured |= _measured(store, "notes, at the end", lambda read: notes_page(read, *deep))
    for name, wanted in (("all", NoteFilter()), ("active", NoteFilter(status=_ACTIVE))):
        measured |= _measured(store, f"number and sum, {name}", partial(_sum, wanted))
    return measured


def _measured(store: Store, name: str, asked: Asked) -> dict[str, float]:
    return _percentiles(name, [_timed(store, asked) for _turn in range(_TURNS)])


_ACTIVE = (NoteStatus.ACTIVE,)


def _sum(wanted: NoteFilter, read: ReadSession) -> object:
    return notes_sum(read, wanted)


def _filters() -> Iterator[tuple[str, NoteFilter]]:
    every = NoteFilter()
    yield "all", every
    yield "active", replace(every, status=_ACTIVE)
    yield "held", replace(every, status=(NoteStatus.HELD,))
    yield "reserved (none)", replace(every, status=(NoteStatus.RESERVED,))
    yield "this month", replace(every, first=date(2025, 4, 1), last=_TODAY)
    yield "a month of last year", replace(every, first=date(2024, 4, 1), last=date(2024, 4, 30))
    yield "two reasons", replace(every, reason=("Billing error", "Other"))
    yield "partly used", replace(every, left=(Left.PART,))
    yield "a part of a receipt", replace(every, payment="R-4711")
    yield "amounts", replace(every, least_minor=10_000, most_minor=10_010)
    yield "three letters", replace(every, search="mir")
    yield "nobody", replace(every, search="qqq")
    yield "a whole number", replace(every, search="CN-61000")
    yield (
        "three filters",
        NoteFilter(status=_ACTIVE, reason=("Other",), least_minor=19_000, left=(Left.PART,)),
    )


def _pages(store: Store, wanted: NoteFilter, order: NoteOrder) -> Iterator[float]:
    """Yield what each page takes while somebody reads on, over and over."""
    after: CreditNoteLine | None = None
    for _turn in range(_TURNS):
        began = time.perf_counter()
        page = store.read(partial(_page, wanted, order, after), _MANAGER).result()
        yield (time.perf_counter() - began) * 1_000
        after = page.notes[-1] if page.more else None


def _page(
    wanted: NoteFilter, order: NoteOrder, after: CreditNoteLine | None, read: ReadSession
) -> NotesPage:
    return notes_page(read, wanted, after, order=order)


def _deep(store: Store) -> tuple[NoteFilter, CreditNoteLine]:
    """Return where the last page but one ends."""
    turned = partial(_page, NoteFilter(), NoteOrder(descending=False), None)
    return NoteFilter(), store.read(turned, _MANAGER).result().notes[-1]


if __name__ == "__main__":
    for name, figure in figures().items():
        print(f"{figure:10.2f}  {name}")
