"""A shift that runs: how it stands, what moves its cash, and why it cannot be closed yet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout, QWidget

from counterdesk.core.dates import write_date, write_time
from counterdesk.core.drawer import MoveKind, Pieces, move_word
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.permissions import Permission
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import FORM_WIDTH, SPACE_M, SPACE_S
from counterdesk.ui.widgets.boxes import card, row
from counterdesk.ui.widgets.buttons import named_button
from counterdesk.ui.widgets.changing import Changing, ScrolledChanging, facts
from counterdesk.ui.widgets.key_button import KeyButton, key_button
from counterdesk.ui.widgets.labels import ElidedLabel, plain_label, wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.drawer_moves import DrawerMoved
    from counterdesk.services.shift_blockers import Blocker
    from counterdesk.services.shift_figures import DrawerNow
    from counterdesk.services.shifts import OpenShift

_KEYS = (
    (MoveKind.PAID_IN, "Alt+I"),
    (MoveKind.PAID_OUT, "Alt+O"),
    (MoveKind.DROP, "Alt+D"),
    (MoveKind.CHANGE_IN, "Alt+F"),
    (MoveKind.CHANGE_OUT, "Alt+G"),
)


@dataclass(frozen=True, slots=True)
class Running:
    """All that the page says of the open shift."""

    shift: OpenShift
    drawer: DrawerNow
    moves: tuple[DrawerMoved, ...]
    blockers: tuple[Blocker, ...]


class ShiftRunning(QWidget):
    """How the open shift stands, and where to go from here."""

    count_asked = Signal()
    """The shift is to be counted and closed."""

    handover_asked = Signal()
    """The shift is to be counted, and its drawer given to the next cashier."""

    move_asked = Signal(str)
    """A `MoveKind`'s value."""

    x_asked = Signal()
    """An X report is wanted."""

    undo_asked = Signal(object)
    """The id of a move that was written down wrongly."""

    fix_asked = Signal(object, str)
    """A `Blocker`, and which way out: "printed", "copy" or "payment"."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._settings = jobs.store.settings
        self._facts = Changing()
        self._moves, self._blocked = ScrolledChanging(), ScrolledChanging()
        self._likely = wrapped_label("", "muted", name="likelyPieces")
        self._warning = wrapped_label("", "bad", name="drawerWarning")
        self._low = wrapped_label("", "bad", name="lowChange")
        self._count = KeyButton(_("Count and close"), _("Enter"), "countShift", "primary")
        self._x = key_button(_("X report"), "Alt+X", "xReport", "")
        self._give = key_button(_("Hand over"), "Alt+H", "handOverDrawer", "")
        self._buttons = [
            key_button(move_word(kind), key, f"move_{kind.value}", "") for kind, key in _KEYS
        ]
        self._build()
        self._connect()

    def begin(self) -> None:
        """Put the focus on what ends the day; everything else has its key."""
        self._count.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_running(self, running: Running) -> None:
        """Show how a shift stands."""
        self._facts.show_content(self._told(running))
        self._show_warnings(running.drawer)
        self._show_blockers(running.blockers)
        actor = self._jobs.actor
        own = actor is not None and actor.user_id == running.shift.user_id
        self._show_moves(running.moves, own=own)
        for button in (*self._buttons, self._give):
            button.setEnabled(own)
        closes_any = actor is not None and actor.may(Permission.CLOSE_ANY_SHIFT)
        self._count.setEnabled(own or closes_any)

    def _build(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for side, parts in ((left, (self._facts_card(),)), (right, (self._blocked, self._moves))):
            side.setSpacing(SPACE_M)
            for part in parts:
                side.addWidget(part)
            side.addStretch(1)
        layout = row(spacing=SPACE_M)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(left)
        layout.addLayout(right, 1)
        self.setLayout(layout)

    def _facts_card(self) -> QFrame:
        frame, inside = card("shiftFacts")
        frame.setFixedWidth(FORM_WIDTH)
        inside.addWidget(self._facts)
        inside.addWidget(self._likely)
        inside.addWidget(self._warning)
        inside.addWidget(self._low)
        inside.addSpacing(SPACE_S)
        grid = QGridLayout()
        grid.setSpacing(SPACE_S)
        for place, button in enumerate((*self._buttons, self._x)):
            grid.addWidget(button, place // 2, place % 2)
        inside.addLayout(grid)
        inside.addSpacing(SPACE_S)
        inside.addLayout(row(self._give, None, self._count))
        return frame

    def _connect(self) -> None:
        self._count.clicked.connect(self.count_asked)
        self._x.clicked.connect(self.x_asked)
        self._give.clicked.connect(self.handover_asked)
        for button, (kind, _key) in zip(self._buttons, _KEYS, strict=True):
            button.clicked.connect(partial(self.move_asked.emit, kind.value))

    def _told(self, running: Running) -> QWidget:
        shift, given, drawer = running.shift, self._settings, running.drawer
        pairs = [
            (_("Cashier"), shift.user_name),
            (_("Business date"), write_date(shift.business_date, given.locale)),
            (_("Since"), write_time(shift.opened_at_utc, given.time_zone)),
            (_("Float"), self._money(shift.float_minor)),
        ]
        if drawer.expected_minor is None:
            pairs.append((_("Cash in the drawer"), _("Told after the count")))
        else:
            pairs.append((_("Cash in the drawer"), self._money(drawer.expected_minor)))
        made = facts(pairs, strong=_("Cash in the drawer"))
        made.setObjectName("shiftTold")
        return made

    def _show_warnings(self, drawer: DrawerNow) -> None:
        self._likely.setText(_("Likely {pieces}").format(pieces=self._pieces(drawer.pieces)))
        self._likely.setVisible(bool(drawer.pieces))
        over = _("There is more cash in the drawer than {limit}: drop some to the safe (Alt+D).")
        limit = self._money(self._settings.drawer_ceiling_minor)
        self._warning.setText(over.format(limit=limit))
        self._warning.setVisible(drawer.over_ceiling)
        low = _("Change runs low: {pieces}. Fetch some from the safe (Alt+F).")
        self._low.setText(low.format(pieces=self._pieces(drawer.low)))
        self._low.setVisible(bool(drawer.low))

    def _show_moves(self, moves: tuple[DrawerMoved, ...], *, own: bool) -> None:
        frame, inside = card("shiftMoves")
        inside.addWidget(plain_label(_("Cash in and out"), "h2"))
        undone = {one.undoes_id for one in moves}
        for one in moves:
            back = None
            if own and one.kind is not MoveKind.UNDONE and one.id not in undone:
                back = named_button(_("Take back"), f"undo_{one.number}", "link")
                back.clicked.connect(partial(self.undo_asked.emit, one.id))
            inside.addLayout(self._move_line(one, back))
        self._moves.show_content(frame)
        self._moves.setVisible(bool(moves))

    def _move_line(self, one: DrawerMoved, back: QWidget | None) -> QVBoxLayout:
        more = " \u00b7 ".join(filter(None, [one.envelope, one.reason, one.approver_name]))
        made = QVBoxLayout()
        made.setSpacing(0)
        amount = plain_label(self._money(one.delta_minor), "amount")
        made.addLayout(row(plain_label(move_word(one.kind)), None, amount))
        told = ElidedLabel(f"{one.number}  {more}", "muted")
        line = row(told, *([back] if back else []))
        line.setStretch(0, 1)
        made.addLayout(line)
        return made

    def _show_blockers(self, blockers: tuple[Blocker, ...]) -> None:
        frame, inside = card("shiftBlockers")
        inside.addWidget(plain_label(_("Why this shift cannot be closed yet"), "h2"))
        for place, one in enumerate(blockers):
            inside.addWidget(wrapped_label(one.words, name=f"blocker_{place}"))
            inside.addWidget(wrapped_label(one.fix, "muted"))
            inside.addLayout(row(*self._ways(place, one), None))
        self._blocked.show_content(frame)
        self._blocked.setVisible(bool(blockers))

    def _ways(self, place: int, one: Blocker) -> list[QWidget]:
        ways = {
            "receipt_unknown": (("printed", _("It printed")), ("copy", _("Print a copy"))),
            "receipt_failed": (("copy", _("Print a copy")),),
            "visit_open": (("payment", _("Go to the payment")),),
        }.get(one.kind.value, ())
        made: list[QWidget] = []
        for way, text in ways:
            button = named_button(text, f"fix_{place}_{way}", "quick")
            button.clicked.connect(partial(self.fix_asked.emit, one, way))
            made.append(button)
        return made

    def _pieces(self, pieces: Pieces) -> str:
        return ", ".join(f"{count} \u00d7 {self._money(face)}" for face, count in pieces)

    def _money(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the button that has the focus with Enter."""
        focused = self.focusWidget()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and isinstance(focused, QPushButton) and not event.isAutoRepeat():
            focused.click()
        else:
            super().keyPressEvent(event)
