"""Saved filters: each person's own, one by each name, and read back as they were."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.list_filter import ListFilter, UsualDays
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.ledger import State
from counterdesk.services.saved_filters import (
    LONGEST_NAME,
    MOST,
    SavedFilter,
    drop_filter,
    keep_filter,
    saved_filters,
)
from counterdesk.store.session import Session
from tests.conftest import hire

pytestmark = pytest.mark.req("VIEW-4")

CASH = ListFilter("doe", UsualDays.THIS_MONTH, values={"method": ("Cash", "Card")})


def test_a_filter_is_there_again_by_its_name(session: Session) -> None:
    keep_filter(session, "payments", "  Cash   of the month ", CASH)
    keep_filter(session, "payments", "all voids", ListFilter(values={"status": ("Voided",)}))
    saved = saved_filters(session, "payments")
    assert [one.name for one in saved] == ["all voids", "Cash of the month"]
    assert saved[1] == SavedFilter("Cash of the month", CASH)
    assert saved_filters(session, "credit_notes") == ()


def test_the_same_name_again_takes_the_place_of_the_first(session: Session) -> None:
    for wanted in (CASH, replace(CASH, search="")):
        keep_filter(session, "payments", "Cash", wanted)
    assert [one.filter.search for one in saved_filters(session, "payments")] == [""]


def test_what_is_dropped_is_gone_and_dropping_twice_is_no_matter(session: Session) -> None:
    keep_filter(session, "payments", "Cash", CASH)
    for _time in range(2):
        drop_filter(session, "payments", "Cash")
    assert saved_filters(session, "payments") == ()


def test_nobody_sees_what_another_person_keeps(session: Session) -> None:
    keep_filter(session, "payments", "Cash", CASH)
    other: Actor = hire(session, role=Role.SUPERVISOR, name="Ann Ash")
    session.actor = other
    assert saved_filters(session, "payments") == ()


@pytest.mark.parametrize(
    "strange",
    ['{"search": "", "usual": "next year", "values": {}}', '{"first": "soon"}', "[", "null",
     '{"search": "", "values": []}', '{"search": 7, "values": {}}',
     '{"search": "", "least": "many", "values": {}}',
     '{"search": "", "values": {"method": [["Cash"]]}}'],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_stands_in_nobodys_way_and_is_kept(
    session: Session, strange: str
) -> None:
    keep_filter(session, "payments", "Cash", CASH)
    state = session.execute(select(State).where(State.name.startswith("filters/"))).one()
    told = json.loads(state.value) | {"Strange": strange}
    session.keep_state(state.name, json.dumps(told))
    keep_filter(session, "payments", "Again", CASH)
    assert [one.name for one in saved_filters(session, "payments")] == ["Again", "Cash"]
    kept = session.execute(select(State.value).where(State.name == state.name)).scalar_one()
    assert json.loads(kept)["Strange"] == strange


def test_a_filter_needs_a_name_of_a_bearable_length(session: Session) -> None:
    with pytest.raises(UserError) as refused:
        keep_filter(session, "payments", " \u200b ", CASH)
    assert refused.value.field == "savedName"
    keep_filter(session, "payments", "x" * 99, CASH)
    assert len(saved_filters(session, "payments")[0].name) == LONGEST_NAME


def test_there_is_an_end_to_how_many_are_kept(session: Session) -> None:
    for number in range(MOST):
        keep_filter(session, "payments", f"Filter {number}", CASH)
    with pytest.raises(UserError, match="Delete one"):
        keep_filter(session, "payments", "One more", CASH)
    keep_filter(session, "payments", "Filter 0", ListFilter())
