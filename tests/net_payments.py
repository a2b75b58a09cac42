"""A payment of the sample account that came through the net, as the centre tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from counterdesk.demo.sample import sample_account, sample_settings
from counterdesk.store.store import Store
from counterdesk.sync.records import (
    ChargeFacts,
    PastBackFacts,
    PastCreditFacts,
    PastPaymentFacts,
)
from counterdesk.sync.reference import build_reference
from tests.conftest import START_UTC

NET_PAYMENT = UUID(int=0x0E1)


def net_payment(status: str = "Pending") -> PastPaymentFacts:
    """Paid on the evening of the 17th; three days later nobody has vouched for it."""
    return PastPaymentFacts(
        NET_PAYMENT, "WEB-77", date(2025, 4, 17), "Bill", "Card", 9_000, status, "PAY-WEB-77",
        "TXN-WEB-77", "Online", "WEB", "System", "John Doe", "WU-10001",
        datetime(2025, 4, 17, 19, 30, tzinfo=UTC), 9_000,
    )  # fmt: skip


def tell(
    store: Store,
    *payments: PastPaymentFacts,
    backs: tuple[PastBackFacts, ...] = (),
    charges: tuple[ChargeFacts, ...] | None = None,
    credits: tuple[PastCreditFacts, ...] | None = None,
) -> None:
    """Let the sample account have these payments more, and what was given back of any.

    Args:
        store: Gets them.
        payments: Beside the sample's own.
        backs: What was given back.
        charges: In place of the sample's own, if told.
        credits: In place of the sample's own, if told.
    """
    account = sample_account()
    account = replace(
        account, payments=(*account.payments, *payments), backs=backs,
        charges=account.charges if charges is None else charges,
        credits=account.credits if credits is None else credits,
    )  # fmt: skip
    build_reference(
        store.folder.reference, store.data_key, [account], sample_settings(), as_of_utc=START_UTC
    )
    store.reload_reference()
