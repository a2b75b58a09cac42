"""Opening, using and closing a shift."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.permissions import Actor, Permission, Role
from counterdesk.models.drawer import ShiftMethod
from counterdesk.services.shifts import FLOAT_FIELD, current_shift, expected_drawer, open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.conftest import hire
from tests.services.counting import close_shift
from tests.services.guessing import ObedientClock, events


@pytest.fixture
def clock() -> ObedientClock:
    """Replace the clock of the sample's store."""
    return ObedientClock()


@pytest.mark.req("CASH-7")
def test_shift_opens_with_number_date_and_float(store: Store, cashier: Actor) -> None:
    opened = store.write(lambda session: open_shift(session, 20_000), cashier).result()
    assert (opened.number, opened.business_date) == ("S-2025-00001", date(2025, 4, 20))
    assert (opened.user_name, opened.float_minor) == ("Jane Smith", 20_000)
    assert store.read(current_shift).result() == opened
    event = events(store)[-1]
    assert (event["kind"], event["totals"]["cash_delta_minor"]) == ("shift.opened", 20_000)


@pytest.mark.req("CASH-7")
def test_no_shift_is_open_before_and_after(session: Session) -> None:
    assert current_shift(session) is None
    open_shift(session, 0)
    close_shift(session, 0)
    assert current_shift(session) is None


@pytest.mark.req("CASH-7")
def test_counter_has_one_open_shift(session: Session) -> None:
    open_shift(session, 0)
    with pytest.raises(UserError, match="S-2025-00001 of Jane Smith is still open"):
        open_shift(session, 0)


@pytest.mark.req("CASH-7")
def test_business_date_stays_past_midnight(session: Session, clock: ObedientClock) -> None:
    open_shift(session, 0)
    clock.set_days_ahead(1)
    shift = current_shift(session)
    assert shift is not None
    assert (shift.business_date, session.today()) == (date(2025, 4, 20), date(2025, 4, 21))


@pytest.mark.req("NUM-1")
def test_shift_numbers_follow_each_other_and_start_anew_each_year(
    session: Session, clock: ObedientClock
) -> None:
    numbers = []
    for instant in (
        datetime(2025, 12, 31, 8, tzinfo=UTC),
        datetime(2025, 12, 31, 20, tzinfo=UTC),
        datetime(2026, 1, 1, 8, tzinfo=UTC),
    ):
        clock.wall_utc = instant
        numbers.append(open_shift(session, 0).number)
        close_shift(session, 0)
    assert numbers[:2] == ["S-2025-00001", "S-2025-00002"]
    assert numbers[2] == "S-2026-C07-000001"


@pytest.mark.parametrize("amount_minor", [-1, 10**12])
def test_absurd_cash_is_refused_at_its_field(session: Session, amount_minor: int) -> None:
    with pytest.raises(UserError) as refused:
        open_shift(session, amount_minor)
    assert refused.value.field == FLOAT_FIELD
    open_shift(session, 0)
    with pytest.raises(UserError) as refused:
        close_shift(session, amount_minor)
    assert refused.value.field == "counted_cash"


@pytest.mark.req("CASH-1")
def test_difference_needs_a_reason_and_is_not_told_before(session: Session) -> None:
    open_shift(session, 20_000)
    with pytest.raises(UserError, match="differs") as refused:
        close_shift(session, 19_950, "  ")
    assert refused.value.field == "reason_cash"
    assert not any(digit in refused.value.message for digit in "0123456789")
    closed = close_shift(session, 19_950, " coin under the drawer ")
    assert closed.difference_minor == -50
    why = session.execute(select(ShiftMethod.reason).where(ShiftMethod.kind == "cash"))
    assert why.scalar_one() == "coin under the drawer"


def test_reason_is_limited(session: Session) -> None:
    open_shift(session, 0)
    with pytest.raises(UserError, match="500"):
        close_shift(session, 0, "x" * 501)


@pytest.mark.req("PAY-5")
def test_a_reason_holds_no_card_number(session: Session) -> None:
    open_shift(session, 0)
    with pytest.raises(UserError, match="full card number") as refused:
        close_shift(session, 100, "keyed 4111-1111-1111-1111 twice")
    assert refused.value.field == "reason_cash"


@pytest.mark.req("CASH-7")
def test_closing_is_recorded(store: Store, cashier: Actor) -> None:
    store.write(lambda session: open_shift(session, 500), cashier).result()
    store.write(lambda session: close_shift(session, 500), cashier).result()
    event = events(store)[-1]
    assert (event["kind"], event["business_date"]) == ("shift.closed", "2025-04-20")
    assert event["data"]["expected_minor"] == event["data"]["counted_minor"] == 500


@pytest.mark.req("CASH-7")
def test_shift_belongs_to_its_cashier(session: Session, cashier: Actor, supervisor: Actor) -> None:
    open_shift(session, 500)
    session.actor = hire(session, Role.CASHIER, "Other Cashier")
    with pytest.raises(PermissionRefused, match="Only Jane Smith or a supervisor"):
        close_shift(session, 500)
    session.actor = supervisor
    with pytest.raises(UserError, match="another person's shift"):
        close_shift(session, 500)
    close_shift(session, 500, "Jane went home")
    session.actor = cashier
    assert open_shift(session, 500).number == "S-2025-00002"


def test_closing_without_a_shift_is_refused(session: Session) -> None:
    with pytest.raises(UserError, match="No shift"):
        close_shift(session, 0)


def test_unknown_shift_has_no_drawer(session: Session) -> None:
    with pytest.raises(ValueError, match="no shift"):
        expected_drawer(session, uuid4())


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("role", list(Role))
def test_only_declared_roles_open_a_shift(session: Session, role: Role) -> None:
    session.actor = hire(session, role)
    if session.actor.may(Permission.OPEN_SHIFT):
        assert open_shift(session, 0).user_name == "Somebody"
    else:
        with pytest.raises(PermissionRefused, match="Somebody"):
            open_shift(session, 0)


@pytest.mark.req("SYNC-3")
@pytest.mark.parametrize("skew_ms", [600_001, -600_001])
def test_no_shift_begins_by_a_clock_that_is_far_from_the_centre_s(
    session: Session, skew_ms: int
) -> None:
    with pytest.raises(UserError, match="Set the clock"):
        open_shift(session, 0, skew_ms)
    assert current_shift(session) is None
    assert open_shift(session, 0, 599_000).number == "S-2025-00001"
