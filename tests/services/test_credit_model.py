"""Random lives of credit notes: what is allowed happens whole, what is not leaves everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete

from counterdesk.core.credit import ChangeKind, NoteStatus
from counterdesk.core.errors import UserError
from counterdesk.models.ledger import SignInAttempts
from counterdesk.services.credit_payouts import Refund, refund_credit_note
from counterdesk.services.shifts import expected_drawer
from tests.services.counting import running
from tests.services.crediting import BILL, allowed, decide, now, pay, raise_note
from tests.services.till import COIN, Till

_FROM = {
    ChangeKind.APPROVED: NoteStatus.PENDING, ChangeKind.REJECTED: NoteStatus.PENDING,
    ChangeKind.HELD: NoteStatus.ACTIVE, ChangeKind.RELEASED: NoteStatus.HELD,
}  # fmt: skip
_TO = {
    ChangeKind.APPROVED: NoteStatus.ACTIVE, ChangeKind.REJECTED: NoteStatus.REJECTED,
    ChangeKind.HELD: NoteStatus.HELD, ChangeKind.RELEASED: NoteStatus.ACTIVE,
}  # fmt: skip


@dataclass
class Model:
    """What one payment's notes should be."""

    left: int = BILL
    drawer: int = 10_000 + BILL
    notes: dict[UUID, tuple[NoteStatus, int]] = field(default_factory=dict)


def tried(jane: Till, work: Callable[[], Any]) -> Any:
    """Return what some work gives, or None where it is refused; nobody is locked out by it."""
    try:
        return work()
    except UserError:
        jane.act(lambda s: s.execute(delete(SignInAttempts)))
        return None


def raise_one(jane: Till, model: Model, chance: Random, payment: UUID) -> None:
    amount = chance.choice((500, 2_000, 6_000))
    note = tried(jane, lambda: raise_note(jane, payment, amount))
    assert (note is not None) == (amount <= model.left)
    if note is not None:
        model.left -= amount
        model.notes[note.id] = NoteStatus.PENDING, amount


def decide_one(jane: Till, model: Model, chance: Random) -> None:
    note_id, kind = chance.choice(list(model.notes)), chance.choice(list(_FROM))
    status, amount = model.notes[note_id]
    note = tried(jane, lambda: decide(jane, note_id, kind))
    assert (note is not None) == (status is _FROM[kind])
    if note is not None:
        model.notes[note_id] = _TO[kind], amount
        model.left += amount if kind is ChangeKind.REJECTED else 0


def refund_one(jane: Till, model: Model, chance: Random) -> None:
    note_id, amount = chance.choice(list(model.notes)), chance.choice((COIN, 500, 501, 2_500))
    status, left = model.notes[note_id]
    asked = Refund(uuid4(), note_id, amount, "cash", "asked for it")
    fits = status is NoteStatus.ACTIVE and amount <= left and not amount % COIN
    done = tried(
        jane,
        lambda: allowed(jane, lambda s, a, p: refund_credit_note(s, a, p, asked), "supervisor"),
    )
    assert (done is not None) == fits
    if fits:
        model.drawer -= amount
        status = NoteStatus.ACTIVE if left > amount else NoteStatus.APPLIED
        model.notes[note_id] = status, left - amount


@pytest.mark.req("CN-1", "CN-3", "CN-4", "CN-5", "MON-6", "MON-11", "AUD-1")
@pytest.mark.parametrize("seed", range(3))
def test_every_note_is_worth_what_its_acts_left_of_it(jane: Till, seed: int) -> None:
    chance, model, payment = Random(seed), Model(), pay(jane)
    raise_one(jane, model, chance, payment)
    for _step in range(30):
        act = chance.choice((raise_one, decide_one, decide_one, refund_one))
        if act is raise_one:
            raise_one(jane, model, chance, payment)
        else:
            act(jane, model, chance)  # type: ignore[call-arg]
    stand = {note_id: now(jane, note_id) for note_id in model.notes}
    assert {who: (one.status, one.remaining_minor) for who, one in stand.items()} == model.notes
    drawer = jane.store.read(lambda r: expected_drawer(r, running(r).id)).result()  # type: ignore[arg-type]
    assert drawer == model.drawer
    assert jane.findings() == ()
