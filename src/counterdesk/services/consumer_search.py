"""The search box: which consumers typed text may mean, from a million, between two keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from sqlalchemy import TextualSelect, bindparam, select
from sqlalchemy import text as sql

from counterdesk.core.search_text import LONGEST_QUERY, code_of, digits_of, pieces_of, trigrams_of
from counterdesk.core.text import clean
from counterdesk.models.base import table_of
from counterdesk.models.ref import Charge, Consumer, SearchText
from counterdesk.models.undoing import OwnCharge
from counterdesk.store.session import ReadSession

MOST_HITS = 200
_MOST_CANDIDATES = 2_000
_PART = 3
_LONGEST_NUMBER = 60
_FEWEST_LETTERS = 2

_consumers, _texts, _charges = table_of(Consumer), table_of(SearchText), table_of(Charge)
_own_charges = table_of(OwnCharge)
_hit_columns = (
    _consumers.c.consumer_id, _consumers.c.account_number, _consumers.c.name,
    _consumers.c.service_address, _consumers.c.phone, _consumers.c.row_id,
    _texts.c.name.label("folded_name"), _texts.c.address.label("folded_address"), _texts.c.codes,
)  # fmt: skip
_hits = select(*_hit_columns).join(_texts, _texts.c.row_id == _consumers.c.row_id)
_by_digits = _hits.where(_consumers.c.account_digits == bindparam("digits")).limit(MOST_HITS)
_by_charge = (
    _hits.join(_charges, _charges.c.consumer_id == _consumers.c.consumer_id)
    .where(_charges.c.number.in_([bindparam("typed"), bindparam("upper")]))
    .limit(MOST_HITS)
)
_by_own_charge = (
    _hits.join(_own_charges, _own_charges.c.consumer_id == _consumers.c.consumer_id)
    .where(_own_charges.c.number.in_([bindparam("typed"), bindparam("upper")]))
    .limit(MOST_HITS)
)


def find_rows(read: ReadSession, text: str) -> list[Any]:
    """Return rows of consumers that match every word of a text, best first.

    Each begins with the columns of a `ConsumerHit`. Whole account numbers come first, then names
    that begin with the text, names with words that begin so, and the rest; then by name. Of
    several words, all in the address come before words that lie here and there.
    """
    text = text[:LONGEST_QUERY]
    pieces = pieces_of(text)
    if sum(map(len, pieces)) < _FEWEST_LETTERS:
        return []
    found = {row.row_id: row for row in _named_exactly(read, text)}
    exact = set(found)
    for statement, parameters in _searches(pieces):
        if len(found) < MOST_HITS:
            found |= {row.row_id: row for row in read.execute(statement, parameters)}
    typed = " ".join(pieces)

    def relevance(row: Any) -> tuple[bool, int, str, str]:
        rank = _rank(row, typed, pieces)
        return row.row_id not in exact, rank, row.folded_name, row.account_number

    return sorted(found.values(), key=relevance)[:MOST_HITS]


def _named_exactly(read: ReadSession, text: str) -> list[Any]:
    """Find whole account and charge numbers, which may lie too deep among their look-alikes."""
    typed, digits, code = clean(text).strip(), digits_of(text), code_of(text)
    if not digits or len(typed) > _LONGEST_NUMBER:
        return []
    accounts = read.execute(_by_digits, {"digits": digits}).all()
    names = {"typed": typed, "upper": typed.upper()}
    charges = [row for one in (_by_charge, _by_own_charge) for row in read.execute(one, names)]
    return [row for row in accounts if code in code_of(row.account_number)] + charges


def _rank(row: Any, typed: str, pieces: tuple[str, ...]) -> int:
    """Return 0 for the likeliest: where the words stand together, they were meant together."""
    name, address = row.folded_name, row.folded_address
    begun = [f" {piece}" for piece in pieces]
    likely = [name.startswith(typed), _has_all(f" {name}", begun)]
    if len(pieces) > 1:
        likely += [address.startswith(typed), _has_all(f" {address}", begun)]
        likely.append(any(_has_all(field, pieces) for field in (name, address, row.codes)))
    return next((rank for rank, so in enumerate(likely) if so), len(likely))


def _has_all(field: str, parts: Iterable[str]) -> bool:
    return all(part in field for part in parts)


def _searches(pieces: tuple[str, ...]) -> Iterator[tuple[TextualSelect, dict[str, str]]]:
    """Yield what to look for, the likeliest first: words of names, other words, any parts.

    Words of an address are looked for in the address alone: on a long street, neighbours who
    have the house's number in an invoice would fill the list before the house is found.
    """
    words = [piece for piece in pieces if len(piece) > 1 or not piece.isascii()]
    letters = [f" {piece}" for piece in pieces if piece not in words]
    trigrams = [part for piece in pieces for part in trigrams_of(piece)]
    if words:
        begun = " AND ".join(f'"{word}"*' for word in words)
        looked_at = {f"part{index}": letter for index, letter in enumerate(letters)}
        for columns in _columns(pieces, has_parts=bool(trigrams)):
            begins = {"wanted": f"{columns} : ({begun})", **looked_at}
            yield _statement("search_words", len(letters)), begins
    if trigrams:
        wanted = " AND ".join(f'"{part}"' for part in dict.fromkeys(trigrams))
        looked_at = {f"part{index}": piece for index, piece in enumerate(pieces)}
        yield _statement("search_parts", len(pieces)), {"wanted": wanted, **looked_at}


def _columns(pieces: tuple[str, ...], *, has_parts: bool) -> Iterator[str]:
    """Yield where to look for words; what any parts will find as well is not looked for twice."""
    yield "name"
    short = any(len(piece) < _PART for piece in pieces)
    address = len(pieces) > 1 and (not short or any(map(str.isdecimal, pieces)))
    if address:
        yield "address"
    if short and not (address and has_parts):
        yield "{name address}"


@lru_cache(maxsize=32)
def _statement(index: str, parts: int) -> TextualSelect:
    """Return the search of one index, which then looks at `parts` texts letter by letter.

    The inner select reads the index from its newest end and stops: sorting all hits of a common
    name would cost a hundred times more. The cross joins keep that order.
    """
    looked_at = " and ".join(
        f"instr(' ' || t.name || ' ' || t.address || ' ' || t.codes, :part{number}) > 0"
        for number in range(parts)
    )
    return sql(f"""
        select c.consumer_id, c.account_number, c.name, c.service_address, c.phone, c.row_id,
            t.name, t.address, t.codes
        from (select rowid from ref.{index} where {index} match :wanted
            order by rowid desc limit {_MOST_CANDIDATES if parts else MOST_HITS}) as found
        cross join ref.search_text as t on t.row_id = found.rowid
        cross join ref.consumer as c on c.row_id = found.rowid
        where {looked_at or "true"} limit {MOST_HITS}
        """).columns(*_hit_columns)  # noqa: S608 - names from this file only
