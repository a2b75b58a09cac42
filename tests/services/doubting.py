"""Disputes raised and closed at a till, and told by the centre."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from counterdesk.core.disputes import Category, Dispute, Outcome
from counterdesk.core.settings import settings_rows
from counterdesk.demo.sample import sample_account, sample_settings
from counterdesk.services.disputes import (
    CloseRequest,
    RaiseRequest,
    close_dispute,
    disputes_of_payment,
    raise_dispute,
)
from counterdesk.sync.records import ExceptionFacts, PastDisputeFacts, accounts_page
from counterdesk.sync.reference import NewReference, OfficeTold
from tests.conftest import START_UTC
from tests.net_payments import net_payment
from tests.services.till import Till

SAID = "I was charged twice."


def doubt(payment_id: UUID, amount_minor: int = 14_550, words: str = SAID) -> RaiseRequest:
    return RaiseRequest(uuid4(), payment_id, Category.DUPLICATE, amount_minor, words)


def raised(till: Till, asked: RaiseRequest) -> Dispute:
    done: Dispute = till.act(lambda s: raise_dispute(s, asked))
    return done


def closing(dispute: Dispute, words: str = "The bank shows one payment.") -> CloseRequest:
    return CloseRequest(uuid4(), dispute.id, Outcome.REJECTED, words)


def closed(till: Till, asked: CloseRequest) -> Dispute:
    done: Dispute = till.act(lambda s: close_dispute(s, asked))
    return done


def of_payment(till: Till, payment_id: UUID) -> tuple[Dispute, ...]:
    return till.store.read(lambda r: disputes_of_payment(r, payment_id), till.actor).result()


def told(one: Dispute, **more: object) -> PastDisputeFacts:
    """Return a dispute of this counter as the centre tells it."""
    facts = PastDisputeFacts(
        one.id, one.number, one.payment_id, one.payment_number, one.receipt_number,
        one.account_number, one.consumer_name, one.payment_amount_minor, one.category,
        one.amount_minor, one.words, one.raised_on, one.raised_at_utc, one.raised_by, one.counter,
    )  # fmt: skip
    return replace(facts, **more)  # type: ignore[arg-type]


def elsewhere(payment_id: UUID, **more: object) -> PastDisputeFacts:
    """Return a dispute that another counter raised on the evening before."""
    facts = PastDisputeFacts(
        UUID(int=0xD15), "DSP-2025-000901", payment_id, "PAY-WEB-77", "WEB-77",
        "WU-10001", "John Doe", 9_000, "failed", 9_000, "It never arrived.", date(2025, 4, 19),
        datetime(2025, 4, 19, 16, 0, tzinfo=UTC), "Otto Other", "C02",
    )  # fmt: skip
    return replace(facts, **more)  # type: ignore[arg-type]


def tell_disputes(
    till: Till, *disputes: PastDisputeFacts, answers: tuple[ExceptionFacts, ...] = ()
) -> None:
    """Let the centre tell of disputes of the sample account, and of matters."""
    account = sample_account()
    account = replace(account, payments=(*account.payments, net_payment()), disputes=disputes)
    filling = NewReference(till.store.folder.reference, till.store.data_key)
    filling.add(accounts_page([account]))
    office = OfficeTold(settings_rows(sample_settings()), START_UTC, exceptions=answers)
    filling.finish(office).replace(till.store.folder.reference)
    till.store.reload_reference()
