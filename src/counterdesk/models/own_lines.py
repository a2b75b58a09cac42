"""What a connection keeps of this counter's own payments, in memory, while it is open.

A list is sorted and filtered by what the ledger has in three tables, or nowhere: the names of a
visit's tenders, and what became of a payment. Nothing derived stands in the ledger.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Computed,
    Date,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)

from counterdesk.models.ref import ORDERS

ALIKE_IN = ("type", "status", "channel", "counter", "cashier", "method")
"""Columns of few values: a filter chooses among what there is of them, not among payments."""

_PLACE = ("business_date", "payment_id", "alike", "amount_minor")
_temporary = MetaData(schema="temp")

OWN_LINES = Table(
    "own_line",
    _temporary,
    Column(
        "row_id", Integer, primary_key=True, doc="Follows the day, as that of `past_payment` does."
    ),
    Column("payment_id", Uuid, unique=True),
    Column("business_date", Date),
    Column("receipt_number", String),
    Column("consumer_id", Uuid),
    Column("consumer_name", String),
    Column("account_number", String),
    Column("amount_minor", Integer),
    Column("type", String),
    Column("channel", String),
    Column("counter", String),
    Column("cashier", String),
    Column("method", String),
    Column("taken", String, doc="The status it was taken with."),
    Column("gone", String, doc="Voided or Reversed where nothing of it stands here, or empty."),
    Column("told", String, doc="What the centre says became of it, or empty."),
    Column("alike", Integer, doc="What it is alike in: see `OWN_ALIKE`. None until looked up."),
    Column(
        "status",
        String,
        Computed("coalesce(nullif(gone, ''), nullif(told, ''), taken)", persisted=False),
    ),
    *(Column(name, String, Computed(how, persisted=False)) for name, how in ORDERS.items()),
    # Each holds what says whether a payment is wanted: its row is not read before it is.
    Index("ix_own_line_alike", "alike", "business_date", "payment_id", "amount_minor"),
    Index("ix_own_line_business_date", "business_date", "payment_id", "alike", "amount_minor"),
    Index("ix_own_line_consumer_id", "consumer_id"),
)
"""One row of each payment of this counter."""

OWN_FEW = (
    Index("ix_own_line_unknown", OWN_LINES.c.payment_id, sqlite_where=text("alike is null")),
    Index("ix_own_line_told", OWN_LINES.c.payment_id, sqlite_where=text("told != ''")),
)
"""What is to be looked up, and what the centre told: found without looking through all."""

OWN_PARTS = """create virtual table temp.own_parts using fts5(
    text, content='', columnsize=0, detail=none, tokenize='trigram case_sensitive 1')"""
"""Any part of a receipt, a name or an account, by `row_id`: as `ref.payment_parts`."""

OWN_ORDERS = {
    name: Index(f"ix_own_line_{name}", *(OWN_LINES.c[one] for one in (name, *_PLACE)))
    for name in (*ORDERS, "amount_minor")
}
"""Indexes that are made when somebody first sorts by their column: each takes 8 MB."""

OWN_ALIKE = Table(
    "own_alike",
    _temporary,
    Column("alike", Integer, primary_key=True),
    *(Column(name, String) for name in ALIKE_IN),
    UniqueConstraint(*ALIKE_IN),
)
"""What payments are alike in: a hundred rows or two, whatever a counter took."""

OWN_LINES_KEPT = Table(
    "own_line_kept",
    _temporary,
    Column("payments", Integer, doc="The newest row of `payment` that was read."),
    Column("undone", Integer, doc="The newest row of `undone_settlement`."),
    Column("told", String, doc="Of when what the centre told is."),
)
"""How far they are kept: one row."""
