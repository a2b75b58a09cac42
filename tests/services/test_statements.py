"""A statement says what the consumer's page says, and who made it is recorded."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from counterdesk.core.documents import Document, KeyValue, Table, Text
from counterdesk.core.errors import PermissionRefused, UserError
from counterdesk.core.periods import Period
from counterdesk.core.permissions import Actor, Role
from counterdesk.models.ledger import Event, PrintJob
from counterdesk.services.acts import acts_page
from counterdesk.services.consumer_sheet import ConsumerSheet, consumer_sheet
from counterdesk.services.statements import electronic_statement, print_statement
from tests.services.till import Till, ask, cash, line_of
from tests.services.towns import TODAY
from tests.services.undo_till import undo, void

YEAR = Period(date(2024, 4, 21), TODAY)


def statement(till: Till, period: Period = YEAR) -> Document:
    who = till.view().account.consumer_id
    document: Document = till.act(lambda s: print_statement(s, who, period))
    return document


def told(document: Document) -> dict[str, str]:
    return {one.key: one.value for one in document.blocks if isinstance(one, KeyValue)}


def rows(document: Document) -> list[tuple[str, ...]]:
    return [row for one in document.blocks if isinstance(one, Table) for row in one.rows]


def sheet_of(till: Till) -> ConsumerSheet:
    who = till.view().account.consumer_id
    return till.store.read(lambda read: consumer_sheet(read, who), till.actor).result()


@pytest.mark.req("RCT-4", "SRCH-4")
def test_a_statement_has_the_lines_and_balances_of_the_page(jane: Till) -> None:
    jane.take(ask(line_of(jane.view(), most=1), pay=(cash(15_000),), keep=True))
    undo(jane, void(jane.take(ask(line_of(jane.view(), most=1), pay=(cash(20_000),)))))
    document, seen = statement(jane), sheet_of(jane)
    assert [row[2] for row in rows(document)] == [
        f"{one.balance_minor / 100:,.2f}" for one in reversed(seen.lines)
    ]
    assert told(document)["Balance after"] == "$454.75"
    assert told(document)["Credit available"] == "$4.50"
    assert told(document)["CN-46129"] == "$4.50"
    assert any("became credit" in row[0] for row in rows(document))


@pytest.mark.req("RCT-4")
def test_one_statement_follows_on_the_other(jane: Till) -> None:
    before = statement(jane, Period(date(2025, 3, 1), date(2025, 3, 31)))
    after = statement(jane, Period(date(2025, 4, 1), TODAY))
    assert told(before)["Balance after"] == told(after)["Balance before"] == "$202.50"
    assert len(rows(before)) + len(rows(after)) == len(rows(statement(jane)))


@pytest.mark.req("RCT-4")
def test_days_without_anything_say_so(jane: Till) -> None:
    document = statement(jane, Period(date(2024, 6, 1), date(2024, 6, 30)))
    assert rows(document) == []
    texts = [one.text for one in document.blocks if isinstance(one, Text)]
    assert "Nothing was charged or paid in these days." in texts


@pytest.mark.req("RCT-4", "AUD-1")
def test_who_made_it_and_for_whom_is_recorded_and_only_paper_is_printed(jane: Till) -> None:
    who = jane.view().account.consumer_id
    jane.act(lambda s: electronic_statement(s, who, YEAR))
    assert jane.count(PrintJob) == 0
    statement(jane)
    assert jane.count(PrintJob) == 1
    bodies = jane.store.read(
        lambda read: read.execute(
            select(Event.body).where(Event.kind == "statement.made").order_by(Event.seq)
        ).scalars().all()
    ).result()  # fmt: skip
    data: list[dict[str, Any]] = [json.loads(body)["data"] for body in bodies]
    assert [one["on"] for one in data] == ["file", "paper"]
    assert {(one["account_number"], one["user_name"], one["closing_minor"]) for one in data} == {
        ("WU-10001", "Jane Smith", 60_025)
    }
    act = jane.store.read(lambda read: acts_page(read).acts[0], jane.actor).result()
    assert (act.kind, act.subject, act.of_whom) == ("statement.made", "WU-10001", "John Doe")


@pytest.mark.parametrize(
    ("period", "field", "words"),
    [
        (Period(TODAY, TODAY - timedelta(1)), "statementLast", "before the first"),
        (Period(TODAY, TODAY + timedelta(1)), "statementLast", "still to come"),
        (Period(date(2024, 3, 20), TODAY), "statementFirst", "before Mar 21, 2024"),
    ],
)
def test_days_that_cannot_be_told_are_refused_beside_their_field(
    jane: Till, period: Period, field: str, words: str
) -> None:
    with pytest.raises(UserError, match=words) as refused:
        statement(jane, period)
    assert refused.value.field == field
    assert jane.count(PrintJob) == 0


@pytest.mark.req("AUD-2")
def test_who_prints_nothing_makes_no_statement(jane: Till) -> None:
    auditor = Actor(jane.actor.user_id, "Ada", Role.AUDITOR)
    with pytest.raises(PermissionRefused):
        statement(Till(jane.store, auditor))
