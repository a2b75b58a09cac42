"""Proof that the simulation can fail: each known mistake is found within a few seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from counterdesk.store.session import JournalEntry
from counterdesk.sync import exchange, feed
from counterdesk.sync.link import CentreAway, Cursor, FeedPage, PushAnswer, PushStatus
from counterdesk.sync.reference_rows import write_refreshed
from tests.faults import memory_apply, memory_credit, memory_disputes, memory_undoing
from tests.faults.memory_apply import Touched
from tests.faults.memory_books import Change
from tests.faults.memory_centre import MemoryCentre
from tests.faults.seeds import Shelf, in_memory, place_for_folders, plan_of, play
from tests.faults.weather import FaultyLink

_SEEDS = 25
_STEPS = 150

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def shelf() -> Iterator[Shelf]:
    with place_for_folders() as place:
        yield Shelf(place)


def found(shelf: Shelf, kind: type[MemoryCentre] = MemoryCentre) -> str:
    """Return what the first seed that fails says; "" if none does."""
    for seed in range(_SEEDS):
        plan = plan_of(seed, _STEPS)
        try:
            play(seed, plan, shelf, in_memory(plan, kind))
        except (AssertionError, KeyError) as error:
            return str(error) or repr(error)
    return ""


def test_taking_for_acknowledged_what_was_never_answered_is_found(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = FaultyLink.push

    def hopeful(link: FaultyLink, events: Sequence[JournalEntry], now_utc: datetime) -> PushAnswer:
        try:
            return go(link, events, now_utc)
        except CentreAway:
            if not events:
                raise
            last = events[-1]
            epoch = UUID(int=1)
            return PushAnswer(PushStatus.OK, last.seq, last.hash, now_utc, epoch, head_seq=0)

    monkeypatch.setattr(FaultyLink, "push", hopeful)
    assert "believes" in found(shelf)


def test_a_cursor_that_is_saved_before_its_page_is_found(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = feed.apply_page

    def cursor_first(path: Path, key: bytes, page: FeedPage, now: datetime) -> bool:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(feed, "write_refreshed", write_refreshed)
            write(path, key, FeedPage(False, (), page.cursor, page.head_seq), now)
        return write(path, key, page, now)

    monkeypatch.setattr(exchange, "apply_page", cursor_first)
    said = found(shelf)
    assert "shows" in said or "counts" in said


class WithoutDuplicates(MemoryCentre):
    """Whatever comes is new."""

    def push(self, counter_id: UUID, events: Sequence[JournalEntry]) -> PushAnswer:
        for event in events:
            if (counter_id, event.seq) in self.books.events:
                self.publish(self._take(counter_id, event), counter_id)
        return super().push(counter_id, events)


class WithoutTags(MemoryCentre):
    """A number is as good as another."""

    def _of_this_history(self, after: Cursor) -> bool:
        return after.sync_seq >= min(self.books.feed, default=0) - 1


class NaiveFeed(MemoryCentre):
    """Numbers are drawn by one transaction and seen after those of a later one."""

    late: dict[int, Change]

    def publish(self, touched: Touched, counter_id: UUID | None = None) -> None:
        before = self.books.last_change
        late, self.late = getattr(self, "late", {}), {}
        super().publish(touched, counter_id)
        if late:
            self.books.feed.update(late)
            return
        for seq in range(before + 1, self.books.last_change):  # the last one is seen in time
            self.late[seq] = self.books.feed.pop(seq)


class NumbersGivenAgain(MemoryCentre):
    """After a restore it goes on as if nothing had been given out since."""

    def skip_numbers(self, skip: int) -> None:
        pass


class WithoutChain(MemoryCentre):
    """It believes every hash."""

    def _judge(self, counter_id: UUID, event: JournalEntry) -> PushStatus:
        status = super()._judge(counter_id, event)
        return PushStatus.OK if status is PushStatus.BADCHAIN else status


@pytest.mark.parametrize(
    "kind",
    [
        WithoutDuplicates, WithoutTags, NaiveFeed, NumbersGivenAgain, WithoutChain,
    ],
)  # fmt: skip
def test_a_mistake_of_the_centre_is_found(shelf: Shelf, kind: type[MemoryCentre]) -> None:
    assert found(shelf, kind)


def test_an_excess_that_is_not_credited_is_found(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    credit: Callable[..., Any] = memory_apply.credit_excess

    def too_little(books: Any, allocation: Any, _excess: int, event: Any) -> UUID:
        return credit(books, allocation, 0, event)  # type: ignore[no-any-return]

    monkeypatch.setattr(memory_apply, "credit_excess", too_little)
    assert "credit notes are not what was overpaid" in found(shelf)


def test_a_note_that_can_be_spent_for_ever_is_found(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_credit, "_less", lambda note, _taken_minor: note)
    assert "what is left of" in found(shelf)


def test_credit_that_outlives_its_payment_is_found(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_undoing, "_withdraw", lambda *_arguments: [])
    assert "credit notes are not what was overpaid" in found(shelf)


def test_a_charge_that_stays_paid_is_found(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_undoing, "_reopen", lambda *_arguments: [])
    assert found(shelf)


def test_a_dispute_that_stays_open_when_it_was_closed_is_found(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_disputes, "_closed", lambda facts, _data: facts)
    assert "shows the dispute" in found(shelf)
