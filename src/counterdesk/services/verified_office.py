"""Whether a shift's money is whole after the shift: handed over, turned in, deposited, settled."""

from __future__ import annotations

from counterdesk.core.i18n import _


def office_checks() -> tuple[tuple[str, str], ...]:
    """Return each sum that must agree: what to say, and the query that finds who breaks it."""
    return (
        (
            _("Shift {name}: what it handed over is not what was counted and taken as a float."),
            """select f.number from shift_handover h join shift f on f.id = h.from_shift_id
            join shift_closed z on z.shift_id = f.id join shift t on t.id = h.to_shift_id
            where h.cash_minor != z.counted_minor or h.cash_minor != t.float_minor
            or t.user_id != h.receiver_id or t.event_seq < z.event_seq""",
        ),
        (
            _("Shift {name}: its money was taken over twice, or by who offered it."),
            """select s.number from shift s join turn_in t on t.shift_id = s.id
            join turn_in_answer a on a.turn_in_id = t.id where a.accepted
            group by s.id having count(*) > 1 or max(a.user_id = t.user_id)""",
        ),
        (
            _("Deposit {name}: its cash is not the sum of its notes, or of its shifts."),
            """select d.number from deposit d where d.cash_minor not in (
            (select coalesce(sum(face_minor * pieces), 0) from deposit_piece
            where deposit_id = d.id)) or d.cash_minor not in (
            (select coalesce(sum(cash_minor), 0) from deposit_shift where deposit_id = d.id))""",
        ),
        (
            _("Deposit {name}: its cheques are not the sum of those listed, or of its shifts."),
            """select d.number from deposit d where d.cheques_minor not in (
            (select coalesce(sum(amount_minor), 0) from deposit_cheque
            where deposit_id = d.id)) or d.cheques_minor not in (
            (select coalesce(sum(cheques_minor), 0) from deposit_shift
            where deposit_id = d.id))""",
        ),
        (
            _("Shift {name}: what was deposited and kept back is not what the cash room had."),
            """select s.number from deposit_shift d join shift s on s.id = d.shift_id
            where d.cash_minor + d.kept_minor != (
            select coalesce(sum(p.face_minor * p.pieces), 0) from turn_in_piece p
            join turn_in t on t.id = p.turn_in_id join turn_in_answer a on a.turn_in_id = t.id
            join shift_method m on m.shift_id = t.shift_id and m.method = p.method
            where t.shift_id = s.id and a.accepted and m.kind = 'cash') - (
            select coalesce(sum(w.delta_minor), 0) from drawer_move w where w.shift_id = s.id
            and w.kind = 'drop' and not exists (select 1 from drawer_move u
            where u.undoes_id = w.id))""",
        ),
        (
            _("Shift {name}: more of a difference was settled than there was."),
            """select s.number from shift_method m join shift s on s.id = m.shift_id
            join difference_settled d on d.shift_method_id = m.id group by m.id
            having abs(sum(d.amount_minor)) > abs(m.counted_minor - m.expected_minor)
            or sum(d.amount_minor) * (m.counted_minor - m.expected_minor) < 0""",
        ),
        (
            _("Deposit {name}: its slip is not kept."),
            """select number from deposit d where not exists (select 1 from print_job
            where transaction_id is null and case when json_valid(document)
            then json_extract(document, '$.kind') = 'deposit_slip'
            and json_extract(document, '$.number') = d.number end)""",
        ),
        (
            _("Deposit {name} does not follow the one before it."),
            """select number from (select number, printf('%05d', row_number() over (
            order by event_seq)) as due from deposit) where substr(number, -length(due)) != due""",
        ),
    )
