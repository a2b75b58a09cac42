"""Where the letters of one line stand when it is read from both sides.

The bidirectional algorithm of Unicode for a single line: `core.text.clean` leaves no formatting
characters, so that its explicit levels (X1 to X8) have nothing to do. Brackets are ()[]{} alone.

Source: Unicode Standard Annex #9.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple

_PAIRS: Final = {"(": ")", "[": "]", "{": "}"}
_NEUTRAL: Final = frozenset({"B", "S", "WS", "ON"})
_SIDE: Final = {"L": "L", "R": "R", "EN": "R", "AN": "R"}
"""Which side a type counts for among neutrals: numbers count as right-to-left."""


class Run(NamedTuple):
    """Letters of one direction that stand together."""

    start: int
    end: int
    right_to_left: bool


def visual_runs(text: str, *, from_right: bool) -> list[Run]:
    """Return the runs of a line from left to right.

    Args:
        text: Of one line, as it is spoken.
        from_right: Whether its paragraph is read from the right.
    """
    base = int(from_right)
    if not base and all(unicodedata.bidirectional(x) not in ("R", "AL", "AN") for x in text):
        return [Run(0, len(text), right_to_left=False)] if text else []
    levels = _levels(text, base)
    runs = [_run(group) for _level, group in groupby(enumerate(levels), key=lambda at: at[1])]
    for level in range(max(levels), 0, -1):
        runs = list(_turned(runs, levels, level))
    return [run for run in runs if run.end > run.start]


def _run(group: Iterator[tuple[int, int]]) -> Run:
    letters = list(group)
    return Run(letters[0][0], letters[-1][0] + 1, right_to_left=bool(letters[0][1] % 2))


def _turned(runs: list[Run], levels: list[int], level: int) -> Iterator[Run]:
    """Yield runs with each stretch of at least a level turned round (L2)."""
    for high, group in groupby(runs, key=lambda run: levels[run.start] >= level):
        stretch = list(group)
        yield from reversed(stretch) if high else stretch


def _levels(text: str, base: int) -> list[int]:
    kept = [at for at, letter in enumerate(text) if unicodedata.bidirectional(letter) != "BN"]
    letters = [text[at] for at in kept]
    types = [unicodedata.bidirectional(letter) or "L" for letter in letters]
    trailing = len("".join(letters)) - len("".join(letters).rstrip())
    _weak(types, "LR"[base])
    _bracketed(letters, types, "LR"[base])
    _neutral(types, "LR"[base])
    found = [_level(kind, base) for kind in types]
    found[len(found) - trailing :] = [base] * trailing
    return _with_joiners(len(text), dict(zip(kept, found, strict=True)), base)


def _with_joiners(length: int, found: dict[int, int], base: int) -> list[int]:
    """Return the levels of all letters: a joiner stands with the letter before it."""
    levels: list[int] = []
    for at in range(length):
        levels.append(found.get(at, levels[-1] if levels else base))
    return levels


def _level(kind: str, base: int) -> int:
    """Return the level of a type (I1, I2)."""
    if base:
        return 1 if kind == "R" else 2
    return {"L": 0, "R": 1}.get(kind, 2)


def _weak(types: list[str], base: str) -> None:
    """Settle marks, numbers and what stands between numbers (W1 to W7)."""
    before, strong = base, base
    for at, kind in enumerate(types):
        types[at] = before if kind == "NSM" else kind
        if types[at] in ("L", "R", "AL"):
            strong = types[at]
        elif types[at] == "EN" and strong == "AL":
            types[at] = "AN"
        before = kind if kind != "NSM" else before
    types[:] = ["R" if kind == "AL" else kind for kind in types]
    _between_numbers(types)
    strong = base
    for at, kind in enumerate(types):
        strong = kind if kind in ("L", "R") else strong
        if kind in ("ES", "ET", "CS"):
            types[at] = "ON"
        elif kind == "EN" and strong == "L":
            types[at] = "L"


def _between_numbers(types: list[str]) -> None:
    for at in range(1, len(types) - 1):
        before, kind, after = types[at - 1 : at + 2]
        if before == after and (kind, before) in {("ES", "EN"), ("CS", "EN"), ("CS", "AN")}:
            types[at] = before
    for start, end in _stretches(types, frozenset({"ET"})):
        if "EN" in (types[start - 1 : start] + types[end : end + 1]):
            types[start:end] = ["EN"] * (end - start)


def _bracketed(letters: list[str], types: list[str], base: str) -> None:
    """Give both brackets of a pair one side (N0)."""
    for opening, closing in sorted(_pairs(letters, types)):
        inside = {_SIDE[kind] for kind in types[opening + 1 : closing] if kind in _SIDE}
        side = base
        if base not in inside:
            before = next((_SIDE[x] for x in reversed(types[:opening]) if x in _SIDE), base)
            side = before if inside else ""
        if side:
            types[opening] = types[closing] = side
            _marks_follow(letters, types, opening, side)
            _marks_follow(letters, types, closing, side)


def _marks_follow(letters: list[str], types: list[str], bracket: int, side: str) -> None:
    for at in range(bracket + 1, len(letters)):
        if unicodedata.bidirectional(letters[at]) != "NSM":
            return
        types[at] = side


def _pairs(letters: list[str], types: list[str]) -> Iterator[tuple[int, int]]:
    waiting: list[tuple[str, int]] = []
    for at, letter in enumerate(letters):
        if types[at] != "ON":
            continue
        if letter in _PAIRS:
            waiting.append((_PAIRS[letter], at))
        elif letter in _PAIRS.values():
            found = [place for place, (wanted, _at) in enumerate(waiting) if wanted == letter]
            if found:
                yield waiting[found[-1]][1], at
                del waiting[found[-1] :]


def _neutral(types: list[str], base: str) -> None:
    """Give what has no side that of its neighbours where they agree, else the line's (N1, N2)."""
    for start, end in _stretches(types, _NEUTRAL):
        before = _SIDE[types[start - 1]] if start else base
        after = _SIDE[types[end]] if end < len(types) else base
        types[start:end] = [before if before == after else base] * (end - start)


def _stretches(types: list[str], wanted: frozenset[str]) -> list[tuple[int, int]]:
    found, at = [], 0
    for is_wanted, stretch in groupby(types, key=lambda kind: kind in wanted):
        length = len(list(stretch))
        if is_wanted:
            found.append((at, at + length))
        at += length
    return found
