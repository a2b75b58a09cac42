"""What the categories, states and outcomes of disputes are called on screen."""

from __future__ import annotations

from counterdesk.core.disputes import Category, Dispute, Outcome
from counterdesk.core.i18n import _


def category_words(category: Category) -> str:
    """Return what is said to be wrong, as a word for a list: "Charged twice"."""
    return {
        Category.FAILED: _("Payment failed"),
        Category.PARTIAL: _("Only part arrived"),
        Category.OVERPAID: _("Paid too much"),
        Category.DUPLICATE: _("Charged twice"),
        Category.REFUND: _("Refund asked for"),
        Category.CHARGEBACK: _("Chargeback"),
        Category.OTHER: _("Something else"),
    }[category]


def outcome_words(outcome: Outcome) -> str:
    """Return how a dispute came out, as a word for a list."""
    return {
        Outcome.REFUNDED: _("Refunded"),
        Outcome.ADJUSTED: _("Adjusted"),
        Outcome.REPROCESSED: _("Processed again"),
        Outcome.REJECTED: _("Rejected"),
    }[outcome]


def state_words(dispute: Dispute) -> str:
    """Return the word for where a dispute stands: "Open", or how it came out."""
    return standing_words(dispute.standing)


def state_tone(dispute: Dispute) -> str:
    """Return the tone of where a dispute stands: warn while open, danger if rejected, else ok."""
    return standing_tone(dispute.standing)


def standing_words(standing: str) -> str:
    """Return the word for the standing of a dispute: "" while it is open, else its outcome."""
    return outcome_words(Outcome(standing)) if standing else _("Open")


def standing_tone(standing: str) -> str:
    """Return the tone of the standing of a dispute."""
    if not standing:
        return "warn"
    return "danger" if standing == Outcome.REJECTED else "ok"


def doubt_words(receipt: str, amount: str, category: Category) -> str:
    """Return what is doubted, as a line of an account; it stands on screen alone."""
    return _("Dispute of {receipt}, {amount}: {category}").format(
        receipt=receipt, amount=amount, category=category_words(category)
    )


def disputed_already(dispute: Dispute) -> str:
    """Return the sentence for whoever would dispute a payment once more."""
    return _("Payment {receipt} is disputed already: {number}.").format(
        receipt=dispute.receipt_number, number=dispute.number
    )


def dispute_warning(dispute: Dispute) -> str:
    """Return the sentence to read before more money is taken from whoever doubts a payment."""
    return _("Payment {receipt} is disputed ({number}: {category}).").format(
        receipt=dispute.receipt_number, number=dispute.number,
        category=category_words(dispute.category),
    )  # fmt: skip
