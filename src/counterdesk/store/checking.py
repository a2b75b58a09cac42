"""Looking for damage in a database's file, page by page."""

from __future__ import annotations

from sqlalchemy import Connection

_MOST = 20
"""Damaged places that are named; more tell nothing more."""


def file_damage(connection: Connection) -> tuple[str, ...]:
    """Return what is damaged in the connection's own file; empty when every page is sound.

    Reads the whole file: SQLCipher's seal of each page first, then SQLite's own structure.
    """
    sealed = connection.exec_driver_sql("PRAGMA main.cipher_integrity_check").fetchmany(_MOST)
    if sealed:
        return tuple(row[0] for row in sealed)
    rows = connection.exec_driver_sql(f"PRAGMA main.integrity_check({_MOST})").fetchall()
    return tuple(row[0] for row in rows if row[0] != "ok")
