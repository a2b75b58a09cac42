"""A print server of the test's own: real CUPS, its files in a folder, on a port of this machine."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

CUPSD = shutil.which("cupsd", path="/usr/sbin:/usr/bin")
_BACKEND = Path("/usr/lib/cups/backend/socket")

_CUPSD_CONF = """
LogLevel warn
MaxLogSize 0
ErrorPolicy retry-job
JobRetryInterval 1
Listen 127.0.0.1:{port}
Browsing No
WebInterface No
DefaultAuthType None
<Location />
  Order allow,deny
  Allow all
</Location>
<Location /admin>
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  SubscriptionPrivateAccess all
  SubscriptionPrivateValues none
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
_FILES_CONF = """
AccessLog {folder}/access_log
CacheDir {folder}/cache
DataDir /usr/share/cups
DocumentRoot /usr/share/cups/doc-root
ErrorLog {folder}/error_log
FileDevice Yes
PageLog {folder}/page_log
RequestRoot {folder}/spool
ServerBin /usr/lib/cups
ServerRoot {folder}
StateDir {folder}/run
TempDir {folder}/spool/tmp
SystemGroup root lpadmin
"""


def why_not() -> str:
    """Return why no print server can be started here, "" where one can."""
    if CUPSD is None or not shutil.which("lpadmin", path="/usr/sbin:/usr/bin"):
        return "CUPS is not installed (Debian: cups)"
    if not _BACKEND.exists():
        return "CUPS has no backend for sockets (Debian: cups)"
    return ""


class PrivateCups:
    """Runs until `stop`; `queue` makes a raw queue to a port of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.chmod(0o755)
        for name in ("cache", "run", "run/certs", "spool", "spool/tmp", "ppd", "ssl"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        (folder / "cupsd.conf").write_text(_CUPSD_CONF.format(port=self.port))
        (folder / "cups-files.conf").write_text(_FILES_CONF.format(folder=folder))
        self.start()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        assert CUPSD is not None
        config, files = self._folder / "cupsd.conf", self._folder / "cups-files.conf"
        self._process = subprocess.Popen(
            [CUPSD, "-f", "-c", config, "-s", files],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert time.monotonic() < end, self.log()
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop the server; what it keeps stays."""
        self._process.terminate()
        self._process.wait(30)

    def queue(self, name: str, port: int) -> None:
        """Make a raw queue to a printer that listens on a port of this machine."""
        device = f"socket://127.0.0.1:{port}/?contimeout=5&waiteof=false"
        self._run(
            "lpadmin", "-p", name, "-v", device, "-m", "raw", "-o", "printer-error-policy=retry-job"
        )
        self._run("cupsenable", name)
        self._run("cupsaccept", name)

    def do(self, command: str, queue: str) -> None:
        """Run one of CUPS's own commands on a queue: cupsdisable, cupsreject, cupsenable ..."""
        self._run(command, queue)

    def cancel_all(self, *more: str) -> None:
        """Take every job out of every queue; with "-x" the server forgets them, too."""
        self._run("cancel", "-a", *more)

    def log(self) -> str:
        """Return what the server complained of."""
        path = self._folder / "error_log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _run(self, command: str, *arguments: str) -> None:
        found = shutil.which(command, path="/usr/sbin:/usr/bin")
        assert found is not None, command
        server = ("-h", f"127.0.0.1:{self.port}")
        done = subprocess.run(
            [found, *server, *arguments], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stderr} {self.log()}"
