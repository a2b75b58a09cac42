from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from counterdesk.core.errors import UserError
from counterdesk.core.visit import Share, TenderGiven
from counterdesk.core.visit_sums import work_out
from counterdesk.demo.sample import sample_account
from counterdesk.models.ledger import (
    CreditNote,
    Draft,
    Event,
    PaymentTransaction,
    PrintJob,
    Tender,
)
from counterdesk.services.shifts import open_shift
from counterdesk.services.startup import keep_draft, last_payment
from counterdesk.store.store import Store
from counterdesk.sync.reference import build_reference
from tests.conftest import START_UTC, UNLOCK, find_person
from tests.services.counting import close_shift
from tests.services.guessing import ObedientClock
from tests.services.till import Till, ask, cash, line_of


@pytest.fixture
def late(data_folder: Path) -> Iterator[Till]:
    """A cashier whose clock obeys; what she leaves behind must prove itself whole."""
    store = Store.open(data_folder, UNLOCK, ObedientClock())
    late = Till(store, find_person(store, "jane"))
    yield late
    assert late.findings() == ()
    store.close()


@pytest.mark.req("PAY-9", "CASH-7")
def test_a_shift_closed_after_review_takes_no_payment(jane: Till) -> None:
    request = ask(line_of(jane.view(), most=1), pay=(cash(14_550),))
    jane.act(lambda session: close_shift(session, 10_000))
    with pytest.raises(UserError, match="No shift is open"):
        jane.take(request)
    assert (jane.count(PaymentTransaction), jane.count(PrintJob)) == (0, 1)  # the Z report


@pytest.mark.req("PAY-9")
@pytest.mark.parametrize(
    "changed",
    [{"payment_modes": ()}, {"overpayment_threshold_minor": 10}, {"channels": ("Mobile",)},
     {"largest_payment_minor": 100}, {"cash_rounding_minor": 1_000}],
)  # fmt: skip
def test_settings_that_changed_after_review_are_kept_to(
    jane: Till, changed: dict[str, Any]
) -> None:
    line = line_of(jane.view(), extra=50, most=1)
    request = ask(line, pay=(cash(line.total_minor),))
    jane.store.settings = replace(jane.store.settings, **changed)
    with pytest.raises(UserError):
        jane.take(request)
    assert jane.count(PaymentTransaction) == 0


@pytest.mark.req("PAY-9", "SYNC-2")
def test_a_charge_that_the_centre_settled_after_review_is_not_paid_again(jane: Till) -> None:
    request = ask(line_of(jane.view(), most=1), pay=(cash(14_550),))
    told = sample_account()
    paid = replace(told.charges[0], paid_minor=told.charges[0].amount_minor)
    store = jane.store
    build_reference(
        store.folder.reference, store.data_key, [replace(told, charges=(paid, *told.charges[1:]))],
        store.settings, as_of_utc=START_UTC,
    )  # fmt: skip
    store.reload_reference()
    with pytest.raises(UserError, match="changed since it was shown"):
        jane.take(request)


@pytest.mark.req("RCT-1", "PAY-8")
def test_the_balance_left_is_what_the_ledger_knows_not_what_a_window_remembers(
    jane: Till,
) -> None:
    line = line_of(jane.view(), most=1)
    march, may = line.open_charges[:2]
    other = replace(line, shares=(Share(may, may.outstanding_minor),))
    jane.take(ask(other, pay=(cash(may.outstanding_minor),)))
    owed = jane.view().outstanding_minor
    for place, stale in enumerate((line, replace(line, open_charges=())), start=1):
        part = replace(stale, shares=(Share(jane.view().charges[0], 1_000),))
        assert jane.take(ask(part, pay=(cash(1_000),))).left_minor == owed - 1_000 * place
    with pytest.raises(UserError, match="changed since it was shown"):
        jane.take(ask(line, pay=(cash(march.outstanding_minor),)))


@pytest.mark.req("NUM-1")
def test_a_shift_over_new_years_eve_keeps_its_year_in_every_number(late: Till) -> None:
    clock: Any = late.store.clock
    clock.wall_utc = datetime(2025, 12, 31, 23, 59, tzinfo=UTC)
    late.act(lambda session: open_shift(session, 0))
    clock.pass_seconds(7_200)
    taken = late.take(ask(line_of(late.view(), most=1, extra=10), pay=(cash(14_560),)))
    assert taken.transaction_number == "TXN-2025-008934"
    assert str(taken.business_date) == "2025-12-31"
    body = json.loads(late.one(select(Event.body).where(Event.seq == taken.event_seq)))
    assert body["business_date"] == "2025-12-31"
    assert str(late.one(select(CreditNote.expires_on))) == "2026-12-31"
    cheque = TenderGiven("cheque", 15_225, "77", cheque_bank="B", cheque_dated_on=date(2026, 1, 1))
    with pytest.raises(UserError, match="dated in the future"):
        late.take(ask(line_of(late.view(), most=1), pay=(cheque,)))
    late.act(lambda session: close_shift(session, 14_560))
    late.act(lambda session: open_shift(session, 0))
    again = late.take(ask(line_of(late.view(), most=1), pay=(cash(15_225),)))
    assert again.transaction_number == "TXN-2026-C07-000001"


@pytest.mark.req("AUD-1", "PAY-9")
def test_a_clock_that_goes_back_loses_and_doubles_nothing(late: Till) -> None:
    clock: Any = late.store.clock
    late.act(lambda session: open_shift(session, 0))
    first = late.take(ask(line_of(late.view(), most=1), pay=(cash(14_550),)))
    clock.set_days_ahead(-400)
    second = late.take(ask(line_of(late.view(), most=1), pay=(cash(15_225),)))
    assert (first.business_date, first.event_seq + 1) == (second.business_date, second.event_seq)
    told = late.store.read(last_payment).result()
    assert told is not None
    assert told.transaction_id == second.transaction_id


@pytest.mark.req("PAY-9", "PAY-8")
def test_a_journal_that_fails_after_the_commit_doubles_and_loses_nothing(
    jane: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ask(line_of(jane.view(), most=1), pay=(cash(14_550),))
    journal: Any = jane.store._writer._journal
    with monkeypatch.context() as patch:
        patch.setattr(journal, "append", _no_room)
        first = jane.take(request)
        with pytest.raises(UserError, match="journal cannot be written"):
            jane.take(request)
    assert jane.take(request) == replace(first, already_saved=True)
    assert jane.count(Tender) == 1


def _no_room(_entries: Any) -> None:
    raise OSError(28, "no room")


@pytest.mark.req("PAY-18")
def test_a_draft_of_a_saved_visit_never_says_that_it_was_not_saved(jane: Till) -> None:
    request = ask(line_of(jane.view(), most=1), pay=(cash(14_550),))
    shown = work_out(request, jane.store.settings, START_UTC.date())
    for _ in range(2):
        jane.act(lambda session: keep_draft(session, request, shown))
        jane.take(request)
    jane.act(lambda session: keep_draft(session, request, shown))
    told = jane.store.read(last_payment).result()
    assert told is not None
    assert (told.saved, jane.count(Draft)) == (True, 0)
