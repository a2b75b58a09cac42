"""What a receipt says: one frozen document, filled from the rows that were just posted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from sqlalchemy import bindparam, select

from counterdesk.core.clock import office_date
from counterdesk.core.dates import write_date, write_instant
from counterdesk.core.documents import (
    BOLD,
    Align,
    Block,
    Column,
    Document,
    KeyValue,
    QrCode,
    Rule,
    Style,
    Table,
    Text,
    logo_from,
)
from counterdesk.core.i18n import _, in_language, language_in_use
from counterdesk.core.money import format_amount, format_number
from counterdesk.core.receipt_code import HASH_BYTES, ReceiptFacts, facts_to_sign, receipt_code
from counterdesk.core.settings import ModeKind, Settings
from counterdesk.core.text import clean
from counterdesk.models.base import table_of
from counterdesk.models.undoing import Undo
from counterdesk.services.posting import Row, VisitRows
from counterdesk.store.session import CounterIdentity, ReadSession, RecordedEvent, Session

_undos = table_of(Undo)
_corrected = select(_undos.c.receipt_number).where(_undos.c.replaced_by == bindparam("visit"))
_LONGEST = 120
"""Letters of a name or an address that a receipt shows."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves a receipt: a code, and its event's place in the chain for who looks it up."""

    code: str
    place: str


def receipt_document(session: Session, rows: VisitRows, event: RecordedEvent) -> Document:
    """Return the receipt of a visit, with the code that proves it.

    Args:
        session: The transaction that posts the visit; its counter signs the code.
        rows: What is posted.
        event: The visit's event: the receipt prints its place in the chain and its hash.
    """
    facts = receipt_facts(session, rows, event.seq, event.hash)
    code = receipt_code(facts, session.sign(facts_to_sign(facts)), session.counter.certificate)
    place = f"{session.counter.code}-{event.seq:06}  {event.hash.hex()[:8]}"
    corrected = session.execute(_corrected, {"visit": rows.transaction["id"]}).scalar()
    return receipt_from(session.settings, session.counter, rows, Proof(code, place), corrected)


def receipt_from(
    settings: Settings,
    counter: CounterIdentity,
    rows: VisitRows,
    proof: Proof,
    replaces: str | None = None,
) -> Document:
    """Return the receipt of a visit at a counter, as an office with these settings gives it.

    Args:
        settings: Of the office.
        counter: Where it is paid.
        rows: What is posted.
        proof: Its code.
        replaces: The receipt of the visit that it corrects.
    """
    number = rows.transaction["receipt_number"]
    with in_language(settings.receipt_language):
        language = language_in_use()
        blocks = (
            *letterhead(settings),
            *_visit_lines(settings, counter, rows, replaces),
            *_accounts(rows, settings),
            *_money(rows, settings),
            *_end(settings, proof),
        )
        return Document(
            kind="receipt",
            number=number,
            title=_("Receipt {number}").format(number=number),
            language=language,
            right_to_left=is_right_to_left(language),
            blocks=blocks,
        )


@lru_cache(maxsize=4)
def is_right_to_left(language: str) -> bool:
    """Tell whether a paper in this language reads from the right."""
    return Locale.parse(language).text_direction == "rtl"


def _dates_locale(settings: Settings) -> str:
    """Return how a receipt writes dates: as the office does, but in the receipt's language."""
    language = language_in_use()
    alike = settings.locale.partition("_")[0] == language.partition("_")[0]
    return settings.locale if alike else language


def short(text: str) -> str:
    """Return a name or an address as a receipt shows it: harmless, and of bounded length."""
    harmless = clean(text).strip()
    return harmless if len(harmless) <= _LONGEST else harmless[: _LONGEST - 1] + "…"


def letterhead(settings: Settings) -> Iterator[Block]:
    """Yield what stands on top of every paper of the office."""
    if settings.receipt_logo:
        yield logo_from(settings.receipt_logo)
    yield Text(short(settings.utility_name), Align.CENTRE, Style(bold=True, big=True))
    for line in (settings.utility_address, settings.utility_contact, *settings.receipt_header):
        if line:
            yield Text(short(line), Align.CENTRE)
    yield Rule()


def _visit_lines(
    settings: Settings, counter: CounterIdentity, rows: VisitRows, replaces: str | None
) -> Iterator[Block]:
    visit = rows.transaction
    yield KeyValue(_("Receipt"), visit["receipt_number"], BOLD)
    if replaces:
        yield KeyValue(_("Replaces"), replaces, BOLD)
    yield KeyValue(_("Transaction"), visit["number"])
    for payment in rows.payments:
        yield KeyValue(_type_label(payment["type"]), payment["number"])
    yield KeyValue(
        _("Date"), write_instant(visit["taken_at_utc"], _dates_locale(settings), settings.time_zone)
    )
    if visit["business_date"] != office_date(visit["taken_at_utc"], settings.time_zone):
        yield KeyValue(_("Counts on"), write_date(visit["business_date"], _dates_locale(settings)))
    yield KeyValue(_("Counter"), short(f"{counter.code} {counter.name}"))
    yield KeyValue(_("Cashier"), short(visit["user_name"]))
    yield KeyValue(_("Channel"), short(visit["channel"]))
    if visit["paper_number"]:
        written = write_date(visit["paper_on"], _dates_locale(settings))
        yield KeyValue(_("Written by hand"), short(f"{visit['paper_number']}, {written}"))
    if visit["paid_by"]:
        yield KeyValue(_("Paid by"), short(visit["paid_by"]))


def _type_label(kind: str) -> str:
    labels = {"Bill": _("Bill payment"), "Service": _("Service payment")}
    return labels.get(kind, _("Installment payment"))


def _accounts(rows: VisitRows, settings: Settings) -> Iterator[Block]:
    """For each account of the visit: who, what was paid of what, and what is left."""
    by_account: dict[str, list[Row]] = {}
    for payment in rows.payments:
        by_account.setdefault(payment["account_number"], []).append(payment)
    for number, payments in by_account.items():
        yield Rule()
        yield KeyValue(_("Consumer"), short(payments[0]["consumer_name"]), BOLD)
        yield KeyValue(_("Account"), short(number))
        if address := rows.addresses.get(number):
            yield KeyValue(_("Address"), short(address))
        yield Rule()
        yield _charges_table(rows, payments, settings)
        yield KeyValue(_("Balance left"), _amount(payments[0]["left_minor"], settings), amount=True)


def _charges_table(rows: VisitRows, payments: list[Row], settings: Settings) -> Table:
    def number(amount_minor: int) -> str:
        return format_number(amount_minor, settings.currency, settings.locale)

    ids = {payment["id"] for payment in payments}
    lines = [
        (
            _charge_label(row) + _paid_before(row, number),
            number(row["billed_minor"]),
            number(row["amount_minor"]),
            number(row["outstanding_minor"] - row["amount_minor"]),
        )
        for row in rows.allocations
        if row["payment_id"] in ids
    ]
    over = sum(row["amount_minor"] for row in rows.overpayments if row["payment_id"] in ids)
    if over:
        lines.append((_("Paid extra, kept as credit"), "", number(over), ""))
    columns = (
        Column(_("Paid for")),
        Column(_("Billed"), Align.END),
        Column(_("Paid"), Align.END),
        Column(_("Difference"), Align.END),
    )
    return Table(columns, tuple(lines))


def _charge_label(allocation: Row) -> str:
    """The number, then what it is for: a narrow paper breaks the line between the two."""
    text = short(allocation["charge_text"]).replace(" ", "\u00a0")
    if text.startswith(allocation["charge_number"].partition("/")[0] + "\u00a0"):
        return text  # an installment's text names its plan already
    return f"{short(allocation['charge_number'])} {text}"


def _paid_before(allocation: Row, number: Callable[[int], str]) -> str:
    """Say why billed less paid is not the difference, where a part was paid earlier."""
    before_minor = allocation["billed_minor"] - allocation["outstanding_minor"]
    if not before_minor:
        return ""
    text = _("{amount} paid before").format(amount=number(before_minor))
    return f", {text}".replace(" ", "\u00a0").replace("\u00a0", " ", 1)


def _amount(amount_minor: int, settings: Settings) -> str:
    return format_amount(amount_minor, settings.currency, settings.locale)


def _money(rows: VisitRows, settings: Settings) -> Iterator[Block]:
    visit = rows.transaction
    yield Rule()
    total = _amount(visit["due_minor"], settings)
    yield KeyValue(_("Total paid"), total, Style(bold=True, big=True), amount=True)
    for tender in rows.tenders:
        yield KeyValue(
            _tender_label(tender), _amount(tender["amount_minor"], settings), amount=True
        )
        yield from _left_of_note(rows, tender, settings)
    if any(tender["kind"] == ModeKind.CASH for tender in rows.tenders):
        change = _amount(visit["change_minor"], settings)
        yield KeyValue(_("Change"), change, BOLD, amount=True)
    if visit["rounding_minor"]:
        rounding = _amount(visit["rounding_minor"], settings)
        yield KeyValue(_("Cash rounding"), rounding, amount=True)
    for note in rows.credit_notes:
        yield KeyValue(
            _("Credit note {number}").format(number=note["number"]),
            _amount(note["amount_minor"], settings),
            BOLD,
            amount=True,
        )
        until = write_date(note["expires_on"], _dates_locale(settings))
        yield Text(_("Credit for {account}, valid until {date}.").format(
            account=note["account_number"], date=until))  # fmt: skip
    if visit["notes"]:
        yield Text(_("Notes: {notes}").format(notes=visit["notes"]))


def _tender_label(tender: Row) -> str:
    name = short(tender["method_name"])
    if tender["kind"] == ModeKind.CASH:
        return _("{method} received").format(method=name)
    more = [tender["cheque_bank"], tender["reference"], tender["credit_note_number"]]
    if tender["card_last_four"]:
        more.append(f"**** {tender['card_last_four']}")
    return short(" ".join([name, *filter(None, more)]))


def _left_of_note(rows: VisitRows, tender: Row, settings: Settings) -> Iterator[Block]:
    """Say what is left of a credit note that was used, as far as this counter knows."""
    left = rows.credit_left.get(tender["credit_note_id"])
    if left is not None:
        label = _("Left of {note}").format(note=tender["credit_note_number"])
        yield KeyValue(label, _amount(left, settings), amount=True)


def _end(settings: Settings, proof: Proof) -> Iterator[Block]:
    yield Rule()
    yield QrCode(proof.code, _("Scan to check this receipt"))
    yield Text(proof.place, Align.CENTRE)
    for line in settings.receipt_footer or (_("Thank you."),):
        yield Text(short(line), Align.CENTRE)


def receipt_facts(
    read: ReadSession, rows: VisitRows, event_seq: int, event_hash: bytes
) -> ReceiptFacts:
    """Return what the code on a visit's receipt states.

    Args:
        read: Knows the counter that took the money.
        rows: The visit's transaction and payments.
        event_seq: The place of its event in the chain.
        event_hash: The hash of that event.
    """
    visit = rows.transaction
    return ReceiptFacts(
        counter_code=read.counter.code,
        seq=event_seq,
        event_hash=event_hash[:HASH_BYTES],
        receipt_number=visit["receipt_number"],
        transaction_number=visit["number"],
        accounts=tuple(dict.fromkeys(row["account_number"] for row in rows.payments)),
        currency=visit["currency"],
        paid_minor=visit["due_minor"],
        change_minor=visit["change_minor"],
        business_date=visit["business_date"],
        taken_at_utc=visit["taken_at_utc"].replace(microsecond=0),
    )
