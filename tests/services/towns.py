"""People to find and charges to look at, put into a real `ref.db`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from counterdesk.core.settings import Settings
from counterdesk.store.store import Store
from counterdesk.sync.records import AccountFacts, ChargeFacts, ConsumerFacts
from counterdesk.sync.reference import build_reference

TODAY = date(2025, 4, 20)


def person(
    place: int, name: str, address: str = "", phone: str = "", number: str = ""
) -> ConsumerFacts:
    return ConsumerFacts(UUID(int=place), number or f"WU-{10_000 + place}", name, address, phone)


def bill(place: int, minor: int = 1_000, due: date = TODAY, **more: Any) -> ChargeFacts:
    charge = ChargeFacts(
        UUID(int=1_000 + place), "Bill", f"INV-2025-{place:06}", due - timedelta(14), due, minor
    )
    return replace(charge, **more)


def fill(store: Store, *accounts: AccountFacts) -> None:
    """Put accounts into `ref.db`, in place of the sample."""
    build_reference(
        store.folder.reference, store.data_key, accounts, Settings(),
        as_of_utc=store.clock.now_utc(),
    )  # fmt: skip
    store.reload_reference()
