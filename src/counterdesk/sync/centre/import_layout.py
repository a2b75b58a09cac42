"""Which column of a utility's file is which: recognised by its headings, or as a person tells."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.sync.centre.import_fields import Field, Kind

_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that means something here: its place in a line, its heading, its field."""

    place: int
    heading: str
    field: Field


@dataclass(frozen=True, slots=True)
class Layout:
    """What the lines of a file are, and what stands where in them.

    `missing` are the needed fields without a column: such a file can only cancel.
    """

    kind: Kind
    delimiter: str
    headings: tuple[str, ...]
    columns: tuple[Column, ...]
    missing: tuple[str, ...] = ()

    @property
    def kept(self) -> tuple[Column, ...]:
        """The columns that are kept, and not only looked at."""
        return tuple(column for column in self.columns if column.field.column)

    @property
    def unused(self) -> tuple[str, ...]:
        """The headings that mean nothing here."""
        used = {column.place for column in self.columns}
        return tuple(
            heading for place, heading in enumerate(self.headings)
            if place not in used and heading.strip()
        )  # fmt: skip

    def heading_of(self, name: str) -> str:
        """Return how the file calls a field; its own name where the file does not have it."""
        found = (column.heading for column in self.columns if column.field.name == name)
        return next(found, name)


def find_layout(
    first_line: str, kinds: Mapping[Kind, Sequence[Field]], columns: Mapping[str, str],
    delimiter: str = "",
) -> Layout:  # fmt: skip
    """Recognise a file by its headings.

    Args:
        first_line: The file's first line, as it stands there.
        kinds: The kinds it may be of, each with its fields.
        columns: Their heading to our field, where they are called otherwise; to "" for one that
            is not used.
        delimiter: What stands between cells; "" for the one that makes most sense of the headings.

    Raises:
        UserError: It is of no kind, of both, or its headings and `columns` do not fit.
    """
    _check_told(kinds, columns)
    headings = {
        mark: _cells(first_line, mark) for mark in ((delimiter,) if delimiter else _DELIMITERS)
    }
    _check_there(headings.values(), columns)
    layouts = [
        layout
        for mark, cells in headings.items()
        for kind, fields in kinds.items()
        if (layout := _layout(kind, mark, cells, fields, columns))
    ]
    if not layouts:
        raise UserError(_missing(kinds))
    most = max(len(layout.columns) for layout in layouts)
    chosen = [layout for layout in layouts if len(layout.columns) == most]
    if len({layout.kind for layout in chosen}) > 1:
        raise UserError(_("The file may hold consumers or charges: say which with --kind."))
    _check_once(chosen[0])
    return chosen[0]


def _check_told(kinds: Mapping[Kind, Sequence[Field]], columns: Mapping[str, str]) -> None:
    known = {item.name for fields in kinds.values() for item in fields}
    for ours in columns.values():
        if ours and ours not in known:
            raise UserError(_("There is no column {name} here. There are: {names}.").format(
                name=ours, names=", ".join(sorted(known))))  # fmt: skip


def _check_there(headings: Iterable[Sequence[str]], columns: Mapping[str, str]) -> None:
    there = {_plain(heading) for cells in headings for heading in cells}
    for theirs in columns:
        if _plain(theirs) not in there:
            raise UserError(_("The file has no column {name}.").format(name=theirs))


def _check_once(layout: Layout) -> None:
    names = [column.field.name for column in layout.columns]
    for name in names:
        if names.count(name) > 1:
            raise UserError(_("Two columns are {name}; --map says which is.").format(name=name))


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []


def _missing(kinds: Mapping[Kind, Sequence[Field]]) -> str:
    wanted = "; ".join(
        f"{kind}: {', '.join(item.name for item in fields if item.needed)}"
        for kind, fields in kinds.items()
    )
    return _(
        "The first line must name the columns, and some are missing. Needed are {wanted}. "
        'A column of another name is told with --map "Their name=our_name".'
    ).format(wanted=wanted)


def _layout(
    kind: Kind, delimiter: str, headings: Sequence[str], fields: Sequence[Field],
    told: Mapping[str, str],
) -> Layout | None:  # fmt: skip
    by_name = {item.name: item for item in fields}
    plainly = {_plain(theirs): ours for theirs, ours in told.items()}
    columns = tuple(
        Column(place, heading, item)
        for place, heading in enumerate(headings)
        if (item := by_name.get(_meaning(heading, plainly)))
    )
    names = {column.field.name for column in columns}
    missing = tuple(item.name for item in fields if item.needed and item.name not in names)
    # A file that only cancels need not say more of what it cancels than which it is.
    if any(by_name[name].always or "cancelled" not in names for name in missing):
        return None
    return Layout(kind, delimiter, tuple(headings), columns, missing)


def _meaning(heading: str, told: Mapping[str, str]) -> str:
    plain = _plain(heading)
    if plain in told:
        return told[plain]
    return "" if plain in told.values() else plain  # what was told goes before what it is called


def _plain(heading: str) -> str:
    """Return "Account number " and "account-number" as "account_number"."""
    return "_".join("".join(c if c.isalnum() else " " for c in heading.casefold()).split())
