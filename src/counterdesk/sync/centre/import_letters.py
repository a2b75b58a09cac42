"""How the letters of a utility's file are written: found out, not asked, where it can be."""

from __future__ import annotations

import codecs
import hashlib
import io
from dataclasses import dataclass, field
from pathlib import Path

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _

_PIECE = 1 << 20
_ENCODINGS = {"utf-8": "utf-8-sig", "utf-8-sig": "utf-8-sig", "windows-1252": "cp1252",
              "cp1252": "cp1252", "utf-16": "utf-16"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letters:
    """How a file's bytes are read, and what identifies them."""

    encoding: str
    digest: bytes
    size: int
    guessed: bool = False


def look_at(path: Path, encoding: str = "") -> Letters:
    """Find out how a file's letters are written, by looking at every byte of it once.

    Args:
        encoding: "utf-8", "windows-1252" or "utf-16" where a person knows better; "" finds out.

    Raises:
        UserError: It cannot be read, is empty, or is written in a way nobody can tell.
    """
    digest, decoder, known = hashlib.sha256(), _Utf8(), _known(encoding)
    try:
        with path.open("rb") as file:
            start = file.read(2)
            file.seek(0)
            while piece := file.read(_PIECE):
                digest.update(piece)
                decoder.take(piece)
            size = file.tell()
    except OSError as error:
        raise UserError(_("The file cannot be read: {reason}.").format(
            reason=error.strerror or error)) from error  # fmt: skip
    if size == 0:
        raise UserError(_("The file is empty."))
    decoder.take(b"", final=True)
    if not known and start in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        known = "utf-16"
    return Letters(known or decoder.encoding(), digest.digest(), size, guessed=not known)


def _known(encoding: str) -> str:
    if encoding and encoding.lower() not in _ENCODINGS:
        raise UserError(_("Files are read as one of: {choices}.").format(
            choices="utf-8, windows-1252, utf-16"))  # fmt: skip
    return _ENCODINGS[encoding.lower()] if encoding else ""


@dataclass(slots=True)
class _Utf8:
    """Tells UTF-8 from Windows-1252, and both from UTF-8 that was damaged."""

    _decoder: codecs.IncrementalDecoder = field(
        default_factory=codecs.getincrementaldecoder("utf-8")
    )
    _line: int = 1
    _wide: bool = False
    _broken: bool = False

    def take(self, piece: bytes, *, final: bool = False) -> None:
        if self._broken:
            return
        try:
            self._note(self._decoder.decode(piece, final))
        except UnicodeDecodeError as error:
            self._broken = True
            self._note(error.object[: error.start].decode("utf-8"))

    def _note(self, text: str) -> None:
        self._line += text.count("\n")
        self._wide = self._wide or not text.removeprefix("\ufeff").isascii()

    def encoding(self) -> str:
        if self._broken and self._wide:
            raise UserError(
                _("Line {line} is damaged: the file is UTF-8 up to there, and not in it. "
                  "Export it again.").format(line=self._line)
            )  # fmt: skip
        return "cp1252" if self._broken else "utf-8-sig"


def open_text(path: Path, letters: Letters) -> io.TextIOWrapper:
    """Open a file the way its letters are written; line ends are left to the reader of cells."""
    return path.open(encoding=letters.encoding, newline="")
