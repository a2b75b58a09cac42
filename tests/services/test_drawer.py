from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from counterdesk.core.clock import ShiftedClock
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.permissions import Role
from counterdesk.models.ledger import Event
from counterdesk.services.drawer import (
    ask_drawer,
    drawer_asked,
    open_drawer_without_sale,
    take_drawer,
)
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from tests.conftest import hire
from tests.printing.counter_printers import FRONT, add_printer

BACK = UUID(int=0xB)


@pytest.fixture
def with_drawer(session: Session) -> Session:
    """A counter with a drawer at its second printer."""
    add_printer(session, "Back", printer_id=BACK)
    add_printer(session, drawer_pin=2)
    return session


@pytest.mark.req("RCT-7")
def test_the_drawer_is_opened_once_by_the_printer_it_hangs_on(with_drawer: Session) -> None:
    assert not drawer_asked(with_drawer, FRONT)
    ask_drawer(with_drawer)
    assert not drawer_asked(with_drawer, BACK)
    assert not take_drawer(with_drawer, BACK)
    assert take_drawer(with_drawer, FRONT)
    assert not take_drawer(with_drawer, FRONT)


@pytest.mark.req("RCT-7")
@pytest.mark.parametrize("seconds", [6, -60])
def test_a_drawer_that_could_not_open_at_once_stays_shut(
    with_drawer: Session, seconds: int
) -> None:
    ask_drawer(with_drawer)
    with_drawer.clock = ShiftedClock(with_drawer.clock.now_utc() + timedelta(seconds=seconds))
    assert drawer_asked(with_drawer, FRONT)
    assert not take_drawer(with_drawer, FRONT)
    assert not drawer_asked(with_drawer, FRONT)


@pytest.mark.req("RCT-7", "AUD-1")
def test_opening_without_a_sale_has_a_reason_that_is_written_down(with_drawer: Session) -> None:
    shift = open_shift(with_drawer, 0)
    open_drawer_without_sale(with_drawer, "  change for a note ")
    assert take_drawer(with_drawer, FRONT)
    query = select(Event.body).where(Event.kind == "drawer.opened")
    told = json.loads(with_drawer.execute(query).scalar_one())["data"]
    assert (told["reason"], told["shift_number"]) == ("change for a note", shift.number)
    assert told["user_name"] == "Jane Smith"


@pytest.mark.parametrize("reason", ["", " \n", "card 4111 1111 1111 1111"])
def test_without_a_reason_the_drawer_stays_shut(with_drawer: Session, reason: str) -> None:
    with pytest.raises(UserError) as refused:
        open_drawer_without_sale(with_drawer, reason)
    assert refused.value.field == "drawerReason"
    assert not drawer_asked(with_drawer, FRONT)


def test_where_no_drawer_is_nobody_opens_one(session: Session) -> None:
    add_printer(session)
    with pytest.raises(UserError, match="No printer with a drawer"):
        open_drawer_without_sale(session, "change")


@pytest.mark.req("AUD-2")
def test_who_takes_no_money_opens_no_drawer(with_drawer: Session) -> None:
    with_drawer.actor = hire(with_drawer, Role.AUDITOR)
    with pytest.raises(PermissionRefused):
        open_drawer_without_sale(with_drawer, "change")
