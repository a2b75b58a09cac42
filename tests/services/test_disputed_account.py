"""The account of a consumer whose payments are disputed: a line each, and no balance changes."""

from __future__ import annotations

import pytest

from counterdesk.core.account_sheet import LineKind, SheetLine
from counterdesk.core.documents import Table
from counterdesk.core.periods import Period
from counterdesk.core.permissions import Actor
from counterdesk.services.consumer_sheet import ConsumerSheet, consumer_sheet
from counterdesk.services.statements import electronic_statement
from tests.net_payments import NET_PAYMENT
from tests.services.crediting import pay
from tests.services.doubting import closed, closing, doubt, elsewhere, raised, tell_disputes
from tests.services.till import Till
from tests.services.towns import TODAY

pytestmark = pytest.mark.req("DISP-1", "SRCH-4")


def sheet_of(till: Till) -> ConsumerSheet:
    who = till.view().account.consumer_id
    return till.store.read(lambda read: consumer_sheet(read, who), till.actor).result()


def disputes(seen: ConsumerSheet) -> list[SheetLine]:
    return [one for one in seen.lines if one.kind is LineKind.DISPUTE]


def test_each_is_a_line_of_the_account_that_changes_no_balance(jane: Till) -> None:
    payment_id = pay(jane)
    tell_disputes(jane, elsewhere(NET_PAYMENT))
    before = [one for one in sheet_of(jane).lines if one.kind is not LineKind.DISPUTE]
    own = raised(jane, doubt(payment_id, 5_000))
    seen = sheet_of(jane)
    assert [one for one in seen.lines if one.kind is not LineKind.DISPUTE] == before
    newest, older = disputes(seen)
    assert (newest.number, newest.receipt, newest.amount_minor) == (own.number, "R-5001", 5_000)
    assert (newest.id, newest.status, newest.effect_minor) == (payment_id, "", 0)
    assert (older.receipt, older.on) == ("WEB-77", elsewhere(NET_PAYMENT).raised_on)


def test_the_line_says_how_it_came_out(jane: Till, supervisor: Actor) -> None:
    own = raised(jane, doubt(pay(jane)))
    closed(Till(jane.store, supervisor), closing(own))
    assert [one.status for one in disputes(sheet_of(jane))] == ["rejected"]


@pytest.mark.req("RCT-4")
def test_a_statement_tells_no_dispute(jane: Till) -> None:
    own = raised(jane, doubt(pay(jane)))
    who = own.consumer_id
    made = jane.act(lambda s: electronic_statement(s, who, Period(TODAY, TODAY)))
    entries = [row[0] for one in made.blocks if isinstance(one, Table) for row in one.rows]
    assert any("R-5001" in entry for entry in entries)
    assert not any("DSP-" in entry for entry in entries)
