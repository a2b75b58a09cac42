from __future__ import annotations

from pathlib import Path

import pytest

from tests.sync.centres import CentreUnderTest
from tests.sync.importing import CHARGES, CONSUMERS, Importer


@pytest.fixture
def take(centre: CentreUnderTest, tmp_path: Path) -> Importer:
    return Importer(centre, tmp_path)


def test_consumers_and_charges_are_taken(take: Importer, centre: CentreUnderTest) -> None:
    print(take(CONSUMERS))
    print(take(CHARGES))
    print(take(CHARGES))
    print(centre.execute("select * from cd.charge"), centre.execute("select * from cd.plan"),
          centre.execute("select * from cd.change"), centre.execute("select * from cd.import_run"))
    assert 0
