"""The printers of a counter: how each is reached, what it can do, which paper goes to which.

They belong to the counter, not to the office: two counters of one office have different cables.
See docs/decisions/014.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from counterdesk.core.i18n import _

WIDTHS: Final = (32, 42, 48)
"""Letters across: paper of 58 mm, of 80 mm in printers set to 42, and of 80 mm."""

LONGEST_NAME: Final = 40


class Way(StrEnum):
    """How a printer is reached."""

    NETWORK = "network"
    USB = "usb"
    SERIAL = "serial"
    CUPS = "cups"
    WINDOWS = "windows"
    FILE = "file"

    @property
    def may_answer(self) -> bool:
        """Whether what the printer says of itself comes back this way."""
        return self in {Way.NETWORK, Way.USB, Way.SERIAL}


class Paper(StrEnum):
    """A kind of document that can have a printer of its own."""

    RECEIPT = "receipt"
    SHIFT_REPORT = "shift_report"
    VOUCHER = "voucher"
    VOID_SLIP = "void_slip"
    CREDIT_NOTE = "credit_note"
    DEPOSIT_SLIP = "deposit_slip"
    STATEMENT = "statement"


class Family(StrEnum):
    """A family of printers: its code pages stand under the same numbers."""

    EPSON = "epson"
    SEIKO = "seiko"
    RONGTA = "rongta"
    ZJIANG = "zjiang"
    PLAIN = "plain"
    """Only what every printer has: everything else is drawn."""


@dataclass(frozen=True, slots=True)
class PrinterSetting:
    """One printer. `address` is as `core.printer_address` reads it for its way."""

    printer_id: UUID
    name: str
    way: Way
    address: str
    family: Family = Family.EPSON
    columns: int = 48
    native_qr: bool = True
    cutter: bool = True
    drawer_pin: int = 0
    """The pin that opens the drawer, 2 or 5; 0 where none is plugged in."""
    answers: bool = False
    """Whether it tells its state when it is asked: then silence means that it cannot print."""


@dataclass(frozen=True, slots=True)
class Printers:
    """All printers of a counter, in the order they were added, and which paper goes where."""

    all: tuple[PrinterSetting, ...] = ()
    assigned: Mapping[str, UUID] = field(default_factory=dict)
    """By kind of document; every other kind goes to the first printer."""

    def find(self, printer_id: UUID | None) -> PrinterSetting | None:
        """Return the printer with an id, or None."""
        return next((one for one in self.all if one.printer_id == printer_id), None)

    def printer_for(self, kind: str) -> PrinterSetting | None:
        """Return the printer of a kind of document; None where no printer is set up."""
        return self.find(self.assigned.get(kind)) or self.default

    @property
    def default(self) -> PrinterSetting | None:
        """Where everything goes that has no printer of its own."""
        return self.all[0] if self.all else None

    @property
    def with_drawer(self) -> PrinterSetting | None:
        """The printer that the drawer hangs on: the receipts' own before any other."""
        receipts = self.printer_for(Paper.RECEIPT)
        return next((one for one in (receipts, *self.all) if one and one.drawer_pin), None)

    def others(self, printer_id: UUID | None) -> tuple[PrinterSetting, ...]:
        """Return every printer but one."""
        return tuple(one for one in self.all if one.printer_id != printer_id)

    def with_printer(self, setting: PrinterSetting) -> Printers:
        """Return these with one printer changed, or added at the end."""
        if self.find(setting.printer_id) is None:
            return replace(self, all=(*self.all, setting))
        same = setting.printer_id
        return replace(
            self, all=tuple(setting if one.printer_id == same else one for one in self.all)
        )

    def without(self, printer_id: UUID) -> Printers:
        """Return these without one printer: what went there goes to the first one."""
        left = {kind: one for kind, one in self.assigned.items() if one != printer_id}
        return Printers(self.others(printer_id), left)

    def assigning(self, kind: str, printer_id: UUID | None) -> Printers:
        """Return these with a kind of document at a printer; None lets it go to the first."""
        left = {name: one for name, one in self.assigned.items() if name != kind}
        return replace(self, assigned=left | ({kind: printer_id} if printer_id else {}))

    def with_first(self, printer_id: UUID) -> Printers:
        """Return these with another printer as the first: the one for everything else."""
        first = tuple(one for one in self.all if one.printer_id == printer_id)
        return replace(self, all=first + self.others(printer_id))


def printers_to_plain(printers: Printers) -> dict[str, Any]:
    """Return printers as plain values: for the ledger, and for the event that tells of them."""
    return {
        "all": [asdict(one) | {"printer_id": str(one.printer_id)} for one in printers.all],
        "assigned": {kind: str(one) for kind, one in printers.assigned.items()},
    }


def printers_from_json(text: str) -> Printers:
    """Return the printers that the JSON of `printers_to_plain` describes; "" for none."""
    if not text:
        return Printers()
    plain = json.loads(text)
    return Printers(
        tuple(_setting(one) for one in plain["all"]),
        {kind: UUID(one) for kind, one in plain["assigned"].items()},
    )


def _setting(plain: dict[str, Any]) -> PrinterSetting:
    own = {
        "printer_id": UUID(plain["printer_id"]),
        "way": Way(plain["way"]),
        "family": Family(plain["family"]),
    }
    return PrinterSetting(**{**plain, **own})


def way_words(way: Way) -> str:
    """Return what a way is called."""
    return {
        Way.NETWORK: _("Network"),
        Way.USB: _("USB"),
        Way.SERIAL: _("Serial port"),
        Way.CUPS: _("Print queue (CUPS)"),
        Way.WINDOWS: _("Windows printer"),
        Way.FILE: _("Folder"),
    }[way]


def paper_words(kind: str) -> str:
    """Return what a kind of document is called; a kind that is not known here stays as it is."""
    return {
        "receipt": _("Receipts"),
        "shift_report": _("Shift reports"),
        "voucher": _("Vouchers"),
        "void_slip": _("Void and reversal slips"),
        "credit_note": _("Credit notes"),
        "deposit_slip": _("Deposit slips"),
        "statement": _("Statements of account"),
    }.get(kind, kind)


def family_words(family: Family) -> str:
    """Return what a family of printers is called: mostly a maker's name."""
    return {
        Family.EPSON: _("Epson TM, and most others"),
        Family.SEIKO: "Seiko RP",
        Family.RONGTA: "Rongta RP",
        Family.ZJIANG: "Zjiang, Netum, POS-58/80",
        Family.PLAIN: _("Unknown: plain letters, the rest drawn"),
    }[family]
