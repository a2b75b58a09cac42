"""No file names the place a package was fetched from: every machine has its own."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ADDRESS = re.compile(
    r"https?://[^\s\"']*(?:/simple\b|pypi|pythonhosted|npmjs|debian\.org)"
    r"|^\s*--(?:extra-)?index-url\b|^\s*--find-links\b",
    re.IGNORECASE | re.MULTILINE,
)


def _files() -> list[Path]:
    """Return what git tracks or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_file_names_a_package_registry() -> None:
    this = Path(__file__).resolve()
    texts = {
        path: path.read_text(encoding="utf-8", errors="ignore") for path in _files() if path != this
    }
    found = {
        str(path.relative_to(ROOT)): match[0]
        for path, text in texts.items()
        if (match := ADDRESS.search(text))
    }
    assert found == {}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_locked_file_is_known_by_its_hash_alone(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pinned = re.findall(
        r"^[a-z0-9][^\s=]*==\S+.*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE
    )
    assert len(pinned) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE))
    assert "://" not in text
