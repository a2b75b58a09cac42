"""A printer for tests: reads ESC/POS by its own small table and refuses what it does not know."""

from __future__ import annotations

from dataclasses import dataclass, field

_ESC = {0x40: ("start", 0), 0x74: ("page", 1), 0x45: ("bold", 1), 0x2D: ("underline", 1),
        0x61: ("align", 1), 0x64: ("feed", 1), 0x70: ("drawer", 3)}  # fmt: skip
_GS = {0x21: ("size", 1), 0x42: ("invert", 1), 0x56: ("cut", 2)}
_PAGES = {0: "cp437", 2: "cp850", 19: "cp858", 16: "cp1252", 18: "cp852", 17: "cp866"}


@dataclass
class Paper:
    """What came out: lines of text, names of commands, QR data and pictures."""

    lines: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    pictures: list[tuple[int, int]] = field(default_factory=list)


def read_job(job: bytes) -> Paper:
    """Return what a printer makes of a job; fails on an unknown command."""
    paper, codec, line, at, stored = Paper(), "cp437", "", 0, ""
    while at < len(job):
        byte = job[at]
        if byte >= 0x20:
            line += job[at : at + 1].decode(codec)
            at += 1
        elif byte == 0x0A:
            paper.lines.append(line)
            line, at = "", at + 1
        elif byte == 0x1D and job[at + 1] == 0x28:
            size = int.from_bytes(job[at + 3 : at + 5], "little")
            body = job[at + 5 : at + 5 + size]
            paper.commands.append("GS ( " + chr(job[at + 2]))
            if body[:3] == b"1P0":
                stored = body[3:].decode("ascii")
            if body[:2] == b"1Q":
                paper.codes.append(stored)
            at += 5 + size
        elif byte == 0x1D and job[at + 1 : at + 4] == b"v0\0":
            across, high = (int.from_bytes(job[at + i : at + i + 2], "little") for i in (4, 6))
            paper.pictures.append((across * 8, high))
            at += 8 + across * high
        else:
            table = {0x1B: _ESC, 0x1D: _GS}[byte]
            name, arguments = table[job[at + 1]]
            paper.commands.append(name)
            if name == "page":
                codec = _PAGES[job[at + 2]]
            at += 2 + arguments
    assert at == len(job)
    return paper
