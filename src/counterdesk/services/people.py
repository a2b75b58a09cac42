"""Who is at the counter: signing in, guesses held off, returning to a locked screen.

A try at a secret takes two transactions: `begin_attempt` counts and records it, then the secret is
checked. A right secret clears the count; anything else - a wrong one, a kill in between, the plug
pulled - leaves the try counted, because that was committed before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from counterdesk.core.errors import PermissionRefused, SignInEnded, UserError
from counterdesk.core.i18n import _, ngettext
from counterdesk.core.lockout import LockedOut, needs_unlock, wait_seconds
from counterdesk.core.passwords import is_pin, plain_login
from counterdesk.core.people_told import VALID_UNTIL_STATE
from counterdesk.core.permissions import Actor, Permission, Role, require
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Credential, SignInAttempts, State
from counterdesk.services.secret_hash import COST, HashCost, KeptSecret, secret_matches
from counterdesk.store.session import ReadSession, Session

LOGIN_FIELD = "login"
SECRET_FIELD = "secret"  # noqa: S105 - a widget, not a secret
"""Fields that refusals name; each dialog knows which of its widgets they are."""


_credentials, _state = table_of(Credential), table_of(State)
_role_now = select(_credentials.c.role).where(
    _credentials.c.user_id == bindparam("person"), _credentials.c.active
)


@dataclass(slots=True)
class Attempt:
    """One try at one login's secret, already counted; good for a single check."""

    login: str
    checked: bool = field(default=False, repr=False)


def anyone_may_sign_in(read: ReadSession) -> bool:
    """Tell whether anybody is known here: a new counter waits until the centre tells whom."""
    known = select(Credential.user_id).where(Credential.active).limit(1)
    return read.execute(known).first() is not None


def people_valid_until(read: ReadSession) -> datetime | None:
    """Return until when the centre's word on people holds; None where no centre ever gave it."""
    kept = select(_state.c.value).where(_state.c.name == VALID_UNTIL_STATE)
    text = read.execute(kept).scalar()
    return datetime.fromisoformat(text) if text else None


def begin_attempt(session: Session, login: str) -> Attempt:
    """Count a try at a login before anything is checked, known login or not.

    Call it in a transaction of its own, committed before the secret is looked at.

    Raises:
        LockedOut: A supervisor must unlock the login first.
        UserError: No login given, or the wait after wrong tries is not over.
    """
    plain = plain_login(login)
    if not plain:
        raise UserError(_("Enter your login."), LOGIN_FIELD)
    failed = _refuse_while_locked(session, plain) + 1
    _count(session, plain, failed)
    known = _credential(session, plain) is not None
    # A login nobody has may be a password typed into the wrong field: it is not written down.
    session.record("person.tried", {"login": plain if known else "", "tries": failed})
    return Attempt(plain)


def sign_in(session: Session, attempt: Attempt, secret: str) -> Actor:
    """Let a person in whose password or PIN is right.

    Raises:
        UserError: Unknown login or wrong secret; which of them is not told.
    """
    actor = check_secret(session, attempt, secret)
    how = "pin" if is_pin(secret) else "password"
    _record_of(session, "person.signed_in", actor, login=attempt.login, secret=how)
    return actor


def sign_out(session: Session) -> None:
    """Record that the person at the counter leaves.

    Raises:
        PermissionRefused: Nobody is signed in.
    """
    _record_of(session, "person.signed_out", _someone(session))


def change_person(session: Session, receiver: Actor) -> None:
    """Let another person work here from now on, who has just proved who they are.

    Raises:
        PermissionRefused: Nobody is signed in.
    """
    sign_out(session)
    session.actor = receiver
    _record_of(session, "person.signed_in", receiver)


def begin_return(session: Session) -> Attempt:
    """Count a try of the signed-in person to open the screen that was locked behind them.

    Raises:
        PermissionRefused: Nobody is signed in, or the person may no longer sign in here.
        LockedOut: A supervisor must unlock the login first.
        UserError: The wait after wrong tries is not over.
    """
    actor = _someone(session)
    login = session.execute(
        select(Credential.login).where(Credential.user_id == actor.user_id, Credential.active)
    ).scalar()
    if login is None:
        raise PermissionRefused(_("{name} may no longer sign in here.").format(name=actor.name))
    return begin_attempt(session, login)


def verify_again(session: Session, attempt: Attempt, secret: str) -> Actor:
    """Let the signed-in person return to the screen they left; nobody else.

    Raises:
        PermissionRefused: Nobody is signed in.
        UserError: The secret is wrong, or somebody else's.
    """
    before = _someone(session)
    actor = check_secret(session, attempt, secret, _("The password or PIN is not right."))
    if actor.user_id != before.user_id:
        raise UserError(_("Only {name} can go on here.").format(name=before.name), SECRET_FIELD)
    _record_of(session, "person.returned", actor)
    return actor


def unlock(session: Session, attempt: Attempt, secret: str, login: str) -> None:
    """Open a login again that too many wrong tries have shut, by a supervisor's own secret.

    Raises:
        PermissionRefused: The role does not allow it, or it is the person's own login.
        UserError: The supervisor's secret is wrong, or nobody has the login.
    """
    supervisor = require(check_secret(session, attempt, secret), Permission.UNLOCK_PERSON)
    person = _credential(session, plain_login(login))
    if person is None:
        raise UserError(_("Nobody here has this login."), LOGIN_FIELD)
    if person.user_id == supervisor.user_id:
        raise PermissionRefused(_("Nobody unlocks their own login."), LOGIN_FIELD)
    _clear(session, person.login)
    _record_of(session, "person.unlocked", supervisor, login=person.login)


def entitled(session: Session, permission: Permission) -> Actor:
    """Return the signed-in person if they may do something, and may still sign in here.

    Whoever writes asks this, not `require`: the window knows the role from the sign-in only.

    Raises:
        PermissionRefused: Nobody is signed in, or the role does not allow it.
        SignInEnded: The person may no longer sign in here, or has another role by now.
    """
    actor = require(session.actor, permission)
    now = session.execute(_role_now, {"person": actor.user_id}).scalar()
    if now is None:
        raise SignInEnded(_("{name} may no longer sign in here.").format(name=actor.name))
    if now != actor.role:
        raise SignInEnded(
            _("The role of {name} was changed. Sign in anew.").format(name=actor.name)
        )
    return actor


def check_secret(session: Session, attempt: Attempt, secret: str, refusal: str = "") -> Actor:
    """Return whose secret this is, and forget the failures counted for the login.

    Args:
        session: The write transaction.
        attempt: Counted and committed before.
        secret: As it was typed.
        refusal: What is said where no login was asked for.

    Raises:
        UserError: Unknown login or wrong secret; which of them is not told.
        ValueError: The attempt was used before: every check is counted.
    """
    if attempt.checked:
        raise ValueError("an attempt is good for one check only")
    attempt.checked = True
    person = _credential(session, attempt.login)
    kept, cost = _kept(person, pin=is_pin(secret))
    if not secret_matches(session, secret, kept, cost) or person is None:
        raise UserError(refusal or _("The login or the password is not right."), SECRET_FIELD)
    _clear(session, attempt.login)
    return Actor(person.user_id, person.name, Role(person.role))


def _someone(read: ReadSession) -> Actor:
    if read.actor is None:
        raise PermissionRefused(_("Sign in first."))
    return read.actor


def _credential(session: Session, login: str) -> Row[Any] | None:
    wanted = select(Credential.__table__).where(Credential.login == login, Credential.active)
    return session.execute(wanted).one_or_none()


def _kept(person: Row[Any] | None, *, pin: bool) -> tuple[KeptSecret | None, HashCost]:
    if person is None:
        return None, COST
    cost = HashCost(person.memory_kib, person.passes, person.lanes)
    salt, kept = (
        (person.pin_salt, person.pin_hash) if pin else (person.password_salt, person.password_hash)
    )
    return (KeptSecret(salt, kept) if kept else None), cost


def _refuse_while_locked(session: Session, login: str) -> int:
    """Return how many failures are counted for a login that may be tried now."""
    tries = session.execute(
        select(SignInAttempts.__table__).where(SignInAttempts.login == _mark(session, login))
    ).one_or_none()
    if tries is None:
        return 0
    if needs_unlock(tries.failed):
        raise LockedOut(
            _("Too many wrong tries. Ask a supervisor to unlock this login."), LOGIN_FIELD, login
        )
    now_ns = session.clock.monotonic_ns()
    wait = wait_seconds(tries.failed, tries.last_failed_monotonic_ns, now_ns)
    if wait:
        raise UserError(_wait_sentence(wait), LOGIN_FIELD)
    return int(tries.failed)


def _wait_sentence(seconds: int) -> str:
    return ngettext(
        "Too many wrong tries. Try again in {count} second.",
        "Too many wrong tries. Try again in {count} seconds.",
        seconds,
    ).format(count=seconds)


def _count(session: Session, login: str, failed: int) -> None:
    counted = {
        "failed": failed,
        "last_failed_at_utc": session.clock.now_utc(),
        "last_failed_monotonic_ns": session.clock.monotonic_ns(),
    }
    session.execute(
        insert(SignInAttempts)
        .values(login=_mark(session, login), **counted)
        .on_conflict_do_update(index_elements=[SignInAttempts.login], set_=counted)
    )


def _clear(session: Session, login: str) -> None:
    mark = _mark(session, login)
    session.execute(delete(SignInAttempts).where(SignInAttempts.login == mark))


def _mark(session: Session, login: str) -> str:
    """Return what tries at a login are counted under: what was typed may be a password."""
    return session.pepper(b"login\0" + login.encode()).hex()


def _record_of(session: Session, kind: str, actor: Actor, **more: str) -> None:
    session.record(kind, {"person_id": actor.user_id, "person": actor.name, **more})
