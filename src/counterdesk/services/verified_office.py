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
    )
