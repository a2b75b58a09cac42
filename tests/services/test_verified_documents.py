"""A receipt that was changed where it is kept is named by `verify`."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import text

from counterdesk.core.permissions import Actor
from counterdesk.core.print_states import PrintState
from counterdesk.core.receipt_code import read_receipt_code, receipt_code
from counterdesk.core.settings import MailSetting
from counterdesk.services.mail_jobs import email_receipt
from counterdesk.services.print_jobs import next_print_job, note_print_state
from counterdesk.services.reprints import reprint
from counterdesk.services.verification import verify
from counterdesk.store.opening import raw_of
from counterdesk.store.session import ReadSession, Session
from counterdesk.store.store import Store
from tests.faults.payer import be_in_shift, pay_once
from tests.printing.counter_printers import FRONT, add_printer

_OF_ORIGINAL = """where copy_number = 0 and transaction_id =
    (select id from payment_transaction where receipt_number = 'R-5002')"""
_OF_COPY = "where copy_number = 1 and mail_to = ''"


@pytest.fixture
def paid(store: Store, cashier: Actor) -> Store:
    """A till that took three payments; the second receipt was copied and emailed."""
    be_in_shift(store, cashier)
    chance = random.Random(1)
    visits = [pay_once(store, cashier, chance) for _visit in range(3)]
    store.write(lambda session: _hand_out_copies(session, visits[1]), cashier).result()
    return store


def _hand_out_copies(session: Session, visit: UUID) -> None:
    add_printer(session)
    while (job := next_print_job(session, FRONT)) is not None:
        note_print_state(session, job.job_id, PrintState.PRINTED)
    reprint(session, visit, "the payer lost it")
    server = MailSetting("mail.example.test", from_address="till@example.test")
    session.settings = replace(session.settings, mail=server)
    email_receipt(session, visit, "john.doe@example.com")


def _findings(store: Store) -> tuple[str, ...]:
    return store.write(lambda session: verify(session, store.read_journal())).result().findings


def _tamper(store: Store, statement: str) -> tuple[str, ...]:
    def act(connection: object) -> None:
        raw = raw_of(connection)  # type: ignore[arg-type]
        assert raw.execute(statement).rowcount == 1, statement

    store._writer.outside_transaction(act)
    return _findings(store)


@pytest.mark.req("AUD-1")
def test_receipts_and_copies_as_they_were_printed_are_clean(paid: Store) -> None:
    assert _findings(paid) == ()


@pytest.mark.req("AUD-1")
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"value":"$0.', '"value":"$9.', "shows other amounts"),
        ("TXN-2025-008935", "TXN-2025-008999", "shows other numbers or names"),
        ("John Doe", "Joan Doe", "shows other numbers or names"),
        ("Jane Smith", "Joan Smith", "shows other numbers or names"),
        ('"number":"R-5002"', '"number":"R-5009"', "shows other numbers or names"),
        ("CD1:", "CD1:00", "does not bear the code"),
        ("{", "[", "is not kept, or cannot be read"),
    ],
)
def test_a_kept_receipt_that_was_changed_is_named(
    paid: Store, old: str, new: str, said: str
) -> None:
    found = _tamper(
        paid, f"update print_job set document = replace(document, '{old}', '{new}') {_OF_ORIGINAL}"
    )
    assert any(f"Receipt R-5002 {said}" in sentence for sentence in found), found


@pytest.mark.req("AUD-1")
def test_the_code_of_another_receipt_is_named(paid: Store) -> None:
    def code(number: str) -> str:
        return (
            "(select json_extract(value, '$.data') from print_job,"
            " json_each(document, '$.blocks') where json_extract(value, '$.block') = 'QrCode'"
            f" and json_extract(document, '$.number') = '{number}' limit 1)"
        )

    found = _tamper(
        paid,
        f"update print_job set document = replace(document, {code('R-5002')}, {code('R-5001')})"
        f" {_OF_ORIGINAL}",
    )
    assert "Receipt R-5002 does not bear the code that this counter signed." in found


@pytest.mark.req("AUD-1")
def test_other_facts_under_the_right_signature_are_named(paid: Store) -> None:
    def original(read: ReadSession) -> str:
        query = text("select document from print_job where document like '%R-5002%'")
        return str(read.execute(query).scalars().first())

    (before,) = re.findall(r'"data":"([^"]*)"', paid.read(original).result())
    signed = read_receipt_code(before)
    facts = replace(signed.facts, paid_minor=signed.facts.paid_minor + 1)
    after = receipt_code(facts, signed.signature, signed.certificate)
    found = _tamper(
        paid,
        f"update print_job set document = replace(document, '{before}', '{after}') {_OF_ORIGINAL}",
    )
    assert "Receipt R-5002 does not bear the code that this counter signed." in found


@pytest.mark.req("AUD-1")
def test_a_receipt_that_is_gone_is_named(paid: Store) -> None:
    found = _tamper(paid, f"delete from print_job {_OF_ORIGINAL}")
    assert found == ("Receipt R-5002 is not kept, or cannot be read.",)


@pytest.mark.req("AUD-1", "RCT-3")
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            f"update print_job set document = replace(document, 'Doe', 'Roe') {_OF_COPY}",
            "Copy 1 of receipt R-5002 is not like the original.",
        ),
        (
            f"""update print_job set document = replace(document, '"copy":1', '"copy":2')
            {_OF_COPY}""",
            "Copy 1 of receipt R-5002 is not like the original.",
        ),
        (
            f"delete from print_job {_OF_COPY}",
            "Copy 1 of receipt R-5002: the events and the jobs disagree.",
        ),
        (
            "update print_job set document = replace(document, 'Doe', 'Roe') where mail_to != ''",
            "Email of receipt R-5002 is not like the original.",
        ),
        (
            "delete from print_job where mail_to != ''",
            "Email of receipt R-5002: the events and the jobs disagree.",
        ),
        (
            f"update print_job set copy_number = 2 {_OF_COPY}",
            "Copy 2 of receipt R-5002: the events and the jobs disagree.",
        ),
    ],
)
def test_a_copy_that_was_changed_hidden_or_slipped_in_is_named(
    paid: Store, statement: str, said: str
) -> None:
    assert said in _tamper(paid, statement)
