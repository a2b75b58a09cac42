"""The consumers a search has found: two lines each, enough to tell namesakes apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from counterdesk.core.text import clean
from counterdesk.ui.theme import SPACE_M, SPACE_S, colours, mono_font, text_font

if TYPE_CHECKING:  # services bring SQLAlchemy, which the window must not wait for
    from counterdesk.services.consumers import ConsumerHit

_ROW = 60
_Index = QModelIndex | QPersistentModelIndex


class ConsumerHits(QAbstractListModel):
    """What the newest search found, best first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hits: tuple[ConsumerHit, ...] = ()

    def show_hits(self, hits: Sequence[ConsumerHit]) -> None:
        """Take the place of what was found before."""
        self.beginResetModel()
        self._hits = tuple(hits)
        self.endResetModel()

    def hit(self, row: int) -> ConsumerHit | None:
        """Return the consumer of a row, or None where there is none."""
        return self._hits[row] if 0 <= row < len(self._hits) else None

    def rowCount(self, parent: _Index | None = None) -> int:
        """Return how many were found."""
        return 0 if parent is not None and parent.isValid() else len(self._hits)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a screen reader says of a row; painting takes the record itself."""
        hit = self.hit(index.row())
        if hit is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return clean(f"{hit.name}, {hit.account_number}, {hit.service_address}, {hit.phone}")
        return hit if role == Qt.ItemDataRole.UserRole else None


class ConsumerHitsList(QListView):
    """The list beneath the search box. It never takes the focus: the box keeps it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("consumerResults")
        self.hits = ConsumerHits(self)
        self.setModel(self.hits)
        self.setItemDelegate(_HitPainter(self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def step(self, rows: int) -> None:
        """Move the marked row up or down, and keep it in sight."""
        count = self.hits.rowCount()
        if count:
            row = self.currentIndex().row() + rows
            self.setCurrentIndex(self.hits.index(max(0, min(row, count - 1))))


class _HitPainter(QStyledItemDelegate):
    """Paints name and account, and beneath them address and phone."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return a row of two lines."""
        del index
        return QSize(option.rect.width(), _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one consumer."""
        hit = index.data(Qt.ItemDataRole.UserRole)
        view = option.widget
        rect: QRect = option.rect
        painter.save()
        marked = isinstance(view, QListView) and view.currentIndex().row() == index.row()
        if marked or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(colours().soft))
        inner = rect.adjusted(SPACE_M, SPACE_S, -SPACE_M, -SPACE_S)
        top = QRect(inner.topLeft(), QSize(inner.width(), inner.height() // 2))
        bottom = top.translated(0, top.height())
        place = _Place(painter, option.direction)
        painter.setPen(QColor(colours().text))
        place.write(top, (hit.name, text_font(16, bold=True)), (hit.account_number, mono_font()))
        painter.setPen(QColor(colours().muted))
        small = text_font(14)
        place.write(bottom, (hit.service_address, small), (hit.phone, small))
        painter.setPen(QColor(colours().line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()


class _Place:
    """Writes two texts at the two sides of a line, neither into the other."""

    def __init__(self, painter: QPainter, direction: Qt.LayoutDirection) -> None:
        self._painter = painter
        self._direction = direction

    def write(self, line: QRect, start: tuple[str, QFont], end: tuple[str, QFont]) -> None:
        """Write one text where reading starts and one at the other side."""
        width = self._write(line, *end, Qt.AlignmentFlag.AlignRight, line.width() // 2)
        rest = line.adjusted(0, 0, -width - SPACE_M, 0)
        rest = QStyle.visualRect(self._direction, line, rest)
        self._write(rest, *start, Qt.AlignmentFlag.AlignLeft, rest.width())

    def _write(self, line: QRect, text: str, font: QFont, side: Qt.AlignmentFlag, most: int) -> int:
        self._painter.setFont(font)
        metrics = self._painter.fontMetrics()
        plain = " ".join(clean(text).split())
        shown = metrics.elidedText(plain, Qt.TextElideMode.ElideRight, most)
        along = QStyle.visualAlignment(self._direction, side | Qt.AlignmentFlag.AlignVCenter)
        self._painter.drawText(line, int(along), shown)
        return metrics.horizontalAdvance(shown)
