"""Tables of `ref.db`: what the centre told this counter. Disposable; written by sync alone."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Computed, Index
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from counterdesk.models.base import RefBase

REF_FORMAT = 8
"""Written as the file's `user_version`. Another one found: delete the file and fill it again."""

SEARCH_INDEXES = (
    # The beginnings of words, from two letters on.
    """create virtual table ref.search_words using fts5(
        name, address, content='search_text', content_rowid='row_id', columnsize=0,
        detail=column, prefix='2 3',
        tokenize="unicode61 remove_diacritics 2 categories 'L* M* N* Co'")""",
    # Any part, from three letters on: candidates, which are then looked at letter by letter.
    """create virtual table ref.search_parts using fts5(
        name, address, codes, content='search_text', content_rowid='row_id', columnsize=0,
        detail=none, tokenize='trigram case_sensitive 1')""",
    # Any part of a receipt, a name or an account, over `past_payment`: see `sync.payment_rows`.
    # What is found says what it is alike in: its row is not read before it is wanted.
    """create virtual table ref.payment_parts using fts5(
        text, sum_id unindexed, content='', contentless_unindexed=1, columnsize=0, detail=none,
        tokenize='trigram case_sensitive 1')""",
)
"""Full-text indexes by the `row_id` of `search_text`; made after the tables are filled."""


OF_A_DAY = 24
"""Bits of a row id of `past_payment`: a day has room for sixteen million."""


def first_row_id(day: date) -> int:
    """Return the least row id that a past payment of a day can have."""
    return day.toordinal() << OF_A_DAY


def day_of(row_id: int) -> date:
    """Return the day of a past payment by its row id."""
    return date.fromordinal(row_id >> OF_A_DAY)


def last_row_id(day: date) -> int:
    """Return the greatest one."""
    return first_row_id(day) + (1 << OF_A_DAY) - 1


class Consumer(RefBase):
    """A customer of the utility. `row_id` is the key of the search indexes."""

    __tablename__ = "consumer"

    row_id: Mapped[int] = mapped_column(primary_key=True)
    consumer_id: Mapped[UUID] = mapped_column(unique=True, index=True)
    account_number: Mapped[str] = mapped_column(unique=True, index=True)
    account_digits: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    service_address: Mapped[str]
    phone: Mapped[str]
    phone_digits: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    preferences: Mapped[str] = mapped_column(default="")
    circumstances: Mapped[str] = mapped_column(default="")
    cash_only: Mapped[bool] = mapped_column(default=False)
    disconnected: Mapped[bool] = mapped_column(default=False)
    """Supply is cut off; paying what is overdue lets it be restored."""


class SearchText(RefBase):
    """What the search box looks through, folded: see `core.search_text`."""

    __tablename__ = "search_text"

    row_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    address: Mapped[str]
    codes: Mapped[str]
    """Account number, phone and charge numbers, each without its punctuation."""


class Charge(RefBase):
    """Something a consumer owes: `kind` is "Bill", "Service" or "Installment".

    `paid_minor` is what the centre had applied when it sent the row; this counter's own
    allocations with a seq beyond `applied_through` come on top.
    """

    __tablename__ = "charge"

    charge_id: Mapped[UUID] = mapped_column(primary_key=True)
    consumer_id: Mapped[UUID]
    kind: Mapped[str]
    number: Mapped[str] = mapped_column(index=True)
    """Invoice number, service reference, or plan and installment (`PP-2025-0034/1`)."""
    description: Mapped[str] = mapped_column(default="")
    """What a service is for ("Late Fee"); empty for bills."""
    period: Mapped[str] = mapped_column(default="")
    """Billing period of a bill, `yyyy-mm`."""
    plan_number: Mapped[str] = mapped_column(default="")
    installment: Mapped[int] = mapped_column(default=0)
    charged_on: Mapped[date]
    due_on: Mapped[date]
    amount_minor: Mapped[int]
    paid_minor: Mapped[int] = mapped_column(default=0)
    minimum_minor: Mapped[int] = mapped_column(default=0)
    """Least part payment this charge accepts; 0 for any."""
    refused_methods: Mapped[str] = mapped_column(default="")
    """Codes of payment modes this charge does not accept, separated by commas."""
    disputed: Mapped[bool] = mapped_column(default=False)
    online_pending: Mapped[bool] = mapped_column(default=False)
    replaced_by_plan: Mapped[bool] = mapped_column(default=False)
    """Counts through its plan's installments; not payable itself."""
    applied_through: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("ix_charge_consumer_id_due_on", "consumer_id", "due_on"),)


class DueSum(RefBase):
    """What falls due on a day, without charges that a plan replaced: its installments count.

    Written with each charge: see `sync.due_sums`.
    """

    __tablename__ = "due_sum"

    due_on: Mapped[date] = mapped_column(primary_key=True)
    charges: Mapped[int]
    amount_minor: Mapped[int]


class Plan(RefBase):
    """A payment plan and how well it is kept: "On track", "Late" or "Broken"."""

    __tablename__ = "plan"

    number: Mapped[str] = mapped_column(primary_key=True)
    consumer_id: Mapped[UUID] = mapped_column(index=True)
    status: Mapped[str]


ORDERS = {
    "receipt_order": "printf('%04d', length(receipt_number)) || receipt_number",
    "consumer_order": "lower(consumer_name)",
    "account_order": "printf('%04d', length(account_number)) || account_number",
}
"""What payments are sorted by where a column itself will not do: R-999 comes before R-1000."""

_PLACE = ("business_date", "payment_id", "sum_id")


def _computed(name: str) -> MappedColumn[str]:
    return mapped_column(Computed(ORDERS[name], persisted=False))


class PastPayment(RefBase):
    """A payment of the last 13 months, taken anywhere, as the centre tells it.

    Written by `sync.past_sums` alone.
    """

    __tablename__ = "past_payment"

    row_id: Mapped[int] = mapped_column(primary_key=True)
    """Follows the business date: see `sync.payment_rows`."""
    payment_id: Mapped[UUID] = mapped_column(unique=True)
    consumer_id: Mapped[UUID] = mapped_column(index=True)
    receipt_number: Mapped[str] = mapped_column(index=True)
    business_date: Mapped[date]
    type: Mapped[str]
    method: Mapped[str]
    """Names of the tenders of its visit: "Cash", "Cash + Card"."""
    amount_minor: Mapped[int]
    status: Mapped[str]
    payment_number: Mapped[str] = mapped_column(default="")
    transaction_number: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default="")
    counter: Mapped[str] = mapped_column(default="")
    """Code of the counter that took it; what this counter took stands in its ledger, too."""
    cashier: Mapped[str] = mapped_column(default="")
    consumer_name: Mapped[str] = mapped_column(default="")
    account_number: Mapped[str] = mapped_column(default="")
    taken_at_utc: Mapped[datetime | None]
    collected_minor: Mapped[int | None]
    """New money in it: without the credit it spent, with the rounding of its visit (MON-10)."""
    verified_by: Mapped[str] = mapped_column(default="")
    """Who vouched for a payment that came pending; "" while nobody has, or nobody had to."""
    verified_at_utc: Mapped[datetime | None]
    settled_minor: Mapped[int | None]
    """What its allocations came to (KPI-1); None where only its amount is known."""
    settled_days: Mapped[int] = mapped_column(default=0)
    """Days from charge to payment, of all allocations together."""
    settled_parts: Mapped[int] = mapped_column(default=0)
    """So many allocations."""
    sum_id: Mapped[int] = mapped_column(default=0)
    """The `PastSum` it is counted in."""
    receipt_order: Mapped[str] = _computed("receipt_order")
    consumer_order: Mapped[str] = _computed("consumer_order")
    account_order: Mapped[str] = _computed("account_order")

    __table_args__ = (
        # Each is read from either end, and holds what says whether a payment is wanted: a list is
        # found from the index alone. What is alike in a column is ordered by date and id.
        Index(
            "ix_past_payment_business_date", "business_date", "payment_id", "sum_id", "amount_minor"
        ),
        Index("ix_past_payment_sum_id", "sum_id", "payment_id", "amount_minor"),
        # Narrow: what is alike is added up between two amounts.
        Index("ix_past_payment_sum_id_amount_minor", "sum_id", "amount_minor"),
        Index("ix_past_payment_amount_minor", "amount_minor", *_PLACE),
        *(Index(f"ix_past_payment_{name}", name, *_PLACE) for name in ORDERS),
    )


class PastSum(RefBase):
    """What payments that are alike in all that a list is filtered by come to, day by day.

    Written with each payment: see `sync.past_sums`.
    """

    __tablename__ = "past_sum"

    sum_id: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[date]
    status: Mapped[str]
    type: Mapped[str]
    channel: Mapped[str]
    method: Mapped[str]
    counter: Mapped[str]
    cashier: Mapped[str]
    payments: Mapped[int]
    amount_minor: Mapped[int]
    collected_minor: Mapped[int]
    settled_minor: Mapped[int]
    settled_days: Mapped[int]
    settled_parts: Mapped[int]

    __table_args__ = (
        # A period is summed from the index alone.
        Index(
            "ix_past_sum_alike",
            "business_date", "status", "type", "channel", "method", "counter", "cashier",
            "payments", "amount_minor", "collected_minor", "settled_minor", "settled_days",
            "settled_parts",
        ),
    )  # fmt: skip


class PastBack(RefBase):
    """Money given back of a payment, or paid out of a credit note, on a day of its own (MON-10).

    What this counter gave back stands in its ledger, too. They are few: a period of them is summed
    from the index alone.
    """

    __tablename__ = "past_back"

    back_id: Mapped[UUID] = mapped_column(primary_key=True)
    consumer_id: Mapped[UUID]
    kind: Mapped[str]
    """void, reversal, bounced, moved, corrected or refund."""
    number: Mapped[str]
    """Receipt of what was undone, or the credit note that was paid out."""
    business_date: Mapped[date]
    type: Mapped[str]
    """As all up to the cashier the payment's, whoever gave back; of a refund its own."""
    method: Mapped[str]
    channel: Mapped[str]
    counter: Mapped[str]
    cashier: Mapped[str]
    giving_counter: Mapped[str]
    """Code of the counter whose act it was."""
    given_by: Mapped[str]
    amount_minor: Mapped[int]
    collected_minor: Mapped[int]
    """New money of it: without the credit that went back to its note."""
    reopened_minor: Mapped[int]
    """What charges owe again, less what was moved to charges of another account."""
    payment_id: Mapped[UUID | None]
    """Whose money it was; None for a refund."""

    __table_args__ = (
        Index(
            "ix_past_back_business_date",
            "business_date", "giving_counter", "type", "channel", "method", "counter", "cashier",
            "collected_minor", "reopened_minor",
        ),
        Index("ix_past_back_payment_id", "payment_id"),
    )  # fmt: skip


AMOUNT_STEP = 1_000
"""In minor units: payments of an amount from one step to the next are counted together."""


class AmountSum(RefBase):
    """How many past payments have an amount within one step, and what they come to.

    Written with each payment: see `sync.amount_sums`.
    """

    __tablename__ = "amount_sum"

    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The amount divided by `AMOUNT_STEP`, rounded down."""
    payments: Mapped[int]
    amount_minor: Mapped[int]


class VisitSum(RefBase):
    """In how many visits a counter took the payments of a day that count.

    Written with each payment: see `sync.visit_sums`.
    """

    __tablename__ = "visit_sum"

    business_date: Mapped[date] = mapped_column(primary_key=True)
    counter: Mapped[str] = mapped_column(primary_key=True)
    visits: Mapped[int]


class PastCredit(RefBase):
    """A credit note as the centre tells it, with what remains of it.

    What this counter did with it since, by acts beyond `applied_through`, comes on top.
    """

    __tablename__ = "past_credit"

    row_id: Mapped[int] = mapped_column(primary_key=True)
    credit_note_id: Mapped[UUID] = mapped_column(unique=True)
    consumer_id: Mapped[UUID] = mapped_column(index=True)
    number: Mapped[str]
    amount_minor: Mapped[int]
    remaining_minor: Mapped[int]
    status: Mapped[str]
    """As it stands there; who looks later sees from the dates that it expired or is free."""
    source: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    remarks: Mapped[str] = mapped_column(default="")
    created_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    held_until: Mapped[date | None]
    payment_number: Mapped[str] = mapped_column(default="")
    receipt_number: Mapped[str] = mapped_column(default="")
    created_by: Mapped[str] = mapped_column(default="")
    created_by_id: Mapped[UUID | None]
    approved_by: Mapped[str] = mapped_column(default="")
    applied_through: Mapped[int] = mapped_column(default=0)
    consumer_name: Mapped[str] = mapped_column(default="")
    account_number: Mapped[str] = mapped_column(default="")
    sought: Mapped[str] = mapped_column(default="")
    """What a list of notes looks through, folded: see `core.credit.sought_in_note`."""
    created_key: Mapped[str] = mapped_column(default="")
    """`created_on` as notes are arranged by it; "" for one without a day, older than all others."""

    __table_args__ = (
        # All that a list is filtered or arranged by: whatever is asked, the index alone is read,
        # and the newest first without sorting.
        Index(
            "ix_past_credit_listed",
            "created_key", "number", "status", "remaining_minor", "amount_minor", "expires_on",
            "held_until", "reason", "receipt_number", "payment_number", "created_by",
            "approved_by", "sought",
        ),
    )  # fmt: skip


class PastDispute(RefBase):
    """A payment that somebody doubts, raised at any counter, as the centre tells it.

    What this counter raised or closed stands in its ledger, too. `outcome` is None while the
    dispute is open.
    """

    __tablename__ = "past_dispute"

    dispute_id: Mapped[UUID] = mapped_column(primary_key=True)
    consumer_id: Mapped[UUID] = mapped_column(index=True)
    number: Mapped[str]
    payment_id: Mapped[UUID] = mapped_column(index=True)
    payment_number: Mapped[str]
    receipt_number: Mapped[str]
    account_number: Mapped[str]
    consumer_name: Mapped[str]
    """As the payment's owner was called when it was raised."""
    payment_amount_minor: Mapped[int]
    category: Mapped[str]
    amount_minor: Mapped[int]
    """What of the payment is doubted."""
    words: Mapped[str]
    raised_on: Mapped[date]
    raised_at_utc: Mapped[datetime]
    raised_by: Mapped[str]
    counter: Mapped[str]
    """Code of the counter that raised it."""
    outcome: Mapped[str | None]
    closed_words: Mapped[str] = mapped_column(default="")
    closed_at_utc: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(default="")


class SettingRow(RefBase):
    """One setting as JSON text; names and defaults are declared in `core.settings`."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    version: Mapped[int] = mapped_column(default=0)
    """Which one this is at the centre: whoever changes the setting names it. 0 for none."""


class ExceptionItem(RefBase):
    """An event of this counter that somebody at the centre must look at.

    It could not be placed, or was placed with something left over: credit spent twice, a change of
    a setting that was returned.
    """

    __tablename__ = "exception_item"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str]
    state: Mapped[str]
    """"open", or "applied" once it was placed after all, or the matter was settled."""
    suspended: Mapped[bool] = mapped_column(default=False)
    """Whether it is not placed: it took nothing of any charge or note yet."""


class Refreshed(RefBase):
    """When this file's content was true at the centre, and which place in its feed that is.

    One row; none while nothing was ever told.
    """

    __tablename__ = "refreshed"

    one: Mapped[int] = mapped_column(primary_key=True)
    as_of_utc: Mapped[datetime]
    sync_seq: Mapped[int] = mapped_column(default=0)
    tag: Mapped[UUID | None]
