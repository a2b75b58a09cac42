"""Signing in: what opens, what holds a guesser off, what is written down about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.lockout import LockedOut
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.ledger import Credential, SignInAttempts
from counterdesk.services import people
from counterdesk.services.people import (
    begin_return,
    sign_in,
    sign_out,
    unlock,
    verify_again,
)
from counterdesk.services.secret_hash import hash_secret
from counterdesk.store.store import Store
from tests.conftest import PASSWORD, PIN, UNLOCK
from tests.services.guessing import ObedientClock, events, guess, try_of, without_ids

WRONG = "wrong horse"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.fixture
def clock() -> ObedientClock:
    """Replace the clock of the sample's store."""
    return ObedientClock()


def fail(store: Store, times: int, login: str = "jane") -> None:
    for _time in range(times):
        with pytest.raises(UserError):
            guess(store, login, WRONG)


def fail_until_shut(store: Store, clock: ObedientClock, login: str = "jane") -> None:
    for _time in range(10):
        fail(store, 1, login)
        clock.pass_seconds(100_000)


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("secret", [PASSWORD, PIN, PIN.translate(ARABIC)])
def test_password_or_pin_signs_in_whatever_the_keyboard(store: Store, secret: str) -> None:
    assert guess(store, "  JANE ", secret).role is Role.CASHIER


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("secret", [WRONG, "735103", "", PASSWORD + " ", "\ud800", "x" * 100_000])
def test_wrong_secret_is_refused(store: Store, secret: str) -> None:
    with pytest.raises(UserError, match="not right") as refused:
        guess(store, "jane", secret)
    assert refused.value.field == people.SECRET_FIELD


@pytest.mark.req("AUD-2")
def test_unknown_login_hears_the_same_and_costs_a_hash(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []

    def counted(*given: Any) -> bytes:
        hashed.append(given)
        return hash_secret(*given)

    monkeypatch.setattr("counterdesk.services.secret_hash.hash_secret", counted)
    sentences = []
    for login in ("jane", "nobody"):
        with pytest.raises(UserError) as refused:
            guess(store, login, WRONG)
        sentences.append((refused.value.message, refused.value.field))
    assert sentences[0] == sentences[1]
    assert len(hashed) == 2


@pytest.mark.req("AUD-2")
def test_person_who_left_may_not_sign_in(store: Store) -> None:
    leave = update(Credential).values(active=False)
    store.write(lambda session: session.execute(leave).close()).result()
    with pytest.raises(UserError, match="not right"):
        guess(store, "jane", PASSWORD)


@pytest.mark.req("AUD-2")
def test_the_sixth_try_waits_half_a_minute_and_each_more_twice_as_long(
    store: Store, clock: ObedientClock
) -> None:
    fail(store, 5)
    for wait in (30, 60, 120, 240, 480):
        clock.pass_seconds(wait - 1)
        with pytest.raises(UserError, match="in 1 second"):
            try_of(store, "jane")
        clock.pass_seconds(1)
        fail(store, 1)


@pytest.mark.req("AUD-2")
def test_after_ten_failures_only_a_supervisor_opens(store: Store, clock: ObedientClock) -> None:
    fail_until_shut(store, clock)
    with pytest.raises(LockedOut):
        guess(store, "jane", PASSWORD)
    attempt = try_of(store, "supervisor")
    store.write(lambda session: unlock(session, attempt, PASSWORD, "jane")).result()
    assert guess(store, "jane", PASSWORD).name == "Jane Smith"
    assert events(store)[-3]["data"]["login"] == "jane"


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("login", ["jane", "manager", "auditor"])
def test_others_do_not_unlock(store: Store, clock: ObedientClock, login: str) -> None:
    fail_until_shut(store, clock, "admin")
    attempt = try_of(store, login)
    with pytest.raises(PermissionRefused):
        store.write(lambda session: unlock(session, attempt, PASSWORD, "admin")).result()
    with pytest.raises(LockedOut):
        try_of(store, "admin")


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("login", ["supervisor", "nobody"])
def test_unlocking_oneself_or_nobody_is_refused(store: Store, login: str) -> None:
    attempt = try_of(store, "supervisor")
    with pytest.raises(UserError):
        store.write(lambda session: unlock(session, attempt, PASSWORD, login)).result()


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_setting_the_clock_neither_opens_nor_shuts(
    store: Store, clock: ObedientClock, days: int
) -> None:
    fail(store, 5)
    clock.set_days_ahead(days)
    with pytest.raises(UserError, match="30 seconds"):
        try_of(store, "jane")
    clock.pass_seconds(30)
    assert guess(store, "jane", PASSWORD).name == "Jane Smith"


@pytest.mark.req("AUD-2")
def test_guessing_goes_on_counting_across_restarts(data_folder: Path, clock: ObedientClock) -> None:
    store = Store.open(data_folder, UNLOCK, clock)
    for _run in range(5):
        fail(store, 1)
        store.close()
        store = Store.open(data_folder, UNLOCK, clock)
    clock.restart_machine()
    with pytest.raises(UserError, match="30 seconds"):
        guess(store, "jane", PASSWORD)
    clock.pass_seconds(30)
    assert guess(store, "jane", PASSWORD).name == "Jane Smith"
    store.close()


@pytest.mark.req("AUD-2")
def test_a_try_that_never_comes_to_its_check_stays_counted(store: Store) -> None:
    for _time in range(5):
        try_of(store, "jane")
    with pytest.raises(UserError, match="Too many"):
        try_of(store, "jane")


@pytest.mark.req("AUD-2")
def test_right_secret_forgets_the_failures(store: Store) -> None:
    for _time in range(3):
        fail(store, 4)
        guess(store, "jane", PIN)
    counted = store.read(lambda read: read.execute(select(SignInAttempts.login)).all()).result()
    assert counted == []


@pytest.mark.req("AUD-2")
def test_one_attempt_is_one_check(store: Store) -> None:
    attempt = try_of(store, "jane")
    with pytest.raises(UserError):
        store.write(lambda session: sign_in(session, attempt, WRONG)).result()
    with pytest.raises(ValueError, match="one check"):
        store.write(lambda session: sign_in(session, attempt, PASSWORD)).result()


@pytest.mark.req("AUD-1")
def test_tries_and_entries_are_written_down_but_no_secret(store: Store) -> None:
    fail(store, 2)
    jane = guess(store, "jane", PIN)
    store.write(sign_out, jane).result()
    tried = [event for event in events(store) if event["kind"] == "person.tried"]
    assert [event["data"]["tries"] for event in tried] == [1, 2, 3]
    kinds = [event["kind"] for event in events(store)]
    assert kinds[-2:] == ["person.signed_in", "person.signed_out"]
    everything = without_ids(json.dumps(events(store)))
    assert not [secret for secret in (WRONG, PASSWORD, PIN) if secret in everything]


@pytest.mark.req("AUD-1")
def test_password_typed_as_login_is_not_written_down(store: Store) -> None:
    with pytest.raises(UserError):
        guess(store, PASSWORD, PASSWORD)
    assert PASSWORD not in json.dumps(events(store))
    counted = store.read(lambda read: read.execute(select(SignInAttempts.login)).all()).result()
    assert len(counted) == 1
    assert PASSWORD not in counted[0].login


@pytest.mark.req("AUD-2")
def test_guesses_at_a_login_nobody_has_are_held_off_too(store: Store) -> None:
    fail(store, 5, "nobody")
    with pytest.raises(UserError, match="30 seconds"):
        try_of(store, "nobody")
    assert guess(store, "jane", PASSWORD).name == "Jane Smith"


@pytest.mark.req("AUD-2")
def test_only_the_same_person_returns_to_a_locked_screen(store: Store) -> None:
    jane = guess(store, "jane", PASSWORD)
    attempt = store.write(begin_return, jane).result()
    assert store.write(lambda session: verify_again(session, attempt, PIN), jane).result() == jane
    other = try_of(store, "supervisor")
    with pytest.raises(UserError, match="Only Jane"):
        store.write(lambda session: verify_again(session, other, PASSWORD), jane).result()


@pytest.mark.req("AUD-2")
def test_returning_needs_somebody_signed_in(store: Store) -> None:
    stranger = Actor(store.counter.counter_id, "Stranger", Role.CASHIER)
    for actor in (None, stranger):
        with pytest.raises(PermissionRefused):
            store.write(begin_return, actor).result()


def test_no_login_is_asked_for(store: Store) -> None:
    with pytest.raises(UserError, match="Enter your login") as refused:
        try_of(store, "   ")
    assert refused.value.field == people.LOGIN_FIELD


@pytest.mark.parametrize("login", ["\ud800", "' or 1=1 --", "j" * 10_000, "\x00", '%_"*'])
def test_hostile_logins_are_merely_unknown(store: Store, login: str) -> None:
    with pytest.raises(UserError, match="not right"):
        guess(store, login, WRONG)
