"""Whether the credit notes of this counter add up, and two people stand behind each."""

from __future__ import annotations

from counterdesk.core.i18n import _


def credit_checks() -> tuple[tuple[str, str], ...]:
    """Return what must be true of credit: what to say, and the query that finds who breaks it.

    Only notes that were made here: what else happened to another counter's stands there. And none
    of which the centre says already that somebody must look at how it was spent. What another
    counter gave back of a payment that spent it, the note has again.
    """
    return (
        (
            _("Credit note {name}: more of it was paid back, moved and spent than it was worth."),
            """select n.number from credit_note n where n.amount_minor <
            (select coalesce(sum(amount_minor), 0) from credit_note_change
             where credit_note_id = n.id and kind in ('refunded', 'transferred'))
            + (select coalesce(sum(amount_minor), 0) from tender where credit_note_id = n.id)
            - (select coalesce(sum(amount_minor), 0) from undone_settlement
               where spent_note_id = n.id)
            - (select coalesce(sum(b.amount_minor - b.collected_minor), 0) from ref.past_back b
               join payment p on p.id = b.payment_id
               join tender r on r.transaction_id = p.transaction_id and r.credit_note_id = n.id
               where b.kind != 'moved' and b.back_id not in (select id from undone_settlement))
            and not exists (select 1 from tender r
            join payment_transaction t on t.id = r.transaction_id
            join ref.exception_item x on x.seq = t.event_seq and x.state = 'open'
            where r.credit_note_id = n.id)""",
        ),
        (
            _("Credit note {name} was approved by who made it."),
            """select n.number from credit_note n join credit_note_change c
            on c.credit_note_id = n.id and c.kind = 'approved'
            where coalesce(c.approver_id, c.user_id) = n.created_by_id""",
        ),
        (
            _("Credit note {name}: a second person is missing."),
            """select number from credit_note_change
            where kind in ('held', 'released', 'refunded', 'transferred')
            and approver_id is null""",
        ),
        (
            _("Credit note {name} was approved for another amount or reason."),
            """select n.number from credit_note n join credit_note_change c
            on c.credit_note_id = n.id and c.kind = 'approved'
            where (c.amount_minor, c.consumer_id, c.reason)
            != (n.amount_minor, n.consumer_id, n.reason)""",
        ),
        (
            _("Credit note {name} did not get what left the other account."),
            """select n.number from credit_note n left join credit_note_change c
            on c.to_note_id = n.id where n.source = 'transfer' and (c.id is null
            or c.amount_minor != n.amount_minor or c.credit_note_id != n.from_note_id)""",
        ),
        (
            _("Transaction {name}: a credit note paid for something other than charges."),
            """select distinct t.number from settlement s join tender r on r.id = s.tender_id
            join payment_transaction t on t.id = r.transaction_id
            where r.kind = 'credit' and s.allocation_id is null""",
        ),
    )
