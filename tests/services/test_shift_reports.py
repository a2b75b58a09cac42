"""X and Z reports and vouchers: what they say is what the ledger holds."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import select

from counterdesk.core.documents import Document, KeyValue, Table, document_from_json
from counterdesk.core.drawer import MoveKind
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.ledger import PrintJob
from counterdesk.printing.layout import lay_out
from counterdesk.services.drawer_moves import MoveRequest, move_cash
from counterdesk.services.print_jobs import next_print_job
from counterdesk.services.shift_closing import ShiftClose, close_shift
from counterdesk.services.shift_reports import make_x_report
from counterdesk.store.session import Session
from tests.conftest import hire
from tests.printing.counter_printers import FRONT, add_printer
from tests.services.counting import count_shift
from tests.services.guessing import events
from tests.services.till import Till, ask, card, cash, line_of


def said(paper: Document) -> dict[str, str]:
    """The lines of a paper that have a label."""
    return {one.key: one.value for one in paper.blocks if isinstance(one, KeyValue)}


def tables(paper: Document) -> list[tuple[str, ...]]:
    """The rows of its tables."""
    return [row for one in paper.blocks if isinstance(one, Table) for row in one.rows]


@pytest.fixture
def busy(jane: Till) -> Till:
    """A shift with a cash payment, a card payment, a drop and postage."""
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),)))
    jane.take(ask(line_of(jane.view(), most=1), pay=(card(15_225),)))
    for request in (
        MoveRequest(uuid4(), MoveKind.DROP, 6_000, "", "E-1"),
        MoveRequest(uuid4(), MoveKind.PAID_OUT, 250, "Postage"),
    ):
        jane.act(partial(move_cash, request=request))
    return jane


@pytest.mark.req("CASH-2", "MON-11", "RCT-4")
def test_a_z_adds_up_line_by_line(busy: Till) -> None:
    counted = busy.act(lambda s: count_shift(s, 18_300))
    closed = busy.act(lambda s: close_shift(s, ShiftClose(counted.count_id)))
    lines = said(closed.document)
    assert lines["Z report"] == "Z-C07-00001"
    assert [lines[key] for key in ("Float", "Cash received", "Change given")] == [
        "$100.00", "$150.00", "-$4.50",
    ]  # fmt: skip
    assert (lines["Drop to the safe (1)"], lines["Paid out (1)"]) == ("-$60.00", "-$2.50")
    assert lines["Expected in the drawer"] == lines["Cash"] == "$183.00"
    assert lines["Collected"] == "$297.75"
    assert ("Card", "1", "152.25") in tables(closed.document)


@pytest.mark.req("CASH-2", "CASH-1")
def test_an_x_is_numbered_recorded_and_gives_nothing_away(busy: Till) -> None:
    first, second = (busy.act(make_x_report) for _ in range(2))
    assert [first.number, second.number] == ["S-2025-00001/X1", "S-2025-00001/X2"]
    assert events(busy.store)[-1]["kind"] == "shift.reported"
    assert tables(first.document) == [("Card", "1", "152.25")]
    assert "Float" not in said(first.document)


@pytest.mark.req("CASH-2", "AUD-2")
def test_whoever_may_see_the_drawer_gets_the_whole_x(busy: Till, supervisor: Actor) -> None:
    boss = Till(busy.store, supervisor)
    assert said(boss.act(make_x_report).document)["Expected in the drawer"] == "$183.00"


@pytest.mark.req("AUD-2")
def test_an_x_is_for_its_cashier_and_those_who_may_see_it(jane: Till) -> None:
    def other(session: Session) -> None:
        session.actor = hire(session, Role.CASHIER)
        make_x_report(session)

    with pytest.raises(PermissionRefused, match="belongs to Jane Smith"):
        jane.act(other)


def test_without_a_shift_there_is_no_x(session: Session) -> None:
    with pytest.raises(UserError, match="No shift is open"):
        make_x_report(session)


@pytest.mark.req("RCT-4", "RCT-5")
def test_papers_of_a_shift_wait_in_the_same_queue_and_fit_every_roll(busy: Till) -> None:
    busy.act(add_printer)
    counted = busy.act(lambda s: count_shift(s, 18_310))
    busy.act(lambda s: close_shift(s, ShiftClose(counted.count_id, {"cash": "found a coin"})))
    query = select(PrintJob.document).order_by(PrintJob.created_at_utc, PrintJob.id)
    kept = busy.store.read(lambda r: r.execute(query).scalars().all()).result()
    papers = [document_from_json(one) for one in kept]
    kinds = [one.kind for one in papers]
    assert kinds == ["receipt", "receipt", "voucher", "voucher", "shift_report"]
    for paper in papers:
        for columns in (32, 42, 48):
            assert lay_out(paper, columns)
    assert busy.act(lambda s: next_print_job(s, FRONT)) is not None
