"""The view of a list of records: keyboard first, widths remembered, never empty without a word."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from counterdesk.ui.status_badge import badge_text
from counterdesk.ui.tables.records import LINK, TONE, RecordsModel
from counterdesk.ui.theme import BADGE_PX, ROW_HEIGHT, SPACE_M, SPACE_S, colours, text_font

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class RecordTable(QTableView):
    """Arrows move, Enter opens, a click on a title sorts."""

    opened = Signal(object)
    """The record somebody pressed Enter on, or clicked twice."""

    def __init__(
        self, name: str, title: str, model: RecordsModel, parent: QWidget | None = None
    ) -> None:
        """Make a view of a model.

        Args:
            name: Object name, also of its remembered widths.
            title: What the list is, for screen readers.
            model: What it shows; the view owns it from now on.
            parent: Owns the view.
        """
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.records = model
        model.setParent(self)
        self.empty_text = ""
        self._build()

    def _build(self) -> None:
        self.setModel(self.records)
        self.doubleClicked.connect(self._open)
        self.setItemDelegate(_Cells(self))
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(self.records.sortable)
        header.setSectionsClickable(self.records.sortable)
        for number, column in enumerate(self.records.columns):
            if column.width:
                self.setColumnWidth(number, column.width)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)

    def say_when_empty(self, text: str) -> None:
        """Tell what to do where there is nothing to list."""
        self.empty_text = text
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or the sentence in place of them."""
        super().paintEvent(event)
        if self.records.rowCount() or not self.empty_text:
            return
        painter = QPainter(self.viewport())
        painter.setPen(QColor(colours().muted))
        inside = self.viewport().rect().adjusted(SPACE_M, SPACE_M, -SPACE_M, -SPACE_M)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(inside, int(flags), self.empty_text)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Have a row under the cursor as soon as keys arrive."""
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.records.rowCount():
            self.selectRow(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the record under the cursor with Enter."""
        index = self.currentIndex()
        if event.key() in _ENTER and index.isValid():
            if not event.isAutoRepeat():
                self._open(index)
            return
        super().keyPressEvent(event)

    def _open(self, index: QModelIndex | QPersistentModelIndex) -> None:
        self.opened.emit(self.records.records[index.row()])


class _Cells(QStyledItemDelegate):
    """Cells without a focus frame of their own; badges as word, shape and colour."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one cell."""
        option.state &= ~QStyle.StateFlag.State_HasFocus
        tone, link = index.data(TONE), index.data(LINK)
        if tone is None and link is None:
            super().paint(painter, option, index)
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(colours().soft))
        if tone is not None:
            _paint_badge(painter, option.rect, tone, index.data())
        else:
            _paint_link(painter, option, link, index)


def _paint_badge(painter: QPainter, cell: QRect, tone: str, word: str) -> None:
    ink, ground = _inks()[tone]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(text_font(BADGE_PX, bold=True))
    text, metrics = badge_text(tone, word), painter.fontMetrics()
    width = min(metrics.horizontalAdvance(text) + 3 * SPACE_S, cell.width() - 2 * SPACE_S)
    pill = QRectF(0, 0, width, metrics.height() + SPACE_S // 2)
    pill.moveCenter(QRectF(cell).center())
    pill.moveLeft(cell.left() + SPACE_S)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    painter.setPen(QColor(ink))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(width) - SPACE_M)
    painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), shown)
    painter.restore()


def _paint_link(
    painter: QPainter,
    option: QStyleOptionViewItem,
    link: str,
    index: QModelIndex | QPersistentModelIndex,
) -> None:
    """Paint what leads somewhere in the colour of links, and the rest of the text behind it."""
    painter.save()
    painter.setFont(index.data(Qt.ItemDataRole.FontRole) or option.font)
    metrics, cell = painter.fontMetrics(), option.rect.adjusted(SPACE_S, 0, -SPACE_S, 0)
    place = QStyle.visualAlignment(
        option.direction, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    )
    shown = metrics.elidedText(link, Qt.TextElideMode.ElideRight, cell.width())
    painter.setPen(QColor(colours().accent))
    painter.drawText(cell, int(place), shown)
    wide = metrics.horizontalAdvance(shown)
    rest = QStyle.visualRect(option.direction, cell, cell.adjusted(wide, 0, 0, 0))
    behind = metrics.elidedText(
        index.data()[len(link) :], Qt.TextElideMode.ElideRight, rest.width()
    )
    painter.setPen(QColor(colours().muted))
    painter.drawText(rest, int(place), behind)
    painter.restore()


def _inks() -> dict[str, tuple[str, str]]:
    now = colours()
    return {
        "ok": (now.ok, now.ok_soft),
        "warn": (now.warning, now.warning_soft),
        "danger": (now.danger, now.danger_soft),
        "info": (now.muted, now.background),
    }
