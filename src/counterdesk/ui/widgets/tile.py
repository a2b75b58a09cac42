"""One figure of the dashboard, with what it was before."""

from __future__ import annotations

from html import escape

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from counterdesk.ui.status_badge import show_status
from counterdesk.ui.theme import SPACE_M, SPACE_S, SPACE_XS, set_role
from counterdesk.ui.widgets.labels import FittedLabel, badge, plain_label, wrapped_label


class Tile(QFrame):
    """What it is, how much, the change against the period before, and whether that is amiss."""

    def __init__(
        self, name: str, title: str, definition: str = "", parent: QWidget | None = None
    ) -> None:
        """Make a tile without a figure.

        Args:
            name: Object name of the tile.
            title: What it counts.
            definition: How that is worked out; shown where somebody points at the tile.
            parent: Owns the tile.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "card")
        self._title = plain_label(title, "muted")
        self._figure = FittedLabel("", "figure", f"{name}Figure")
        self._change = wrapped_label("", "muted", name=f"{name}Change")
        self._badge = badge("", "warn")
        self._badge.setObjectName(f"{name}Alert")
        self._badge.hide()
        self.setToolTip(f"<p>{escape(definition)}</p>")
        self.setAccessibleDescription(definition)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        layout.setSpacing(SPACE_XS)
        for part in (self._title, self._figure, self._badge, self._change):
            layout.addWidget(part)
        layout.addStretch(1)

    def show_figure(self, figure: str, change: str, tone: str = "muted") -> None:
        """Show a figure.

        Args:
            figure: How much, written out.
            change: The change in words and numbers.
            tone: "good", "bad" or "muted": whether the change is welcome.
        """
        self._figure.setText(figure)
        self._change.setText(change)
        set_role(self._change, tone)
        self._say()

    def show_alert(self, words: str) -> None:
        """Say that the figure is beyond its limit; "" where it is not."""
        show_status(self._badge, "warn", words)
        self._badge.setVisible(bool(words))
        self._say()

    def title(self) -> str:
        """Return what it counts."""
        return self._title.text()

    def figure(self) -> str:
        """Return what is shown."""
        return self._figure.text()

    def _say(self) -> None:
        alert = self._badge.accessibleName()
        said = f"{self._title.text()}: {self._figure.text()}. {self._change.text()}"
        self.setAccessibleName(f"{said} {alert}".strip())
