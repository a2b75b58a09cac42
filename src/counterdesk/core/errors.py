"""The two kinds of failure: what a person can mend, and everything else."""

from __future__ import annotations


class UserError(Exception):
    """Something the person at the counter can understand and mend.

    The message is already translated and is shown where it belongs; nothing was saved.

    Attributes:
        message: A whole sentence for the person.
        field: The object name of the widget the sentence belongs to, or "" for the page.
        account_number: The account it is about where a visit has several, or "".
    """

    def __init__(self, message: str, field: str = "", account_number: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.account_number = account_number


class PermissionRefused(UserError):
    """The signed-in person's role does not allow what was asked."""


class ApprovalNeeded(UserError):
    """A supervisor must say yes to this first, with their own secret."""


class SignInEnded(PermissionRefused):
    """Whoever signed in may no longer do so, or has another role by now: the window locks."""


class RequestChanged(UserError):
    """A request id came a second time with other content."""
