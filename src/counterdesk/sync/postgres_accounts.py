"""Whole accounts out of the centre, page by page: what a first fill reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

import psycopg

from counterdesk.sync.records import (
    AccountFacts,
    ChargeFacts,
    ConsumerFacts,
    PastCreditFacts,
    PastPaymentFacts,
    PlanFacts,
)
from counterdesk.sync.reference_rows import columns_of

Facts = TypeVar("Facts")
_BEFORE_ALL = UUID(int=0)
_ONE_MOMENT = "begin transaction isolation level repeatable read, read only"


def read_accounts(
    line: psycopg.Connection[Any], after: UUID | None, limit: int
) -> tuple[AccountFacts, ...]:
    """Return the accounts whose consumers follow on one, as they all stood at one moment."""
    line.execute(_ONE_MOMENT)
    try:
        page = _read(line.cursor(binary=True), after or _BEFORE_ALL, limit)
    except BaseException:
        line.rollback()
        raise
    line.commit()
    return page


def _read(
    cursor: psycopg.Cursor[Any], after: UUID, limit: int
) -> tuple[AccountFacts, ...]:
    rows = cursor.execute(_CONSUMERS, (after, limit)).fetchall()
    if not rows:
        return ()
    consumers = [ConsumerFacts(*row) for row in rows]
    span = (after, consumers[-1].consumer_id)
    charges, plans, payments, credits = (
        _owned(cursor, statement, kind, span) for statement, kind in _OWNED
    )
    return tuple(
        AccountFacts(
            one,
            tuple(charges.get(one.consumer_id, ())),
            tuple(plans.get(one.consumer_id, ())),
            tuple(payments.get(one.consumer_id, ())),
            tuple(credits.get(one.consumer_id, ())),
        )
        for one in consumers
    )


def _owned(
    cursor: psycopg.Cursor[Any], statement: str, kind: Callable[..., Facts], span: tuple[UUID, UUID]
) -> dict[UUID, list[Facts]]:
    owned: defaultdict[UUID, list[Facts]] = defaultdict(list)
    for owner, *values in cursor.execute(statement, span):
        owned[owner].append(kind(*values))
    return owned


def _of(view: str, facts: type[Any]) -> str:
    columns = ", ".join(("consumer_id", *columns_of(facts)))
    return f"select {columns} from cd.{view} where consumer_id > %s and consumer_id <= %s"  # noqa: S608


_CONSUMERS = f"""select {", ".join(columns_of(ConsumerFacts))} from cd.consumer_now
    where consumer_id > %s order by consumer_id limit %s"""  # noqa: S608 - names of our own
_OWNED: tuple[tuple[str, type[Any]], ...] = (
    (_of("charge_now", ChargeFacts), ChargeFacts),
    (_of("plan_now", PlanFacts), PlanFacts),
    (_of("payment_now", PastPaymentFacts), PastPaymentFacts),
    (_of("credit_now", PastCreditFacts), PastCreditFacts),
)
