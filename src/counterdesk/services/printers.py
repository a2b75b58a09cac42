"""The printers of this counter: who changes them, and what stands in the ledger about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.permissions import Permission
from counterdesk.core.print_states import WAITING
from counterdesk.core.printer_address import check_address
from counterdesk.core.printers import (
    LONGEST_NAME,
    WIDTHS,
    Paper,
    Printers,
    PrinterSetting,
    printers_from_json,
    printers_to_plain,
)
from counterdesk.core.text import clean
from counterdesk.models.base import table_of
from counterdesk.models.ledger import PrintJob, State
from counterdesk.services.people import entitled
from counterdesk.store.session import ReadSession, Session

NAME_FIELD = "printerName"
_KEPT = "printers"
_state, _jobs = table_of(State), table_of(PrintJob)
_kept = select(_state.c.value).where(_state.c.name == _KEPT)
_PINS = (0, 2, 5)


def counter_printers(read: ReadSession) -> Printers:
    """Return the printers of this counter; needs no permission, because all paper asks."""
    return printers_from_json(read.execute(_kept).scalar() or "")


def save_printer(session: Session, setting: PrinterSetting) -> Printers:
    """Add a printer, or change the one with its id.

    Raises:
        PermissionRefused: The role does not allow it.
        UserError: It has no name or another's, or its address is not one of its way.
        ValueError: It has a width or a drawer's pin that no printer has.
    """
    entitled(session, Permission.CHANGE_PRINTERS)
    if setting.columns not in WIDTHS or setting.drawer_pin not in _PINS:
        raise ValueError(f"no printer has {setting.columns} columns, pin {setting.drawer_pin}")
    before = counter_printers(session)
    _check_name(setting, before)
    check_address(setting.way, setting.address)
    return _keep(session, before, before.with_printer(setting))


def remove_printer(session: Session, printer_id: UUID) -> Printers:
    """Take a printer away; what waits for it waits for the one that its kind goes to then.

    Raises:
        PermissionRefused: The role does not allow it.
    """
    entitled(session, Permission.CHANGE_PRINTERS)
    waits = [state.value for state in WAITING]
    session.execute(
        update(_jobs)
        .where(_jobs.c.printer_id == printer_id, _jobs.c.state.in_(waits))
        .values(printer_id=None)
    )
    before = counter_printers(session)
    return _keep(session, before, before.without(printer_id))


def assign_paper(session: Session, kind: Paper, printer_id: UUID | None) -> Printers:
    """Let a kind of document go to a printer; None lets it go where everything else goes.

    Raises:
        PermissionRefused: The role does not allow it.
        UserError: The printer is gone by now.
    """
    entitled(session, Permission.CHANGE_PRINTERS)
    before = counter_printers(session)
    if printer_id is not None:
        known_printer(before, printer_id)
    return _keep(session, before, before.assigning(kind, printer_id))


def put_first(session: Session, printer_id: UUID) -> Printers:
    """Make a printer the one for everything that has none of its own.

    Raises:
        PermissionRefused: The role does not allow it.
        UserError: The printer is gone by now.
    """
    entitled(session, Permission.CHANGE_PRINTERS)
    before = counter_printers(session)
    known_printer(before, printer_id)
    return _keep(session, before, before.with_first(printer_id))


def known_printer(printers: Printers, printer_id: UUID) -> PrinterSetting:
    """Return the printer with an id.

    Raises:
        UserError: It is gone by now.
    """
    found = printers.find(printer_id)
    if found is None:
        raise UserError(_("This printer is not set up any more."))
    return found


def _check_name(setting: PrinterSetting, before: Printers) -> None:
    name = clean(setting.name).strip()
    if not name or name != setting.name or len(name) > LONGEST_NAME:
        raise UserError(_("Give the printer a name."), NAME_FIELD)
    others = before.others(setting.printer_id)
    if name.casefold() in {one.name.casefold() for one in others}:
        raise UserError(_("Another printer has this name."), NAME_FIELD)


def _keep(session: Session, before: Printers, after: Printers) -> Printers:
    if after != before:
        told = {"before": printers_to_plain(before), "after": printers_to_plain(after)}
        session.record("printers.changed", told)
        keep_told(session, told["after"])
    return after


def keep_told(session: Session, plain: Mapping[str, Any]) -> None:
    """Keep printers as the act that changed them tells them."""
    session.keep_state(_KEPT, json.dumps(plain))
