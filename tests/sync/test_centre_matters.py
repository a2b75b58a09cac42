"""What waits for somebody at the centre has a way out: it is placed, or settled with a word why."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from counterdesk.sync.centre.import_applying import place_suspense
from counterdesk.sync.centre.matters import open_matters, settle_matter
from tests.sync.centres import CentreUnderTest
from tests.sync.feeding import reader
from tests.sync.pushing import Desk
from tests.sync.spending import NamedNote, exceptions, spending
from tests.sync.test_centre_suspense import elsewhere
from tests.sync.written import payment

pytestmark = pytest.mark.req("SYNC-2")


def test_a_note_spent_twice_is_settled_with_a_word_why_and_the_till_hears_it(
    town: CentreUnderTest, desk_of: Callable[[str], Desk], note: NamedNote
) -> None:
    first, second = desk_of("C02"), desk_of("C03")
    for desk in (first, second):
        desk.send(spending(note, 6_000, cash_minor=500))
    with (
        psycopg.connect(town.conninfo, autocommit=True) as connection,
        reader(second.login) as hearing,
    ):
        while hearing.page()["rows"]:
            pass
        [one] = [matter for matter in open_matters(connection) if matter.kind == "overspent"]
        assert (one.counter, one.seq, one.subject) == ("C03", 1, note.number)
        assert settle_matter(connection, one.id, "paid in by the office")
        assert one not in open_matters(connection)
        assert not settle_matter(connection, one.id, "again")
        [told] = [row["row"] for row in hearing.page()["rows"] if row["kind"] == "exception"]
    assert told["state"] == "applied"
    assert [state for _seq, _reason, state in exceptions(second)] == ["applied"]
    found = town.value("select done_because from cd.work_item where state = 'done'")
    assert found == "paid in by the office"


def test_money_in_suspense_is_not_settled_by_words(town: CentreUnderTest, desk: Desk) -> None:
    desk.send(elsewhere(payment(amount_minor=14_550)))
    with psycopg.connect(town.conninfo, autocommit=True) as connection:
        [one] = [matter for matter in open_matters(connection) if matter.kind == "suspense"]
        assert not settle_matter(connection, one.id, "never mind")
        assert place_suspense(connection, lambda _done: None) == (0, 1)
        assert one in open_matters(connection)
