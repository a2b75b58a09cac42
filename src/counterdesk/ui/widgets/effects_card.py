"""What this money does: sentences to read out before it is taken."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QFrame, QVBoxLayout

from counterdesk.core.i18n import _
from counterdesk.ui.theme import SPACE_L, SPACE_M, SPACE_XS
from counterdesk.ui.widgets.labels import plain_label, wrapped_label


class EffectsCard(QFrame):
    """One card with the sentences of `core.effects`."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("effectsCard")
        self.setProperty("role", "card")
        self._text = wrapped_label("", name="effectsText")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        layout.setSpacing(SPACE_XS)
        layout.addWidget(plain_label(_("What this money does"), "h2"))
        layout.addWidget(self._text)

    def say(self, sentences: Iterable[str]) -> None:
        """Show the sentences, each on a line of its own."""
        self._text.setText("\n".join(sentences))
