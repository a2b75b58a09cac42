"""Somebody who may no longer work here takes no money, however long ago they signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, update
from sqlalchemy.sql.base import Executable

from counterdesk.core.errors import SignInEnded
from counterdesk.core.permissions import Role
from counterdesk.core.visit import PaymentRequest
from counterdesk.models.ledger import Credential
from counterdesk.services.approvals import allow_over_threshold
from counterdesk.services.mail_jobs import email_receipt
from counterdesk.services.payments import take_payment
from counterdesk.services.people import Attempt, sign_out
from counterdesk.services.reprints import reprint
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from tests.services.counting import close_shift

_OFF = update(Credential).values(active=False)
_GONE = delete(Credential)
_OTHER_ROLE = update(Credential).values(role=Role.AUDITOR.value)

_WRITES: dict[str, Callable[[Session], Any]] = {
    "payment": lambda s: take_payment(s, PaymentRequest(uuid4(), "Walk-in", (), ())),
    "shift opened": lambda s: open_shift(s, 0),
    "shift closed": lambda s: close_shift(s, 0),
    "copy": lambda s: reprint(s, uuid4(), "paper jam"),
    "email": lambda s: email_receipt(s, uuid4(), "john.doe@example.com"),
    "approval": lambda s: allow_over_threshold(
        s, Attempt("supervisor"), "", request_id=uuid4(), account_number="WU-10001",
        extra_minor=2, limit_minor=1,
    ),
}  # fmt: skip


@pytest.mark.req("AUD-2")
@pytest.mark.parametrize("write", _WRITES.values(), ids=_WRITES)
@pytest.mark.parametrize(
    ("change", "said"),
    [(_OFF, "may no longer sign in"), (_GONE, "may no longer"), (_OTHER_ROLE, "role of Jane")],
    ids=["switched off", "gone", "other role"],
)
def test_nothing_is_written_by_somebody_whose_sign_in_has_ended(
    session: Session, write: Callable[[Session], Any], change: Executable, said: str
) -> None:
    session.execute(change)
    before = session.head
    with pytest.raises(SignInEnded, match=said):
        write(session)
    assert session.head == before


def test_leaving_is_always_allowed(session: Session) -> None:
    session.execute(_OFF)
    before = session.head.seq
    sign_out(session)
    assert session.head.seq == before + 1
