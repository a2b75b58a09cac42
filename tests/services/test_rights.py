"""Every role at every service: what a role may not, the service itself refuses, whoever calls."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import counterdesk
from counterdesk import services
from counterdesk.core.errors import PermissionRefused
from counterdesk.core.permissions import ROLES, Actor, Role
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.conftest import hire
from tests.services.rights import EITHER, GUARDED, OPEN, PROGRAM, SECRET, WITHIN

pytestmark = pytest.mark.req("AUD-2")

_ROOM = Path(inspect.getfile(services)).parent
_SESSIONS = {"Session", "ReadSession"}
_OPENED_BY = {name: (permission,) for name, permission in GUARDED.items()} | EITHER


class _Undone(Exception):
    """Ends a transaction without a trace."""


def in_sessions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield every public function of a service that takes a session first."""
    for path in sorted(_ROOM.glob("[a-z]*.py")):
        module = import_module(f"counterdesk.services.{path.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            first = next(iter(inspect.signature(function).parameters.values()), None)
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and first is not None and first.annotation in _SESSIONS:
                yield f"{path.stem}.{name}", function


FUNCTIONS = dict(in_sessions())


def call(store: Store, name: str, actor: Actor | None) -> None:
    """Call a service with nothing but who asks: whoever may not must hear so before all else."""
    function = FUNCTIONS[name]
    given = list(inspect.signature(function).parameters.values())[1:]
    needed = [one for one in given if one.default is inspect.Parameter.empty]
    places = [None for one in needed if one.kind is not inspect.Parameter.KEYWORD_ONLY]
    names = {one.name: None for one in needed if one.kind is inspect.Parameter.KEYWORD_ONLY}

    def try_it(session: Session) -> None:
        function(session, *places, **names)
        raise _Undone

    store.write(try_it, actor).result()


def refused(store: Store, name: str, actor: Actor | None) -> bool:
    """Tell whether a service refuses a person; what else it says of nothing is no matter."""
    try:
        call(store, name, actor)
    except PermissionRefused:
        return True
    except Exception:  # noqa: BLE001 - it was let through, and found nothing to work on
        return False
    return False


def test_every_service_that_takes_a_session_stands_in_the_table() -> None:
    listed = [*_OPENED_BY, *SECRET, *OPEN, *PROGRAM, *WITHIN]
    missing = sorted(FUNCTIONS.keys() - set(listed))
    assert not missing, (
        f"{missing} take a session and have no line in tests/services/rights.py. Name the"
        " permission each asks for in GUARDED, or say there why it asks for none."
    )
    gone = sorted(set(listed) - FUNCTIONS.keys())
    assert not gone, f"{gone} stand in tests/services/rights.py, and there are no such services."
    twice = [name for name, count in Counter(listed).items() if count > 1]
    assert not twice, f"{twice} stand in tests/services/rights.py more than once."


@pytest.mark.parametrize("role", list(Role))
def test_each_service_refuses_the_roles_that_may_not_and_no_other(store: Store, role: Role) -> None:
    actor = store.write(lambda session: hire(session, role)).result()
    wrong = [
        name for name, permissions in _OPENED_BY.items()
        if refused(store, name, actor) is bool(ROLES[role] & set(permissions))
    ]  # fmt: skip
    assert not wrong, f"a {role} is treated otherwise than the table says by {wrong}"


def test_each_guarded_service_refuses_whoever_is_not_signed_in(store: Store) -> None:
    assert [name for name in _OPENED_BY if not refused(store, name, None)] == []


def test_each_service_that_writes_refuses_whoever_lost_the_role_meanwhile(store: Store) -> None:
    writes = [
        name for name in _OPENED_BY
        if next(iter(inspect.signature(FUNCTIONS[name]).parameters.values())).annotation
        == "Session"
    ]  # fmt: skip
    wrong = []
    for role in Role:
        actor = store.write(partial(hire, role=role, name=f"Former {role}")).result()
        other = next(one for one in Role if one is not role)
        wrong += [
            name for name in writes
            if not refused(store, name, Actor(actor.user_id, actor.name, other))
        ]  # fmt: skip
    assert not wrong, f"{wrong} trust the role that somebody signed in with"


def test_the_window_calls_nothing_that_asks_nobody() -> None:
    above = [
        path.read_text("utf-8")
        for room in ("ui", "app", "demo")
        for path in (Path(counterdesk.__file__).parent / room).rglob("*.py")
    ]
    called = {one for text in above for one in re.findall(r"services\.(\w+\.\w+)", text)}
    assert called & WITHIN == set()
