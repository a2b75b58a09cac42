"""Every file is opened on purpose, and what was compiled for one serves the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterdesk.store.opening import close, create_file

_KEY = bytes(32)


def test_two_files_share_what_is_compiled_and_nothing_else(tmp_path: Path) -> None:
    one, other = (create_file(tmp_path / name, _KEY) for name in ("one.db", "other.db"))
    with one.begin():
        one.exec_driver_sql("create table only_here (x)")
    with other.begin():
        assert not other.exec_driver_sql("select * from sqlite_schema").fetchall()
    assert one.engine is other.engine
    close(one)
    close(other)


def test_a_file_is_never_opened_again_behind_anybodys_back(tmp_path: Path) -> None:
    connection = create_file(tmp_path / "one.db", _KEY)
    close(connection)
    with pytest.raises(RuntimeError, match="on purpose"):
        connection.engine.connect()
