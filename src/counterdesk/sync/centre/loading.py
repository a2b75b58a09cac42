"""Accounts into an empty centre, by COPY: a town is there in seconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import islice
from typing import Any

import psycopg
from psycopg import sql

from counterdesk.sync.records import AccountFacts, ChargeFacts, ConsumerFacts, PlanFacts

_BATCH = 5_000
_OF_COUNTERS = "applied_through"
"""What the centre works out for whoever asks."""


def load_accounts(connection: psycopg.Connection, accounts: Iterable[AccountFacts]) -> int:
    """Write accounts into a centre that has none of them; nothing is told in the feed.

    Args:
        connection: The administrator's open transaction.
        accounts: What they owe, and their plans; payments and credit notes of the past stay out.

    Returns:
        How many there were.
    """
    remaining, count = iter(accounts), 0
    while batch := list(islice(remaining, _BATCH)):
        _copy(connection, "consumer", ConsumerFacts, ((one.consumer, None) for one in batch))
        _copy(connection, "charge", ChargeFacts, _owned(batch, "charges"))
        _copy(connection, "plan", PlanFacts, _owned(batch, "plans"))
        count += len(batch)
    return count


def _owned(accounts: Iterable[AccountFacts], part: str) -> Iterator[tuple[Any, Any]]:
    for one in accounts:
        for facts in getattr(one, part):
            yield facts, one.consumer.consumer_id


def _copy(
    connection: psycopg.Connection, table: str, kind: type[Any], rows: Iterable[tuple[Any, Any]]
) -> None:
    own = [item.name for item in fields(kind) if item.name != _OF_COUNTERS]
    owner = [] if kind is ConsumerFacts else ["consumer_id"]
    statement = sql.SQL("copy cd.{} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, [*own, *owner]))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for facts, consumer_id in rows:
            values = [getattr(facts, name) for name in own]
            copy.write_row([*values, consumer_id] if owner else values)
