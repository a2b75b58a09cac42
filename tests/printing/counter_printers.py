"""Printers for a test's counter."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from counterdesk.core.printers import PrinterSetting, Way, printers_to_plain
from counterdesk.services.printers import counter_printers
from counterdesk.store.session import Session

FRONT = UUID(int=0xF)


def add_printer(
    session: Session,
    name: str = "Front",
    way: Way = Way.FILE,
    address: str = "receipts",
    printer_id: UUID = FRONT,
    **more: Any,
) -> PrinterSetting:
    """Set up a printer, whoever is signed in."""
    setting = PrinterSetting(printer_id, name, way, address, **more)
    printers = counter_printers(session).with_printer(setting)
    session.keep_state("printers", json.dumps(printers_to_plain(printers)))
    return setting
