from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from counterdesk.core.documents import QrCode, Text
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.permissions import Role
from counterdesk.core.printers import WIDTHS, Paper, Printers, PrinterSetting, Way
from counterdesk.models.ledger import Event
from counterdesk.services.print_list import print_document
from counterdesk.services.printer_trial import print_test_page
from counterdesk.services.printers import (
    assign_paper,
    counter_printers,
    put_first,
    remove_printer,
    save_printer,
)
from counterdesk.store.session import Session
from tests.conftest import hire

FRONT = PrinterSetting(UUID(int=1), "Front", Way.NETWORK, "10.0.0.7:9100", drawer_pin=2)
OFFICE = PrinterSetting(UUID(int=2), "Office", Way.CUPS, "laser", columns=42)


@pytest.fixture
def chief(session: Session) -> Session:
    """The transaction of a supervisor, who may change printers."""
    session.actor = hire(session, Role.SUPERVISOR, "Chief")
    return session


@pytest.mark.req("RCT-5")
def test_a_counter_has_several_printers_and_the_first_is_for_everything(chief: Session) -> None:
    assert counter_printers(chief) == Printers()
    save_printer(chief, FRONT)
    printers = save_printer(chief, OFFICE)
    assert printers == counter_printers(chief) == Printers((FRONT, OFFICE))
    assert printers.printer_for("receipt") == printers.printer_for("anything") == FRONT
    assert put_first(chief, OFFICE.printer_id).printer_for("receipt") == OFFICE


def test_a_kind_of_paper_may_have_its_own_printer(chief: Session) -> None:
    save_printer(chief, FRONT)
    save_printer(chief, OFFICE)
    assign_paper(chief, Paper.SHIFT_REPORT, OFFICE.printer_id)
    printers = counter_printers(chief)
    assert printers.printer_for("shift_report") == OFFICE
    assert printers.printer_for("receipt") == FRONT
    assert assign_paper(chief, Paper.SHIFT_REPORT, None).printer_for("shift_report") == FRONT


def test_what_went_to_a_printer_that_is_gone_goes_to_the_first(chief: Session) -> None:
    save_printer(chief, FRONT)
    save_printer(chief, OFFICE)
    assign_paper(chief, Paper.SHIFT_REPORT, OFFICE.printer_id)
    assert remove_printer(chief, OFFICE.printer_id).printer_for("shift_report") == FRONT
    for use in (lambda: put_first(chief, OFFICE.printer_id),
                lambda: assign_paper(chief, Paper.RECEIPT, OFFICE.printer_id),
                lambda: print_test_page(chief, OFFICE.printer_id)):  # fmt: skip
        with pytest.raises(UserError, match="not set up any more"):
            use()


@pytest.mark.req("AUD-1")
def test_every_change_is_an_event_with_before_and_after(chief: Session) -> None:
    save_printer(chief, FRONT)
    save_printer(chief, replace(FRONT, address="10.0.0.8"))
    save_printer(chief, replace(FRONT, address="10.0.0.8"))
    query = select(Event.body).where(Event.kind == "printers.changed").order_by(Event.seq)
    first, second = (json.loads(body)["data"] for body in chief.execute(query).scalars())
    assert (first["before"]["all"], first["after"]) == ([], second["before"])
    assert second["after"]["all"][0]["address"] == "10.0.0.8"


@pytest.mark.req("AUD-2")
def test_a_cashier_changes_no_printer(session: Session) -> None:
    with pytest.raises(PermissionRefused):
        save_printer(session, FRONT)
    with pytest.raises(PermissionRefused):
        remove_printer(session, FRONT.printer_id)
    with pytest.raises(PermissionRefused):
        assign_paper(session, Paper.RECEIPT, None)
    with pytest.raises(PermissionRefused):
        put_first(session, FRONT.printer_id)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(FRONT, name=""), "printerName"),
        (replace(FRONT, name="office", printer_id=UUID(int=9)), "printerName"),
        (replace(FRONT, name="Fr\x1bont"), "printerName"),
        (replace(FRONT, address="host:abc"), "printerAddress"),
        (replace(FRONT, way=Way.USB), "printerAddress"),
        (replace(FRONT, way=Way.FILE, address=" "), "printerAddress"),
        (replace(FRONT, way=Way.SERIAL, address="COM3@12"), "printerAddress"),
        (replace(FRONT, way=Way.CUPS, address="a queue"), "printerAddress"),
    ],
)
def test_a_printer_that_cannot_be_is_refused_beside_its_field(
    chief: Session, wrong: PrinterSetting, field: str
) -> None:
    save_printer(chief, OFFICE)
    with pytest.raises(UserError) as refused:
        save_printer(chief, wrong)
    assert refused.value.field == field


@pytest.mark.parametrize("wrong", [replace(FRONT, columns=40), replace(FRONT, drawer_pin=3)])
def test_a_width_no_printer_has_is_a_bug(chief: Session, wrong: PrinterSetting) -> None:
    with pytest.raises(ValueError, match="no printer has"):
        save_printer(chief, wrong)


@pytest.mark.req("RCT-2")
@pytest.mark.parametrize("columns", WIDTHS)
def test_the_ruler_of_the_test_page_ends_at_the_papers_edge(chief: Session, columns: int) -> None:
    save_printer(chief, replace(FRONT, columns=columns))
    page = print_document(chief, print_test_page(chief, FRONT.printer_id))
    lines = [block.text for block in page.blocks if isinstance(block, Text)]
    assert any(len(line) == columns and line.startswith("1234567890") for line in lines)
    assert any(line.endswith(f"{columns // 10}0") and len(line) % 10 == 0 for line in lines)
    assert any(isinstance(block, QrCode) for block in page.blocks)
    assert "does the drawer open?" in lines[-1]
