"""The rail on the left: where to go, each place with its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from counterdesk.core.i18n import _, ngettext
from counterdesk.core.permissions import Actor, Permission
from counterdesk.ui.status_badge import badge_text, show_status
from counterdesk.ui.theme import (
    NARROW_RAIL_WIDTH,
    RAIL_WIDTH,
    ROW_HEIGHT,
    SPACE_M,
    SPACE_S,
    SPACE_XS,
    set_role,
)
from counterdesk.ui.widgets.labels import badge, plain_label


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go."""

    name: str
    key: str
    """"" for a place that is reached from another one, or by its name."""
    text: str
    permission: Permission
    within: str = ""
    """The place of the rail that it is a part of."""


def places() -> tuple[Place, ...]:
    """Return every place of this version, in the order of its keys and the language in use.

    One without a key does not stand in the rail: Ctrl+K finds it.
    """
    return (
        Place("payment", "F2", _("Take payment"), Permission.TAKE_PAYMENT),
        Place("consumer", "Shift+F2", _("Consumers"), Permission.FIND_CONSUMER),
        Place("payments", "F3", _("Payments"), Permission.SEE_PAYMENTS),
        Place("credit_notes", "F4", _("Credit notes"), Permission.SEE_PAYMENTS),
        Place("approvals", "F6", _("Approvals"), Permission.SEE_PAYMENTS),
        Place("shift", "F7", _("Shift"), Permission.OPEN_SHIFT),
        Place("deposits", "Shift+F7", _("Deposits"), Permission.SEE_DEPOSITS),
        Place("dashboard", "F8", _("Dashboard"), Permission.SEE_DASHBOARD),
        Place("settings", "F9", _("Settings"), Permission.SEE_SETTINGS),
        Place("printers", "", _("Printers"), Permission.CHANGE_PRINTERS, "settings"),
        Place(
            "receipt_design",
            "",
            _("Receipt: logo, header, footer"),
            Permission.CHANGE_SETTINGS,
            "settings",
        ),
        Place("alerts", "", _("Limits and alerts"), Permission.SET_ALERTS, "settings"),
        Place("people", "", _("People and roles"), Permission.MANAGE_PEOPLE, "settings"),
        Place("analytics", "F10", _("Analytics"), Permission.SEE_DASHBOARD),
        Place("sync", "F11", _("Sync"), Permission.SEE_PAYMENTS),
        Place("audit", "Shift+F11", _("Audit"), Permission.SEE_AUDIT),
        Place("print_jobs", "F12", _("Print jobs"), Permission.SEE_PAYMENTS),
    )


class Rail(QFrame):
    """Brand, places, and the way to any action."""

    chosen = Signal(str)
    """Name of the place somebody wants to go to."""

    palette_asked = Signal()
    """Somebody wants the list of all actions."""

    def __init__(self, shown: Sequence[Place], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "rail")
        self.setFixedWidth(RAIL_WIDTH)
        self._entries = {place.name: _Entry(place) for place in shown if place.key}
        self._here: _Entry | None = None
        self._visit_open = False
        self._narrow = False
        self._brand = plain_label(_("CounterDesk"), "h2", name="brand")
        self._build()
        self._connect()

    def show_place(self, name: str) -> None:
        """Mark where the window is; "" for nowhere."""
        self._here = self._entries.get(name)
        for entry in self._entries.values():
            entry.show_here(entry is self._here)
        self._show_visit()

    def show_visit(self, *, visit_open: bool) -> None:
        """Say at the place of payments whether a visit waits there, unless it is in sight."""
        self._visit_open = visit_open
        self._show_visit()

    def show_alerts(self, count: int) -> None:
        """Count at the dashboard's place the figures that are beyond their limits."""
        text = ngettext("{count} alert", "{count} alerts", count).format(count=count)
        self._entries["dashboard"].show_count(count, text)

    def show_narrow(self, *, narrow: bool) -> None:
        """Show keys alone where there is little room; the words are in the tooltips."""
        if narrow is self._narrow:
            return
        self._narrow = narrow
        self.setFixedWidth(NARROW_RAIL_WIDTH if narrow else RAIL_WIDTH)
        self._brand.setText("" if narrow else _("CounterDesk"))  # its height stays
        for button in (*self._entries.values(), self._any):
            button.show_narrow(narrow=narrow)

    def show_person(self, actor: Actor | None) -> None:
        """Offer the places this person may go to; none while nobody is signed in."""
        for entry in self._entries.values():
            entry.setVisible(actor is not None and actor.may(entry.place.permission))
        self._any.setVisible(actor is not None)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_S, SPACE_M, SPACE_S, SPACE_S)
        layout.setSpacing(SPACE_XS)
        self._brand.setContentsMargins(SPACE_S, 0, 0, SPACE_M)
        layout.addWidget(self._brand)
        for entry in self._entries.values():
            layout.addWidget(entry)
        layout.addStretch(1)
        self._any = _Button("anyAction", _("Any action"), "Ctrl+K")
        layout.addWidget(self._any)

    def _connect(self) -> None:
        for entry in self._entries.values():
            entry.clicked.connect(partial(self._choose, entry))
        self._any.clicked.connect(self.palette_asked)

    def _show_visit(self) -> None:
        entry = self._entries["payment"]
        word = _("Visit open") if self._visit_open else ""
        entry.show_badge(word, shown=entry is not self._here)

    def _choose(self, entry: _Entry, _checked: bool) -> None:
        entry.show_here(entry is self._here)  # until the window has really gone there
        self.chosen.emit(entry.place.name)


class _Button(QPushButton):
    """A line of the rail: words left, key right."""

    def __init__(self, name: str, text: str, key: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(f"{text}, {key}")
        self.setProperty("role", "nav")
        self.setMinimumHeight(ROW_HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = self._line = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_S, 0, SPACE_S, 0)
        self._text, self._key = text, key
        self._parts = plain_label(text, "place"), plain_label(key, "place")
        self._parts[1].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._badge = badge("", "warn")
        self._word, self._count, self._narrow = "", 0, False
        for part in (self._parts[0], self._badge, self._parts[1]):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(part)
        layout.insertStretch(2, 1)
        self._badge.hide()

    def show_here(self, here: bool) -> None:
        """Look like the place where the window is, or like another one."""
        self.setChecked(here)
        for part in self._parts:
            set_role(part, "place-on" if here else "place")

    def show_badge(self, word: str, *, shown: bool) -> None:
        """Say something in place of the text; a screen reader hears both.

        Args:
            word: What there is to know; "" for nothing.
            shown: Whether it is painted as well.
        """
        self.setAccessibleName(", ".join(filter(None, (self._text, word, self._key))))
        self._word = word if shown else ""
        self._show_parts()

    def show_count(self, count: int, spoken: str) -> None:
        """Say how many of something there are, beside the text; nothing of none."""
        self.setAccessibleName(", ".join((self._text, *([spoken] if count else []), self._key)))
        self._count = count
        self._show_parts()

    def show_narrow(self, *, narrow: bool) -> None:
        """Show the key alone, behind a badge's shape; pointing at it tells the rest."""
        self._narrow = narrow
        side = SPACE_XS // 2 if narrow else SPACE_S
        self._line.setContentsMargins(side, 0, side, 0)
        self._show_parts()

    def _show_parts(self) -> None:
        narrow, word = self._narrow, self._word or (str(self._count) if self._count else "")
        badged = bool(word)
        self.setToolTip(f"{self._text}, {self._key}" if narrow else "")
        show_status(self._badge, "warn", word)
        self._badge.setVisible(badged and not narrow)
        self._parts[0].setVisible(not self._word and not narrow)
        small = badge_text("warn", self._key) if badged else self._key.replace("+", "\n")
        self._parts[1].setText(small if narrow else self._key)


class _Entry(_Button):
    """A place to go to."""

    def __init__(self, place: Place) -> None:
        super().__init__(f"go_{place.name}", place.text, place.key)
        self.place = place
        self.setCheckable(True)
