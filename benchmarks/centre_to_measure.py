"""A centre to be measured: tables as an office has them, on a real disk that is waited for."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from counterdesk.sync.centre.embedded import EmbeddedServer
from tests.sync.centres import CentreUnderTest, make_template


@contextmanager
def centre_to_measure() -> Iterator[tuple[CentreUnderTest, Path]]:
    """Yield an empty centre and a folder for what else is measured; both are removed after it."""
    # Beside the checkout: the system's folder for temporary files may lie in memory.
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix=".bench-") as name:
        server = EmbeddedServer(Path(name) / "pg")
        try:
            make_template(server)
            centre = CentreUnderTest(server)
            centre.execute("alter system set fsync = on")  # which the tests do without
            centre.execute("select pg_reload_conf()")
            yield centre, Path(name)
            centre.drop()
        finally:
            server.stop()
