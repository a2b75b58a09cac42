"""Tiles side by side, as many in a line as are readable, all lines about as full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.tile import Tile

_NARROWEST = 208
_NONE = Qt.KeyboardModifier.NoModifier


class TileGrid(QWidget):
    """Shows some tiles in an order; the others wait out of sight.

    Tab goes through them in that order, arrows as they lie.
    """

    def __init__(self, tiles: Iterable[Tile]) -> None:
        """Take all tiles that may ever be shown, out of sight.

        Tab comes to all of them together: one that joined later would be the window's last stop.
        """
        super().__init__()
        for tile in tiles:
            tile.setParent(self)
            tile.hide()
        self._tiles: list[Tile] = []
        self._columns = 0
        self._widest = 0
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_M)

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these tiles, and no other."""
        for tile in self._tiles:
            self._layout.removeWidget(tile)
            tile.hide()
        self._tiles, self._columns = list(tiles), 0
        self._place()
        self._keep_whole()
        for first, second in pairwise(tiles):
            QWidget.setTabOrder(first, second)

    def event(self, event: QEvent) -> bool:
        """Grow with what the tiles say."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._keep_whole()
        return done

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put more or fewer into a line."""
        super().resizeEvent(event)
        self._place()
        self._keep_whole()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the tile on that side, where one is."""
        on = -1 if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else 1
        steps: dict[int, int] = {
            Qt.Key.Key_Left: -on, Qt.Key.Key_Right: on,
            Qt.Key.Key_Up: -self._columns, Qt.Key.Key_Down: self._columns,
        }  # fmt: skip
        here = [place for place, tile in enumerate(self._tiles) if tile.hasFocus()]
        plain = event.modifiers() in (_NONE, Qt.KeyboardModifier.KeypadModifier)
        wanted = here[0] + steps.get(event.key(), 0) if here and plain else -1
        if event.key() not in steps or not plain:
            super().keyPressEvent(event)
        elif 0 <= wanted < len(self._tiles):
            self._tiles[wanted].setFocus(Qt.FocusReason.TabFocusReason)

    def _keep_whole(self) -> None:
        # What breaks its lines asks for little; a long list below would press it together.
        self.setMinimumHeight(max(0, self._layout.heightForWidth(self.width())))

    def _place(self) -> None:
        most = max(1, (self.width() + SPACE_M) // (_NARROWEST + SPACE_M))
        lines = -(-len(self._tiles) // most)
        columns = -(-len(self._tiles) // lines)
        if columns == self._columns:
            return
        self._columns, self._widest = columns, max(columns, self._widest)
        for column in range(self._widest):
            self._layout.setColumnStretch(column, 1 if column < columns else 0)
        for place, tile in enumerate(self._tiles):
            self._layout.addWidget(tile, *divmod(place, columns))
            tile.show()
