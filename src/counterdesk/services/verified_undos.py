"""Whether what was undone is what had been settled: one query each.

Of what another counter took the centre knows the settlements, not this ledger.
"""

from __future__ import annotations

from counterdesk.core.i18n import _


def undo_checks() -> tuple[tuple[str, str], ...]:
    """Return each sum that must agree: what to say, and the query that finds who breaks it."""
    return (
        (
            _("Receipt {name}: what was undone is not what was settled."),
            """select u.receipt_number from undone_settlement d join undo u on u.id = d.undo_id
            join payment_transaction t on t.id = u.transaction_id
            left join settlement s on s.id = d.settlement_id
            left join tender r on r.id = s.tender_id
            where s.id is null or s.amount_minor != d.amount_minor or s.tender_id != d.tender_id
            or s.allocation_id is not d.allocation_id or s.overpayment_id is not d.overpayment_id
            or r.transaction_id != u.transaction_id""",
        ),
        (
            _("Receipt {name}: it was voided or corrected, and a part of it stands."),
            """select u.receipt_number from undo u where u.kind in ('void', 'corrected')
            and exists (select 1 from settlement s join tender r on r.id = s.tender_id
            where r.transaction_id = u.transaction_id and not exists (
            select 1 from undone_settlement d where d.settlement_id = s.id))""",
        ),
        (
            _("Receipt {name}: the money that went back is not what was undone."),
            """select u.receipt_number from undo u where u.kind != 'moved' and (
            select coalesce(sum(delta_minor), 0) from undo_tender where undo_id = u.id) + (
            select coalesce(sum(amount_minor), 0) from undone_settlement where undo_id = u.id) != 0
            """,
        ),
        (
            _("Receipt {name}: money went back another way than it came."),
            """select u.receipt_number from undo u join undo_tender b on b.undo_id = u.id
            where u.kind in ('void', 'bounced', 'corrected')
            and u.transaction_id in (select id from payment_transaction)
            group by u.id, b.method having sum(b.delta_minor) + (
            select coalesce(sum(d.amount_minor), 0) from undone_settlement d
            join tender r on r.id = d.tender_id
            where d.undo_id = u.id and r.method = b.method) != 0""",
        ),
        (
            _("Receipt {name}: money was moved, and went back all the same."),
            """select u.receipt_number from undo u join undo_tender b on b.undo_id = u.id
            where u.kind = 'moved'""",
        ),
        (
            _("Receipt {name}: what was moved is not what it settles now."),
            """select u.receipt_number from undo u where u.kind = 'moved' and (
            select coalesce(sum(amount_minor), 0) from undone_settlement where undo_id = u.id) != (
            select coalesce(sum(a.amount_minor), 0) from allocation a
            where a.event_seq = u.event_seq) + (select coalesce(sum(c.amount_minor), 0)
            from credit_note c where c.event_seq = u.event_seq)""",
        ),
        (
            _("Receipt {name}: it was voided outside its shift."),
            """select u.receipt_number from undo u
            left join payment_transaction t on t.id = u.transaction_id
            where u.kind = 'void' and u.shift_id is not t.shift_id""",
        ),
        (
            _("Receipt {name}: the charge for spent credit is more than the credit was."),
            """select u.receipt_number from own_charge c join undo u on u.id = c.undo_id
            join credit_note n on n.id = c.credit_note_id
            where c.amount_minor > (case n.source when 'manual' then n.amount_minor else 0 end) + (
            select coalesce(sum(amount_minor), 0) from undone_settlement d
            where d.undo_id = u.id and d.born_note_id = c.credit_note_id)""",
        ),
    )
