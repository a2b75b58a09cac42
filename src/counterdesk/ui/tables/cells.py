"""How the cells of a list are painted: text, amounts, ids, badges and what leads somewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from counterdesk.ui.status_badge import badge_text
from counterdesk.ui.tables.records import FONTS, Column, RecordsModel, place_of
from counterdesk.ui.theme import BADGE_PX, CELL_SIDE, SPACE_M, SPACE_S, colours, text_font

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_ELIDED = Qt.TextElideMode.ElideRight


class Cells(QStyledItemDelegate):
    """Asks a record for its text and paints it.

    A style asks the model for ten roles of every cell before it paints one; that alone would take
    most of the time there is while a list scrolls. There is no frame of a focused cell: rows are.
    """

    def __init__(self, records: RecordsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._records = records

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one cell."""
        column = self._records.columns[index.column()]
        record = self._records.records[index.row()]
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(colours().soft))
        if column.kind == "badge":
            _paint_badge(painter, option.rect, column.tone(record), column.text(record))
        else:
            _paint_text(painter, option, column, record)


def link_width(column: Column, record: Any) -> int:
    """Return how far into a cell its link reaches, in pixels."""
    if column.link is None:
        return 0
    return CELL_SIDE + _face(column.kind)[1].horizontalAdvance(column.link(record))


def _paint_text(
    painter: QPainter, option: QStyleOptionViewItem, column: Column, record: Any
) -> None:
    direction, cell = option.direction, option.rect.adjusted(CELL_SIDE, 0, -CELL_SIDE, 0)
    font, metrics = _face(column.kind)
    text, ink = column.text(record), colours().text
    painter.setFont(font)
    if column.link is not None:  # at the beginning; what follows it is quieter
        link, ink = column.link(record), colours().muted
        shown = metrics.elidedText(link, _ELIDED, cell.width())
        painter.setPen(QColor(colours().accent))
        painter.drawText(cell, int(QStyle.visualAlignment(direction, _LEFT)), shown)
        rest = cell.adjusted(metrics.horizontalAdvance(shown), 0, 0, 0)
        cell, text = QStyle.visualRect(direction, cell, rest), text[len(link) :]
    shown = metrics.elidedText(text, _ELIDED, cell.width())
    painter.setPen(QColor(ink))
    painter.drawText(cell, int(QStyle.visualAlignment(direction, place_of(column))), shown)


def _paint_badge(painter: QPainter, cell: QRect, tone: str, word: str) -> None:
    ink, ground = _inks()[tone]
    font, metrics = _face("badge")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    text = badge_text(tone, word)
    width = min(metrics.horizontalAdvance(text) + 3 * SPACE_S, cell.width() - 2 * SPACE_S)
    pill = QRectF(0, 0, width, metrics.height() + SPACE_S // 2)
    pill.moveCenter(QRectF(cell).center())
    pill.moveLeft(cell.left() + SPACE_S)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(ground))
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    painter.setPen(QColor(ink))
    shown = metrics.elidedText(text, _ELIDED, int(width) - SPACE_M)
    painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), shown)
    painter.restore()


@cache
def _face(kind: str) -> tuple[QFont, QFontMetrics]:
    faces: dict[str, Callable[[], QFont]] = {
        **FONTS, "badge": lambda: text_font(BADGE_PX, bold=True)
    }  # fmt: skip
    font = faces.get(kind, text_font)()
    return font, QFontMetrics(font)


def _inks() -> dict[str, tuple[str, str]]:
    now = colours()
    return {
        "ok": (now.ok, now.ok_soft),
        "warn": (now.warning, now.warning_soft),
        "danger": (now.danger, now.danger_soft),
        "info": (now.muted, now.background),
    }
