from __future__ import annotations

from pathlib import Path

import pytest

from counterdesk.store.journal import Journal, read_journal, read_tail
from counterdesk.store.session import JournalEntry

KEY = bytes(range(32))


def entry(seq: int, size: int = 100) -> JournalEntry:
    return JournalEntry(seq, bytes([seq % 256]) * 32, bytes([1]) * 64, b"x" * size)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of ten records with one event each."""
    path = tmp_path / "journal.cdj"
    journal = Journal(path, KEY, 0)
    for seq in range(1, 11):
        journal.append([entry(seq)])
    journal.close()
    return path


def flip(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 0x40
    path.write_bytes(data)


def test_what_was_appended_is_read_back(path: Path) -> None:
    content = read_journal(path, KEY)
    assert [one.seq for one in content.entries] == list(range(1, 11))
    assert content.entries[4] == entry(5)
    assert (content.torn, content.damaged_after) == (False, ())
    assert content.sound_bytes == path.stat().st_size


def test_one_record_holds_all_events_of_a_commit(path: Path) -> None:
    journal = Journal(path, KEY, path.stat().st_size)
    journal.append([entry(11), entry(12)])
    journal.close()
    assert [one.seq for one in read_journal(path, KEY).entries][-2:] == [11, 12]


@pytest.mark.req("AUD-3")
def test_nothing_in_it_can_be_read_without_the_key(path: Path) -> None:
    assert b"xxxx" not in path.read_bytes()
    content = read_journal(path, bytes(32))
    assert content.entries == ()
    assert content.torn


def test_a_record_cut_anywhere_is_torn_and_all_before_it_stands(path: Path) -> None:
    whole = path.read_bytes()
    record = len(whole) // 10
    for cut in range(1, record):
        path.write_bytes(whole[:-cut])
        content = read_journal(path, KEY)
        assert len(content.entries) == 9
        assert content.torn
        assert content.damaged_after == ()
        assert content.sound_bytes == record * 9


def test_a_new_record_takes_the_place_of_a_torn_one(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])
    content = read_journal(path, KEY)
    journal = Journal(path, KEY, content.sound_bytes)
    journal.append([entry(10)])
    journal.close()
    assert read_journal(path, KEY).entries[-1] == entry(10)
    assert not read_journal(path, KEY).torn


def test_a_byte_that_flips_anywhere_is_noticed_and_its_place_is_named(path: Path) -> None:
    whole = path.read_bytes()
    record = len(whole) // 10
    for offset in range(record * 4, record * 5):
        path.write_bytes(whole)
        flip(path, offset)
        content = read_journal(path, KEY)
        assert [one.seq for one in content.entries] == [1, 2, 3, 4, 6, 7, 8, 9, 10]
        assert content.damaged_after == (4,)


def test_records_that_change_places_are_all_read_so_that_verify_can_compare(path: Path) -> None:
    whole = path.read_bytes()
    record = len(whole) // 10
    path.write_bytes(whole[record:] + whole[:record])
    assert [one.seq for one in read_journal(path, KEY).entries] == [*range(2, 11), 1]


@pytest.mark.parametrize("size", [100, 200_000, 2_000_000])
def test_the_tail_ends_as_the_whole_does(tmp_path: Path, size: int) -> None:
    path = tmp_path / "journal.cdj"
    journal = Journal(path, KEY, 0)
    for seq in range(1, 6):
        journal.append([entry(seq, size)])
    journal.close()
    tail, whole = read_tail(path, KEY), read_journal(path, KEY)
    assert tail.entries == whole.entries[-len(tail.entries) :]
    assert tail.sound_bytes == whole.sound_bytes
    assert (tail.torn, tail.damaged_after) == (False, ())


def test_the_tail_of_a_torn_journal_ends_where_the_whole_one_does(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])
    assert read_tail(path, KEY).sound_bytes == read_journal(path, KEY).sound_bytes


def test_an_empty_journal_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "journal.cdj"
    path.touch()
    assert read_tail(path, KEY) == read_journal(path, KEY)
    assert not read_tail(path, KEY).torn
