"""All credit notes page by page: each once, as it stands, whatever is filtered and arranged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from counterdesk.core.credit import ChangeKind, NoteNow, NoteStatus
from counterdesk.core.errors import PermissionRefused
from counterdesk.core.permissions import Actor
from counterdesk.core.settings import settings_rows
from counterdesk.core.text import fold
from counterdesk.core.visit import Share, TenderGiven
from counterdesk.demo.sample import sample_account, sample_settings
from counterdesk.models.ledger import CreditNote
from counterdesk.models.ref import PastCredit
from counterdesk.services.credit_changes import holder_of
from counterdesk.services.credit_filters import Left, NoteFilter, NoteOrder, NoteSort
from counterdesk.services.credit_lines import CreditNoteLine
from counterdesk.services.credit_pages import notes_page, notes_sum
from counterdesk.services.credit_payouts import Refund, refund_credit_note
from counterdesk.services.credit_standing import note_now
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import ReadSession, Session
from counterdesk.store.store import Store
from counterdesk.sync.feed import apply_page
from counterdesk.sync.link import Cursor, FeedPage, FeedRow
from counterdesk.sync.records import AccountFacts, ExceptionFacts, PastCreditFacts, accounts_page
from counterdesk.sync.reference import NewReference, OfficeTold
from tests.conftest import START_UTC
from tests.services.crediting import active, allowed, decide, now, pay, raise_note
from tests.services.plans import plans_asked
from tests.services.till import Till, ask, cash, line_of
from tests.services.towns import TODAY, person
from tests.services.undo_till import undo, void

_REASONS = ("Overpayment", "Billing error", "Other")
_EVERY = NoteFilter()
TOMORROW = TODAY + timedelta(days=1)


def _told(chance: Random, number: int) -> PastCreditFacts:
    """A note as a centre may tell it; some of it is seldom so, and is listed all the same."""
    amount = chance.choice((500, 1_000, 1_000, 7_777))
    linked = chance.random() < 0.7
    return PastCreditFacts(
        UUID(int=1_000 + number), f"CN-{95 + number}", amount,
        chance.choice((amount, amount, 0, 1, amount // 2)), chance.choice(tuple(NoteStatus)),
        "overpayment", chance.choice(_REASONS), "",
        chance.choice((None, *(TODAY - timedelta(days) for days in (0, 1, 40, 400)))),
        chance.choice((None, *(TODAY + timedelta(days) for days in (-1, 0, 1)))),
        chance.choice((None, None, TODAY, TODAY + timedelta(1))),
        f"PAY-2025-{number % 7}" if linked else "", f"R-{90 + number % 20}" if linked else "",
        chance.choice(("Ann Ash", "José Roe")), None, chance.choice(("", "Sam Super")),
    )  # fmt: skip


def _steady(number: int) -> PastCreditFacts:
    return PastCreditFacts(UUID(int=number), f"CN-{number}", 1_000, 1_000, created_on=TODAY)


def _tell(jane: Till, notes: list[PastCreditFacts], *waiting: ExceptionFacts) -> None:
    """Let the centre tell of notes: every other one is John Doe's."""
    john = replace(sample_account(), credits=tuple(notes[::2]))
    zoe = AccountFacts(person(7, "Zoë Öst"), credits=tuple(notes[1::2]))
    filling = NewReference(jane.store.folder.reference, jane.store.data_key)
    filling.add(accounts_page([john, zoe]))
    told = OfficeTold(settings_rows(sample_settings()), START_UTC, exceptions=waiting)
    filling.finish(told).replace(jane.store.folder.reference)
    jane.store.reload_reference()


@pytest.fixture
def jane(store: Store, cashier: Actor) -> Till:
    """Jane in her shift: notes of other counters, notes of her own, and acts with both.

    Of some acts the centre has told again, of some not, and one waits in suspense there.
    """
    jane = Till(store, cashier)
    jane.act(lambda session: open_shift(session, 100_000))
    others = [*map(_steady, range(11, 17)), *(_told(Random(one), one) for one in range(60))]
    _tell(jane, others)
    taken = _do_all(jane, [one.credit_note_id for one in others[:4]])
    seq: int = jane.act(lambda session: session.head.seq)
    own = [_echo(now(jane, note_id), seq) for note_id in _own_notes(jane)[2:]]
    _tell(jane, [*others, *own], ExceptionFacts(seq, "no such bill", suspended=True))
    undo(jane, void(taken))
    _do_all(jane, [one.credit_note_id for one in others[2:6]])
    return jane


def _do_all(jane: Till, told: list[UUID]) -> Any:
    """Do what can be done with notes; return a visit that spent one, not the last visit."""
    payment = pay(jane, cash(20_000))
    raise_note(jane, payment, 1_000)
    held, paid_out, spent, back = (active(jane, 1_000, payment) for _time in range(4))
    decide(jane, raise_note(jane, payment, 500).id, ChangeKind.REJECTED)
    decide(jane, held.id, ChangeKind.HELD)
    for note_id in (paid_out.id, *told):
        _refund(jane, note_id, 300)
    taken = _spend(jane, back, 1_000)
    _spend(jane, spent, 250)
    return taken


def _refund(jane: Till, note_id: UUID, amount: int) -> None:
    asked = Refund(uuid4(), note_id, amount, "cash", "asked for it")
    allowed(jane, lambda s, a, p: refund_credit_note(s, a, p, asked), "supervisor")


def _spend(jane: Till, note: NoteNow, amount: int) -> Any:
    view = jane.view()
    line = replace(line_of(view), shares=(Share(view.charges[0], amount),))
    given = TenderGiven(
        "credit", amount, credit_note_id=note.id, credit_note_number=note.number,
        credit_account="WU-10001", credit_remaining_minor=note.remaining_minor,
    )  # fmt: skip
    return jane.take(ask(line, pay=(given,)))


def _own_notes(jane: Till) -> list[UUID]:
    query = select(CreditNote.id).order_by(CreditNote.number)
    return jane.store.read(lambda read: list(read.execute(query).scalars())).result()


def _echo(note: NoteNow, through: int) -> PastCreditFacts:
    """A note of this counter as the centre tells it, with all acts up to one in it."""
    return PastCreditFacts(
        note.id, note.number, note.amount_minor, note.remaining_minor, note.status, note.source,
        note.reason, note.remarks, note.created_on, note.expires_on, note.held_until,
        note.payment_number, note.receipt_number, note.created_by, None, note.approved_by, through,
    )  # fmt: skip


def _one_by_one(read: ReadSession) -> list[CreditNoteLine]:
    """Every note there is, each read by itself."""
    ids = {*read.execute(select(CreditNote.id)).scalars()}
    ids |= {*read.execute(select(PastCredit.credit_note_id)).scalars()}
    found = ((note_now(read, note_id), note_id) for note_id in ids)
    return [_as_line(read, note) for note, _note_id in found if note is not None]


def _as_line(read: ReadSession, note: NoteNow) -> CreditNoteLine:
    holder = holder_of(read, note)
    return CreditNoteLine(
        note.id, note.number, note.consumer_id, holder.consumer_name, holder.account_number,
        note.amount_minor, note.remaining_minor, note.reason, note.status, note.created_on,
        note.expires_on, note.receipt_number, note.payment_number, note.created_by,
        note.approved_by,
    )  # fmt: skip


def _wanted(wanted: NoteFilter, one: CreditNoteLine) -> bool:
    day, left = one.created_on or date.min, one.remaining_minor
    share = Left.NOTHING if not left else Left.PART if left < one.amount_minor else Left.ALL
    numbers = f"{one.number} {one.receipt_number} {one.payment_number}"
    seen = fold(f"{one.consumer_name} {one.account_number} {numbers}")
    return all((
        all(word in seen for word in fold(wanted.search).split()),
        one.status in (wanted.status or NoteStatus),
        (wanted.first or date.min) <= day <= (wanted.last or date.max),
        day > date.min or not (wanted.first or wanted.last),
        one.reason in (wanted.reason or (one.reason,)),
        one.consumer_id == (wanted.consumer_id or one.consumer_id),
        share in (wanted.left or Left),
        wanted.payment.lower() in f"{one.receipt_number} {one.payment_number}".lower(),
        not wanted.unlinked or not (one.receipt_number + one.payment_number),
        (wanted.least_minor or 0) <= one.amount_minor <= (wanted.most_minor or 10**9),
    ))  # fmt: skip


_ARRANGED: dict[NoteSort, Callable[[CreditNoteLine], Any]] = {
    NoteSort.NUMBER: lambda one: (len(one.number), one.number),
    NoteSort.CONSUMER: lambda one: (fold(one.consumer_name), one.account_number, one.number),
    NoteSort.AMOUNT: lambda one: (one.amount_minor, one.number),
    NoteSort.REMAINING: lambda one: (one.remaining_minor, one.number),
    NoteSort.REASON: lambda one: (one.reason, one.number),
    NoteSort.STATUS: lambda one: (one.status.value, one.number),
    NoteSort.CREATED: lambda one: (one.created_on or date.min, one.number),
    NoteSort.PAYMENT: lambda one: (len(one.receipt_number), one.receipt_number, one.number),
    NoteSort.EXPIRES: lambda one: (one.expires_on or date.max, one.number),
    NoteSort.CREATED_BY: lambda one: (one.created_by, one.number),
    NoteSort.APPROVED_BY: lambda one: (one.approved_by, one.number),
    NoteSort.USED: lambda one: (one.used_tenths, one.number),
}


def _pages(
    read: ReadSession, wanted: NoteFilter, order: NoteOrder, most: int
) -> Iterator[CreditNoteLine]:
    """Every line there is, as somebody who reads on sees them."""
    after, more = None, True
    while more:
        page = notes_page(read, wanted, after, most, order)
        assert len(page.notes) <= most
        yield from page.notes
        more = page.more
        after = page.notes[-1] if more else None


def _some(values: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(list(values)), max_size=3, unique=True).map(tuple)


_filters = st.builds(
    NoteFilter,
    search=st.sampled_from(("", "", "", "doe", "ZOE", "cn-1", "öst 10007", "r-9", "nobody")),
    status=_some(NoteStatus),
    first=st.sampled_from((None, None, TODAY, TODAY - timedelta(40))),
    last=st.sampled_from((None, None, TODAY, TODAY - timedelta(1))),
    reason=_some(_REASONS),
    consumer_id=st.sampled_from((None, None, None, UUID(int=7))),
    left=_some(Left),
    payment=st.sampled_from(("", "", "", "r-9", "pay-2025-3", "0")),
    unlinked=st.sampled_from((False, False, True)),
    least_minor=st.sampled_from((None, None, 501)),
    most_minor=st.sampled_from((None, None, 1_000)),
)
_orders = st.builds(NoteOrder, st.sampled_from(list(NoteSort)), st.booleans())


@pytest.mark.req("CN-6", "CN-4")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(data=st.data())
def test_pages_hold_what_notes_read_one_by_one_come_to(jane: Till, data: st.DataObject) -> None:
    wanted, order = data.draw(_filters), data.draw(_orders)
    most = data.draw(st.sampled_from((3, 11, 200)))

    def look(read: ReadSession) -> None:
        expected = [one for one in _all_of(jane, read) if _wanted(wanted, one)]
        expected.sort(key=_ARRANGED[order.by], reverse=order.descending)
        assert list(_pages(read, wanted, order, most)) == expected
        total = notes_sum(read, wanted)
        assert total.notes == len(expected)
        assert total.amount_minor == sum(one.amount_minor for one in expected)
        assert total.remaining_minor == sum(one.remaining_minor for one in expected)

    jane.store.read(look, jane.actor).result()


_read_before: dict[int, list[CreditNoteLine]] = {}


def _all_of(jane: Till, read: ReadSession) -> list[CreditNoteLine]:
    """Notes do not change between the examples of one test."""
    if id(jane) not in _read_before:
        _read_before[id(jane)] = _one_by_one(read)
    return _read_before[id(jane)]


@pytest.mark.req("CN-6", "CN-4")
def test_a_note_expires_in_the_list_without_anybody_s_doing(
    store: Store, cashier: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    jane = Till(store, cashier)
    _tell(jane, [replace(_steady(1), expires_on=TODAY), replace(_steady(2), held_until=TOMORROW)])
    by_status = {one: NoteFilter(status=(one,)) for one in NoteStatus}
    assert _numbers(jane, by_status[NoteStatus.ACTIVE]) == ["CN-1"]
    assert _numbers(jane, by_status[NoteStatus.HELD]) == ["CN-2"]
    monkeypatch.setattr(ReadSession, "today", lambda _read: TOMORROW)
    assert _numbers(jane, by_status[NoteStatus.EXPIRED]) == ["CN-1"]
    assert _numbers(jane, by_status[NoteStatus.ACTIVE]) == ["CN-2"]


@pytest.mark.req("CN-6", "SRCH-2")
def test_a_note_is_found_by_its_consumer_s_name_however_it_was_told(
    store: Store, cashier: Actor
) -> None:
    jane = Till(store, cashier)
    note = {
        "consumer_id": str(UUID(int=9)),
        "credit_note_id": str(UUID(int=1)),
        "number": "CN-1",
        "amount_minor": 500,
        "remaining_minor": 500,
        "status": "Active",
    }
    _hear(jane, FeedRow("credit", str(UUID(int=1)), note))
    assert _numbers(jane, NoteFilter(search="moreau")) == []
    for name in ("Ève Moreau", "Ève Petit"):
        told = {
            "consumer_id": str(UUID(int=9)),
            "account_number": "WU-9",
            "name": name,
            "service_address": "",
            "phone": "",
        }
        _hear(jane, FeedRow("consumer", str(UUID(int=9)), told))
        assert _numbers(jane, NoteFilter(search=f"{name.split()[1]} eve wu-9")) == ["CN-1"]
    _hear(jane, FeedRow("credit", str(UUID(int=1)), {**note, "remaining_minor": 100}))
    [line] = jane.store.read(lambda r: notes_page(r, _EVERY), cashier).result().notes
    assert (line.consumer_name, line.remaining_minor) == ("Ève Petit", 100)


def _hear(jane: Till, row: FeedRow) -> None:
    store, page = jane.store, FeedPage(False, (row,), Cursor(1, UUID(int=1)), 1)
    apply_page(store.folder.reference, store.data_key, page, START_UTC)


def _numbers(jane: Till, wanted: NoteFilter) -> list[str]:
    page = jane.store.read(lambda read: notes_page(read, wanted), jane.actor).result()
    return [one.number for one in page.notes]


@pytest.mark.req("VIEW-1", "CN-6")
def test_notes_come_newest_first_with_what_the_centre_left_of_them(
    store: Store, cashier: Actor
) -> None:
    jane = Till(store, cashier)
    jane.act(lambda session: open_shift(session, 10_000))
    note = raise_note(jane, pay(jane), 1_000)
    old = replace(_steady(1), created_on=TODAY - timedelta(1), remaining_minor=150)
    _tell(jane, [old, replace(_echo(note, 99), status="Active", remaining_minor=400)])
    page = jane.store.read(lambda read: notes_page(read, _EVERY), cashier).result()
    seen = [(one.number, one.remaining_minor, one.status.value) for one in page.notes]
    assert seen == [(note.number, 400, "Active"), ("CN-1", 150, "Active")]
    assert not page.more
    first = jane.store.read(lambda read: notes_page(read, _EVERY, most=1), cashier).result()
    assert first.more


@pytest.mark.req("AUD-2")
def test_who_may_not_see_payments_sees_no_list_of_notes(store: Store) -> None:
    for asked in (notes_page, notes_sum):
        with pytest.raises(PermissionRefused):
            store.read(lambda read, asked=asked: asked(read, _EVERY)).result()  # type: ignore[misc]


@pytest.mark.parametrize("by", NoteSort)
def test_however_notes_are_arranged_one_index_is_read(
    store: Store, cashier: Actor, monkeypatch: pytest.MonkeyPatch, by: NoteSort
) -> None:
    jane = Till(store, cashier)
    _tell(jane, [_steady(1)])

    def look(session: Session) -> list[str]:
        with monkeypatch.context() as patched:
            plans = plans_asked(session, patched)
            for wanted in (_EVERY, NoteFilter(search="doe", status=(NoteStatus.ACTIVE,))):
                notes_page(session, wanted, order=NoteOrder(by))
        return plans

    scans = {plan for plan in jane.act(look) if plan.startswith("SCAN")}
    listed = {"SCAN ref.past_credit USING COVERING INDEX ix_past_credit_listed"}
    assert {plan for plan in scans if "past_credit" in plan} == listed
    assert not {plan for plan in scans if plan.endswith(("tender", "payment_transaction"))}
