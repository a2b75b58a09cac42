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
    Uuid,
)

from counterdesk.models.ref import ORDERS

_temporary = MetaData(schema="temp")

OWN_LINES = Table(
    "own_line",
    _temporary,
    Column("payment_id", Uuid, primary_key=True),
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
    Column("text", String, doc="What a search looks through: see `core.search_text`."),
    Column(
        "status",
        String,
        Computed("coalesce(nullif(gone, ''), nullif(told, ''), taken)", persisted=True),
    ),
    *(Column(name, String, Computed(how, persisted=True)) for name, how in ORDERS.items()),
    Index("ix_own_line_business_date", "business_date", "payment_id"),
)
"""One row of each payment of this counter."""

OWN_LINES_KEPT = Table(
    "own_line_kept",
    _temporary,
    Column("payments", Integer, doc="The newest row of `payment` that was read."),
    Column("undone", Integer, doc="The newest row of `undone_settlement`."),
    Column("told", String, doc="Of when what the centre told is."),
)
"""How far they are kept: one row."""
