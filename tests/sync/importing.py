"""Files of a utility for the tests, and importing them the way the command does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from counterdesk.sync.centre.import_records import ImportOptions, ImportReport, Progress
from counterdesk.sync.centre.importing import import_file
from tests.sync.centres import CentreUnderTest

CONSUMERS = """account_number,name,service_address,phone
WU-10001,John Doe,"123 Main Street, Cityville",(555) 123-4567
WU-10002,Ana Łukasz,2 Hill Road,
"""

HEADINGS = "number,account_number,kind,charged_on,due_on,amount"

CHARGES = f"""{HEADINGS},plan_number,plan_status,installment
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
        self, content: str | bytes, name: str = "file.csv", **options: Any
    ) -> ImportReport:
        path = self.write(content, name)
        return import_file(self.centre.conninfo, path, ImportOptions(**options), self.told.append)

    def bill(self, **changes: str) -> ImportReport:
        """Import one line: a bill of John Doe's, but for some cells."""
        cells = {
            "number": "INV-1", "account_number": "WU-10001", "kind": "Bill",
            "charged_on": "2025-04-01", "due_on": "2025-04-15", "amount": "145.50",
        } | changes  # fmt: skip
        quoted = ('"' + cell.replace('"', '""') + '"' for cell in cells.values())
        return self(",".join(cells) + "\n" + ",".join(quoted) + "\n", "bill.csv")

    def write(self, content: str | bytes, name: str = "file.csv") -> Path:
        """Write a file as it is given, line ends and all."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def stands(self) -> tuple[list[Any], ...]:
        """Return all that an import can change."""
        tables = ("consumer", "charge", "plan", "change", "work_item")
        return tuple(
            self.centre.execute(f"select * from cd.{table} order by 1") for table in tables
        )


def reasons(report: ImportReport) -> list[tuple[int, str, str]]:
    """Return the faults as line, column and sentence."""
    return [(fault.line, fault.field, fault.reason) for fault in report.faults]
