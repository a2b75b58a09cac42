"""The table of open charges: arrows and Space tick, digits go to the amount."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from counterdesk.core.i18n import _
from counterdesk.ui.tables.charges import (
    NUMBER,
    PAYING,
    SECOND_LINE,
    TICK,
    WARNS,
    ChargesModel,
)
from counterdesk.ui.theme import SPACE_S, SPACE_XS, colours, text_font

_ROW = 52
_BOX = 20
_TICK_WIDTH = 36
_Index = QModelIndex | QPersistentModelIndex


class ChargesTable(QTableView):
    """One type's charges; the keyboard comes first."""

    typed = Signal(str)
    """A digit, meant for the amount."""

    turned = Signal(int)
    """Left or right: the type before or after."""

    def __init__(self, model: ChargesModel) -> None:
        super().__init__()
        self.setObjectName("chargesTable")
        self.setAccessibleName(_("Open charges"))
        self.setModel(model)
        self._charges = model
        self.setItemDelegate(_ChargePainter(self))
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._set_sizes()
        self.clicked.connect(self._click)

    @property
    def part_is_typed(self) -> bool:
        """Whether a charge's part is being typed in its row, and not yet taken."""
        return self.state() is QAbstractItemView.State.EditingState

    def mark_first(self) -> None:
        """Put the cursor on the first charge."""
        if self._charges.rowCount():
            self.setCurrentIndex(self._charges.index(0, NUMBER))

    def edit_part(self) -> None:
        """Let the part of the marked charge be typed in its row."""
        row = self.currentIndex().row()
        if row >= 0:
            self.edit(self._charges.index(row, PAYING))

    def finish_part(self) -> None:
        """Take what is being typed in a row, as its Enter would."""
        editor = self.findChild(_PartEdit)
        if editor is not None and editor.isVisible():
            self.commitData(editor)
            self.closeEditor(editor, QStyledItemDelegate.EndEditHint.NoHint)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tick with Space, turn the types with left and right, hand digits to the amount."""
        turn = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._charges.toggle(self.currentIndex().row())
        elif turn is not None:
            self.turned.emit(-turn if self.isRightToLeft() else turn)
        elif event.text() and event.text().isdecimal():
            self.typed.emit(event.text())
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End,
                             Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):  # fmt: skip
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _set_sizes(self) -> None:
        down, across = self.verticalHeader(), self.horizontalHeader()
        down.hide()
        down.setDefaultSectionSize(_ROW)
        across.setHighlightSections(False)
        across.setSectionsClickable(False)
        across.setMinimumSectionSize(_TICK_WIDTH)
        across.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        across.setSectionResizeMode(NUMBER, QHeaderView.ResizeMode.Stretch)

    def _click(self, index: QModelIndex) -> None:
        if index.column() not in (TICK, PAYING):
            self._charges.toggle(index.row())


class _PartEdit(QLineEdit):
    """Typed in a row: its Enter and Esc end the typing, and mean nothing to the page."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep every key."""
        super().keyPressEvent(event)
        event.accept()


class _ChargePainter(QStyledItemDelegate):
    """Paints two lines to a cell, and a box that is ticked in the accent colour."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one cell."""
        view = option.widget
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(view, QTableView) and view.currentIndex().row() == index.row():
            painter.fillRect(rect, QColor(colours().soft))
        if index.column() == TICK:
            _paint_box(painter, rect, on=index.data(Qt.ItemDataRole.CheckStateRole))
        else:
            along = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole))
            along = QStyle.visualAlignment(option.direction, along)
            _paint_texts(painter, rect.adjusted(SPACE_S, 6, -SPACE_S, -6), index, along)
        painter.setPen(QColor(colours().line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Ask for the room of both lines: an amount is never cut."""
        del option
        if index.column() == TICK:
            return QSize(_TICK_WIDTH, _ROW)
        wide = QFontMetrics(text_font(bold=True)).horizontalAdvance(index.data())
        small = QFontMetrics(text_font(14, bold=True)).horizontalAdvance(index.data(SECOND_LINE))
        return QSize(max(wide, small) + 2 * SPACE_S + SPACE_XS, _ROW)

    def editorEvent(
        self, event: QEvent, model: Any, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """Tick wherever the tick's cell is clicked; Space is the table's own."""
        if index.column() == TICK and event.type() == QEvent.Type.MouseButtonRelease:
            model.toggle(index.row())
            return True
        return super().editorEvent(event, model, option, index)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """Return the field in which a charge's part is typed."""
        del option, index
        editor = _PartEdit(parent)
        editor.setObjectName("partToPay")
        editor.setAccessibleName(_("Pay of this charge"))
        editor.setAlignment(Qt.AlignmentFlag.AlignRight)
        return editor


def _paint_box(painter: QPainter, rect: QRect, *, on: Qt.CheckState) -> None:
    given = colours()
    box = QRect(0, 0, _BOX, _BOX)
    box.moveCenter(rect.center())
    ticked = on == Qt.CheckState.Checked
    painter.setBrush(QColor(given.accent if ticked else given.surface))
    painter.setPen(QPen(QColor(given.accent if ticked else given.field_line), 2))
    painter.drawRoundedRect(box, 4, 4)
    if ticked:
        painter.setPen(QPen(QColor(given.on_accent), 2.5))
        left, middle = box.left() + 4, box.center().y() + 1
        painter.drawPolyline([
            box.topLeft() + _by(left - box.left(), middle - box.top()),
            box.topLeft() + _by(8, 14),
            box.topLeft() + _by(16, 6),
        ])  # fmt: skip


def _by(x: int, y: int) -> Any:
    return QRect(x, y, 0, 0).topLeft()


def _paint_texts(painter: QPainter, rect: QRect, index: _Index, along: Qt.AlignmentFlag) -> None:
    given = colours()
    small = index.data(SECOND_LINE)
    height = rect.height() // 2 if small else rect.height()
    top = QRect(rect.topLeft(), QSize(rect.width(), height))
    strong = index.column() in (NUMBER, PAYING)
    painter.setPen(QColor(given.text))
    painter.setFont(text_font(bold=strong))
    _paint_line(painter, top, along, index.data())
    if small:
        painter.setPen(QColor(given.warning if index.data(WARNS) else given.muted))
        painter.setFont(text_font(14, bold=bool(index.data(WARNS))))
        _paint_line(painter, top.translated(0, height), along, small)


def _paint_line(painter: QPainter, rect: QRect, along: Qt.AlignmentFlag, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, int(along), shown)
