"""Is what is banked made of what was received? Cash becomes no cheque on its way, nor the reverse.

A cheque that nobody received in place of cash that is missing is how till money is lent; a cheque
that is missing while as much cash is over was cashed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from counterdesk.core.i18n import _


@dataclass(frozen=True, slots=True)
class Cheque:
    """A cheque as a payment brought it."""

    amount_minor: int
    reference: str
    bank: str = ""


@dataclass(frozen=True, slots=True)
class Mix:
    """Cash and cheques of one shift: what came in, and what of it is there."""

    cash_received_minor: int
    """What should be there."""
    cash_there_minor: int
    cheques_received: tuple[Cheque, ...]
    cheques_there: tuple[int, ...]
    """Their amounts."""


@dataclass(frozen=True, slots=True)
class ChequeThere:
    """A cheque that is there, with what a payment tells of it, if any does."""

    amount_minor: int
    received: Cheque | None


def cheques_named(mix: Mix) -> tuple[ChequeThere, ...]:
    """Return each cheque that is there beside one of its amount that was received."""
    left = list(mix.cheques_received)
    named = []
    for amount_minor in mix.cheques_there:
        found = next((one for one in left if one.amount_minor == amount_minor), None)
        if found is not None:
            left.remove(found)
        named.append(ChequeThere(amount_minor, found))
    return tuple(named)


def mix_findings(mix: Mix, write: Callable[[int], str]) -> tuple[str, ...]:
    """Return what is not as it was received, in sentences; none where the mix is right.

    Args:
        mix: One shift's money.
        write: Writes an amount.
    """
    return tuple(_findings(mix, write))


def _findings(mix: Mix, write: Callable[[int], str]) -> Iterator[str]:
    cash_off = mix.cash_there_minor - mix.cash_received_minor
    for one in cheques_named(mix):
        if one.received is None:
            exchanged = cash_off <= -one.amount_minor
            cash_off += one.amount_minor if exchanged else 0
            text = _("A cheque of {amount} lies there that nobody received.")
            if exchanged:
                text = _("A cheque of {amount} lies there that nobody received, and as much cash "
                         "is missing: the cash was exchanged for it.")  # fmt: skip
            yield text.format(amount=write(one.amount_minor))
    for gone in _missing(mix):
        cashed = cash_off >= gone.amount_minor
        cash_off -= gone.amount_minor if cashed else 0
        text = _("Cheque {reference} of {amount} is missing.")
        if cashed:
            text = _("Cheque {reference} of {amount} is missing, and as much cash is over: it was "
                     "exchanged for cash.")  # fmt: skip
        yield text.format(reference=gone.reference, amount=write(gone.amount_minor))
    if cash_off:
        text = (
            _("{amount} more cash than received.")
            if cash_off > 0
            else _("{amount} less cash than received.")
        )
        yield text.format(amount=write(abs(cash_off)))


def _missing(mix: Mix) -> Iterator[Cheque]:
    there = Counter(mix.cheques_there)
    for one in mix.cheques_received:
        there[one.amount_minor] -= 1
        if there[one.amount_minor] < 0:
            yield one
