from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from counterdesk.core.errors import UserError
from counterdesk.core.print_states import PrintState
from counterdesk.core.printers import PrinterSetting, Way
from counterdesk.printing.cups import CupsPrinter
from counterdesk.printing.direct import DirectPrinter
from counterdesk.printing.transports import FilePrinter, printer_from
from counterdesk.printing.windows import WindowsPrinter


def test_a_folder_gets_one_whole_file_for_each_receipt(tmp_path: Path) -> None:
    folder = tmp_path / "receipts"
    printer = FilePrinter(folder)
    assert printer.send(b"one", "R-5001", print).state is PrintState.PRINTED
    assert printer.send(b"two", "R-5001-copy-1", print).state is PrintState.PRINTED
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "R-5001.bin": b"one",
        "R-5001-copy-1.bin": b"two",
    }


@pytest.mark.parametrize("name", ["../../etc/x", "a/b", "a\x00b", ".."])
def test_a_number_cannot_leave_its_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "receipts"
    FilePrinter(folder).send(b"one", name, print)
    assert len(list(folder.iterdir())) == 1
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.req("RCT-5")
def test_a_folder_that_cannot_be_written_blocks_in_words(tmp_path: Path) -> None:
    (tmp_path / "receipts").write_text("a file stands in the way")
    outcome = FilePrinter(tmp_path / "receipts").send(b"one", "R-5001", print)
    assert outcome.state is PrintState.BLOCKED
    assert "cannot be written" in outcome.detail


def setting(way: Way, address: str) -> PrinterSetting:
    return PrinterSetting(UUID(int=1), "Front", way, address)


@pytest.mark.parametrize(
    ("way", "address", "kind"),
    [
        (Way.NETWORK, "printer", DirectPrinter),
        (Way.NETWORK, "127.0.0.1:9100", DirectPrinter),
        (Way.NETWORK, "[::1]:9100", DirectPrinter),
        (Way.USB, "04b8:0202", DirectPrinter),
        (Way.SERIAL, "COM3@19200", DirectPrinter),
        (Way.CUPS, "receipts", CupsPrinter),
        (Way.WINDOWS, "EPSON TM-T20III", WindowsPrinter),
        (Way.FILE, "receipts", FilePrinter),
    ],
)
def test_the_setting_chooses_the_way(way: Way, address: str, kind: type) -> None:
    assert isinstance(printer_from(setting(way, address)), kind)


@pytest.mark.parametrize(
    ("way", "address"),
    [(Way.NETWORK, "host:abc"), (Way.USB, "epson"), (Way.SERIAL, "COM3@fast"), (Way.CUPS, "")],
)
def test_an_address_that_is_none_is_refused(way: Way, address: str) -> None:
    with pytest.raises(UserError):
        printer_from(setting(way, address))
