"""Receipts of five offices, each in its language, as the service makes them from one visit."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import select

from counterdesk.core.documents import Document, document_from_json, document_to_json
from counterdesk.core.money import Currency
from counterdesk.core.settings import Settings
from counterdesk.core.undoing import Replacement, UndoAsked, UndoKind
from counterdesk.core.visit import AccountLine, PaymentRequest, PaymentType, Share, TenderGiven
from counterdesk.models.base import table_of
from counterdesk.models.ledger import PaymentTransaction
from counterdesk.services.consumers import account_view, find_exactly
from counterdesk.services.correctable import visit_to_correct
from counterdesk.services.corrections import correct_payment
from counterdesk.services.payments import take_payment
from counterdesk.services.people import begin_attempt
from counterdesk.services.shifts import open_shift
from counterdesk.store.session import Session
from tests.conftest import PASSWORD

COLUMNS: Final = (32, 42, 48)


@dataclass(frozen=True)
class Office:
    """What an office has set, and what its consumers and cashiers are called."""

    settings: dict[str, Any]
    cash: str
    words: dict[str, str]
    """What stands in the sample, and what stands in this office instead."""


OFFICES: Final = {
    "en": Office(
        {"locale": "en_US", "utility_name": "Cityville Water",
         "utility_address": "1 Reservoir Road, Cityville",
         "receipt_header": ("Tax No. 12-3456789",)}, "Cash", {},
    ),
    "es": Office(
        {"locale": "es_ES", "currency": Currency("EUR", 2, "€"), "utility_name": "Aguas del Río",
         "utility_address": "Calle del Depósito 1",
         "receipt_header": ("NIF A12345678",)}, "Efectivo",
        {"John Doe": "José Núñez Ibáñez", "123 Main Street, Cityville": "Plaza Mayor 3, Río",
         "Jane Smith": "María Peña", "Walk-in": "Presencial", "Counter 7": "Atención"},
    ),
    "ar": Office(
        {"locale": "ar_EG", "currency": Currency("EGP", 2, "ج.م"),
         "utility_name": "شركة مياه المدينة", "utility_address": "١ شارع الخزان، المدينة",
         "receipt_header": ("الرقم الضريبي ١٢٣-٤٥٦-٧٨٩",),
         "receipt_footer": ("احتفظوا بهذا الإيصال",)}, "نقدًا",
        {"John Doe": "أحمد عبد الرحمن", "123 Main Street, Cityville": "١٢ شارع النيل، المدينة",
         "Jane Smith": "فاطمة حسن", "Walk-in": "حضوري", "Counter 7": "شباك ٧"},
    ),
    "hi": Office(
        {"locale": "hi_IN", "currency": Currency("INR", 2, "₹"), "utility_name": "नगर जल निगम",
         "utility_address": "१ जलाशय मार्ग, नगर",
         "receipt_header": ("जीएसटी सं. १२३४५६",),
         "receipt_footer": ("यह रसीद सँभालकर रखें",)}, "नकद",
        {"John Doe": "क्षितिज शर्मा", "123 Main Street, Cityville": "१२३ गांधी मार्ग, नगर",
         "Jane Smith": "ज्योति सिंह", "Walk-in": "स्वयं उपस्थित", "Counter 7": "काउंटर ७"},
    ),
    "zh": Office(
        {"locale": "zh_CN", "currency": Currency("CNY", 2, "¥"), "utility_name": "城市自来水公司",
         "utility_address": "水库路1号",
         "receipt_header": ("税号 1234567890",),
         "receipt_footer": ("请妥善保管此收据",)}, "现金",
        {"John Doe": "王小明", "123 Main Street, Cityville": "城市人民路123号",
         "Jane Smith": "李静", "Walk-in": "柜台", "Counter 7": "七号窗口"},
    ),
}  # fmt: skip
LANGUAGES: Final = tuple(OFFICES)


def office_settings(language: str) -> Settings:
    """Return the settings of an office."""
    office, modes = OFFICES[language], Settings().payment_modes
    return replace(
        Settings(),
        **office.settings,
        utility_contact="(555) 010-0100",
        payment_modes=(replace(modes[0], name=office.cash), *modes[1:]),
        receipt_language=language,
    )


def receipt_in(session: Session, language: str) -> Document:
    """Take a payment of two bills, with change and something extra; return its receipt."""
    session.settings = office_settings(language)
    open_shift(session, 10_000)
    hit = find_exactly(session, "10001")
    assert hit is not None
    view = account_view(session, hit.consumer_id)
    bills = [charge for charge in view.charges if charge.kind is PaymentType.BILL]
    shares = (Share(bills[0], bills[0].outstanding_minor), Share(bills[1], 10_000))
    line = AccountLine(view.account, shares, 0, view.charges)
    given = (TenderGiven("cash", 150_000),)
    taken = take_payment(session, PaymentRequest(uuid4(), "Walk-in", (line,), given))
    return in_words(taken.document, language)


def replacing_receipt_in(session: Session, language: str) -> Document:
    """Correct the visit above, which was given other cash; return the new receipt."""
    receipt_in(session, language)
    visit = session.execute(select(table_of(PaymentTransaction).c.id)).scalar_one()
    old = visit_to_correct(session, visit)
    shares = tuple((one.charge_id, one.amount_minor) for one in old.shares)
    new = Replacement(uuid4(), shares, (TenderGiven("cash", 30_000),), channel=old.channel)
    asked = UndoAsked(uuid4(), UndoKind.CORRECTED, visit, session.settings.undo_reasons[0])
    attempt = begin_attempt(session, "admin")
    return in_words(
        correct_payment(session, attempt, PASSWORD, asked, new).taken.document, language
    )


def in_words(document: Document, language: str) -> Document:
    """Return a document with an office's own names in place of the sample's."""
    text = document_to_json(document)
    for english, own in OFFICES[language].words.items():
        text = text.replace(english, json.dumps(own)[1:-1])
    return document_from_json(text)
