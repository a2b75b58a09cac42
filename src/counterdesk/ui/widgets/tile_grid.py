"""Tiles side by side, as many in a line as are readable, all lines about as full."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.tile import Tile

_NARROWEST = 208


class TileGrid(QWidget):
    """Shows some tiles in an order; the others wait out of sight."""

    def __init__(self) -> None:
        super().__init__()
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
