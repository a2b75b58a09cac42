"""Where in the payment one is: done, now, still to come."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.theme import SPACE_S, set_role
from counterdesk.ui.widgets.labels import plain_label


class StepHeader(QWidget):
    """The five steps in a line; told by mark, weight and colour, never by colour alone."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("stepHeader")
        self._names = (_("Consumer"), _("Charges"), _("Tender"), _("Review"), _("Receipt"))
        self._labels: list[QLabel] = []
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        for number, name in enumerate(self._names):
            if number:
                layout.addWidget(plain_label("›", "step"))
            self._labels.append(plain_label(name, "step"))
            layout.addWidget(self._labels[-1])
        layout.addStretch(1)
        self.show_step(0)

    def show_step(self, now: int) -> None:
        """Mark the steps before `now` (from 0) as done, and `now` as the one being worked on."""
        for number, (label, name) in enumerate(zip(self._labels, self._names, strict=True)):
            label.setText(f"✓ {name}" if number < now else f"{number + 1}  {name}")
            role = "step-done" if number < now else "step-on" if number == now else "step"
            set_role(label, role)
        self.setAccessibleName(
            _("Step {number} of {count}: {name}").format(
                number=now + 1, count=len(self._names), name=self._names[now]
            )
        )
