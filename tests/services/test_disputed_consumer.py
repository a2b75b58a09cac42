"""What is known of a consumer whose payments are disputed, here and at other counters."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from counterdesk.core.account_sheet import LineKind
from counterdesk.core.disputes import Outcome
from counterdesk.core.permissions import Actor
from counterdesk.demo.sample import sample_account, sample_settings
from counterdesk.services.consumer_sheet import ConsumerSheet, consumer_sheet
from counterdesk.services.disputes import CloseRequest, close_dispute, raise_dispute
from counterdesk.services.payment_details import PaymentDetails, payment_details
from counterdesk.sync.reference import build_reference
from tests.conftest import START_UTC
from tests.disputing import doubt, told_dispute
from tests.services.crediting import pay
from tests.services.till import Till
from tests.told_payments import PAYMENT, RECEIPT

pytestmark = pytest.mark.req("DISP-1")
TOLD = told_dispute("DSP-2025-000077", PAYMENT, receipt_number=RECEIPT)


@pytest.fixture
def till(jane: Till) -> Till:
    """Jane's, who was told of a dispute of the sample's payment."""
    build_reference(
        jane.store.folder.reference, jane.store.data_key,
        [replace(sample_account(), disputes=(TOLD,))], sample_settings(), as_of_utc=START_UTC,
    )  # fmt: skip
    jane.store.reload_reference()
    return jane


def sheet_of(till: Till) -> ConsumerSheet:
    who = till.view().account.consumer_id
    return till.store.read(lambda read: consumer_sheet(read, who), till.actor).result()


def details(till: Till, payment_id: UUID) -> PaymentDetails:
    return till.store.read(lambda read: payment_details(read, payment_id), till.actor).result()


def history(told: PaymentDetails) -> list[tuple[str, str, str, object]]:
    return [(one.kind, one.by, one.counter, one.way) for one in told.history]


@pytest.mark.req("SRCH-3", "SRCH-4")
def test_open_ones_of_all_counters_are_counted_named_and_warned_of(till: Till) -> None:
    payment_id = pay(till)
    till.act(lambda s: raise_dispute(s, doubt(payment_id, 5_000)))
    view = till.view()
    assert [one.number for one in view.disputes] == ["DSP-2025-000001", TOLD.number]
    assert view.open_disputes == 2
    assert [text for text in view.warnings if "disputed" in text] == [
        "Payment R-5001 is disputed (DSP-2025-000001: Charged twice).",
        f"Payment {RECEIPT} is disputed ({TOLD.number}: Charged twice).",
    ]


@pytest.mark.req("SRCH-4")
def test_each_is_a_line_of_the_account_that_changes_no_balance(till: Till) -> None:
    before, payment_id = sheet_of(till), pay(till)
    own = till.act(lambda s: raise_dispute(s, doubt(payment_id, 5_000)))
    seen = sheet_of(till)
    lines = [one for one in seen.lines if one.kind is LineKind.DISPUTE]
    assert [(one.number, one.receipt, one.amount_minor, one.status) for one in lines] == [
        (own.number, own.receipt_number, 5_000, ""), (TOLD.number, RECEIPT, 9_000, "")
    ]  # fmt: skip
    assert [one.effect_minor for one in lines] == [0, 0]
    assert seen.brought_forward_minor == before.brought_forward_minor


@pytest.mark.req("SRCH-3")
def test_a_closed_one_is_told_and_warned_of_no_more(till: Till, supervisor: Actor) -> None:
    closing = CloseRequest(UUID(int=9), TOLD.dispute_id, Outcome.ADJUSTED, "A note was made.")
    Till(till.store, supervisor).act(lambda s: close_dispute(s, closing))
    assert (till.view().disputes, till.view().open_disputes) == ((), 0)
    assert not any("disputed" in text for text in till.view().warnings)
    [line] = [one for one in sheet_of(till).lines if one.kind is LineKind.DISPUTE]
    assert (line.number, line.status) == (TOLD.number, "adjusted")


@pytest.mark.req("VIEW-5", "SYNC-2")
def test_the_history_of_a_payment_names_who_raised_and_who_closed_it(
    till: Till, supervisor: Actor
) -> None:
    closing = CloseRequest(UUID(int=9), TOLD.dispute_id, Outcome.REJECTED, "It is there.")
    Till(till.store, supervisor).act(lambda s: close_dispute(s, closing))
    told = history(details(till, PAYMENT))
    assert told[-2:] == [
        ("dispute.raised", "Ann Ash", "C01", None),
        ("dispute.rejected", supervisor.name, "", "saved"),
    ]
    own = pay(till)
    till.act(lambda s: raise_dispute(s, doubt(own)))
    assert history(details(till, own))[-1] == ("dispute.raised", "Jane Smith", "", "saved")
