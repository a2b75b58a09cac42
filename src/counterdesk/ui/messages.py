"""The only door through which the window speaks to the person outside its pages.

Callers write `messages.ask(...)`, never import the functions by name: tests replace them here.
"""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from counterdesk.core.i18n import _
from counterdesk.ui.toast import Toast


def ask(owner: QObject, question: str, yes: str, no: str = "", *, danger: bool = False) -> bool:
    """Ask for a yes before something that cannot be undone; tell whether it was given.

    Esc and the closing cross mean no. Enter means no where the answer is dangerous.

    Args:
        owner: The widget that asks.
        question: A whole sentence.
        yes: What the button that goes on says, a verb: "Abandon the visit".
        no: What the other button says; "" for "Cancel".
        danger: Whether something is lost by saying yes.
    """
    box = _box(owner, question)
    go_on = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    cancel = box.addButton(no or _("Cancel"), QMessageBox.ButtonRole.RejectRole)
    go_on.setProperty("role", "danger" if danger else "primary")
    box.setDefaultButton(cancel if danger else go_on)
    box.setEscapeButton(cancel)
    box.exec()
    return box.clickedButton() is go_on


def tell(owner: QObject, sentence: str) -> None:
    """Say something that must be read before going on: a refusal that has no field."""
    box = _box(owner, sentence)
    box.addButton(_("OK"), QMessageBox.ButtonRole.AcceptRole).setProperty("role", "primary")
    box.exec()


def toast(owner: QObject, sentence: str) -> None:
    """Say that something went well, for some seconds, without asking for anything."""
    window = _widget(owner)
    if window is not None:
        Toast.show_in(window.window(), sentence)


def save_as(owner: QObject, title: str, name: str, kind: str) -> str:
    """Ask where a file goes; "" when it is not wanted after all.

    Args:
        owner: The widget that asks.
        title: What is being saved.
        name: The file name that is proposed.
        kind: What the file is, for the dialog's filter: "PDF (*.pdf)". Of several, with ";;"
            between them, the one that is chosen gives the file its ending.
    """
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    path, chosen = QFileDialog.getSaveFileName(_widget(owner), title, f"{folder}/{name}", kind)
    ended = with_ending(path, name, chosen, kind)
    if ended == path or not Path(ended).exists():
        return ended
    question = _("{file} is there already. Replace it?").format(file=Path(ended).name)
    return ended if ask(owner, question, _("Replace it"), danger=True) else ""


def with_ending(path: str, name: str, chosen: str, kind: str) -> str:
    """Return a path with the ending of the kind that was chosen, unless another was typed.

    Not every desktop's dialog changes the ending of the proposed name with the kind.
    """
    ending, known = _endings(chosen), _endings(kind)
    typed = Path(path).suffix.lower()
    if not path or len(known) == 1 or not ending:
        return path
    if typed == Path(name).suffix:
        return str(Path(path).with_suffix(ending[0]))
    return path if typed in known else path + ending[0]


def _endings(kind: str) -> list[str]:
    return re.findall(r"\*(\.\w+)", kind)


def open_file(owner: QObject, title: str, kind: str) -> str:
    """Ask for a file to be read; "" when none is wanted after all.

    Args:
        owner: The widget that asks.
        title: What it is for.
        kind: What the file is, for the dialog's filter: "Pictures (*.png *.jpg)".
    """
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    path, _filter = QFileDialog.getOpenFileName(_widget(owner), title, folder, kind)
    return path


def _widget(owner: QObject) -> QWidget | None:
    return owner if isinstance(owner, QWidget) else None


def _box(owner: QObject, text: str) -> QMessageBox:
    box = QMessageBox(_widget(owner))
    box.setWindowTitle(_("CounterDesk"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    return box
