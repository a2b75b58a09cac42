"""One figure of the dashboard, with what it was before."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from counterdesk.ui.theme import SPACE_M, SPACE_S, SPACE_XS, set_role
from counterdesk.ui.widgets.labels import plain_label, wrapped_label


class Tile(QFrame):
    """What it is, how much, and the change against the period before."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        """Make a tile without a figure.

        Args:
            name: Object name of the tile.
            title: What it counts.
            parent: Owns the tile.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("role", "card")
        self._title = plain_label(title, "muted")
        self._figure = plain_label("", "figure", name=f"{name}Figure")
        self._change = wrapped_label("", "muted", name=f"{name}Change")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        layout.setSpacing(SPACE_XS)
        for part in (self._title, self._figure, self._change):
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
        self.setAccessibleName(f"{self._title.text()}: {figure}. {change}")

    def figure(self) -> str:
        """Return what is shown."""
        return self._figure.text()
