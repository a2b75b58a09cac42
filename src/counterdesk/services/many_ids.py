"""Asking for many rows by their ids in one statement, however many they are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, select

AMONG: Final = "among"
"""The parameter of `among`; `as_json` makes it."""

_each = func.json_each(bindparam(AMONG)).table_valued("value")


def among(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a column holds one of the ids: one text, as SQLite limits parameters."""
    return column.in_(select(_each.c.value))


def as_json(ids: Iterable[UUID | str | int]) -> str:
    """Return ids as the columns of the models have them, in one text."""
    return json.dumps([one.hex if isinstance(one, UUID) else one for one in ids])
