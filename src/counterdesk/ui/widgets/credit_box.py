"""The credit notes that a visit can use: what is left of each, and how much of it is used."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from counterdesk.core.credit_draft import NoteRow
from counterdesk.core.dates import write_date
from counterdesk.core.i18n import _
from counterdesk.core.money import format_amount
from counterdesk.core.settings import Settings
from counterdesk.core.text import clean
from counterdesk.core.visit_draft import VisitDraft
from counterdesk.ui.theme import ROW_HEIGHT, SPACE_M, SPACE_S
from counterdesk.ui.widgets.amount_edit import AmountEdit
from counterdesk.ui.widgets.changing import Changing
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import plain_label, wrapped_label


class CreditBox(Changing):
    """One line for each note; one key uses all of them, the oldest first, or none."""

    changed = Signal()
    """More or less credit of the visit is used now."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("creditNotes")
        self._settings = settings
        self._draft: VisitDraft | None = None
        self._shown: tuple[object, ...] = ()
        self._lines: dict[UUID, tuple[QPushButton, AmountEdit]] = {}
        self.use_all = key_button("", "Alt+D", "useCredit", "link")
        self.use_all.clicked.connect(self._use_all)

    def show_visit(self, draft: VisitDraft) -> None:
        """Show the notes of a visit, and what is used of them."""
        self._draft, rows = draft, draft.credit.rows()
        several = len(draft.accounts) > 1
        known = (several, *((row.note.id, row.note.usable_minor) for row in rows))
        if known != self._shown:
            self._shown = known
            self._make(rows, several=several)
        for row in rows:
            self._show_row(row)
        none, everything = _("Use no credit"), _("Use credit")
        self.use_all.say(none if draft.credit.all_chosen else everything)

    @Slot()
    def _use_all(self) -> None:
        if self._draft is not None:
            self._draft.credit.choose_all(on=not self._draft.credit.all_chosen)
            self.changed.emit()

    def _use_note(self, note_id: UUID, on: bool) -> None:
        if self._draft is not None:
            self._draft.credit.choose(note_id, on=on)
            self.changed.emit()

    def _use_part(self, note_id: UUID, edit: AmountEdit, text: str) -> None:
        """Follow what is typed: nothing is as much as is needed, what cannot be read is none."""
        if self._draft is not None:
            amount = edit.amount_so_far() or 0
            self._draft.credit.type_amount(note_id, amount if text.strip() else None)
            self.changed.emit()

    def _make(self, rows: tuple[NoteRow, ...], *, several: bool) -> None:
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_S)
        grid.setColumnStretch(1, 1)
        self._lines = {}
        for place, row in enumerate(rows):
            choice, edit = self._choice(place, row), self._edit(place, row)
            self._lines[row.note.id] = choice, edit
            left = _("{amount} left").format(amount=self._amount(row.note.usable_minor))
            parts = (choice, wrapped_label(self._about(row, several=several), "muted"),
                     plain_label(left, name=f"creditLeft{place}"), edit)  # fmt: skip
            for column, part in enumerate(parts):
                grid.addWidget(part, place, column, Qt.AlignmentFlag.AlignVCenter)
        self.show_content(content)

    def _choice(self, place: int, row: NoteRow) -> QPushButton:
        choice = QPushButton(clean(row.note.number).replace("&", "&&"))
        choice.setObjectName(f"useNote{place}")
        choice.setProperty("role", "choice")
        choice.setCheckable(True)
        choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        choice.setAccessibleName(_("Use {note}").format(note=row.note.number))
        choice.toggled.connect(partial(self._use_note, row.note.id))
        return choice

    def _edit(self, place: int, row: NoteRow) -> AmountEdit:
        edit = AmountEdit(f"creditAmount{place}", self._settings)
        edit.setProperty("role", "")  # one line of several: smaller than the one amount of a page
        edit.setFixedSize(edit.minimumWidth(), ROW_HEIGHT)
        edit.setAccessibleName(_("Amount used of {note}").format(note=row.note.number))
        edit.textEdited.connect(partial(self._use_part, row.note.id, edit))
        return edit

    def _show_row(self, row: NoteRow) -> None:
        choice, edit = self._lines[row.note.id]
        with QSignalBlocker(choice):
            choice.setChecked(row.chosen)
        if not edit.hasFocus():
            edit.show_amount(row.amount_minor if row.chosen else None)

    def _about(self, row: NoteRow, *, several: bool) -> str:
        note, locale = row.note, self._settings.locale
        parts = [row.account_number if several else "", _(note.reason) if note.reason else ""]
        if note.created_on is not None:
            parts.append(write_date(note.created_on, locale))
        if note.expires_on is not None:
            parts.append(_("until {date}").format(date=write_date(note.expires_on, locale)))
        return "  ·  ".join(part for part in parts if part)

    def _amount(self, amount_minor: int) -> str:
        return format_amount(amount_minor, self._settings.currency, self._settings.locale)
