"""More accounts beside the sample's, for what one consumer cannot show."""

from __future__ import annotations

from datetime import date
from typing import Any

from counterdesk.core.settings import Settings
from counterdesk.demo.sample import sample_account, sample_id, sample_settings
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, ChargeFacts, ConsumerFacts
from counterdesk.sync.reference import build_reference
from tests.conftest import START_UTC


def account(number: str, name: str, *bills_minor: int, **more: Any) -> AccountFacts:
    """Return an account with bills due on 1 April, 2 April ... of so many minor units."""
    charge = {key: more.pop(key) for key in list(more) if key in ChargeFacts.__slots__}
    charges = tuple(
        ChargeFacts(
            charge_id=sample_id(f"{number}/{place}"), kind="Bill", number=f"INV-{number}-{place}",
            charged_on=date(2025, 3, 1), due_on=date(2025, 4, place), amount_minor=amount,
            period="2025-03", **charge,
        )
        for place, amount in enumerate(bills_minor, start=1)
    )  # fmt: skip
    who = ConsumerFacts(
        sample_id(number), number, name, more.pop("address", "1 River Road"),
        more.pop("phone", "(555) 000-1111"), **more,
    )  # fmt: skip
    return AccountFacts(who, charges)


def fill(store: Store, *accounts: AccountFacts, settings: Settings | None = None) -> None:
    """Let the counter know the sample's consumer and others."""
    build_reference(
        store.folder.reference, store.data_key, [sample_account(), *accounts],
        settings or sample_settings(), as_of_utc=START_UTC,
    )  # fmt: skip
    store.reload_reference()
