"""Start to a usable window: CounterDesk against a bare PySide6 window, as fresh processes.

Usable means painted, focused and taking letters. Two moments are measured for CounterDesk: the
first field (sign-in), which is where a cashier begins to type, and the search field of the payment
page with the ledger open, the cashier signed in and the shift running.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from counterdesk.core.clock import SystemClock
from counterdesk.core.permissions import Role
from counterdesk.services.secret_hash import HashCost
from counterdesk.services.setup import NewNumbers, NewPerson, set_up_counter
from counterdesk.services.shifts import open_shift
from counterdesk.store.store import NewCounter, Store
from counterdesk.store.unlock import Argon2Cost, PassphraseUnlock

_RUNS = 9

_WATCH = """
import time
from PySide6.QtCore import QEvent, QObject
class Watch(QObject):
    # Tells when a field has been painted with the focus in it.
    def __init__(self, field, then):
        super().__init__(field)
        self.field, self.then = field, then
        field.installEventFilter(self)
    def eventFilter(self, field, event):
        if event.type() == QEvent.Type.Paint and field.hasFocus():
            field.removeEventFilter(self)
            self.then()
        return False
def tell(name):
    print(name, time.time(), flush=True)
"""

_BARE = (
    _WATCH
    + """
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow
app = QApplication([])
window, field = QMainWindow(), QLineEdit()
window.setCentralWidget(field)
field.setFocus()
watch = Watch(field, lambda: (tell("bare"), app.quit()))
window.show()
app.exec()
"""
)

_COUNTERDESK = """
import sys
from pathlib import Path
from counterdesk import app
from counterdesk.store.unlock import PassphraseUnlock
application = app.application()
till = app.Till(Path(sys.argv[1]), app.SystemClock(), PERSON)
"""

_FIRST_FIELD = (
    _WATCH
    + _COUNTERDESK.replace("PERSON", "None")
    + """
from PySide6.QtWidgets import QLineEdit
field = till.window.findChild(QLineEdit, "signInLogin")
watch = Watch(field, lambda: (tell("field"), application.quit()))
till.start(PassphraseUnlock(sys.argv[2]))
application.exec()
till.stop()
"""
)

_SEARCH_FIELD = (
    _WATCH
    + """
def person(store):
    from sqlalchemy import select
    from counterdesk.core.permissions import Actor, Role
    from counterdesk.models.ledger import Credential
    def look(read):
        row = read.execute(select(Credential.user_id, Credential.name, Credential.role)).first()
        return Actor(row.user_id, row.name, Role(row.role))
    return store.read(look).result()
"""
    + _COUNTERDESK.replace("PERSON", "person")
    + """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit
def when_signed_in():
    if till.jobs.actor is None:
        return
    timer.stop()
    till.window.go_to("payment")
    field = till.window.findChild(QLineEdit, "consumerSearch")
    till.watch = Watch(field, lambda: (tell("search"), application.quit()))
timer = QTimer(interval=1)
timer.timeout.connect(when_signed_in)
timer.start()
till.start(PassphraseUnlock(sys.argv[2]))
application.exec()
till.stop()
"""
)


def figures() -> dict[str, float]:
    """Return medians in milliseconds, and their ratios to the bare window."""
    passphrase = "only for figures"  # noqa: S105 - protects a folder that lives for seconds
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "data"
        _set_up(folder, passphrase)
        arguments = (str(folder), passphrase)
        scripts = {
            "bare PySide6 window, ms": (_BARE, ()),
            "window to its first field, ms": (_FIRST_FIELD, arguments),
            "window to its search field, ms": (_SEARCH_FIELD, arguments),
        }
        found: dict[str, list[float]] = {name: [] for name in scripts}
        for run in range(_RUNS + 1):
            for name, (script, given) in scripts.items():
                taken = _start(script, given, Path(scratch))
                if run:  # the first one writes the bytecode that an installed wheel has
                    found[name].append(taken)
    medians = {name: statistics.median(times) for name, times in found.items()}
    bare = medians["bare PySide6 window, ms"]
    return {
        **medians,
        "first field over bare, times": medians["window to its first field, ms"] / bare,
        "search field over bare, times": medians["window to its search field, ms"] / bare,
    }


def _start(script: str, arguments: tuple[str, ...], scratch: Path) -> float:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment |= {"PYTHONPYCACHEPREFIX": str(scratch / "bytecode"), "PYTHONDONTWRITEBYTECODE": ""}
    began = time.time()
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        check=True, capture_output=True, text=True, env=environment,
    )  # fmt: skip
    return (float(done.stdout.split()[-1]) - began) * 1000


def _set_up(folder: Path, passphrase: str) -> None:
    # The cost of a passphrase is chosen to be felt; it is not what is measured here.
    unlock = PassphraseUnlock(passphrase, Argon2Cost(1, 8, 1))
    clock = SystemClock()
    store, _code = Store.create(folder, unlock, NewCounter("C01", "Counter 1", "Office"), clock)
    year = clock.now_utc().year
    person = NewPerson("jane", "Jane Smith", Role.CASHIER, passphrase)
    numbers = NewNumbers("shift", year, 1, 9)
    (actor,) = store.write(
        lambda session: set_up_counter(session, [person], [numbers], HashCost(8, 1, 1))
    ).result()
    store.write(lambda session: open_shift(session, 0), actor).result()
    store.close()


if __name__ == "__main__":
    for name, value in figures().items():
        print(f"{name:28} {value:8.1f}")
