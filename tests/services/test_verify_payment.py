"""Vouching for a pending online payment: who may, what is refused, and that it can be put back."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from counterdesk.core.clock import Clock
from counterdesk.core.errors import PermissionRefused, RequestChanged, UserError
from counterdesk.core.permissions import Actor
from counterdesk.models.base import table_of
from counterdesk.models.ledger import Payment
from counterdesk.models.verifying import PaymentVerified
from counterdesk.services.acts import acts_page
from counterdesk.services.put_back import put_back
from counterdesk.services.verification import verify
from counterdesk.services.verify_payment import Verified, VerifyRequest, verify_payment
from counterdesk.store.store import Store
from tests.conftest import UNLOCK, find_person
from tests.net_payments import NET_PAYMENT, net_payment, tell
from tests.services.till import Till, ask, cash, line_of

pytestmark = pytest.mark.req("ONL-2")

_verified = table_of(PaymentVerified)
ASKED = VerifyRequest(UUID(int=0x0E2), NET_PAYMENT)


@pytest.fixture
def boss(jane: Till, supervisor: Actor) -> Till:
    tell(jane.store, net_payment())
    return Till(jane.store, supervisor)


def vouch(till: Till, asked: VerifyRequest = ASKED) -> Verified:
    done: Verified = till.act(lambda s: verify_payment(s, asked))
    return done


def test_a_supervisor_vouches_once_however_often_it_is_sent(boss: Till) -> None:
    assert vouch(boss) == vouch(boss)
    assert boss.count(PaymentVerified) == 1
    with pytest.raises(RequestChanged):
        vouch(boss, replace(ASKED, payment_id=UUID(int=5)))


@pytest.mark.req("AUD-1")
def test_it_stands_in_the_audit_with_its_money(boss: Till) -> None:
    vouch(boss)
    [act, *_rest] = boss.store.read(acts_page, boss.actor).result().acts
    assert (act.kind, act.subject, act.of_whom) == ("payment.verified", "WEB-77", "John Doe")
    assert act.amount_minor == 9_000
    assert boss.findings() == ()


@pytest.mark.parametrize("login", ["jane", "auditor", "admin"])
def test_who_takes_money_or_only_reads_may_not(boss: Till, login: str) -> None:
    with pytest.raises(PermissionRefused):
        vouch(Till(boss.store, find_person(boss.store, login)))


@pytest.mark.parametrize("status", ["Posted", "Failed", "Cancelled", "Reversed"])
def test_only_what_is_pending_is_verified(boss: Till, status: str) -> None:
    tell(boss.store, net_payment(status))
    with pytest.raises(UserError, match="not pending any more"):
        vouch(boss)


def test_what_is_not_known_or_was_taken_here_is_not_verified(boss: Till, jane: Till) -> None:
    with pytest.raises(UserError, match="not known here"):
        vouch(boss, VerifyRequest(uuid4(), UUID(int=5)))
    taken = jane.take(ask(line_of(jane.view(), most=1), pay=(cash(14_550),)))
    visit = Payment.transaction_id == taken.transaction_id
    own = jane.one(select(Payment.id).where(visit))
    with pytest.raises(UserError, match="verified as it was taken"):
        vouch(boss, VerifyRequest(uuid4(), own))


@pytest.mark.req("SYNC-3")
def test_a_verification_is_put_back_whole(data_folder: Path, tmp_path: Path, clock: Clock) -> None:
    shutil.copytree(data_folder, tmp_path / "lost")
    lost, older = (Store.open(path, UNLOCK, clock) for path in (tmp_path / "lost", data_folder))
    tell(lost, net_payment())
    vouch(Till(lost, find_person(lost, "supervisor")))
    journal = lost.read_journal()
    older.write(lambda s: put_back(s, journal.entries[s.head.seq :])).result()
    rows = [store.read(lambda r: r.execute(select(_verified)).all()).result()
            for store in (lost, older)]  # fmt: skip
    report = older.write(lambda s: verify(s, journal)).result()
    lost.close()
    older.close()
    assert rows[0] == rows[1] != []
    assert report.findings == ()
