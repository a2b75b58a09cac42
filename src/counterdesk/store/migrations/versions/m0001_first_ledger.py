"""The first ledger: events, shifts, numbers, payments and what belongs to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from counterdesk.models.base import UtcInstant

revision = "0001"
down_revision = None


def upgrade() -> None:  # noqa: PLR0915 - one for each table
    """Create every table."""
    op.create_table(
        "counter",
        sa.Column("counter_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("counter_id", name=op.f("pk_counter")),
    )
    op.create_table(
        "credential",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("password_salt", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.LargeBinary(), nullable=False),
        sa.Column("pin_salt", sa.LargeBinary(), nullable=True),
        sa.Column("pin_hash", sa.LargeBinary(), nullable=True),
        sa.Column("memory_kib", sa.Integer(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("lanes", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_credential")),
        sa.UniqueConstraint("login", name=op.f("uq_credential_login")),
    )
    op.create_table(
        "draft",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("saved_at_utc", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column(
            "about",
            sa.String(),
            sa.Computed(
                "case when kind in ('receipt.reprinted', 'receipt.emailed', 'approval.granted', "
                "'credit.allowed', 'late.allowed', 'print.moved', 'print.given_up', "
                "'print.answered') and json_valid(cast(body as text)) then "
                "coalesce(json_extract(cast(body as text), '$.data.transaction_id'), "
                "json_extract(cast(body as text), '$.data.request_id'), json_extract(cast(body "
                "as text), '$.data.job_id')) end",
                persisted=False,
            ),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_event_event_id")),
        sa.UniqueConstraint("hash", name=op.f("uq_event_hash")),
    )
    op.create_index(
        "ix_event_about",
        "event",
        ["about"],
        unique=False,
        sqlite_where=sa.text("about is not null"),
    )
    op.create_table(
        "number_block",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "first <= next and next <= last + 1", name=op.f("ck_number_block_next_in_block")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_block")),
        sa.UniqueConstraint(
            "series", "year", "first", name=op.f("uq_number_block_series_year_first")
        ),
    )
    op.create_table(
        "sign_in_attempts",
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_failed_at_utc", UtcInstant(), nullable=True),
        sa.Column("last_failed_monotonic_ns", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_sign_in_attempts")),
    )
    op.create_table(
        "state",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_state")),
    )
    op.create_table(
        "deposit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("made_at_utc", UtcInstant(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("cash_minor", sa.Integer(), nullable=False),
        sa.Column("cheques_minor", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "cash_minor >= 0 and cheques_minor >= 0 and cash_minor + cheques_minor > 0",
            name=op.f("ck_deposit_something"),
        ),
        sa.ForeignKeyConstraint(["event_seq"], ["event.seq"], name=op.f("fk_deposit_event_seq")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit")),
        sa.UniqueConstraint("number", name=op.f("uq_deposit_number")),
    )
    op.create_table(
        "dispute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("payment_number", sa.String(), nullable=False),
        sa.Column("receipt_number", sa.String(), nullable=False),
        sa.Column("consumer_id", sa.Uuid(), nullable=False),
        sa.Column("account_number", sa.String(), nullable=False),
        sa.Column("consumer_name", sa.String(), nullable=False),
        sa.Column("payment_amount_minor", sa.Integer(), nullable=False),
        sa.Column("payment_on", sa.Date(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("raised_at_utc", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("words != ''", name=op.f("ck_dispute_explained")),
        sa.CheckConstraint(
            "amount_minor between 1 and payment_amount_minor", name=op.f("ck_dispute_amount")
        ),
        sa.ForeignKeyConstraint(["event_seq"], ["event.seq"], name=op.f("fk_dispute_event_seq")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
        sa.UniqueConstraint("number", name=op.f("uq_dispute_number")),
    )
    op.create_index("ix_dispute_consumer_id", "dispute", ["consumer_id"], unique=False)
    op.create_index("ix_dispute_payment_id", "dispute", ["payment_id"], unique=False)
    op.create_table(
        "dispute_closed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dispute_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("consumer_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("closed_at_utc", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("words != ''", name=op.f("ck_dispute_closed_explained")),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["event.seq"], name=op.f("fk_dispute_closed_event_seq")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_closed")),
    )
    op.create_index("ix_dispute_closed_dispute_id", "dispute_closed", ["dispute_id"], unique=False)
    op.create_index("ix_dispute_closed_payment_id", "dispute_closed", ["payment_id"], unique=False)
    op.create_table(
        "payment_verified",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("payment_number", sa.String(), nullable=False),
        sa.Column("receipt_number", sa.String(), nullable=False),
        sa.Column("consumer_id", sa.Uuid(), nullable=False),
        sa.Column("account_number", sa.String(), nullable=False),
        sa.Column("consumer_name", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("verified_at_utc", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_verified_amount_positive")),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["event.seq"], name=op.f("fk_payment_verified_event_seq")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_verified")),
    )
    op.create_index(
        "ix_payment_verified_payment_id", "payment_verified", ["payment_id"], unique=False
    )
    op.create_table(
        "shift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("opened_at_utc", UtcInstant(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("float_minor", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("float_minor >= 0", name=op.f("ck_shift_float_not_negative")),
        sa.ForeignKeyConstraint(["event_seq"], ["event.seq"], name=op.f("fk_shift_event_seq")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        sa.UniqueConstraint("number", name=op.f("uq_shift_number")),
    )
    op.create_table(
        "credit_note_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("credit_note_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("consumer_id", sa.Uuid(), nullable=False),
        sa.Column("account_number", sa.String(), nullable=False),
        sa.Column("consumer_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("method_name", sa.String(), nullable=False),
        sa.Column("method_kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("to_note_id", sa.Uuid(), nullable=True),
        sa.Column("shift_id", sa.Uuid(), nullable=True),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("changed_at_utc", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("approver_id", sa.Uuid(), nullable=True),
        sa.Column("approver_name", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'refunded') = (method != '')",
            name=op.f("ck_credit_note_change_refund_has_method"),
        ),
        sa.CheckConstraint(
            "(kind = 'transferred') = (to_note_id is not null)",
            name=op.f("ck_credit_note_change_goes_where"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_credit_note_change_amount_positive")),
        sa.CheckConstraint(
            "approver_id is null or approver_id != user_id",
            name=op.f("ck_credit_note_change_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["event.seq"], name=op.f("fk_credit_note_change_event_seq")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_credit_note_change_shift_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note_change")),
    )
    op.create_index(
        "ix_credit_note_change_credit_note_id",
        "credit_note_change",
        ["credit_note_id"],
        unique=False,
    )
    op.create_index(
        "ix_credit_note_change_shift_id", "credit_note_change", ["shift_id"], unique=False
    )
    op.create_table(
        "deposit_piece",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("face_minor", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "face_minor > 0 and pieces > 0", name=op.f("ck_deposit_piece_something")
        ),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_deposit_piece_deposit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_piece")),
        sa.UniqueConstraint(
            "deposit_id", "face_minor", name=op.f("uq_deposit_piece_deposit_id_face_minor")
        ),
    )
    op.create_table(
        "deposit_validated",
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("bank_number", sa.String(), nullable=False),
        sa.Column("validated_on", sa.Date(), nullable=False),
        sa.Column("recorded_at_utc", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("bank_number != ''", name=op.f("ck_deposit_validated_numbered")),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_deposit_validated_deposit_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["event.seq"], name=op.f("fk_deposit_validated_event_seq")
        ),
        sa.PrimaryKeyConstraint("deposit_id", name=op.f("pk_deposit_validated")),
    )
    op.create_table(
        "drawer_count",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("counted_at_utc", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["event.seq"], name=op.f("fk_drawer_count_event_seq")
        ),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_drawer_count_shift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawer_count")),
    )
    op.create_index("ix_drawer_count_shift_id", "drawer_count", ["shift_id"], unique=False)
    op.create_table(
        "drawer_move",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("delta_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("envelope", sa.String(), nullable=False),
        sa.Column("undoes_id", sa.Uuid(), nullable=True),
        sa.Column("moved_at_utc", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("approver_id", sa.Uuid(), nullable=True),
        sa.Column("approver_name", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'undone') = (undoes_id is not null)",
            name=op.f("ck_drawer_move_undone_names_what"),
        ),
        sa.CheckConstraint(
            "kind = 'undone' or (delta_minor > 0) = (kind in ('paid_in', 'change_in'))",
            name=op.f("ck_drawer_move_direction"),
        ),
        sa.CheckConstraint("delta_minor != 0", name=op.f("ck_drawer_move_delta_not_zero")),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["event.seq"], name=op.f("fk_drawer_move_event_seq")
        ),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_drawer_move_shift_id")),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["drawer_move.id"], name=op.f("fk_drawer_move_undoes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drawer_move")),
        sa.UniqueConstraint("number", name=op.f("uq_drawer_move_number")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_drawer_move_undoes_id")),
    )
    op.create_index("ix_drawer_move_shift_id", "drawer_move", ["shift_id"], unique=False)
    op.create_table(
        "payment_transaction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("receipt_number", sa.String(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("taken_at_utc", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("paid_by", sa.String(), nullable=False),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("due_minor", sa.Integer(), nullable=False),
        sa.Column("tendered_minor", sa.Integer(), nullable=False),
        sa.Column("change_minor", sa.Integer(), nullable=False),
        sa.Column("rounding_minor", sa.Integer(), nullable=False),
        sa.Column("paper_number", sa.String(), nullable=False),
        sa.Column("paper_on", sa.Date(), nullable=True),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(paper_number = '') = (paper_on is null)", name=op.f("ck_payment_transaction_paper")
        ),
        sa.CheckConstraint(
            "change_minor >= 0 and tendered_minor > 0", name=op.f("ck_payment_transaction_amounts")
        ),
        sa.CheckConstraint(
            "tendered_minor - change_minor = due_minor",
            name=op.f("ck_payment_transaction_balances"),
        ),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["event.seq"], name=op.f("fk_payment_transaction_event_seq")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_payment_transaction_shift_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_transaction")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_transaction_number")),
        sa.UniqueConstraint("receipt_number", name=op.f("uq_payment_transaction_receipt_number")),
    )
    op.create_index(
        "ix_payment_transaction_business_date",
        "payment_transaction",
        ["business_date"],
        unique=False,
    )
    op.create_index(
        "ix_payment_transaction_shift_id", "payment_transaction", ["shift_id"], unique=False
    )
    op.create_index(
        "uq_payment_transaction_paper_number",
        "payment_transaction",
        ["paper_number"],
        unique=True,
        sqlite_where=sa.text("paper_number != ''"),
    )
    op.create_table(
        "undo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("transaction_number", sa.String(), nullable=False),
        sa.Column("receipt_number", sa.String(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("payment_number", sa.String(), nullable=False),
        sa.Column("tender_id", sa.Uuid(), nullable=True),
        sa.Column("shift_id", sa.Uuid(), nullable=True),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("undone_at_utc", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("approver_id", sa.Uuid(), nullable=False),
        sa.Column("approver_name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("remarks", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'bounced') = (tender_id is not null)", name=op.f("ck_undo_tender")
        ),
        sa.CheckConstraint(
            "(kind = 'corrected') = (replaced_by is not null)", name=op.f("ck_undo_replaced")
        ),
        sa.CheckConstraint(
            "(kind = 'reversal') = (payment_id is not null)", name=op.f("ck_undo_payment")
        ),
        sa.CheckConstraint(
            "kind in ('void', 'reversal', 'bounced', 'moved', 'corrected')",
            name=op.f("ck_undo_kind"),
        ),
        sa.CheckConstraint("reason != ''", name=op.f("ck_undo_explained")),
        sa.CheckConstraint("user_id != approver_id", name=op.f("ck_undo_two_people")),
        sa.ForeignKeyConstraint(["event_seq"], ["event.seq"], name=op.f("fk_undo_event_seq")),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_undo_shift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo")),
    )
    op.create_index("ix_undo_replaced_by", "undo", ["replaced_by"], unique=False)
    op.create_index("ix_undo_shift_id", "undo", ["shift_id"], unique=False)
    op.create_index("ix_undo_transaction_id", "undo", ["transaction_id"], unique=False)
    op.create_table(
        "counted_piece",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("count_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("face_minor", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "face_minor > 0 and pieces > 0", name=op.f("ck_counted_piece_something")
        ),
        sa.ForeignKeyConstraint(
            ["count_id"], ["drawer_count.id"], name=op.f("fk_counted_piece_count_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_piece")),
        sa.UniqueConstraint(
            "count_id",
            "method",
            "face_minor",
            name=op.f("uq_counted_piece_count_id_method_face_minor"),
        ),
    )
    op.create_table(
        "credit_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("payment_number", sa.String(), nullable=False),
        sa.Column("receipt_number", sa.String(), nullable=False),
        sa.Column("from_note_id", sa.Uuid(), nullable=True),
        sa.Column("consumer_id", sa.Uuid(), nullable=False),
        sa.Column("account_number", sa.String(), nullable=False),
        sa.Column("consumer_name", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("created_at_utc", UtcInstant(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=False),
        sa.Column("approver_id", sa.Uuid(), nullable=True),
        sa.Column("approver_name", sa.String(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("held_until", sa.Date(), nullable=True),
        sa.Column("remarks", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status in ('Active', 'Pending approval')", name=op.f("ck_credit_note_status")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_credit_note_amount_positive")),
        sa.CheckConstraint(
            "approver_id is null or approver_id != created_by_id",
            name=op.f("ck_credit_note_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["event.seq"], name=op.f("fk_credit_note_event_seq")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["payment_transaction.id"],
            name=op.f("fk_credit_note_transaction_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note")),
        sa.UniqueConstraint("number", name=op.f("uq_credit_note_number")),
    )
    op.create_index("ix_credit_note_consumer_id", "credit_note", ["consumer_id"], unique=False)
    op.create_index("ix_credit_note_created_on", "credit_note", ["created_on"], unique=False)
    op.create_index("ix_credit_note_payment_id", "credit_note", ["payment_id"], unique=False)
    op.create_index(
        "ix_credit_note_transaction_id", "credit_note", ["transaction_id"], unique=False
    )
    op.create_table(
        "own_charge",
        sa.Column("charge_id", sa.Uuid(), nullable=False),
        sa.Column("undo_id", sa.Uuid(), nullable=False),
        sa.Column("consumer_id", sa.Uuid(), nullable=False),
        sa.Column("account_number", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("charged_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("credit_note_id", sa.Uuid(), nullable=True),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(purpose = 'credit_withdrawn') = (credit_note_id is not null)",
            name=op.f("ck_own_charge_purpose"),
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_own_charge_amount_positive")),
        sa.ForeignKeyConstraint(["event_seq"], ["event.seq"], name=op.f("fk_own_charge_event_seq")),
        sa.ForeignKeyConstraint(["undo_id"], ["undo.id"], name=op.f("fk_own_charge_undo_id")),
        sa.PrimaryKeyConstraint("charge_id", name=op.f("pk_own_charge")),
    )
    op.create_index("ix_own_charge_consumer_id", "own_charge", ["consumer_id"], unique=False)
    op.create_index("ix_own_charge_number", "own_charge", ["number"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("consumer_id", sa.Uuid(), nullable=False),
        sa.Column("account_number", sa.String(), nullable=False),
        sa.Column("consumer_name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("left_minor", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_amount_positive")),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["payment_transaction.id"], name=op.f("fk_payment_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_number")),
    )
    op.create_index("ix_payment_consumer_id", "payment", ["consumer_id"], unique=False)
    op.create_index("ix_payment_transaction_id", "payment", ["transaction_id"], unique=False)
    op.create_table(
        "print_job",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=True),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("mail_to", sa.String(), nullable=False),
        sa.Column("copy_number", sa.Integer(), nullable=False),
        sa.Column("printer_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at_utc", UtcInstant(), nullable=False),
        sa.Column("changed_at_utc", UtcInstant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["payment_transaction.id"], name=op.f("fk_print_job_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_job")),
        sa.UniqueConstraint(
            "transaction_id",
            "mail_to",
            "copy_number",
            name=op.f("uq_print_job_transaction_id_mail_to_copy_number"),
        ),
    )
    op.create_index(
        "ix_print_job_created_at_utc", "print_job", ["created_at_utc", "id"], unique=False
    )
    op.create_index("ix_print_job_state", "print_job", ["state"], unique=False)
    op.create_index("ix_print_job_transaction_id", "print_job", ["transaction_id"], unique=False)
    op.create_table(
        "shift_closed",
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("z_number", sa.String(), nullable=False),
        sa.Column("count_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at_utc", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("approver_id", sa.Uuid(), nullable=True),
        sa.Column("approver_name", sa.String(), nullable=False),
        sa.Column("counted_minor", sa.Integer(), nullable=False),
        sa.Column("expected_minor", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["count_id"], ["drawer_count.id"], name=op.f("fk_shift_closed_count_id")
        ),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["event.seq"], name=op.f("fk_shift_closed_event_seq")
        ),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_shift_closed_shift_id")),
        sa.PrimaryKeyConstraint("shift_id", name=op.f("pk_shift_closed")),
        sa.UniqueConstraint("z_number", name=op.f("uq_shift_closed_z_number")),
    )
    op.create_table(
        "tender",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("method_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("change_minor", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("card_last_four", sa.String(), nullable=False),
        sa.Column("cheque_bank", sa.String(), nullable=False),
        sa.Column("cheque_dated_on", sa.Date(), nullable=True),
        sa.Column("credit_note_id", sa.Uuid(), nullable=True),
        sa.Column("credit_note_number", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'credit') = (credit_note_id is not null)", name=op.f("ck_tender_credit")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_tender_amount_positive")),
        sa.CheckConstraint(
            "change_minor >= 0 and change_minor <= amount_minor", name=op.f("ck_tender_change")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["payment_transaction.id"], name=op.f("fk_tender_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender")),
    )
    op.create_index("ix_tender_credit_note_id", "tender", ["credit_note_id"], unique=False)
    op.create_index("ix_tender_transaction_id", "tender", ["transaction_id"], unique=False)
    op.create_table(
        "undo_tender",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("undo_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("method_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("delta_minor", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.CheckConstraint("delta_minor < 0", name=op.f("ck_undo_tender_less")),
        sa.ForeignKeyConstraint(["undo_id"], ["undo.id"], name=op.f("fk_undo_tender_undo_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo_tender")),
    )
    op.create_index("ix_undo_tender_undo_id", "undo_tender", ["undo_id"], unique=False)
    op.create_table(
        "undone_settlement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("undo_id", sa.Uuid(), nullable=False),
        sa.Column("settlement_id", sa.Uuid(), nullable=False),
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("allocation_id", sa.Uuid(), nullable=True),
        sa.Column("overpayment_id", sa.Uuid(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("consumer_id", sa.Uuid(), nullable=True),
        sa.Column("account_number", sa.String(), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=True),
        sa.Column("charge_number", sa.String(), nullable=False),
        sa.Column("born_note_id", sa.Uuid(), nullable=True),
        sa.Column("spent_note_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(allocation_id is null) = (charge_id is null)",
            name=op.f("ck_undone_settlement_charge"),
        ),
        sa.CheckConstraint(
            "(overpayment_id is null) = (born_note_id is null)",
            name=op.f("ck_undone_settlement_born_note"),
        ),
        sa.CheckConstraint(
            "allocation_id is null or overpayment_id is null",
            name=op.f("ck_undone_settlement_one_purpose"),
        ),
        sa.CheckConstraint("amount_minor != 0", name=op.f("ck_undone_settlement_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["event.seq"], name=op.f("fk_undone_settlement_event_seq")
        ),
        sa.ForeignKeyConstraint(
            ["undo_id"], ["undo.id"], name=op.f("fk_undone_settlement_undo_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undone_settlement")),
        sa.UniqueConstraint("settlement_id", name=op.f("uq_undone_settlement_settlement_id")),
    )
    op.create_index(
        "ix_undone_settlement_born_note_id", "undone_settlement", ["born_note_id"], unique=False
    )
    op.create_index(
        "ix_undone_settlement_charge_id", "undone_settlement", ["charge_id"], unique=False
    )
    op.create_index(
        "ix_undone_settlement_consumer_id", "undone_settlement", ["consumer_id"], unique=False
    )
    op.create_index(
        "ix_undone_settlement_payment_id", "undone_settlement", ["payment_id"], unique=False
    )
    op.create_index(
        "ix_undone_settlement_spent_note_id", "undone_settlement", ["spent_note_id"], unique=False
    )
    op.create_index("ix_undone_settlement_undo_id", "undone_settlement", ["undo_id"], unique=False)
    op.create_table(
        "allocation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("charge_id", sa.Uuid(), nullable=False),
        sa.Column("charge_number", sa.String(), nullable=False),
        sa.Column("charge_text", sa.String(), nullable=False),
        sa.Column("charged_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("billed_minor", sa.Integer(), nullable=False),
        sa.Column("outstanding_minor", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_allocation_amount_positive")),
        sa.ForeignKeyConstraint(["event_seq"], ["event.seq"], name=op.f("fk_allocation_event_seq")),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_allocation_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    op.create_index("ix_allocation_charge_id", "allocation", ["charge_id"], unique=False)
    op.create_index("ix_allocation_payment_id", "allocation", ["payment_id"], unique=False)
    op.create_table(
        "deposit_cheque",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("bank", sa.String(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_deposit_cheque_amount_positive")),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_deposit_cheque_deposit_id")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift_closed.shift_id"], name=op.f("fk_deposit_cheque_shift_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_cheque")),
    )
    op.create_index("ix_deposit_cheque_deposit_id", "deposit_cheque", ["deposit_id"], unique=False)
    op.create_table(
        "deposit_shift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deposit_id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("cash_minor", sa.Integer(), nullable=False),
        sa.Column("kept_minor", sa.Integer(), nullable=False),
        sa.Column("cheques_minor", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "cash_minor >= 0 and kept_minor >= 0 and cheques_minor >= 0",
            name=op.f("ck_deposit_shift_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["deposit_id"], ["deposit.id"], name=op.f("fk_deposit_shift_deposit_id")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift_closed.shift_id"], name=op.f("fk_deposit_shift_shift_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_shift")),
        sa.UniqueConstraint("shift_id", name=op.f("uq_deposit_shift_shift_id")),
    )
    op.create_index("ix_deposit_shift_deposit_id", "deposit_shift", ["deposit_id"], unique=False)
    op.create_table(
        "overpayment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("credit_note_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_overpayment_amount_positive")),
        sa.ForeignKeyConstraint(
            ["credit_note_id"], ["credit_note.id"], name=op.f("fk_overpayment_credit_note_id")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_overpayment_payment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overpayment")),
    )
    op.create_index("ix_overpayment_payment_id", "overpayment", ["payment_id"], unique=False)
    op.create_table(
        "shift_handover",
        sa.Column("from_shift_id", sa.Uuid(), nullable=False),
        sa.Column("to_shift_id", sa.Uuid(), nullable=False),
        sa.Column("cash_minor", sa.Integer(), nullable=False),
        sa.Column("handed_at_utc", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_name", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["event.seq"], name=op.f("fk_shift_handover_event_seq")
        ),
        sa.ForeignKeyConstraint(
            ["from_shift_id"],
            ["shift_closed.shift_id"],
            name=op.f("fk_shift_handover_from_shift_id"),
        ),
        sa.ForeignKeyConstraint(
            ["to_shift_id"], ["shift.id"], name=op.f("fk_shift_handover_to_shift_id")
        ),
        sa.PrimaryKeyConstraint("from_shift_id", name=op.f("pk_shift_handover")),
        sa.UniqueConstraint("to_shift_id", name=op.f("uq_shift_handover_to_shift_id")),
    )
    op.create_table(
        "shift_method",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("method_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("expected_minor", sa.Integer(), nullable=False),
        sa.Column("counted_minor", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "expected_minor = counted_minor or reason != ''", name=op.f("ck_shift_method_explained")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift_closed.shift_id"], name=op.f("fk_shift_method_shift_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_method")),
        sa.UniqueConstraint("shift_id", "method", name=op.f("uq_shift_method_shift_id_method")),
    )
    op.create_table(
        "turn_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shift_id", sa.Uuid(), nullable=False),
        sa.Column("offered_at_utc", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_seq"], ["event.seq"], name=op.f("fk_turn_in_event_seq")),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift_closed.shift_id"], name=op.f("fk_turn_in_shift_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn_in")),
    )
    op.create_index("ix_turn_in_shift_id", "turn_in", ["shift_id"], unique=False)
    op.create_table(
        "difference_settled",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("shift_method_id", sa.Uuid(), nullable=False),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("settled_at_utc", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("approver_id", sa.Uuid(), nullable=False),
        sa.Column("approver_name", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "amount_minor != 0 and reason != ''", name=op.f("ck_difference_settled_something")
        ),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["event.seq"], name=op.f("fk_difference_settled_event_seq")
        ),
        sa.ForeignKeyConstraint(
            ["shift_method_id"],
            ["shift_method.id"],
            name=op.f("fk_difference_settled_shift_method_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difference_settled")),
    )
    op.create_index(
        "ix_difference_settled_shift_method_id",
        "difference_settled",
        ["shift_method_id"],
        unique=False,
    )
    op.create_table(
        "settlement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tender_id", sa.Uuid(), nullable=False),
        sa.Column("allocation_id", sa.Uuid(), nullable=True),
        sa.Column("overpayment_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "allocation_id is null or overpayment_id is null",
            name=op.f("ck_settlement_one_purpose"),
        ),
        sa.CheckConstraint("amount_minor != 0", name=op.f("ck_settlement_amount_not_zero")),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocation.id"], name=op.f("fk_settlement_allocation_id")
        ),
        sa.ForeignKeyConstraint(
            ["overpayment_id"], ["overpayment.id"], name=op.f("fk_settlement_overpayment_id")
        ),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_settlement_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
    )
    op.create_index("ix_settlement_tender_id", "settlement", ["tender_id"], unique=False)
    op.create_table(
        "turn_in_answer",
        sa.Column("turn_in_id", sa.Uuid(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("answered_at_utc", UtcInstant(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("user_name", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "accepted or reason != ''", name=op.f("ck_turn_in_answer_refused_with_reason")
        ),
        sa.ForeignKeyConstraint(
            ["event_seq"], ["event.seq"], name=op.f("fk_turn_in_answer_event_seq")
        ),
        sa.ForeignKeyConstraint(
            ["turn_in_id"], ["turn_in.id"], name=op.f("fk_turn_in_answer_turn_in_id")
        ),
        sa.PrimaryKeyConstraint("turn_in_id", name=op.f("pk_turn_in_answer")),
    )
    op.create_table(
        "turn_in_piece",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("turn_in_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("face_minor", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "face_minor > 0 and pieces > 0", name=op.f("ck_turn_in_piece_something")
        ),
        sa.ForeignKeyConstraint(
            ["turn_in_id"], ["turn_in.id"], name=op.f("fk_turn_in_piece_turn_in_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn_in_piece")),
        sa.UniqueConstraint(
            "turn_in_id",
            "method",
            "face_minor",
            name=op.f("uq_turn_in_piece_turn_in_id_method_face_minor"),
        ),
    )
