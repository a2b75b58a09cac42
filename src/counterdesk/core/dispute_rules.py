"""What must hold before a dispute is raised or closed; a dialog asks before it is written."""

from __future__ import annotations

from typing import Final

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.core.visit_rules import refuse_card_number

AMOUNT_FIELD: Final = "disputeAmount"
WORDS_FIELD: Final = "disputeWords"
CLOSING_FIELD: Final = "closingWords"
LONGEST_WORDS: Final = 500


def check_amount(amount_minor: int, payment_minor: int, settings: Settings) -> None:
    """Let an amount pass that is some or all of the payment.

    Raises:
        UserError: It is nothing, or more than was paid.
    """
    if amount_minor < 1:
        raise UserError(_("Type how much of the payment is disputed."), AMOUNT_FIELD)
    if amount_minor > payment_minor:
        paid = format_amount(payment_minor, settings.currency, settings.locale)
        text = _("No more than was paid can be disputed: {amount}.")
        raise UserError(text.format(amount=paid), AMOUNT_FIELD)


def check_words(words: str, field: str = WORDS_FIELD) -> str:
    """Return what is said in the way it is kept: harmless, and on one line.

    Raises:
        UserError: There is nothing, it is too long, or it holds a card number.
    """
    said = clean(words).strip()
    if not said:
        asked = _("Type what the consumer says.") if field == WORDS_FIELD else _("Say why.")
        raise UserError(asked, field)
    if len(said) > LONGEST_WORDS:
        text = _("Use at most {count} characters.")
        raise UserError(text.format(count=LONGEST_WORDS), field)
    refuse_card_number(said, field)
    return said
