"""Settings of an office: declared once, with their defaults, read from JSON by name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Final

from babel import Locale, UnknownLocaleError

from counterdesk.core.documents import logo_from
from counterdesk.core.money import Currency
from counterdesk.core.tiles import TileLimit, TileName

PAGES: Final = ("A4", "A5", "Letter", "roll80")
"""Sizes of paper: 80 mm rolls are as long as what stands on them."""


class ModeKind(StrEnum):
    """What kind of money a payment mode brings."""

    CASH = "cash"
    CARD = "card"
    TRANSFER = "transfer"
    CHEQUE = "cheque"
    WALLET = "wallet"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class PaymentMode:
    """One way to pay that the office accepts."""

    code: str
    name: str
    kind: ModeKind
    needs_reference: bool = False
    opens_drawer: bool = False
    counted_at_close: bool = False


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How the numbers of one series read: `PAY-{yyyy}-{seq:06}`; yearly series start anew."""

    pattern: str
    yearly: bool


class MailSecurity(StrEnum):
    """How the line to a mail server is kept secret."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailSetting:
    """Who carries receipts by email. The password of `login` lies in the keyring, never here."""

    host: str = ""
    port: int = 587
    security: MailSecurity = MailSecurity.STARTTLS
    """`NONE` only for a server on this very machine."""
    from_address: str = ""
    from_name: str = ""
    login: str = ""
    """"" where the server asks for none."""

    @property
    def configured(self) -> bool:
        """Whether receipts can go out by email at all."""
        return bool(self.host and self.from_address)


_MODES = (
    PaymentMode("cash", "Cash", ModeKind.CASH, opens_drawer=True, counted_at_close=True),
    PaymentMode("card", "Card", ModeKind.CARD, needs_reference=True),
    PaymentMode("transfer", "Bank transfer", ModeKind.TRANSFER, needs_reference=True),
    PaymentMode("cheque", "Cheque", ModeKind.CHEQUE, needs_reference=True, counted_at_close=True),
    PaymentMode("wallet", "Mobile money", ModeKind.WALLET, needs_reference=True),
    PaymentMode("credit", "Credit note", ModeKind.CREDIT),
)

_FORMATS = {
    "payment": NumberFormat("PAY-{yyyy}-{seq:06}", yearly=True),
    "transaction": NumberFormat("TXN-{yyyy}-{seq:06}", yearly=True),
    "receipt": NumberFormat("R-{seq}", yearly=False),
    "credit_note": NumberFormat("CN-{seq}", yearly=False),
    "shift": NumberFormat("S-{yyyy}-{seq:05}", yearly=True),
    "dispute": NumberFormat("DSP-{yyyy}-{seq:06}", yearly=True),
}


@dataclass(frozen=True)
class Settings:
    """Every setting of the office. Amounts are minor units of `currency`."""

    utility_name: str = "Water Utility"
    utility_address: str = ""
    utility_contact: str = ""
    utility_public_key: str = ""
    """Hex of the Ed25519 key that certifies counters; printed nowhere, needed to verify."""
    receipt_logo: str = ""
    """JSON of a `Logo`'s width, height and rows, on top of each receipt; "" for none."""
    receipt_header: tuple[str, ...] = ()
    """Lines below the utility's name and address, on each paper."""
    receipt_footer: tuple[str, ...] = ()
    """Lines at the end of each receipt; with none, it says thank you."""
    receipt_language: str = ""
    """The language of receipts, such as "ar"; "" for the window's."""
    document_page: str = "A4"
    """Which paper a PDF is for: one of `PAGES`."""
    language: str = "en"
    locale: str = "en_US"
    time_zone: str = "UTC"
    currency: Currency = Currency("USD", 2, "$")
    cash_rounding_minor: int = 0
    """Smallest coin, such as 5 for 0.05; 0 where every amount can be paid in cash."""
    cash_notes_minor: tuple[int, ...] = (
        10_000, 5_000, 2_000, 1_000, 500, 100, 50, 25, 10, 5, 1,
    )  # fmt: skip
    """Notes and coins in use, largest first."""
    over_short_limit_minor: int = 500
    """Beyond this a difference at close needs a supervisor."""
    drawer_move_limit_minor: int = 5_000
    """Beyond this, money paid into or out of the drawer needs a supervisor."""
    drawer_ceiling_minor: int = 100_000
    """With more cash in the drawer than this, some of it belongs in the safe."""
    low_change_pieces: int = 5
    """With fewer of a small note or coin than this, change runs low."""
    deposit_float_minor: int = 0
    """Kept back of each shift's cash when it goes to the bank; 0: what came from the safe."""
    deposit_account: str = ""
    """Bank and account number, as a deposit slip names them."""
    paid_in_reasons: tuple[str, ...] = ("Coin exchange", "Found in the drawer", "Other")
    paid_out_reasons: tuple[str, ...] = ("Postage", "Office supplies", "Refund of fee", "Other")
    undo_reasons: tuple[str, ...] = (
        "Wrong amount", "Wrong consumer", "Wrong method", "Paid twice", "Cheque came back",
        "The payer asked", "Other",
    )  # fmt: skip
    """Why a payment is undone."""
    channels: tuple[str, ...] = ("Walk-in", "Online", "Mobile", "Bank", "Field")
    payment_modes: tuple[PaymentMode, ...] = _MODES
    overpayment_threshold_minor: int = 10_000
    """Most that may be paid above the outstanding of what is ticked, for each account."""
    largest_payment_minor: int = 100_000_000
    notes_limit: int = 500
    credit_note_months: int = 12
    offline_credit_own_shift: bool = False
    """Whether a note is taken without asking the centre where it was made here in this shift."""
    offline_credit_limit_minor: int = 0
    """Most credit of one visit that a supervisor may allow without asking the centre; 0: none."""
    credit_note_reasons: tuple[str, ...] = (
        "Overpayment", "Duplicate payment", "Billing error", "Billing adjustment",
        "Refund request", "Customer request", "Other",
    )  # fmt: skip
    auto_approve_minor: int = 0
    """What one payment's credit notes may come to without anybody's approval; 0 for none."""
    credit_approval_ceiling_minor: int = 50_000
    """Beyond this a supervisor approves no credit; a billing manager does. 0 for no ceiling."""
    number_formats: Mapping[str, NumberFormat] = field(default_factory=lambda: dict(_FORMATS))
    cheque_stale_days: int = 180
    cheque_fee_minor: int = 0
    """What a consumer owes for a cheque that came back; 0 for nothing."""
    cheque_hold_days: int = 0
    """So many days a credit note of a cheque's extra money is held; 0 for none."""
    idle_lock_seconds: int = 180
    copies_unasked: int = 2
    """Copies of one receipt that a cashier prints alone; a supervisor allows every further one."""
    mail: MailSetting = MailSetting()
    tile_limits: tuple[TileLimit, ...] = ()
    """What figures of the dashboard should lie between; beyond it, an alert is raised."""
    alerts_from_day: int = 10
    """Of a month: before it, no figure that only grows is too low, and no mean is judged."""

    def taken_mode(self, code: str) -> PaymentMode:
        """Return the payment mode with a code that was checked before.

        Raises:
            KeyError: The office has no such mode.
        """
        return {mode.code: mode for mode in self.payment_modes}[code]

    @property
    def credit_mode(self) -> PaymentMode | None:
        """The payment mode of credit notes, or None if the office takes none as payment."""
        return next((mode for mode in self.payment_modes if mode.kind is ModeKind.CREDIT), None)

    def mode(self, code: str) -> PaymentMode | None:
        """Return the payment mode with a code, or None if the office has none such."""
        return next((mode for mode in self.payment_modes if mode.code == code), None)


def settings_from(rows: Mapping[str, str]) -> Settings:
    """Return the settings that rows of names and JSON texts describe.

    Names that this version does not know are left alone: a newer centre may send them.

    Raises:
        ValueError: A known setting's text is not what its declaration asks for.
    """
    known = {item.name for item in fields(Settings)}
    given = {name: json.loads(text) for name, text in rows.items() if name in known}
    return replace(Settings(), **{name: _read(name, value) for name, value in given.items()})


def settings_rows(settings: Settings) -> dict[str, str]:
    """Return settings as rows of names and JSON texts, the way the centre sends them."""
    return {
        item.name: json.dumps(getattr(settings, item.name), default=_plain, ensure_ascii=False)
        for item in fields(Settings)
    }


def _plain(value: Any) -> Any:
    return {item.name: getattr(value, item.name) for item in fields(value)}


def _read(name: str, value: Any) -> Any:
    if name in _READERS:
        return _READERS[name](value)
    expected = type(getattr(Settings(), name))
    if type(value) is not expected:
        raise ValueError(f"setting {name}: {value!r} is not {expected.__name__}")
    return value


def _read_page(value: Any) -> str:
    if value not in PAGES:
        raise ValueError(f"a page is one of {PAGES}")
    return str(value)


def _read_language(value: Any) -> str:
    try:
        if value != "":
            Locale.parse(value)
    except (UnknownLocaleError, TypeError) as error:
        raise ValueError(f"{value!r} is no language") from error
    return str(value)


def _read_logo(value: Any) -> str:
    if value != "":
        logo_from(value)
    return str(value)


def _read_limit(given: Any) -> TileLimit:
    limit = TileLimit(**{**given, "tile": TileName(given["tile"])})
    for value in (limit.lower, limit.upper):
        if value is not None and type(value) is not int:
            raise ValueError(f"{value!r} is no limit")
    return limit


def _read_lines(value: Any) -> tuple[str, ...]:
    if not all(type(line) is str for line in value):
        raise ValueError(f"{value!r} are no lines")
    return tuple(value)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "currency": lambda given: Currency(**given),
    "payment_modes": lambda given: tuple(
        PaymentMode(**{**mode, "kind": ModeKind(mode["kind"])}) for mode in given
    ),
    "number_formats": lambda given: {name: NumberFormat(**one) for name, one in given.items()},
    "mail": lambda given: MailSetting(**{**given, "security": MailSecurity(given["security"])}),
    "receipt_logo": _read_logo,
    "receipt_header": _read_lines,
    "receipt_footer": _read_lines,
    "receipt_language": _read_language,
    "document_page": _read_page,
    "tile_limits": lambda given: tuple(_read_limit(one) for one in given),
    "channels": tuple,
    "cash_notes_minor": tuple,
    "paid_in_reasons": tuple,
    "paid_out_reasons": tuple,
    "undo_reasons": tuple,
    "credit_note_reasons": tuple,
}
