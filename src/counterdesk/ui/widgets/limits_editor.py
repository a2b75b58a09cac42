"""The limits of the dashboard's figures, each in what its figure counts in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.money import Currency, format_number, parse_amount
from counterdesk.core.settings import Settings
from counterdesk.core.tiles import Side, TileName, Unit
from counterdesk.ui.theme import PIECES_WIDTH, SPACE_M, SPACE_S
from counterdesk.ui.tile_words import tile_definition, tile_title
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.labels import plain_label

_TENTHS, _WHOLE = Currency("", 1, ""), Currency("", 0, "")


class LimitsEditor(QWidget):
    """A line for each figure: at least, at most; empty for no limit."""

    changed = Signal()
    """Something was typed."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._order: list[str] = []
        self._edits: dict[tuple[TileName, Side], QLineEdit] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_S)
        for column, text in ((1, _("At least")), (2, _("At most"))):
            grid.addWidget(plain_label(text, "muted"), 0, column)
        for line, tile in enumerate(TileName, 1):
            title = plain_label(tile_title(tile))
            title.setToolTip(tile_definition(tile, settings))
            grid.addWidget(title, line, 0)
            for column, side in ((1, Side.BELOW), (2, Side.ABOVE)):
                if self._can(tile, side):
                    grid.addWidget(self._edit(tile, side), line, column)
            grid.addWidget(plain_label(self._unit(tile), "muted"), line, 3)
        grid.setColumnStretch(4, 1)
        self.setFocusProxy(next(iter(self._edits.values())))

    def show_value(self, value: Any) -> None:
        """Show limits as JSON has them."""
        self._order = [one["tile"] for one in value]
        limits = {one["tile"]: one for one in value}
        for (tile, side), edit in self._edits.items():
            limit = limits.get(str(tile), {}).get(_part(side))
            edit.setText("" if limit is None else self._write(tile, limit))

    def value(self) -> list[dict[str, Any]]:
        """Return the limits that are typed.

        Raises:
            UserError: One is no number.
        """
        limits = {one["tile"]: one for one in self._typed()}
        order = dict.fromkeys([*self._order, *limits])
        return [limits[name] for name in order if name in limits]

    def _typed(self) -> Iterator[dict[str, Any]]:
        for tile in TileName:
            lower, upper = (self._read(tile, side) for side in Side)
            if lower is not None or upper is not None:
                yield {"tile": str(tile), "lower": lower, "upper": upper}

    def _read(self, tile: TileName, side: Side) -> int | None:
        edit = self._edits.get((tile, side))
        if edit is None or not edit.text().strip():
            return None
        text = edit.text().replace("%", "")
        try:
            return parse_amount(text, self._currency(tile), self._settings.locale)
        except UserError as error:
            error.message = f"{tile_title(tile)}: {error.message}"
            raise

    def _write(self, tile: TileName, limit: int) -> str:
        return format_number(limit, self._currency(tile), self._settings.locale)

    def _edit(self, tile: TileName, side: Side) -> QLineEdit:
        edit = named(QLineEdit(maxLength=20), f"limit_{tile}_{_part(side)}")
        edit.setFixedWidth(2 * PIECES_WIDTH)
        edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        words = _("At least") if side is Side.BELOW else _("At most")
        edit.setAccessibleName(f"{tile_title(tile)}, {words}")
        edit.textChanged.connect(self.changed)
        self._edits[tile, side] = edit
        return edit

    def _currency(self, tile: TileName) -> Currency:
        if tile.unit is Unit.MONEY:
            return self._settings.currency
        return _WHOLE if tile.unit is Unit.COUNT else _TENTHS

    def _unit(self, tile: TileName) -> str:
        return {
            Unit.MONEY: self._settings.currency.symbol, Unit.PERCENT: "%", Unit.DAYS: _("days"),
            Unit.COUNT: "",
        }[tile.unit]  # fmt: skip

    @staticmethod
    def _can(tile: TileName, side: Side) -> bool:
        """Every day begins with nothing: what came in today is never too little."""
        return tile is not TileName.RECEIVED_TODAY or side is Side.ABOVE


def _part(side: Side) -> str:
    return "lower" if side is Side.BELOW else "upper"
