"""The titles of a list; the arrow beside one of them says how it is sorted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPolygonF
from PySide6.QtWidgets import QHeaderView, QStyle, QStyleOptionHeader, QWidget

from counterdesk.ui.theme import BADGE_PX, CELL_SIDE, SPACE_XS, colours, text_font

_WIDE, _HIGH = 9, 6
_RIGHT = Qt.AlignmentFlag.AlignRight


class SortHeader(QHeaderView):
    """Points up from the least to the most and down from the most to the least.

    A style of Qt points the other way, with a speck above the title that nobody sees.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)

    def initStyleOptionForIndex(self, option: QStyleOptionHeader, section: int) -> None:
        """Leave the arrow out of what the style paints, and room for it beside a long title."""
        super().initStyleOptionForIndex(option, section)
        option.sortIndicator = QStyleOptionHeader.SortIndicator.None_
        if self._sorted_by(section):
            room = self.sectionSize(section) - 2 * CELL_SIDE - SPACE_XS - _WIDE
            if _face().horizontalAdvance(option.text) > room + CELL_SIDE:
                option.text = _face().elidedText(option.text, Qt.TextElideMode.ElideRight, room)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint a title, and its arrow where the list is sorted by it."""
        super().paintSection(painter, rect, section)
        if not self._sorted_by(section):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().text))
        painter.drawPolygon(self.arrow(rect, section))
        painter.restore()

    def arrow(self, rect: QRect, section: int) -> QPolygonF:
        """Return the arrow of a section: behind its title, before one that stands at the right."""
        model, across = self.model(), self.orientation()
        title = str(model.headerData(section, across))
        place = model.headerData(section, across, Qt.ItemDataRole.TextAlignmentRole)
        along = CELL_SIDE + _face().horizontalAdvance(title) + SPACE_XS
        along = min(along, rect.width() - _WIDE - 1)
        left = rect.width() - along - _WIDE if place & _RIGHT else along
        spot = QRect(rect.left() + left, rect.center().y() - _HIGH // 2 + 1, _WIDE, _HIGH)
        return _pointing(
            QStyle.visualRect(self.layoutDirection(), rect, spot),
            down=self.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder,
        )

    def _sorted_by(self, section: int) -> bool:
        return self.isSortIndicatorShown() and section == self.sortIndicatorSection()


def _face() -> QFontMetrics:
    return QFontMetrics(text_font(BADGE_PX, bold=True))  # what the style sheet writes titles in


def _pointing(spot: QRect, *, down: bool) -> QPolygonF:
    left, right = spot.left(), spot.left() + _WIDE
    base, tip = spot.top(), spot.top() + _HIGH
    if not down:
        base, tip = tip, base
    middle = (left + right) / 2
    return QPolygonF([QPointF(left, base), QPointF(right, base), QPointF(middle, tip)])
