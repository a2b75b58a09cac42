"""The first fill: every account of the centre, page by page, into a new `ref.db`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

from counterdesk.sync.feed import is_readable_setting
from counterdesk.sync.link import Cursor, Link, OfficeFacts
from counterdesk.sync.reference import NewReference, OfficeTold, Progress

ACCOUNTS_OF_A_PAGE = 5_000


class FirstFill:
    """A first fill under way.

    It goes on where it stopped when the line breaks: the place in the feed was noted before the
    first account was read, so whatever changed meanwhile comes with the feed afterwards.
    """

    def __init__(self, path: Path, key: bytes, head: Cursor, office: OfficeFacts,
                 as_of_utc: datetime) -> None:  # fmt: skip
        """Begin one.

        Args:
            path: Of the `ref.db` in use; the new one lies beside it.
            key: The raw 32-byte key of the local files.
            head: Where the feed stood before anything else was asked.
            office: What the centre told besides accounts.
            as_of_utc: When that was.
        """
        self._new = NewReference(path, key)
        self._after: UUID | None = None
        self.total = office.consumers
        settings = {
            name: text for name, text in office.settings.items() if is_readable_setting(name, text)
        }
        self._told = OfficeTold(settings, as_of_utc, office.versions, head, office.exceptions)

    @property
    def done(self) -> int:
        """How many accounts were written."""
        return self._new.count

    def advance(self, link: Link) -> bool:
        """Fetch and write the next page.

        Returns:
            Whether there was one; if not, all are there.

        Raises:
            CentreAway: The line broke; the same page is asked for again next time.
        """
        page = link.accounts_page(self._after, ACCOUNTS_OF_A_PAGE)
        if page.consumers:
            self._new.add(page)
            self._after = _id(page.consumers[-1][0])
        return bool(page.consumers)

    def finish(self, progress: Progress) -> Path:
        """Write the indexes; what `progress` raises stops it.

        Returns:
            The whole file, to be put in its place.
        """
        return self._new.finish(self._told, progress)

    def abandon(self) -> None:
        """Leave no trace of what was not put in its place."""
        self._new.abandon()


def _id(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)
