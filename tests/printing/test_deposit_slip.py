"""The slip of one deposit in five languages, kept as text, and whole as a PDF.

After a change that is meant: `GOLDEN=1 python -m pytest tests/printing/test_deposit_slip.py`.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from counterdesk.core.documents import Document
from counterdesk.core.permissions import Actor
from counterdesk.core.text import display_width
from counterdesk.printing.layout import lay_out
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.services.shifts import open_shift
from counterdesk.store.store import Store
from tests.printing.agreed_text import line_text
from tests.printing.office_receipts import COLUMNS, LANGUAGES, OFFICES
from tests.services.closed_shifts import deposit, in_the_cash_room
from tests.services.till import Till

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "deposit_slips"


@pytest.fixture(params=LANGUAGES)
def slip(
    request: pytest.FixtureRequest, store: Store, cashier: Actor, supervisor: Actor
) -> Document:
    """The slip of an office that writes this language."""
    jane = Till(store, cashier)
    jane.act(lambda s: open_shift(s, 10_000))
    shift = in_the_cash_room(jane)
    office = OFFICES[request.param].settings
    account = {"deposit_account": "First Bank 0012-345", "receipt_language": request.param}
    store.settings = replace(store.settings, **office, **account)
    made = deposit(Till(store, supervisor), shift).document
    assert made is not None
    return made


@pytest.mark.req("RCT-4", "CASH-5", "RCT-2")
@pytest.mark.parametrize("columns", COLUMNS)
def test_a_slip_reads_as_it_was_agreed(slip: Document, columns: int) -> None:
    lines = [line_text(line) for line in lay_out(slip, columns)]
    assert all(display_width(line.removeprefix("# ")) <= columns for line in lines)
    text = re.sub(r"(C07-\d+)  [0-9a-f]{8}", r"\1  ********", "\n".join(lines) + "\n")
    golden = GOLDEN / f"{slip.language}-{columns}.txt"
    if "GOLDEN" in os.environ:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.req("RCT-4")
def test_a_slip_is_a_sheet_too(qapp: QApplication, slip: Document) -> None:
    del qapp
    assert pdf_bytes(slip, "A4").startswith(b"%PDF")
