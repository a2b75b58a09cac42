"""The sample payment's receipt, as a document, for the tests of this room and its benchmark."""

from __future__ import annotations

from dataclasses import replace

from counterdesk.core.documents import (
    BOLD,
    Align,
    Column,
    Document,
    Feed,
    KeyValue,
    QrCode,
    Rule,
    Style,
    Table,
    Text,
)

CODE = "CD1:" + "6BF+70EFKF5A C-PED7M" * 25
TOTAL = Style(bold=True, big=True)


def sample_receipt(name: str = "John Doe", notes: str = "Customer paid in full") -> Document:
    """Return a receipt as the service makes it; only the consumer's name and notes vary."""
    return Document(
        kind="receipt",
        number="R-5001",
        title="Receipt R-5001",
        language="en",
        right_to_left=False,
        blocks=(
            Text("Cityville Water", Align.CENTRE, TOTAL),
            Text("1 Reservoir Road, Cityville", Align.CENTRE),
            Text("(555) 010-0100", Align.CENTRE),
            Rule(),
            KeyValue("Receipt", "R-5001", BOLD),
            KeyValue("Transaction", "TXN-2025-008934"),
            KeyValue("Payment", "PAY-2025-004521 (Bill)"),
            KeyValue("Date", "20 Apr 2025, 10:00"),
            KeyValue("Counter", "C03"),
            KeyValue("Cashier", "Jane Smith"),
            KeyValue("Channel", "Walk-in"),
            KeyValue("Consumer", name),
            KeyValue("Account", "WU-10001"),
            KeyValue("Address", "123 Main Street, Cityville"),
            Rule(),
            Table(
                (
                    Column("Charge"),
                    Column("Billed", Align.END),
                    Column("Paid", Align.END),
                    Column("Difference", Align.END),
                ),
                (("INV-2025-001234 Mar 2025", "145.50", "145.50", "0.00"),),
            ),
            Rule(),
            KeyValue("Total", "$145.50", TOTAL, amount=True),
            KeyValue("Cash received", "$150.00", amount=True),
            KeyValue("Change", "$4.50", BOLD, amount=True),
            KeyValue("Balance left", "$454.75", amount=True),
            Rule(),
            Text(f"Notes: {notes}"),
            Feed(),
            QrCode(CODE, "C03-000482  6F1A09C2"),
            Text("Thank you", Align.CENTRE, BOLD),
        ),
    )


def in_arabic(document: Document) -> Document:
    """Return a document as a right-to-left one."""
    return replace(document, language="ar", right_to_left=True)
