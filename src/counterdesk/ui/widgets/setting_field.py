"""One setting of the office: its editor, what it was, and what waits for the centre's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.settings import Settings
from counterdesk.ui.setting_words import (
    cells_of,
    changed_words,
    label_of,
    plain_settings,
)
from counterdesk.ui.theme import SPACE_XS, set_role
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import wrapped_label
from counterdesk.ui.widgets.limits_editor import LimitsEditor
from counterdesk.ui.widgets.record_editor import RecordEditor
from counterdesk.ui.widgets.setting_editors import (
    CheckEditor,
    CountEditor,
    MoneyEditor,
    MoneyListEditor,
    TextEditor,
    WordsEditor,
)

if TYPE_CHECKING:
    from counterdesk.services.office_settings import AskedHere, KnownSetting

_Editor = (
    CheckEditor | CountEditor | LimitsEditor | MoneyEditor | RecordEditor | TextEditor | WordsEditor
)


class SettingField(QWidget):
    """Keeps what is typed apart from what is known, so that a change names what was seen."""

    changed = Signal()
    """Something was typed."""

    def __init__(self, name: str, settings: Settings) -> None:
        super().__init__()
        self.name = name
        self.seen: KnownSetting | None = None
        self._settings = settings
        label, hint = label_of(name)
        self._editor = named(_editor_for(name, settings), name)
        self._field = Field(label, self._editor)
        self._hint = wrapped_label(hint, "muted")
        self._note = wrapped_label("", "muted", name=f"{name}Note")
        self._note.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_XS)
        for part in (self._field, self._note, self._hint):
            layout.addWidget(part)
        self._hint.setVisible(bool(hint))
        self._editor.changed.connect(self._show_typed)

    @property
    def wide(self) -> bool:
        """Whether it wants a whole line of the form."""
        wide = TextEditor, LimitsEditor
        return bool(cells_of(self.name)) or isinstance(self._editor, wide)

    @property
    def dirty(self) -> bool:
        """Whether what is typed is no value, or another than is known."""
        try:
            return self.seen is not None and self.after() != self.seen.shown.value
        except UserError:
            return True

    def after(self) -> Any:
        """Return what is typed, as JSON has it.

        Raises:
            UserError: It is no value; the field is the setting's name.
        """
        try:
            return self._editor.value()
        except UserError as error:
            error.field = self.name
            raise

    def show_known(self, known: KnownSetting, *, may_change: bool) -> None:
        """Show what is known; what somebody is typing stays, unless another answer came."""
        newer = self.seen is None or self.seen.shown != known.shown
        if newer or not self.dirty:
            self.seen = known
            self.put_back()
        self.seen = known
        self._editor.setEnabled(may_change and not known.waits)
        self._show_typed()

    @Slot()
    def put_back(self) -> None:
        """Show what is known again."""
        if self.seen is not None:
            with QSignalBlocker(self._editor):
                self._editor.show_value(self.seen.shown.value)
            self.refuse("")
            self._show_note()

    def refuse(self, sentence: str) -> None:
        """Say what is wrong with what is typed."""
        self._field.refuse(sentence)

    def begin(self) -> None:
        """Put the focus into the editor."""
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _show_typed(self) -> None:
        try:
            self.after()
        except UserError as error:
            self.refuse(error.message)
        else:
            self.refuse("")
        self._show_note()
        self.changed.emit()

    def _show_note(self) -> None:
        text, role = self._words()
        self._note.setText(text)
        set_role(self._note, role)
        self._note.setVisible(bool(text))

    def _words(self) -> tuple[str, str]:
        if self.seen is None:
            return "", "muted"
        asked, before = self.seen.asked, self.seen.shown.value
        if self.dirty and not self._field.error:
            return changed_words(self.name, before, self.after(), self._settings), "changed"
        if asked is None:
            return "", "muted"
        change = changed_words(self.name, before, asked.after, self._settings)
        return _answer(asked, change), "bad" if asked.returned else "changed"


def _answer(asked: AskedHere, change: str) -> str:
    if asked.returned is None:
        text = _("{name} asked for this; it waits for the centre's answer:\n{change}")
        return text.format(name=asked.by, change=change)
    text = _("The centre returned what {name} asked for: {reason}\n{change}")
    return text.format(name=asked.by, reason=asked.returned, change=change)


def _editor_for(name: str, settings: Settings) -> _Editor:
    """Return the editor for a setting, chosen by what it is."""
    if cells_of(name):
        return RecordEditor(name)
    if name == "tile_limits":
        return LimitsEditor(settings)
    match plain_settings()[name]:
        case bool():
            return CheckEditor()
        case int():
            return MoneyEditor(settings) if name.endswith("_minor") else CountEditor()
        case str():
            return TextEditor()
    return MoneyListEditor(settings) if name.endswith("_minor") else WordsEditor()
