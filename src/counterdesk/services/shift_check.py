"""Does a shift's file hold: its chain, its signatures and its sums, without any database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from counterdesk.core.errors import UserError
from counterdesk.core.events import chain_hash
from counterdesk.core.i18n import _
from counterdesk.core.receipt_code import Certificate
from counterdesk.services.receipt_check import certified
from counterdesk.services.shift_export import SHIFT_FILE

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ShiftProved:
    """What a file that holds says of its shift. Amounts in minor units."""

    number: str
    z_number: str
    counter_code: str
    business_date: date
    currency: str
    visits: int
    tenders: Mapping[str, int]
    """What came in by payment mode, less change and what was undone."""
    expected_minor: int
    counted_minor: int


def check_shift_file(text: str, utility_public_key: bytes) -> ShiftProved:
    """Add a shift's file up again and return what it says, if it holds.

    Args:
        text: The whole file.
        utility_public_key: The 32 bytes of the utility's Ed25519 key.

    Raises:
        UserError: It is no such file, was altered, has a gap, or does not add up.
    """
    try:
        head, *lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        certificate = certified(bytes.fromhex(head["certificate"]), utility_public_key)
        events = _signed_events(lines, certificate)
        if (head["file"], head["v"]) != (SHIFT_FILE, 1):
            raise _no_file()
        return _added_up(head, events, certificate)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise _no_file() from error


def _no_file() -> UserError:
    return UserError(_("This is not a complete file of a shift."))


def _signed_events(lines: Sequence[Row], certificate: Certificate) -> list[Row]:
    key = Ed25519PublicKey.from_public_bytes(certificate.public_key)
    events, before = [], lines[0]["prev_hash"]
    for line in lines:
        body = line["body"].encode()
        own_hash = chain_hash(bytes.fromhex(before), body)
        if line["prev_hash"] != before or line["hash"] != own_hash.hex():
            raise _altered(line["seq"])
        try:
            key.verify(bytes.fromhex(line["signature"]), own_hash)
        except InvalidSignature as error:
            raise _altered(line["seq"]) from error
        event = json.loads(body)
        if event["seq"] != line["seq"]:
            raise _altered(line["seq"])
        events.append(event)
        before = line["hash"]
    return events


def _altered(seq: object) -> UserError:
    text = _("Event {seq} was altered, or one before it is missing.")
    return UserError(text.format(seq=seq))


def _added_up(head: Row, events: list[Row], certificate: Certificate) -> ShiftProved:
    opened, closed = events[0], events[-1]
    kinds = (opened["kind"], closed["kind"])
    if kinds != ("shift.opened", "shift.closed") or not (
        opened["data"]["id"] == closed["data"]["shift_id"]
        and opened["data"]["number"] == closed["data"]["number"] == head["shift"]
    ):
        raise _no_file()
    on = date.fromisoformat(opened["business_date"])
    if certificate.code != head["counter"] or not (
        certificate.valid_from <= on <= certificate.valid_until
    ):
        raise UserError(_("The counter was not certified on the day of the shift."))
    tenders: Counter[str] = Counter()
    for event in events:
        if event["kind"] != "credit_note.changed":  # a refund is no tender
            tenders.update(event["totals"]["tenders"])
    _check_sums(events, _there(events))
    return ShiftProved(
        head["shift"], closed["data"]["z_number"], head["counter"], on,
        opened["data"]["currency"], sum(one["kind"] == "payment.taken" for one in events),
        dict(tenders), closed["data"]["expected_minor"], closed["data"]["counted_minor"],
    )  # fmt: skip


def _there(events: list[Row]) -> Counter[str]:
    """What should lie there by method: neither a cheque that came back nor a refund lay there."""
    there: Counter[str] = Counter()
    for event in events:
        undone = event["kind"] == "transaction.undone"
        bounced = undone and event["data"]["undo"]["kind"] == "bounced"
        if not bounced and event["kind"] != "credit_note.changed":
            there.update(event["totals"]["tenders"])
    return there


def _check_sums(events: list[Row], tenders: Mapping[str, int]) -> None:
    """MON-11, and every counted method: from the events alone."""
    closed = events[-1]["data"]
    drawer = sum(one["totals"]["cash_delta_minor"] for one in events)
    counted = _counted(events, UUID(closed["count_id"]))
    for one in closed["methods"]:
        due = drawer if one["kind"] == "cash" else tenders.get(one["method"], 0)
        if (one["expected_minor"], one["counted_minor"]) != (due, counted[one["method"]]):
            text = _("{method} does not add up: {sum} is what the events say.")
            raise UserError(text.format(method=one["method_name"], sum=due))
        if one["kind"] == "cash" and closed["expected_minor"] != due:
            raise UserError(_("The drawer was closed with another sum than its events have."))


def _counted(events: list[Row], count_id: UUID) -> Counter[str]:
    sums: Counter[str] = Counter()
    for event in events:
        if event["kind"] == "drawer.counted":
            for one in event["data"]["pieces"]:
                if UUID(one["count_id"]) == count_id:
                    sums[one["method"]] += one["face_minor"] * one["pieces"]
    return sums
