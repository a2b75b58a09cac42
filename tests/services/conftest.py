"""A till with its shift open, in an office that rounds cash, in a town of several consumers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from counterdesk.core.permissions import Actor
from counterdesk.demo.invented import invented_accounts
from counterdesk.demo.sample import sample_account, sample_settings
from counterdesk.services.shifts import open_shift
from counterdesk.store.store import Store
from counterdesk.sync.reference import build_reference
from tests.conftest import START_UTC
from tests.services.till import COIN, Till


@pytest.fixture
def jane(store: Store, cashier: Actor) -> Iterator[Till]:
    """Jane Smith in her shift; what she leaves behind must prove itself whole."""
    settings = replace(sample_settings(), cash_rounding_minor=COIN)
    accounts = [sample_account(), *invented_accounts(20)]
    build_reference(store.folder.reference, store.data_key, accounts, settings, as_of_utc=START_UTC)
    store.reload_reference()
    jane = Till(store, cashier)
    jane.act(lambda session: open_shift(session, 10_000))
    yield jane
    assert jane.findings() == ()
