"""Whether the chain of acts holds: checked part by part, told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from counterdesk import services
from counterdesk.core.i18n import _, ngettext
from counterdesk.ui.jobs import Jobs
from counterdesk.ui.status_badge import show_status
from counterdesk.ui.theme import SPACE_M
from counterdesk.ui.widgets.boxes import named
from counterdesk.ui.widgets.key_button import key_button
from counterdesk.ui.widgets.labels import badge, wrapped_label

if TYPE_CHECKING:
    from counterdesk.services.verified_chain import ChainPart


class ChainLine(QWidget):
    """A button, how far the check is, and what it found."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._check = key_button(_("Check the chain"), "Ctrl+T", "chainCheck", "")
        self._state = badge("", "info")
        self._bar = named(QProgressBar(), "chainProgress")
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("How far the check is"))
        self._words = wrapped_label(
            _("Each act names the one before it and is signed. The check proves it."),
            "muted", name="chainWords",
        )  # fmt: skip
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        for part in (self._check, self._state, self._bar):
            layout.addWidget(part)
        layout.addWidget(self._words, 1)
        self._state.hide()
        self._bar.hide()
        self._check.clicked.connect(self._begin)

    @Slot()
    def _begin(self) -> None:
        self._check.setEnabled(False)
        self._state.hide()
        self._bar.setValue(0)
        self._bar.show()
        self._words.setText(_("The chain is being checked."))
        self._go_on(services.verified_chain.ChainPart())

    def _go_on(self, part: ChainPart) -> None:
        self._jobs.read(self, lambda read: services.audit.check_part(read, part), self._show)

    def _show(self, found: tuple[ChainPart, int]) -> None:
        part, total = found
        self._bar.setMaximum(max(1, total))
        self._bar.setValue(part.count)
        if not part.ended:
            self._go_on(part)
            return
        self._bar.hide()
        self._check.setEnabled(True)
        holds = not part.findings
        show_status(self._state, *(("ok", _("Holds")) if holds else ("danger", _("Broken"))))
        self._state.show()
        self._words.setText(_held(part) if holds else _broken(part))


def _held(part: ChainPart) -> str:
    return ngettext(
        "{count} act: signed by this counter.",
        "{count} acts: each follows on the one before it and is signed by this counter.",
        part.count,
    ).format(count=part.count)


def _broken(part: ChainPart) -> str:
    more = len(part.findings) - 1
    if not more:
        return part.findings[0]
    text = ngettext("{first} {count} more finding.", "{first} {count} more findings.", more)
    return text.format(first=part.findings[0], count=more)
