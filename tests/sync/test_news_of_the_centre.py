"""Who shows what the centre tells hears that it told something: the window reads anew at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.centres import CentreUnderTest
from tests.sync.two_tills import JOHN, Office, office_of

pytestmark = pytest.mark.req("SYNC-5", "KPI-3")


@pytest.fixture
def office(centre: CentreUnderTest, tmp_path: Path) -> Iterator[Office]:
    with office_of("memory", centre, tmp_path) as made:
        yield made


@pytest.fixture
def owed(office: Office) -> list[int]:
    """What the second counter knew to be owed, each time that it was told something."""
    heard: list[int] = []
    office.second.store.on_told.append(lambda: heard.append(office.second.owed(JOHN)))
    return heard


def test_what_another_counter_did_is_there_when_the_window_hears_of_it(
    office: Office, owed: list[int]
) -> None:
    office.first.pay(JOHN)
    office.settle()
    assert owed[-1] == 9_000
    often = len(owed)
    office.settle()
    assert len(owed) == often  # there was nothing new
