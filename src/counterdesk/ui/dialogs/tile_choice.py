"""Which tiles this counter shows, and in which order."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.core.settings import Settings
from counterdesk.core.tiles import MOST, STANDARD, TileName
from counterdesk.ui.theme import FORM_WIDTH, ROW_HEIGHT, SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from counterdesk.ui.tile_words import tile_definition, tile_title
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import plain_label, wrapped_label

_TILE = Qt.ItemDataRole.UserRole


class TileChoice(QDialog):
    """Space ticks a tile, Alt with an arrow moves it; nothing changes before Enter."""

    chosen = Signal(str)
    """The names of the ticked tiles in order, with blanks between."""

    limits_asked = Signal()
    """Somebody wants to set the limits of figures; the tiles stay as they were."""

    def __init__(
        self,
        shown: Iterable[TileName],
        settings: Settings,
        parent: QWidget,
        *,
        may_limit: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("tileChoice")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Tiles"))
        self._settings = settings
        self._build()
        self._limits.setVisible(may_limit)
        self._connect()
        self._list(shown)

    def _build(self) -> None:
        self.list = named(QListWidget(), "tileList")
        self.list.setAccessibleName(_("Tiles"))
        self.list.setMinimumSize(FORM_WIDTH, len(TileName) * SPACE_XL + SPACE_S)
        self._definition = wrapped_label("", "muted", name="tileDefinition")
        self._definition.setMinimumHeight(ROW_HEIGHT + SPACE_L)
        self._definition.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._up = key_button(_("Up"), "Alt+Up", "tileUp", "")
        self._down = key_button(_("Down"), "Alt+Down", "tileDown", "")
        self._standard = key_button(_("Standard"), "Alt+S", "tileStandard", "")
        self._limits = key_button(_("Limits and alerts"), "Alt+L", "tileLimits", "")
        self._leave = key_button(_("Leave as it was"), "Esc", "tileLeave", "")
        self._keep = key_button(_("Show these"), "Enter", "tileKeep", "primary")
        for button in (self._up, self._down, self._standard, self._limits, self._leave):
            button.setAutoDefault(False)
        self._keep.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addWidget(plain_label(_("Tiles of this counter"), "h1"))
        how = _("Space ticks a tile, eight at most. They stand in this order.")
        layout.addWidget(wrapped_label(how, "muted"))
        layout.addWidget(self.list, 1)
        layout.addWidget(self._definition)
        layout.addLayout(row(self._up, self._down, self._standard, None, self._limits))
        layout.addLayout(row(None, self._leave, self._keep))

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._show_definition)
        self.list.itemChanged.connect(self._show_whether_any)
        self._up.clicked.connect(lambda: self._move(-1))
        self._down.clicked.connect(lambda: self._move(1))
        self._standard.clicked.connect(lambda: self._list(STANDARD))
        self._limits.clicked.connect(self.reject)
        self._limits.clicked.connect(self.limits_asked)
        self._leave.clicked.connect(self.reject)
        self._keep.clicked.connect(self._take)

    def _list(self, shown: Iterable[TileName]) -> None:
        ticked = list(shown)
        self.list.clear()
        for tile in (*ticked, *(one for one in TileName if one not in ticked)):
            item = QListWidgetItem(tile_title(tile), self.list)
            item.setSizeHint(QSize(0, SPACE_XL))
            item.setData(_TILE, str(tile))
            item.setToolTip(tile_definition(tile, self._settings))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            on = Qt.CheckState.Checked if tile in ticked else Qt.CheckState.Unchecked
            item.setCheckState(on)
        self.list.setCurrentRow(0)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _names(self) -> list[str]:
        items = (self.list.item(place) for place in range(self.list.count()))
        return [item.data(_TILE) for item in items if item.checkState() is Qt.CheckState.Checked]

    def _move(self, by: int) -> None:
        place = self.list.currentRow()
        if 0 <= place + by < self.list.count():
            item = self.list.takeItem(place)
            self.list.insertItem(place + by, item)
            self.list.setCurrentRow(place + by)

    @Slot()
    def _show_definition(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self._definition.setText(tile_definition(TileName(item.data(_TILE)), self._settings))

    @Slot()
    def _show_whether_any(self) -> None:
        self._keep.setEnabled(0 < len(self._names()) <= MOST)

    @Slot()
    def _take(self) -> None:
        self.chosen.emit(" ".join(self._names()))
        self.accept()
