"""Whether every shift's cash adds up, from the float to what was counted: one query each."""

from __future__ import annotations

from counterdesk.core.i18n import _

_CASH_OF_SHIFT = """(select coalesce(sum(r.amount_minor - r.change_minor), 0) from tender r
            join payment_transaction t on t.id = r.transaction_id
            where t.shift_id = s.id and r.kind = 'cash')"""
_REFUNDED_IN_SHIFT = """(select coalesce(sum(amount_minor), 0) from credit_note_change
            where shift_id = s.id and method_kind = 'cash')"""

_BACK_IN_SHIFT = """(select coalesce(sum(b.delta_minor), 0) from undo_tender b
            join undo u on u.id = b.undo_id where u.shift_id = s.id"""


def drawer_checks() -> tuple[tuple[str, str], ...]:
    """Return each sum that must agree: what to say, and the query that finds who breaks it."""
    return (
        (
            _("Shift {name}: its float is not what was counted."),
            """select s.number from shift s
            join drawer_count c on c.shift_id = s.id and c.purpose = 'float'
            where s.float_minor != (select coalesce(sum(face_minor * pieces), 0)
            from counted_piece where count_id = c.id)""",
        ),
        (
            _("Shift {name}: what it expected is not float, cash and moves together."),
            # MON-11
            f"""select s.number from shift s join shift_closed z on z.shift_id = s.id
            where z.expected_minor != s.float_minor + {_CASH_OF_SHIFT} + (
            select coalesce(sum(delta_minor), 0) from drawer_move where shift_id = s.id
            ) + {_BACK_IN_SHIFT} and b.kind = 'cash') - {_REFUNDED_IN_SHIFT}""",  # noqa: S608 - no word of it comes from outside
        ),
        (
            _("Shift {name}: what it expected of another method is not what was tendered."),
            f"""select s.number from shift s join shift_method m on m.shift_id = s.id
            where m.kind != 'cash' and m.expected_minor != (
            select coalesce(sum(r.amount_minor - r.change_minor), 0) from tender r
            join payment_transaction t on t.id = r.transaction_id
            where t.shift_id = s.id and r.method = m.method
            ) + {_BACK_IN_SHIFT} and b.method = m.method and u.kind != 'bounced')""",  # noqa: S608 - no word of it comes from outside
        ),
        (
            _("Shift {name}: what was counted is not the sum of its pieces."),
            """select s.number from shift s join shift_closed z on z.shift_id = s.id
            join shift_method m on m.shift_id = s.id
            where m.counted_minor != (select coalesce(sum(face_minor * pieces), 0)
            from counted_piece where count_id = z.count_id and method = m.method)""",
        ),
        (
            _("Shift {name}: its cash is not what its drawer was closed with."),
            """select s.number from shift s join shift_closed z on z.shift_id = s.id
            where not exists (select 1 from shift_method m where m.shift_id = s.id
            and m.kind = 'cash' and m.counted_minor = z.counted_minor
            and m.expected_minor = z.expected_minor)""",
        ),
        (
            _("Voucher {name} does not undo what it names."),
            """select u.number from drawer_move u join drawer_move w on w.id = u.undoes_id
            where u.delta_minor != -w.delta_minor or u.shift_id != w.shift_id""",
        ),
        (
            _("Voucher {name} does not follow the one before it."),
            """select number from (select m.number, s.number || '/' || row_number() over (
            partition by m.shift_id order by m.event_seq) as due
            from drawer_move m join shift s on s.id = m.shift_id) where number != due""",
        ),
        (
            _("Z report {name} does not follow the one before it."),
            """select z_number from (select z_number, printf('%05d', row_number() over (
            order by event_seq)) as due from shift_closed)
            where substr(z_number, -length(due)) != due""",
        ),
    )
