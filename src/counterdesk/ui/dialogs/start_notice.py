"""The small windows before the till opens: a refusal in words, and the passphrase."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.theme import FORM_WIDTH, SPACE_L, SPACE_M
from counterdesk.ui.widgets.boxes import named, row
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.labels import wrapped_label


class StartNotice(QWidget):
    """Why the till does not open, and what to do."""

    def __init__(self, title: str, *sentences: str) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle(_("CounterDesk"))
        self.setFixedWidth(FORM_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addWidget(wrapped_label(title, "h1", name="noticeTitle"))
        for sentence in sentences:
            layout.addWidget(wrapped_label(sentence, name="noticeText"))
        close = named(QPushButton(_("Close")), "noticeClose")
        close.setProperty("role", "primary")
        close.clicked.connect(self.close)
        layout.addLayout(row(None, close))
        close.setFocus()


def not_set_up(folder: Path) -> StartNotice:
    """Return the window of a folder without a counter, or with no more of it than its keys."""
    if (folder / "counter.key").exists():
        return StartNotice(
            _("This counter's ledger is not there"),
            _("There are keys of a till in {folder}, but no ledger.").format(folder=folder),
            _("If this till worked before, run: counterdesk recover"),
            _("If it was being enrolled, enter the same command again: counterdesk enroll CODE"),
        )
    return StartNotice(
        _("This counter is not set up"),
        _("There is no till in {folder}.").format(folder=folder),
        _("To try CounterDesk with invented data, run: counterdesk demo"),
    )


class PassphraseWindow(QWidget):
    """Asks for the passphrase of a counter whose machine has no keyring."""

    entered = Signal(str)
    """What was typed; kept nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle(_("CounterDesk"))
        self.setFixedWidth(FORM_WIDTH)
        self._edit = named(QLineEdit(echoMode=QLineEdit.EchoMode.Password), "passphrase")
        self._field = Field(_("Passphrase of this counter"), self._edit)
        self._open = named(QPushButton(_("Open")), "passphraseOpen")
        self._open.setProperty("role", "primary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addWidget(wrapped_label(_("Open the till"), "h1"))
        layout.addWidget(self._field)
        layout.addLayout(row(None, self._open))
        for press in (self._edit.returnPressed, self._open.clicked):
            press.connect(self._enter)

    def refuse(self, sentence: str) -> None:
        """Say why it did not open, and wait for another try."""
        self._open.setEnabled(True)
        self._field.refuse(sentence)
        self._edit.clear()
        self._edit.setFocus()

    def _enter(self) -> None:
        self._field.refuse("")
        self._open.setEnabled(False)
        self.entered.emit(self._edit.text())
