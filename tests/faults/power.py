"""What a disk may hold after the power went: a program's writes recorded, then cut anywhere.

Everything before the last sync of a file is there. Of what was written after it, any part may be:
any write without the ones before it, and of each write any of its sectors of 512 bytes.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SECTOR = 512
_LINE = re.compile(r"^(\d+)\s+(.*)$")
_RESUMED = re.compile(r"^<\.\.\. \w+ resumed>(.*)$")
_CALLS = "openat,close,lseek,pwrite64,write,ftruncate,fsync,fdatasync,unlink"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the program did: write, truncate, sync or unlink of a file, or say a line."""

    kind: str
    file: str = ""
    offset: int = 0
    data: bytes = b""


def record(command: Sequence[str], folder: Path, trace: Path, **run: Any) -> list[Step]:
    """Run a program under strace and return what it did to the files of a folder, in order."""
    subprocess.run(
        ["strace", "-f", "-qq", "-xx", "-s", "1000000", "-e", "signal=none",
         "-e", f"trace={_CALLS}", "-o", trace, *command],
        check=True, stdout=subprocess.DEVNULL, **run,
    )  # fmt: skip
    watch = _Watch(folder)
    return [step for call in _calls(trace) if (step := watch.step(call))]


class _Watch:
    """Follows which file each descriptor is, and where it stands in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[int, str] = {}
        self._places: dict[int, int] = {}

    def step(self, call: str) -> Step | None:
        """Return what a call does to the folder, if it does anything."""
        for pattern, meaning in _MEANINGS:
            if found := pattern.match(call):
                return meaning(self, *found.groups())
        return None

    def opened(self, name: str, file: str) -> None:
        path = Path(_bytes(name).decode())
        self._names.pop(int(file), None)
        if path.parent == self._folder:
            self._names[int(file)], self._places[int(file)] = path.name, 0

    def closed(self, file: str) -> None:
        self._names.pop(int(file), None)

    def sought(self, file: str, place: str) -> None:
        self._places[int(file)] = int(place)

    def written_at(self, file: str, data: str, place: str) -> Step | None:
        name = self._names.get(int(file))
        return Step("write", name, int(place), _bytes(data)) if name else None

    def written(self, file: str, data: str, count: str) -> Step | None:
        if file == "1":
            return Step("say", data=_bytes(data))
        place = self._places.get(int(file), 0)
        self._places[int(file)] = place + int(count)
        return self.written_at(file, data, str(place))

    def truncated(self, file: str, size: str) -> Step | None:
        name = self._names.get(int(file))
        return Step("truncate", name, int(size)) if name else None

    def synced(self, file: str) -> Step | None:
        name = self._names.get(int(file))
        return Step("sync", name) if name else None

    def unlinked(self, name: str) -> Step | None:
        path = Path(_bytes(name).decode())
        return Step("unlink", path.name) if path.parent == self._folder else None


_TEXT = r'"((?:\\x[0-9a-f]{2})*)"'
_MEANINGS: tuple[tuple[re.Pattern[str], Callable[..., Step | None]], ...] = (
    (re.compile(rf"openat\([^,]+, {_TEXT}, \S+?(?:, \d+)?\)\s+= (\d+)"), _Watch.opened),
    (re.compile(r"close\((\d+)\)\s+= 0"), _Watch.closed),
    (re.compile(r"lseek\((\d+), .*\)\s+= (\d+)"), _Watch.sought),
    (re.compile(rf"pwrite64\((\d+), {_TEXT}, \d+, (\d+)\)\s+= \d+"), _Watch.written_at),
    (re.compile(rf"write\((\d+), {_TEXT}, \d+\)\s+= (\d+)"), _Watch.written),
    (re.compile(r"ftruncate\((\d+), (\d+)\)\s+= 0"), _Watch.truncated),
    (re.compile(r"f(?:data)?sync\((\d+)\)\s+= 0"), _Watch.synced),
    (re.compile(rf"unlink\({_TEXT}\)\s+= 0"), _Watch.unlinked),
)


def _calls(trace: Path) -> Iterator[str]:
    """Yield whole calls; one that another thread interrupted counts where it ended."""
    begun: dict[str, str] = {}
    for line in trace.read_text("ascii", "replace").splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        thread, call = found.groups()
        if call.endswith(" <unfinished ...>"):
            begun[thread] = call.removesuffix(" <unfinished ...>")
        elif resumed := _RESUMED.match(call):
            yield begun.pop(thread, "") + resumed[1]
        else:
            yield call


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


@dataclass(slots=True)
class Disk:
    """Files as the disk surely has them, and what is on its way to each."""

    files: dict[str, bytearray]
    pending: dict[str, list[Step]] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """Do one step."""
        match step.kind:
            case "write" | "truncate":
                self.pending.setdefault(step.file, []).append(step)
            case "sync":
                for waiting in self.pending.pop(step.file, []):
                    self._put(waiting)
            case "unlink":
                self.files.pop(step.file, None)
                self.pending.pop(step.file, None)

    def lose_power(self, chance: random.Random) -> None:
        """Let any part of what is on its way arrive, in sectors."""
        for waiting in self.pending.values():
            how = chance.choice(("none", "all", "some", "torn"))
            for step in waiting:
                if how == "none" or (how != "all" and chance.random() < 0.5):
                    continue
                self._put(step, chance if how == "torn" else None)

    def _put(self, step: Step, torn: random.Random | None = None) -> None:
        content = self.files.setdefault(step.file, bytearray())
        if step.kind == "truncate":
            del content[step.offset :]
            content.extend(bytes(step.offset - len(content)))
            return
        for start in range(0, len(step.data), SECTOR):
            if torn is None or torn.random() < 0.5:
                self._write(content, step.offset + start, step.data[start : start + SECTOR])

    @staticmethod
    def _write(content: bytearray, offset: int, data: bytes) -> None:
        content.extend(bytes(max(0, offset - len(content))))
        content[offset : offset + len(data)] = data


def after_power_cut(
    before: dict[str, bytes], steps: Sequence[Step], cut: int, chance: random.Random
) -> tuple[dict[str, bytes], list[str]]:
    """Return the files that a cut after so many steps may leave, and the lines said before it."""
    disk = Disk({name: bytearray(data) for name, data in before.items()})
    said = []
    for step in steps[:cut]:
        if step.kind == "say":
            said += step.data.decode().splitlines()
        disk.take(step)
    disk.lose_power(chance)
    return {name: bytes(data) for name, data in disk.files.items()}, said
