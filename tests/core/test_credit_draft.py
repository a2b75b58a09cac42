"""Choosing the credit notes of a visit: how much of each is used follows what is ticked."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from counterdesk.core.account_draft import AccountDraft
from counterdesk.core.credit import NoteNow, NoteStatus
from counterdesk.core.settings import Settings
from counterdesk.core.visit import AccountRef
from counterdesk.core.visit_draft import VisitDraft
from tests.core.visits import TODAY, bill

JOHN = AccountRef(UUID(int=7), "WU-1", "Any One")


def note(place: int, left: int, status: NoteStatus = NoteStatus.ACTIVE, day: int = 1) -> NoteNow:
    return NoteNow(
        UUID(int=100 + place), f"CN-{place}", JOHN.consumer_id, "manual", status, left, left,
        "Other", "", date(2025, 3, day), date(2026, 3, 1), None, "", "", "Jane Smith", None, "",
    )  # fmt: skip


def draft_with(*notes: NoteNow) -> VisitDraft:
    draft = VisitDraft(UUID(int=1), Settings(), TODAY)
    draft.add_account(AccountDraft(JOHN, (bill(1, 14_550), bill(2, 5_000)), notes))
    return draft


def used(draft: VisitDraft) -> list[tuple[str, int]]:
    return [(one.credit_note_number, one.amount_minor) for one in draft.request().tenders]


@pytest.mark.req("CN-5")
def test_all_notes_are_used_oldest_first_as_far_as_they_are_needed() -> None:
    draft = draft_with(note(1, 10_000, day=9), note(2, 6_000), note(3, 900, day=12))
    draft.credit.choose_all(on=True)
    assert used(draft) == [("CN-2", 6_000), ("CN-1", 8_550)]
    assert draft.due_in_cash() == draft.still_due() == 0
    assert not draft.result().problems


@pytest.mark.req("CN-5", "MON-12")
def test_what_is_used_follows_the_ticks_and_never_gives_change() -> None:
    draft = draft_with(note(1, 20_000))
    draft.credit.choose_all(on=True)
    assert used(draft) == [("CN-1", 14_550)]
    draft.current.tick(bill(2, 1).charge_id, on=True)
    assert used(draft) == [("CN-1", 19_550)]
    draft.current.type_amount(5_000, draft.settings)
    assert used(draft) == [("CN-1", 5_000)]


@pytest.mark.req("CN-5")
def test_a_typed_amount_stands_and_the_other_notes_make_room_for_it() -> None:
    draft = draft_with(note(1, 10_000), note(2, 10_000, day=2))
    draft.credit.choose_all(on=True)
    draft.credit.type_amount(note(2, 1).id, 9_000)
    assert used(draft) == [("CN-1", 5_550), ("CN-2", 9_000)]
    draft.credit.type_amount(note(2, 1).id, 10_001)
    problem = draft.early_problem(["creditNotes"])
    assert problem is not None
    assert problem.message == "CN-2: $100.00 is all that is left of it."


def test_choosing_and_leaving_one_note_leaves_the_others_alone() -> None:
    draft = draft_with(note(1, 100), note(2, 100, day=2))
    draft.credit.choose(note(2, 1).id, on=True)
    assert [row.chosen for row in draft.credit.rows()] == [False, True]
    assert draft.touched
    draft.credit.choose(note(2, 1).id, on=False)
    assert used(draft) == []
    assert not draft.touched


@pytest.mark.req("CN-4")
@pytest.mark.parametrize(
    "status",
    [NoteStatus.PENDING, NoteStatus.HELD, NoteStatus.EXPIRED, NoteStatus.APPLIED],
)
def test_only_notes_that_can_be_spent_are_offered(status: NoteStatus) -> None:
    assert not draft_with(note(1, 100, status)).credit.rows()


def test_an_office_without_the_payment_mode_offers_no_note() -> None:
    modes = tuple(one for one in Settings().payment_modes if one.code != "credit")
    draft = VisitDraft(UUID(int=1), Settings(payment_modes=modes), TODAY)
    draft.add_account(AccountDraft(JOHN, (bill(1, 14_550),), (note(1, 100),)))
    draft.credit.choose_all(on=True)
    assert not draft.credit.rows()
    assert not draft.request().tenders


@pytest.mark.req("PAY-16", "CN-5")
def test_the_cashier_can_read_out_what_is_left_of_each_note() -> None:
    draft = draft_with(note(1, 6_000), note(2, 20_000, day=2))
    draft.credit.choose_all(on=True)
    assert draft.effects()[-2:] == (
        "Uses credit note CN-1 up: $60.00.",
        "Uses $85.50 of credit note CN-2; $114.50 of it stays.",
    )
