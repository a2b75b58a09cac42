"""Where icons, fonts, styles and translations lie, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resource_path(name: str) -> Path:
    """Return the path of a file or folder under `resources/`.

    Args:
        name: A relative path with forward slashes, such as "fonts/NotoSans-Regular.ttf".
    """
    installed = _PACKAGE / "resources"
    root = installed if installed.is_dir() else _PACKAGE.parent.parent / "resources"
    return root / name
