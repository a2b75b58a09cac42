"""Undoing a visit that was paid with credit, and one whose credit was spent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from counterdesk.core.errors import UserError
from counterdesk.core.visit import Share
from counterdesk.services.shifts import expected_drawer
from tests.services.counting import close_shift, running
from tests.services.test_credit_spending import credit
from tests.services.test_undoing_cheques import with_credit
from tests.services.till import Till, ask, cash, line_of
from tests.services.undo_till import bounced, shown, undo, void


def spend_30(jane: Till) -> Any:
    """Pay 30.00 of the next bill with the newest note."""
    view = jane.view()
    line = replace(line_of(view), shares=(Share(view.charges[0], 3_000),))
    return jane.take(ask(line, pay=(credit(view.notes[-1], 3_000),)))


@pytest.mark.req("MON-12", "MON-7", "MON-8")
def test_credit_that_a_returned_cheque_made_comes_back_when_its_use_is_voided(jane: Till) -> None:
    first = with_credit(jane)
    owed = jane.view().outstanding_minor
    second = spend_30(jane)
    [gone] = shown(jane, bounced(jane, first)).credit_gone
    assert (gone.withdrawn_minor, gone.debit_minor) == (2_450, 3_000)
    undo(jane, bounced(jane, first))
    view = jane.view()
    assert (view.credit_minor, view.outstanding_minor) == (0, owed - 3_000 + 14_550 + 3_000)
    told = shown(jane, void(second))
    assert (told.credit_back, told.cash_minor) == (((gone.number, 3_000),), 0)
    undo(jane, void(second))
    view = jane.view()
    assert (view.credit_minor, view.outstanding_minor) == (3_000, owed + 14_550 + 3_000)


@pytest.mark.req("MON-7", "MON-10", "PAY-20")
def test_a_visit_is_void_once_what_spent_its_credit_is(jane: Till) -> None:
    line = line_of(jane.view(), extra=5_450, most=1)
    first = jane.take(ask(line, pay=(cash(20_000),)))
    second = spend_30(jane)
    with pytest.raises(UserError, match="was spent"):
        undo(jane, void(first))
    undo(jane, void(second))
    assert jane.view().credit_minor == 5_450
    undo(jane, void(first))
    assert jane.view().credit_minor == 0
    there = jane.act(lambda s: expected_drawer(s, running(s).id))
    closed = jane.act(lambda s: close_shift(s, there))
    assert (there, closed.difference_minor) == (10_000, 0)
