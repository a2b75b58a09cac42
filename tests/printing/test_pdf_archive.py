"""Every paper as a PDF that an archive takes, in the judgement of another program."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from counterdesk.core.documents import Document, Logo, Text, as_copy, as_electronic
from counterdesk.core.drawer import MoveKind
from counterdesk.core.permissions import Actor
from counterdesk.printing.pdf import pdf_bytes
from counterdesk.services.drawer_moves import MoveRequest, move_cash
from counterdesk.services.shift_closing import ShiftClose, close_shift
from counterdesk.services.shift_reports import make_x_report
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from counterdesk.store.store import Store
from tests.printing.drawn_logo import drawn_logo
from tests.printing.office_receipts import LANGUAGES, receipt_in
from tests.printing.pdf_archive_judge import faults_of, is_there
from tests.services.counting import count_shift
from tests.services.till import Till, ask, cash, line_of

PAGES = ("A4", "A5", "Letter", "roll80")
pytestmark = pytest.mark.skipif(
    not is_there(), reason="no Java, or libpdfbox2-java, libactivation-java, libjaxb-api-java"
)


def with_everything(receipt: Document) -> Document:
    """Return a copy with a logo, letters of any script, and text for several sheets."""
    many = Text("עברית 王小明 e\u0301 \U0001f600 \ue000 " * 300)
    logo: Logo = drawn_logo()
    return as_copy(replace(receipt, blocks=(logo, *receipt.blocks, many)), 2, "torn off")


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_is_one_that_archives_take(
    session: Session, tmp_path: Path, language: str
) -> None:
    receipt = receipt_in(session, language)
    files = {f"{page}.pdf": pdf_bytes(as_electronic(receipt), page) for page in PAGES}
    files |= {f"all-{page}.pdf": pdf_bytes(with_everything(receipt), page) for page in PAGES}
    assert faults_of(files, tmp_path) == {name: [] for name in files}


@pytest.mark.req("RCT-2", "RCT-4")
def test_the_papers_of_a_shift_are_too(store: Store, cashier: Actor, tmp_path: Path) -> None:
    jane = Till(store, cashier)
    jane.act(lambda session: open_shift(session, 10_000))
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    drop = MoveRequest(uuid4(), MoveKind.DROP, 6_000, "", "E-1")
    jane.act(partial(move_cash, request=drop))
    report = jane.act(make_x_report)
    counted = jane.act(lambda session: count_shift(session, 18_550))
    closed = jane.act(lambda session: close_shift(session, ShiftClose(counted.count_id)))
    files = {
        f"{document.kind}-{page}.pdf": pdf_bytes(document, page)
        for document in (report.document, closed.document)
        for page in PAGES
    }
    assert faults_of(files, tmp_path) == {name: [] for name in files}


def test_the_judge_notices_what_no_archive_takes(session: Session, tmp_path: Path) -> None:
    whole = pdf_bytes(receipt_in(session, "en"))
    files = {
        "whole.pdf": whole,
        "colours.pdf": whole.replace(b"/GTS_PDFA1", b"/GTS_PDFX1"),
        "level.pdf": whole.replace(b"<pdfaid:part>1<", b"<pdfaid:part>4<"),
        "fonts.pdf": whole.replace(b"/FontFile2 ", b"/FontFile9 "),
        "letters.pdf": whole.replace(b"/CIDSet ", b"/CIDBag "),
    }
    found = faults_of(files, tmp_path)
    assert [name for name, faults in found.items() if not faults] == ["whole.pdf"]
