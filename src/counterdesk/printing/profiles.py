"""What a receipt printer can do: its paper, its code pages, its extras."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LETTER_DOTS: Final = 12
"""Width of a letter of font A; its rows are 30 dots apart."""

ROW_DOTS: Final = 30


@dataclass(frozen=True, slots=True)
class CodePage:
    """A code page in the printer: the number that selects it, and Python's name for it."""

    slot: int
    codec: str


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """One kind of printer. The pages stand in the order in which they are tried."""

    columns: int = 48
    code_pages: tuple[CodePage, ...] = (
        CodePage(0, "cp437"),
        CodePage(19, "cp858"),
        CodePage(16, "cp1252"),
        CodePage(18, "cp852"),
        CodePage(17, "cp866"),
    )
    native_qr: bool = True
    cutter: bool = True

    @property
    def dots(self) -> int:
        """Printable dots across the paper: 576 for 80 mm, 384 for 58 mm."""
        return self.columns * LETTER_DOTS
