"""Files of a utility for the tests, and importing them the way the command does."""

from __future__ import annotations

from pathlib import Path

from counterdesk.sync.centre.import_records import ImportOptions, ImportReport, Progress
from counterdesk.sync.centre.importing import import_file
from tests.sync.centres import CentreUnderTest

CONSUMERS = """account_number,name,service_address,phone
WU-10001,John Doe,"123 Main Street, Cityville",(555) 123-4567
WU-10002,Ana Łukasz,2 Hill Road,
"""

CHARGES = """number,account_number,kind,charged_on,due_on,amount,plan_number,plan_status,installment
INV-1,WU-10001,Bill,2025-04-01,2025-04-15,145.50,,,
SVC-1,WU-10001,Service,2025-04-18,2025-04-18,75.00,,,
PP-1/1,WU-10002,Installment,2025-03-20,2025-04-15,67.50,PP-1,Late,1
"""


class Importer:
    """Imports texts as files into one centre, and remembers what was told on the way."""

    def __init__(self, centre: CentreUnderTest, folder: Path) -> None:
        self.centre = centre
        self.folder = folder
        self.told: list[Progress] = []

    def __call__(
        self, content: str | bytes, options: ImportOptions | None = None, name: str = "file.csv"
    ) -> ImportReport:
        path = self.write(content, name)
        return import_file(
            self.centre.conninfo, path, options or ImportOptions(), self.told.append
        )

    def write(self, content: str | bytes, name: str = "file.csv") -> Path:
        """Write a file as it is given, without touching its line ends."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path
