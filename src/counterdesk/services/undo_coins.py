"""What no coin makes cannot be handed back: which way is the nearest one then."""

from __future__ import annotations

from collections.abc import Iterable

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import ModeKind, Settings
from counterdesk.core.undoing import UndoAsked, UndoEffects, UndoKind
from counterdesk.services.undo_parts import Part


def refuse_odd_cash(
    settings: Settings, asked: UndoAsked, effects: UndoEffects, every: list[Part], *, here: bool
) -> None:
    """Refuse a reversal whose cash the smallest coin cannot make: one payment of a rounded visit.

    Its rounding belongs to the visit and not to the payment, and what is handed back is to the
    cent what was paid, here and at the centre. What is left of a visit that was undone in part
    goes back as it is: no other way is left for it.

    Args:
        settings: Name the smallest coin.
        asked: What is undone.
        effects: What it would do.
        every: All parts of the visit.
        here: Whether its shift still runs.

    Raises:
        UserError: It is such a reversal; the sentence says what can be done.
    """
    coin = settings.cash_rounding_minor
    odd = coin > 1 and effects.cash_minor % coin != 0
    if asked.kind is not UndoKind.REVERSAL or not odd or any(one["was_undone"] for one in every):
        return
    amount, step = (
        format_amount(minor, settings.currency, settings.locale)
        for minor in (effects.cash_minor, coin)
    )
    text = _("{amount} cannot be handed back in cash: the smallest coin is {step}.")
    raise UserError(f"{text.format(amount=amount, step=step)} {_nearest(asked, every, here=here)}")


def _nearest(asked: UndoAsked, every: Iterable[Part], *, here: bool) -> str:
    own = [one for one in every if one["payment_id"] == asked.payment_id]
    if asked.in_cash and all(one["kind"] not in (ModeKind.CASH, ModeKind.CHEQUE) for one in own):
        return _("Give it back the way it came.")
    if here:
        return _("Void the whole visit, and take anew what was right.")
    return _("Correct the visit instead: what was not owed can stay as credit.")
