"""The declarative bases: one for each local file, and the column types they share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import BigInteger, MetaData, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcInstant(TypeDecorator[datetime]):
    """An instant in UTC, stored as integer microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn a timezone-aware instant into microseconds."""
        if value is None:
            return None
        since = value - datetime(1970, 1, 1, tzinfo=UTC)
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn microseconds back into an instant in UTC."""
        if value is None:
            return None
        seconds, microseconds = divmod(value, 1_000_000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)


class LedgerBase(DeclarativeBase):
    """Tables of `ledger.db`: everything this counter did."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {datetime: UtcInstant()}


class RefBase(DeclarativeBase):
    """Tables of `ref.db`, seen as the attached schema `ref`: what came from the centre."""

    metadata = MetaData(schema="ref", naming_convention=_NAMES)
    type_annotation_map = {datetime: UtcInstant()}


def table_of(model: type[LedgerBase | RefBase]) -> Table:
    """Return a model's table, for the Core statements of the hot path."""
    return cast("Table", model.__table__)
