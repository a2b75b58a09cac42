"""The centre's service: one process beside the database, without which counters still work."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from counterdesk import __version__
from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.sync.centre import opening
from counterdesk.sync.centre.answering import answer_changes
from counterdesk.sync.centre.certifying import (
    MakeCertificate,
    certify_counters,
    check_signatures,
    renew_certificates,
    tell_people,
    tell_reach,
)
from counterdesk.sync.centre.service_keys import UtilityKeys

SERVICE_LOCK: Final = 3_241_005
"""The advisory lock that the one running service holds."""

_log = logging.getLogger(__name__)
_POLL_SECONDS: Final = 5.0
_SLICE_SECONDS: Final = 0.25
_HOUSEKEEPING_SECONDS: Final = 3_600.0
_FEED_DAYS: Final = 35
_LONGEST_WAIT_SECONDS: Final = 60.0


class CentreService:
    """Does what is due, waits until something is, and starts again when the database was away."""

    def __init__(
        self,
        conninfo: str,
        keys: UtilityKeys,
        make_certificate: MakeCertificate,
        now_utc: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Connect to nothing yet.

        Args:
            conninfo: Where the centre is; the service comes with a login of its own.
            keys: The utility's keys, opened.
            make_certificate: Signs a counter's certificate with them.
            now_utc: The clock.
        """
        self._conninfo = _as_service(conninfo, keys)
        self._keys = keys
        self._make_certificate = make_certificate
        self._now_utc = now_utc
        self._ended = threading.Event()

    def stop(self) -> None:
        """End `run` soon, whatever it waits for; may be called from a signal or any thread."""
        self._ended.set()

    def run(self) -> None:
        """Serve until `stop`.

        Raises:
            UserError: Another service runs, the keys are another centre's, or there is no centre.
        """
        wait = 1.0
        self._serve_once(first=True)
        while not self._ended.wait(wait):
            wait = 1.0 if self._serve_once() else min(wait * 2, _LONGEST_WAIT_SECONDS)

    def _serve_once(self, *, first: bool = False) -> bool:
        """Serve until the end or until the database goes away; tell whether it was there."""
        begun = False
        try:
            with opening.connect(self._conninfo, autocommit=True) as connection:
                self._begin(connection)
                begun = True
                _log.info("the centre's service works")
                self._work(connection)
        except psycopg.OperationalError as error:
            _log.warning("the database went away: %s", type(error).__name__)
        except UserError as error:
            if first and not begun and not isinstance(error.__cause__, psycopg.OperationalError):
                raise
            _log.warning("%s", error.message)
        return begun

    def _begin(self, connection: psycopg.Connection) -> None:
        opening.check_version(connection)
        if not _one(connection, "select pg_try_advisory_lock(%s)", SERVICE_LOCK):
            raise UserError(_("The centre's service runs already. It goes on; this one ends."))
        if _one(connection, "select utility_public_key from cd.site") != self._keys.public_key:
            raise UserError(
                _("These keys belong to another centre. Nothing was signed. Say with --keys where "
                  "the keys of this one are.")
            )  # fmt: skip
        connection.execute("listen cd_service")
        connection.execute("listen cd_feed")

    def _work(self, connection: psycopg.Connection) -> None:
        tell_people(connection, self._keys, self._now_utc(), anew=True)
        housekeeping_at = 0.0
        while not self._ended.is_set():
            now = self._now_utc().timestamp()
            if now >= housekeeping_at:
                self._keep_house(connection)
                housekeeping_at = now + _HOUSEKEEPING_SECONDS
            if not self._do_due(connection):
                self._wait(connection)

    def _do_due(self, connection: psycopg.Connection) -> int:
        """Do what waits now; return how many events were checked and changes answered."""
        connection.execute("select cd.service_seen(%s)", (__version__,))
        connection.execute("select cd.expire_reservations()")
        if ended := _one(connection, "select cd.end_stalls()"):
            _log.warning("%d counters held up the others and were cut off", ended)
        with_keys = connection, self._keys, self._make_certificate, self._now_utc()
        for code in certify_counters(*with_keys):
            _log.info("counter %s is certified", code)
        if told := tell_people(connection, self._keys, self._now_utc()):
            _log.info("people told anew to %d offices", len(told))
        if tell_reach(connection, self._keys, self._now_utc()):
            _log.info("counters are told where the server is")
        return answer_changes(connection, self._keys.sealing) + check_signatures(connection)

    def _keep_house(self, connection: psycopg.Connection) -> None:
        connection.execute("select cd.prepare_ahead()")
        for code in renew_certificates(
            connection, self._keys, self._make_certificate, self._now_utc()
        ):
            _log.info("counter %s is certified anew", code)
        if expired := _one(connection, "select cd.expire_credit()"):
            _log.info("%d credit notes expired", expired)
        pruned = _one(connection, "select cd.prune_feed(%s)", _FEED_DAYS)
        if pruned:
            _log.info("%d old changes left the feed", pruned)

    def _wait(self, connection: psycopg.Connection) -> None:
        """Wait for a sign of the database, the end, or the next look."""
        for _turn in range(int(_POLL_SECONDS / _SLICE_SECONDS)):
            if self._ended.is_set() or any(
                connection.notifies(timeout=_SLICE_SECONDS, stop_after=1)
            ):
                break


def _as_service(conninfo: str, keys: UtilityKeys) -> str:
    given: dict[str, Any] = {
        name: value for name, value in conninfo_to_dict(conninfo).items()
        if name not in {"user", "password", "passfile", "sslcert", "sslkey", "service"}
    }  # fmt: skip
    login = {"user": keys.login.role, "password": keys.login.password}
    return make_conninfo("", **given | login | {"application_name": "counterdesk serve"})


def _one(connection: psycopg.Connection, query: LiteralString, *parameters: Any) -> Any:
    row = connection.execute(query, parameters).fetchone()
    return row[0] if row else None
