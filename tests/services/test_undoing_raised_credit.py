"""Nobody has the money and its credit: a note raised from a payment goes when that is undone."""

from __future__ import annotations

import pytest

from counterdesk.core.credit import ChangeKind, NoteNow
from counterdesk.core.errors import UserError
from counterdesk.services.credit_standing import note_now
from counterdesk.services.taken import PaymentTaken
from counterdesk.services.verification import verify
from tests.services.crediting import decide, raise_note
from tests.services.test_credit_payouts import back, refund
from tests.services.till import Till, ask, cash, line_of
from tests.services.undo_till import moving, payments_of, reversal, shown, undo, void

pytestmark = pytest.mark.req("MON-7", "CN-1")


def paid(jane: Till) -> PaymentTaken:
    taken: PaymentTaken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(14_550),)))
    return taken


def raised(jane: Till, taken: PaymentTaken, amount: int = 5_000) -> NoteNow:
    return raise_note(jane, payments_of(jane, taken)[0], amount)


def now(jane: Till, note: NoteNow) -> NoteNow:
    found = jane.store.read(lambda read: note_now(read, note.id)).result()
    assert found is not None
    return found


def clean(jane: Till) -> None:
    report = jane.act(lambda session: verify(session, jane.store.read_journal()))
    assert report.findings == ()


def test_a_void_cancels_a_note_that_was_raised_from_its_payment(jane: Till) -> None:
    taken = paid(jane)
    note = raised(jane, taken)
    decide(jane, note.id, ChangeKind.APPROVED)
    asked = void(taken)
    [gone] = shown(jane, asked).credit_gone
    assert (gone.number, gone.withdrawn_minor, gone.debit_minor) == (note.number, 5_000, 0)
    undo(jane, asked)
    assert (now(jane, note).remaining_minor, str(now(jane, note).status)) == (0, "Cancelled")
    assert jane.view().credit_minor == 0
    clean(jane)


def test_a_note_that_waits_for_approval_cannot_be_approved_afterwards(jane: Till) -> None:
    taken = paid(jane)
    note = raised(jane, taken)
    undo(jane, reversal(jane, taken))
    with pytest.raises(UserError):
        decide(jane, note.id, ChangeKind.APPROVED)
    assert str(now(jane, note).status) == "Cancelled"
    clean(jane)


def test_what_was_paid_out_of_it_is_asked_for_as_a_charge(jane: Till) -> None:
    taken = paid(jane)
    note = raised(jane, taken)
    decide(jane, note.id, ChangeKind.APPROVED)
    refund(jane, back(note, 2_000))
    with pytest.raises(UserError, match="was spent"):
        undo(jane, void(taken))
    before = jane.view().outstanding_minor
    undo(jane, reversal(jane, taken))
    view = jane.view()
    assert view.outstanding_minor == before + 14_550 + 2_000
    made = [one for one in view.charges if one.number.startswith("C07-")]
    assert [one.outstanding_minor for one in made] == [2_000]
    assert now(jane, note).remaining_minor == 0
    clean(jane)


def test_a_payment_that_moves_to_another_account_takes_no_note_along(jane: Till) -> None:
    taken = paid(jane)
    note = raised(jane, taken)
    decide(jane, note.id, ChangeKind.APPROVED)
    undo(jane, moving(jane, taken, "WU-20003"))
    assert (now(jane, note).remaining_minor, str(now(jane, note).status)) == (0, "Cancelled")
    clean(jane)
