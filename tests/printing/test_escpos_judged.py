from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from counterdesk.printing.code_reading import codes_in
from counterdesk.printing.escpos import drawer_bytes, escpos_bytes
from counterdesk.printing.profiles import PrinterProfile
from tests.printing.emupos_judge import ORACLE, judge
from tests.printing.sample_receipt import CODE, sample_receipt
from tests.printing.test_escpos import HOSTILE

pytestmark = pytest.mark.skipif(
    not (ORACLE / "emupos").is_dir(),
    reason="the printer simulator emupos is not in .oracle: see tests/printing/emupos_judge.py",
)


@pytest.mark.req("RCT-2")
def test_a_printer_nobody_here_wrote_prints_the_receipt(tmp_path: Path) -> None:
    judged = judge(escpos_bytes(sample_receipt("Zoë Ñandú"), PrinterProfile()), tmp_path)
    lines = judged.text.splitlines()
    assert f"Consumer{'Zoë Ñandú':>40}" in lines
    assert f"Change{'$4.50':>42}" in lines
    assert f"[qr {CODE}]" in lines


@pytest.mark.req("RCT-7")
def test_the_judge_tells_a_receipt_from_a_drawer(tmp_path: Path) -> None:
    receipt = escpos_bytes(sample_receipt(), PrinterProfile())
    assert judge(receipt, tmp_path).events == ()
    assert judge(drawer_bytes() + receipt, tmp_path).events == ("drawer.opened",)


@pytest.mark.req("RCT-1")
@pytest.mark.parametrize("native", [True, False])
def test_the_printed_code_is_read_from_the_paper(
    qapp: QApplication, tmp_path: Path, native: bool
) -> None:
    job = escpos_bytes(sample_receipt(), PrinterProfile(native_qr=native))
    assert codes_in(QImage.fromData(judge(job, tmp_path).png)) == [CODE]


@pytest.mark.req("AUD-4")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_commands_nothing_there_either(
    qapp: QApplication, tmp_path: Path, name: str
) -> None:
    job = escpos_bytes(sample_receipt(name, name), PrinterProfile())
    assert judge(job, tmp_path).events == ()
