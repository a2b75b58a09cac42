"""What the tests of the centre and the counter's sync share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sync.centres import CentreUnderTest
from tests.sync.importing import CONSUMERS, Importer


@pytest.fixture
def take(centre: CentreUnderTest, tmp_path: Path) -> Importer:
    """Imports files into a centre that knows two consumers."""
    importer = Importer(centre, tmp_path)
    importer(CONSUMERS)
    return importer
