"""Opening the drawer without a sale: for a reason that is written down."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from counterdesk import services
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.ui import messages
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.theme import FORM_WIDTH, SPACE_L, SPACE_M
from counterdesk.ui.widgets.boxes import row
from counterdesk.ui.widgets.field import Field
from counterdesk.ui.widgets.key_button import KeyButton
from counterdesk.ui.widgets.labels import wrapped_label
from counterdesk.ui.widgets.named import named


class DrawerDialog(QDialog):
    """Asks why, Enter opens. Show it with `open()`."""

    def __init__(self, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._why = named(QLineEdit(maxLength=100), "drawerReason")
        self._reason = Field(_("Why is the drawer opened?"), self._why)
        self._yes = KeyButton(_("Open"), _("Enter"), "drawerOpen", "primary")
        self._no = KeyButton(_("Cancel"), _("Esc"), "drawerCancel")
        self._build()
        self._connect()

    def _build(self) -> None:
        self.setObjectName("drawerDialog")
        self.setWindowTitle(_("Open the drawer"))
        self.setAccessibleName(_("Open the drawer"))
        self.setModal(True)
        self.setMinimumWidth(FORM_WIDTH)
        self._no.setAutoDefault(False)
        self._yes.setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addWidget(wrapped_label(_("Open the drawer"), "h1"))
        layout.addWidget(
            wrapped_label(_("No payment is taken. Who opened it and why is written down."), "muted")
        )
        layout.addWidget(self._reason)
        layout.addLayout(row(self._no, None, self._yes))

    def _connect(self) -> None:
        self._yes.clicked.connect(self._open_drawer)
        self._no.clicked.connect(self.reject)

    @Slot()
    def _open_drawer(self) -> None:
        reason = self._why.text()
        self._yes.setEnabled(False)
        self._jobs.write(
            self,
            lambda session: services.drawer.open_drawer_without_sale(session, reason),
            done=self._show_opened,
            failed=self._show_refusal,
        )

    def _show_opened(self, _nothing: object) -> None:
        messages.toast(self.parentWidget() or self, _("The drawer opens."))
        self.accept()

    def _show_refusal(self, error: UserError) -> None:
        self._yes.setEnabled(True)
        self._reason.refuse(error.message)
        self._why.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where the reason is typed."""
        super().showEvent(event)
        self._why.setFocus()
