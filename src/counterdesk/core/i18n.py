"""Translation of every text a person reads: window, receipt and refusal alike.

The window speaks one language for all threads; a receipt may be in another, for its block of code
alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from counterdesk.core.resources import resource_path

_window = "en"
_here: ContextVar[str] = ContextVar("language", default="")


def use_language(language: str) -> None:
    """Switch every later text to a language, falling back to English.

    Args:
        language: A locale name such as "en" or "pt_BR".
    """
    global _window  # noqa: PLW0603 - one window speaks one language
    _window = language


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Let the texts of a block of code be in a language; other threads notice nothing.

    Args:
        language: As for `use_language`; "" for the window's own.
    """
    before = _here.set(language)
    try:
        yield
    finally:
        _here.reset(before)


def language_in_use() -> str:
    """Return the language of texts here and now."""
    return _here.get() or _window


def _(message: str) -> str:
    """Return a text in the language in use."""
    return _catalogue(language_in_use()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a text that fits a count, in the language in use."""
    return _catalogue(language_in_use()).ngettext(singular, plural, count)


def languages() -> tuple[str, ...]:
    """Return the languages that texts come along in, English first."""
    found = resource_path("locale").glob("*/LC_MESSAGES/counterdesk.po")
    return ("en", *sorted(path.parts[-3] for path in found))


@lru_cache(maxsize=8)
def _catalogue(language: str) -> NullTranslations:
    """Return the translations of a language, or those of its family: "es_MX" reads "es"."""
    for name in (language, language.partition("_")[0]):
        path = resource_path(f"locale/{name}/LC_MESSAGES/counterdesk.po")
        if name.replace("_", "").isalnum() and path.is_file():
            return _read(path)
    return NullTranslations()


def _read(path: Path) -> NullTranslations:
    built = path.with_suffix(".mo")
    if built.is_file() and built.stat().st_mtime >= path.stat().st_mtime:
        with built.open("rb") as file:
            return GNUTranslations(file)
    # A checkout that was changed after it was built: read as it is written, 0.1 s later.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return GNUTranslations(compiled)
