"""What a person opens first is loaded while they type their login."""

from __future__ import annotations

import subprocess
import sys

_LOADED = """
import sys
from PySide6.QtWidgets import QApplication
from counterdesk.ui.window_pages import WindowPages
app = QApplication([])
WindowPages.warm_up()
for name in ("payment_page", "dashboard_page", "consumer_page", "payments_behind"):
    print(name, f"counterdesk.ui.pages.{name}" in sys.modules)
"""


def test_pages_that_are_a_key_away_are_loaded_ahead() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _LOADED], capture_output=True, check=True, text=True, timeout=60
    )
    assert told.stdout.count("True") == 4, told.stdout
