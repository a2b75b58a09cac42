"""What undoing will do, in sentences a cashier can read out before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import ModeKind, Settings
from counterdesk.core.undoing import UndoEffects, UndoKind


def undo_sentences(effects: UndoEffects, settings: Settings) -> tuple[str, ...]:
    """Return what an undo reopens, withdraws and gives back, a sentence each.

    Args:
        effects: As worked out from what stands now.
        settings: For the way amounts are written.
    """
    return (
        *_charges(effects, settings),
        *_credit(effects, settings),
        *_money(effects, settings),
    )


def _charges(effects: UndoEffects, settings: Settings) -> Iterator[str]:
    again = _("{charge} ({account}) is owed again: {amount}.")
    paid = _("{charge} ({account}) is paid with it: {amount}.")
    for text, charges in ((again, effects.reopened), (paid, effects.settled)):
        for one in charges:
            yield text.format(
                charge=one.number, account=one.account_number,
                amount=_amount(settings, one.amount_minor),
            )  # fmt: skip
    if effects.rest_minor:
        text = _("{amount} is left over there and becomes a credit note.")
        yield text.format(amount=_amount(settings, effects.rest_minor))


def _credit(effects: UndoEffects, settings: Settings) -> Iterator[str]:
    amount = partial(_amount, settings)
    for gone in effects.credit_gone:
        text = _("Credit note {number} loses {amount}.")
        yield text.format(number=gone.number, amount=amount(gone.withdrawn_minor))
        if gone.debit_minor:
            text = _("{amount} of it was spent and is owed as a charge of its own.")
            yield text.format(amount=amount(gone.debit_minor))
    for number, minor in effects.credit_back:
        text = _("Credit note {number} gets {amount} back.")
        yield text.format(number=number, amount=amount(minor))


def _money(effects: UndoEffects, settings: Settings) -> Iterator[str]:
    bounced = effects.kind is UndoKind.BOUNCED
    for one in effects.money_back:
        amount = _amount(settings, one.amount_minor)
        if one.kind == ModeKind.CASH:
            yield _("Hand back {amount} in cash.").format(amount=amount)
        elif bounced:
            yield _("The cheque of {amount} is written off.").format(amount=amount)
        elif one.kind == ModeKind.CHEQUE:
            yield _("Give the cheque of {amount} back.").format(amount=amount)
        elif one.kind != ModeKind.CREDIT:
            text = _("Give {amount} back by {method}.")
            yield text.format(amount=amount, method=one.name)
    if effects.fee_minor:
        fee = _amount(settings, effects.fee_minor)
        yield _("A fee of {amount} is owed for the cheque.").format(amount=fee)
    if bounced:
        yield _("The account takes cash only from now on.")
    for number in effects.notes_left:
        yield _("Credit note {number} stays on the old account.").format(number=number)
    if effects.kind is UndoKind.MOVED:
        yield _("The money stays here; nothing is handed back.")


def _amount(settings: Settings, amount_minor: int) -> str:
    return format_amount(amount_minor, settings.currency, settings.locale)
