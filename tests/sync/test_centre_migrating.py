from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from counterdesk.core.errors import UserError
from counterdesk.sync.centre import migrating
from tests.sync.centres import CentreUnderTest


def test_head_is_the_newest_step_in_the_folder() -> None:
    config = Config()
    config.set_main_option(
        "script_location", str(Path(migrating.__file__).parent.parent / "migrations")
    )
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == migrating.HEAD


def test_a_database_becomes_a_centre_only_once(centre: CentreUnderTest) -> None:
    with pytest.raises(UserError, match="already"):
        migrating.create_centre(centre.conninfo, "Another", "EUR")
    assert centre.value("select name from cd.site") == "Cityville Water"


def test_upgrading_a_centre_of_this_version_changes_nothing(centre: CentreUnderTest) -> None:
    assert migrating.upgrade_centre(centre.conninfo) == (migrating.HEAD, migrating.HEAD)


def test_a_counter_may_not_make_tables_of_its_own(centre: CentreUnderTest) -> None:
    login = centre.add_counter("C01")
    with psycopg.connect(login.conninfo, autocommit=True) as counter:
        for statement in (
            "create temp table mine (a int)",
            "create table public.mine (a int)",
            "create table cd.mine (a int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                counter.execute(statement)
