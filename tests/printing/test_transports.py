from __future__ import annotations

from pathlib import Path

import pytest

from counterdesk.core.errors import UserError
from counterdesk.core.print_states import PrintState
from counterdesk.core.settings import PrinterSetting
from counterdesk.printing.network import NetworkPrinter
from counterdesk.printing.transports import FilePrinter, printer_from


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


def test_the_settings_choose_the_printer(tmp_path: Path) -> None:
    assert printer_from(PrinterSetting()) is None
    assert isinstance(printer_from(PrinterSetting("file", str(tmp_path))), FilePrinter)
    for address in ("printer", "127.0.0.1:9100", "[::1]:9100"):
        assert isinstance(printer_from(PrinterSetting("network", address)), NetworkPrinter)


@pytest.mark.parametrize(
    ("kind", "address"),
    [("fax", "x"), ("file", ""), ("network", ""), ("network", "host:abc"), ("network", ":9100"),
     ("network", "host:70000"), ("network", "host:²")],
)  # fmt: skip
def test_a_setting_that_names_no_printer_is_refused(kind: str, address: str) -> None:
    with pytest.raises(UserError):
        printer_from(PrinterSetting(kind, address))
