"""Whether no credit note was spent beyond its worth where this counter alone made all of it."""

from __future__ import annotations

from counterdesk.core.i18n import _


def credit_checks() -> tuple[tuple[str, str], ...]:
    """Return each rule about credit: what to say, and the query that finds who breaks it.

    Of a note that other counters spend too, this ledger knows a part: what it spent of it here is
    never more than the note was made with, less what was paid out here, plus what came back.
    """
    return (
        (
            _("Credit note {name}: more of it was spent than it was worth."),
            """select number from credit_note c where amount_minor < (
            select coalesce(sum(amount_minor), 0) from tender where credit_note_id = c.id) - (
            select coalesce(sum(amount_minor), 0) from undone_settlement
            where spent_note_id = c.id) + (
            select coalesce(sum(amount_minor), 0) from credit_note_change
            where credit_note_id = c.id and kind in ('refunded', 'transferred'))""",
        ),
        (
            _("Transaction {name}: a credit note paid for something other than charges."),
            """select distinct t.number from settlement s join tender r on r.id = s.tender_id
            join payment_transaction t on t.id = r.transaction_id
            where r.kind = 'credit' and s.allocation_id is null""",
        ),
    )
