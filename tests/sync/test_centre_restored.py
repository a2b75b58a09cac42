"""A centre that was put back to an earlier copy, and an event that it cannot place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.sync.centres import CentreUnderTest
from tests.sync.tills import Till, account, import_accounts, till_at


@pytest.fixture
def tills(centre: CentreUnderTest, tmp_path: Path) -> Iterator[tuple[Till, Till]]:
    """Two tills that have not spoken to the centre yet."""
    import_accounts(centre, [account(10_001, 14_550)])
    pair = (till_at(centre, tmp_path, "C01"), till_at(centre, tmp_path, "C02"))
    yield pair
    for till in pair:
        till.close()


@pytest.mark.req("NUM-2", "SYNC-3")
def test_a_restored_centre_gives_no_number_out_twice(
    centre: CentreUnderTest, tills: tuple[Till, Till]
) -> None:
    first, second = tills
    centre.keep_copy()
    first.settle()
    centre.put_back_copy()
    centre.execute("select cd.after_restore(100000)")
    second.settle()
    for till in tills:
        till.sync.listen(0)  # finds out that the line was cut
        till.settle()
    blocks = centre.execute(
        "select series, year, first, last from cd.number_lease order by 1, 2, 3"
    )
    assert len(blocks) == 2 * 2 * len(first.store.settings.number_formats)
    for (*before, _first, last), (*after, first_of_next, _last) in pairwise(blocks):
        assert before != after or last < first_of_next
    assert centre.value("select count(*) from cd.work_item") == 0


@pytest.mark.req("NUM-2")
def test_numbers_that_another_counter_has_are_no_lease(
    centre: CentreUnderTest, tills: tuple[Till, Till]
) -> None:
    first, second = tills
    first.settle()
    taken = centre.execute("select first, last from cd.number_lease where series = 'receipt'")[0]
    lease = {"id": first.store.counter.counter_id, "series": "receipt", "year": 0,
             "first": taken[0], "last": taken[1]}  # fmt: skip
    second.store.write(lambda s: s.record("numbers.leased", lease)).result()
    second.settle()
    assert centre.execute("select reason from cd.suspense") == [
        ("these numbers were given to another counter",)
    ]


@pytest.mark.req("SYNC-4", "MON-5")
def test_a_payment_in_suspense_settles_no_bill_anywhere_until_it_is_applied(
    centre: CentreUnderTest, tills: tuple[Till, Till]
) -> None:
    till = tills[0]
    till.settle()
    till.open_shift()
    till.settle()
    centre.execute("update cd.site set currency = 'EUR'")
    till.pay("10001")
    till.settle()
    till.hear()
    assert till.owed("10001") == 14_550
    centre.execute("update cd.site set currency = 'USD'")
    [place] = centre.execute("select counter_id, seq from cd.suspense")
    assert centre.value("select cd.apply_again(%s, %s)", place) == ""
    till.hear()
    assert till.owed("10001") == 0
