"""A payment reads by indexes: it takes as long after years of undone ones as on the first day."""

from __future__ import annotations

from tests.services.plans import statements, steps_of
from tests.services.till import Till, ask, cash, line_of

_FEW = {"SCAN shift"}
"""There are a few a day."""


def test_taking_a_payment_scans_no_table_that_grows(jane: Till) -> None:
    request = ask(line_of(jane.view(), most=1), pay=(cash(15_000),))
    with statements() as asked:
        jane.take(request)

    steps = jane.act(lambda session: steps_of(session, asked))
    assert len(steps) > 10
    assert {one for one in steps if one.startswith("SCAN")} <= _FEW
