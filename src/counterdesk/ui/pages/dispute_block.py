"""The disputes of a payment on its page, the newest first."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk.core.dispute_words import category_words, state_tone, state_words
from counterdesk.core.disputes import Dispute
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.ui import dispute_telling as telling
from counterdesk.ui.payment_telling import breakable
from counterdesk.ui.status_badge import badge_text
from counterdesk.ui.theme import SPACE_M, SPACE_XS
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.labels import badge, plain_label, wrapped_label


def disputes_of(disputes: Iterable[Dispute], given: Settings) -> QWidget:
    """Return what was said of a payment, and how it came out."""
    made = QWidget()
    inside = QVBoxLayout(made)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(SPACE_M)
    for one in disputes:
        inside.addLayout(_dispute(one, given))
    return made


def _dispute(one: Dispute, given: Settings) -> QVBoxLayout:
    lines = QVBoxLayout()
    lines.setSpacing(SPACE_XS)
    tone, word = state_tone(one), state_words(one)
    amount = plain_label(telling.doubted_words(one, given), "amount")
    number = plain_label(clean(one.number), "mono", name=f"dispute{one.number}")
    lines.addLayout(row(number, badge(badge_text(tone, word), tone), None, amount))
    said = f"{category_words(one.category)}: {one.words}"
    parts = [(said, ""), (telling.raised_words(one, given), "muted")]
    if one.closing is not None:
        parts += [
            (f"{word}: {one.closing.words}", ""), (telling.closed_words(one, given), "muted")
        ]  # fmt: skip
    for text, role in parts:
        label = wrapped_label("", role)
        label.setText(breakable(text))
        lines.addWidget(label)
    return lines
