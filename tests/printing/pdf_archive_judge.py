"""Apache PDFBox Preflight as a judge of PDF/A-1b that nobody here wrote (Debian: libpdfbox2-java).

It needs a Java to run; `make setup` installs the judge where there is one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

_SHELF = Path("/usr/share/java")
_JARS = tuple(
    _SHELF / f"{name}.jar"
    for name in (
        "preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation",
        "jaxb-api",
    )
)  # fmt: skip
_VALIDATOR = "org.apache.pdfbox.preflight.Validator_A1b"


def is_there() -> bool:
    """Tell whether somebody can judge here."""
    return shutil.which("java") is not None and all(jar.is_file() for jar in _JARS)


def faults_of(files: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """Return what keeps each of some files from being PDF/A-1b; nothing for a valid one."""
    given = folder / "given"
    given.mkdir()
    for name, raw in files.items():
        (given / name).write_bytes(raw)
    shelf = ":".join(map(str, _JARS))
    subprocess.run(
        ["java", "-cp", shelf, _VALIDATOR, "xml", "group", str(given)],
        check=False, capture_output=True, cwd=folder,
    )  # fmt: skip
    told = (folder / "given.preflight.xml").read_text(encoding="utf-8")
    found = re.findall(r'<preflight name="(.*?)">(.*?)</preflight>', told, re.DOTALL)
    assert {name for name, _judged in found} == set(files)
    return {
        name: [] if ">true</isValid>" in judged else re.findall(r"<details>(.*?)<", judged)
        for name, judged in found
    }
