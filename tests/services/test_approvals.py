"""A supervisor's yes: who may give it, and what it covers."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.events import instant_text
from counterdesk.core.people_told import VALID_UNTIL_STATE
from counterdesk.core.permissions import Actor, Permission, Role
from counterdesk.core.visit import Approval
from counterdesk.services.approvals import allow_over_threshold, begin_approval, find_approval
from counterdesk.services.people import begin_attempt, sign_in
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.conftest import PASSWORD, PIN, hire
from tests.services.guessing import ObedientClock, events, guess, try_of
from tests.services.till import Till, cash, line_of
from tests.services.till import ask as visit

REQUEST = UUID(int=7)


@pytest.fixture
def clock() -> ObedientClock:
    """Replace the clock of the sample's store."""
    return ObedientClock()


def ask(store: Store, asker: Actor | None, login: str, secret: str = PASSWORD) -> Approval:
    attempt = try_of(store, login)

    def allow(session: Session) -> Approval:
        return allow_over_threshold(
            session,
            attempt,
            secret,
            request_id=REQUEST,
            account_number="WU-10001",
            extra_minor=25_000,
            limit_minor=10_000,
        )

    return store.write(allow, asker).result()


@pytest.mark.req("PAY-4")
def test_supervisor_allows_this_much_on_this_account_in_this_visit(
    store: Store, cashier: Actor, supervisor: Actor
) -> None:
    approval = ask(store, cashier, "supervisor", PIN)
    granted = store.read(lambda read: find_approval(read, approval.event_id)).result()
    assert granted is not None
    assert (granted.request_id, granted.account_number) == (REQUEST, "WU-10001")
    assert (granted.extra_minor, granted.currency) == (25_000, "USD")
    assert (granted.approver_id, granted.approver_name) == (supervisor.user_id, supervisor.name)
    assert approval.approver_name == supervisor.name


@pytest.mark.req("PAY-4")
def test_approval_is_recorded_under_the_cashier_who_asked(store: Store, cashier: Actor) -> None:
    ask(store, cashier, "supervisor")
    event = events(store)[-1]
    assert (event["kind"], event["user_name"]) == ("approval.granted", "Jane Smith")
    assert event["data"]["approver"] == "Demo Supervisor"
    assert event["data"]["limit_minor"] == 10_000
    assert PASSWORD not in json.dumps(events(store))


@pytest.mark.req("PAY-4")
@pytest.mark.req("AUD-2")
def test_nobody_allows_their_own(store: Store, cashier: Actor, supervisor: Actor) -> None:
    for asker, login in ((cashier, "jane"), (supervisor, "supervisor")):
        with pytest.raises(PermissionRefused, match="other than the cashier"):
            ask(store, asker, login)


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("login", ["manager", "auditor", "admin"])
def test_roles_without_the_permission_do_not_allow(
    store: Store, cashier: Actor, login: str
) -> None:
    with pytest.raises(PermissionRefused, match="may not do this"):
        ask(store, cashier, login)


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("role", list(Role))
def test_only_who_takes_payments_may_ask(store: Store, role: Role) -> None:
    asker = store.write(lambda session: hire(session, role)).result()
    if asker.may(Permission.TAKE_PAYMENT):
        assert ask(store, asker, "supervisor").approver_name == "Demo Supervisor"
    else:
        with pytest.raises(PermissionRefused):
            ask(store, asker, "supervisor")


@pytest.mark.req("AUD-2")
def test_guessing_a_supervisors_secret_is_held_off_like_any_other(
    store: Store, cashier: Actor
) -> None:
    for _time in range(5):
        with pytest.raises(UserError, match="not right"):
            ask(store, cashier, "supervisor", "wrong horse")
    with pytest.raises(UserError, match="30 seconds"):
        guess(store, "supervisor", PASSWORD)


def test_amount_within_the_limit_needs_no_approval(session: Session) -> None:
    attempt = begin_attempt(session, "supervisor")
    with pytest.raises(ValueError, match="within the limit"):
        allow_over_threshold(
            session,
            attempt,
            PASSWORD,
            request_id=REQUEST,
            account_number="WU-10001",
            extra_minor=10_000,
            limit_minor=10_000,
        )


@pytest.mark.req("PAY-4")
def test_no_other_event_is_an_approval(session: Session) -> None:
    event = session.record("something.else", {"request_id": REQUEST})
    assert find_approval(session, event.event_id) is None
    assert find_approval(session, uuid4()) is None


def rely_on_people(store: Store, clock: ObedientClock, hours: int) -> None:
    """Let the centre's word on people be good for so many hours from now."""
    until = instant_text(clock.now_utc() + timedelta(hours=hours))
    store.write(lambda s: s.keep_state(VALID_UNTIL_STATE, until)).result()


@pytest.mark.req("PAY-4", "AUD-2")
def test_nobody_approves_once_the_centre_has_said_nothing_of_people_for_too_long(
    store: Store, clock: ObedientClock, cashier: Actor
) -> None:
    rely_on_people(store, clock, 72)
    clock.pass_seconds(72 * 3_600)
    ask(store, cashier, "supervisor")
    clock.pass_seconds(1)
    with pytest.raises(UserError, match=r"was good until .*Nothing is lost.*\(F11\)"):
        ask(store, cashier, "supervisor")
    rely_on_people(store, clock, 72)
    ask(store, cashier, "supervisor")


@pytest.mark.req("PAY-4", "AUD-2")
def test_cashiers_sign_in_and_take_money_all_the_same(
    store: Store, clock: ObedientClock, cashier: Actor
) -> None:
    rely_on_people(store, clock, -1)
    attempt = try_of(store, "jane")
    assert store.write(lambda s: sign_in(s, attempt, PASSWORD)).result() == cashier
    till = Till(store, cashier)
    till.act(lambda s: open_shift(s, 10_000))
    line = line_of(till.view(), most=1)
    taken = till.take(visit(line, pay=(cash(sum(one.amount_minor for one in line.shares)),)))
    assert taken.receipt_number


def test_what_is_refused_for_everybody_is_no_wrong_try(
    store: Store, clock: ObedientClock, cashier: Actor
) -> None:
    rely_on_people(store, clock, -1)
    for _ in range(12):
        with pytest.raises(UserError, match="Nobody can approve"):
            store.write(lambda s: begin_approval(s, "supervisor"), cashier).result()
    assert guess(store, "supervisor", PASSWORD) is not None
