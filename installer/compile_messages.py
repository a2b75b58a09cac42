"""Part of the build: every catalogue of translations becomes the form that is read quickly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileMessages(BuildHookInterface[Any]):
    """Runs before a wheel or an editable install is made."""

    PLUGIN_NAME = "compile-messages"

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        """Write a `.mo` beside each `.po`."""
        for catalogue in Path(self.root, "resources", "locale").rglob("*.po"):
            with catalogue.open("rb") as source, catalogue.with_suffix(".mo").open("wb") as target:
                write_mo(target, read_po(source))
