from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from counterdesk.core.people_told import (
    VALID_FOR,
    PeopleTold,
    PersonTold,
    people_bytes,
    read_people,
)
from counterdesk.core.permissions import Role

ISSUED = datetime(2025, 4, 20, 10, tzinfo=UTC)
JANE = PersonTold(
    UUID(int=1), "jane", "Jane Smith", Role.CASHIER, True, b"s" * 16, b"h" * 32, b"", b"", 8, 1, 1
)  # fmt: skip
TOLD = PeopleTold("", ISSUED, ISSUED + VALID_FOR, (JANE, replace(JANE, login="ann")))


def test_people_read_back_as_they_were_told_in_order_of_login() -> None:
    assert read_people(people_bytes(TOLD)) == replace(TOLD, people=TOLD.people[::-1])


def test_the_order_they_are_given_in_does_not_change_the_bytes() -> None:
    assert people_bytes(replace(TOLD, people=TOLD.people[::-1])) == people_bytes(TOLD)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", people_bytes(TOLD).replace(b'"v":1', b'"v":2'),
        people_bytes(TOLD).replace(b"Customer Executive", b"Owner"),
        people_bytes(TOLD).replace(b'"lanes":1,', b""),
    ],
)  # fmt: skip
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of any wording
        read_people(body)
