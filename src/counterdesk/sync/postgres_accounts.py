"""Whole accounts out of the centre, page by page: what a first fill reads."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import UUID

import psycopg

from counterdesk.sync.records import (
    AccountsPage,
    ChargeFacts,
    ConsumerFacts,
    PastBackFacts,
    PastCreditFacts,
    PastDisputeFacts,
    PastPaymentFacts,
    PlanFacts,
)

_BEFORE_ALL = UUID(int=0)
_ONE_MOMENT = "begin transaction isolation level repeatable read, read only"

_AS_SQLITE_HAS_IT = {
    "UUID": "encode(uuid_send({0}), 'hex') as {0}",
    "date": "{0}::text as {0}",
    "bool": "{0}::int as {0}",
    "datetime": "(extract(epoch from {0}) * 1000000)::bigint as {0}",
}
"""By the type of a field: the server has the time for it, this thread has not."""


def read_accounts(line: psycopg.Connection[Any], after: UUID | None, limit: int) -> AccountsPage:
    """Return the accounts whose consumers follow on one, as they all stood at one moment."""
    line.execute(_ONE_MOMENT)
    try:
        page = _read(line.cursor(), after or _BEFORE_ALL, limit)
    except psycopg.Error:
        line.rollback()
        raise
    line.commit()
    return page


def _read(cursor: psycopg.Cursor[Any], after: UUID, limit: int) -> AccountsPage:
    consumers = cursor.execute(_CONSUMERS, (after, limit)).fetchall()
    if not consumers:
        return AccountsPage(())
    span = (after, UUID(consumers[-1][0]))
    return AccountsPage(consumers, *(cursor.execute(one, span).fetchall() for one in _OWNED))


def _columns(facts: type[Any]) -> str:
    return ", ".join(
        _AS_SQLITE_HAS_IT.get(str(item.type).removesuffix(" | None"), "{0}").format(item.name)
        for item in fields(facts)
    )


def _of(view: str, facts: type[Any]) -> str:
    return f"""select encode(uuid_send(x.consumer_id), 'hex'), {_columns(facts)} from cd.{view} as x
        where x.consumer_id > %s and x.consumer_id <= %s"""  # noqa: S608 - names of our own


_CONSUMERS = f"""select {_columns(ConsumerFacts)} from cd.consumer_now as x
    where x.consumer_id > %s order by x.consumer_id limit %s"""  # noqa: S608 - names of our own
_OWNED = (
    _of("charge_now", ChargeFacts),
    _of("plan_now", PlanFacts),
    _of("payment_now", PastPaymentFacts),
    _of("credit_now", PastCreditFacts),
    _of("back_now", PastBackFacts),
    _of("dispute_now", PastDisputeFacts),
)
