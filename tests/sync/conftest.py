"""What the tests of the centre and the counter's sync share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sync.centres import CentreUnderTest
from tests.sync.importing import CONSUMERS, Importer
from tests.sync.pushing import Desk
from tests.sync.spending import NamedNote, allow_credit
from tests.sync.written import payment


@pytest.fixture
def take(centre: CentreUnderTest, tmp_path: Path) -> Importer:
    """Imports files into a centre that knows two consumers."""
    importer = Importer(centre, tmp_path)
    importer(CONSUMERS)
    return importer


@pytest.fixture
def note(town: CentreUnderTest, desk: Desk) -> NamedNote:
    """John's note of 60.00: his bill was paid by as much too much."""
    allow_credit(town)
    desk.send(payment(amount_minor=14_550), payment(amount_minor=6_000))
    [row] = town.execute("select id, number, amount_minor from cd.credit_note")
    assert row[2] == 6_000
    return NamedNote(*row[:2])
