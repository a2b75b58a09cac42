"""Translation of every text a person reads: window, receipt and refusal alike."""

from __future__ import annotations

import gettext as _gettext

from counterdesk.core.resources import resource_path

_translation: _gettext.NullTranslations = _gettext.NullTranslations()


def use_language(language: str) -> None:
    """Switch every later text to a language, falling back to English.

    Args:
        language: A locale name such as "en" or "pt_BR".
    """
    global _translation  # noqa: PLW0603 - one process speaks one language
    _translation = _gettext.translation(
        "counterdesk", str(resource_path("locale")), [language], fallback=True
    )


def _(message: str) -> str:
    """Return a text in the language in use."""
    return _translation.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a text that fits a count, in the language in use."""
    return _translation.ngettext(singular, plural, count)
