"""The mail server: spoken to in steps, so that it is known whether it may have taken a mail.

Source: RFC 5321, section 4.2 (replies) and 4.5.4.1 (who answers for a mail, and when); RFC 8314.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

from counterdesk.core.errors import UserError
from counterdesk.core.i18n import _
from counterdesk.core.print_states import PrintState
from counterdesk.core.settings import MailSecurity, MailSetting
from counterdesk.core.text import clean
from counterdesk.printing.printer import Outcome

_LONGEST_PORT: Final = 65_535
_LONGEST_ANSWER: Final = 160
_GO_AHEAD: Final = 354
_NAME: Final = "[127.0.0.1]"
"""What the server is greeted with: it needs no name of a machine behind an office's router."""


@dataclass(frozen=True, slots=True)
class MailTimeouts:
    """How long to wait, in seconds, for each thing a mail server does."""

    connect: float = 5.0
    answer: float = 20.0
    accept: float = 60.0
    """For its answer to a whole mail, which it may look through first."""
    farewell: float = 3.0
    """For a mail in hand when the program ends."""


class MailServer:
    """One way to one mail server. Used by one thread; only `close` may come from another.

    Args:
        setting: Where it is, and who speaks.
        password: Asked only where the setting names a login.
        timeouts: How patient to be.
        trust: Whose certificates count; None means the machine's own list.
    """

    def __init__(
        self,
        setting: MailSetting,
        password: Callable[[], str],
        timeouts: MailTimeouts | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._setting = setting
        self._password = password
        self._timeouts = timeouts or MailTimeouts()
        self._trust = trust
        self._line: smtplib.SMTP | None = None
        self._at_rest = threading.Event()
        self._at_rest.set()

    def send(self, mail: EmailMessage) -> Outcome:
        """Send a mail once.

        Returns:
            BLOCKED and FAILED only if the server has not taken it; UNKNOWN if it may have.
        """
        self._at_rest.clear()
        try:
            with self._connected() as line:
                self._greet(line)
                return self._carry(line, mail)
        except UserError as refusal:
            return Outcome(PrintState.BLOCKED, refusal.message)
        except (OSError, UnicodeError) as error:  # smtplib's and ssl's own errors are OSErrors
            return Outcome(PrintState.BLOCKED, _why(error))
        finally:
            self._at_rest.set()

    def close(self) -> None:
        """Let the mail in hand be answered for a moment, then hang up: the program ends."""
        if self._at_rest.wait(self._timeouts.farewell):
            return
        line = self._line
        if line is not None and line.sock is not None:
            with contextlib.suppress(OSError):
                # The plain socket's: TLS would be taken apart under the other thread's hands.
                socket.socket.shutdown(line.sock, socket.SHUT_RDWR)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        check_mail_setting(self._setting)
        line = self._line = self._connect()
        try:
            yield line
        finally:
            self._line = None
            # Whatever it says to our farewell, it changes nothing about the mail.
            with contextlib.suppress(OSError):
                line.putcmd("QUIT")
            line.close()

    def _connect(self) -> smtplib.SMTP:
        setting, seconds = self._setting, self._timeouts.connect
        if setting.security is MailSecurity.TLS:
            return smtplib.SMTP_SSL(
                setting.host, setting.port, _NAME, timeout=seconds, context=self._context()
            )
        return smtplib.SMTP(setting.host, setting.port, _NAME, timeout=seconds)

    def _context(self) -> ssl.SSLContext:
        return self._trust or ssl.create_default_context()

    def _greet(self, line: smtplib.SMTP) -> None:
        self._be_patient(line, self._timeouts.answer)
        line.ehlo_or_helo_if_needed()
        if self._setting.security is MailSecurity.STARTTLS:
            line.starttls(context=self._context())
            line.ehlo_or_helo_if_needed()
        if self._setting.login:
            self._log_in(line)

    def _log_in(self, line: smtplib.SMTP) -> None:
        try:
            line.login(self._setting.login, self._password())
        except UnicodeError:  # whose text would quote the password
            raise UserError(_("The mail server refuses the login or its password.")) from None

    def _be_patient(self, line: smtplib.SMTP, seconds: float) -> None:
        if line.sock is not None:
            line.sock.settimeout(seconds)

    def _carry(self, line: smtplib.SMTP, mail: EmailMessage) -> Outcome:
        code, answer = line.mail(mail["From"].addresses[0].addr_spec)
        if not _is_yes(code):  # about the office, not about this mail: waits until it is mended
            return Outcome(PrintState.BLOCKED, _said(code, answer))
        code, answer = line.rcpt(mail["To"].addresses[0].addr_spec)
        if not _is_yes(code):
            return _refused(code, answer)
        code, answer = line.docmd("DATA")
        if code != _GO_AHEAD:
            return _refused(code, answer)
        return self._hand_over(line, mail)

    def _hand_over(self, line: smtplib.SMTP, mail: EmailMessage) -> Outcome:
        """Send the mail itself: from the first byte on, silence may mean that it was taken."""
        self._be_patient(line, self._timeouts.accept)
        try:
            line.send(_stuffed(mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))))
            code, answer = line.getreply()
        except OSError:
            return Outcome(PrintState.UNKNOWN, _("The mail server did not say whether it has it."))
        if _is_yes(code):
            return Outcome(PrintState.SENT)
        if code <= 0:
            return Outcome(PrintState.UNKNOWN, _said(code, answer))
        return _refused(code, answer)


def check_mail_setting(setting: MailSetting) -> None:
    """Refuse a mail server that cannot be spoken to, or would be in the open.

    Raises:
        UserError: A port out of range, or no encryption to another machine.
    """
    if not 0 < setting.port <= _LONGEST_PORT:
        raise UserError(_("The port of the mail server is not right in the settings."))
    if setting.security is MailSecurity.NONE and not _is_this_machine(setting.host):
        raise UserError(_("Mail goes unencrypted only to a server on this machine."))


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_yes(code: int) -> bool:
    return code // 100 == 2  # noqa: PLR2004 - RFC 5321, 4.2.1: the first digit says it


def _refused(code: int, answer: bytes) -> Outcome:
    never = code // 100 == 5  # noqa: PLR2004 - RFC 5321, 4.2.1: 4 means later, 5 never
    return Outcome(PrintState.FAILED if never else PrintState.BLOCKED, _said(code, answer))


def _said(code: int, answer: bytes) -> str:
    words = " ".join(clean(answer.decode("utf-8", "replace")).split())[:_LONGEST_ANSWER]
    return _("The mail server says: {code} {words}").format(code=code, words=words)


def _why(error: Exception) -> str:
    match error:
        case ssl.SSLCertVerificationError(verify_message=reason):
            words = _("The mail server cannot prove who it is: {reason}.").format(reason=reason)
        case ssl.SSLError():
            words = _("The mail server does not speak TLS on this port.")
        case smtplib.SMTPAuthenticationError():
            words = _("The mail server refuses the login or its password.")
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=answer):
            words = _said(code, answer if isinstance(answer, bytes) else answer.encode())
        case smtplib.SMTPServerDisconnected():
            words = _("The mail server hung up.")
        case smtplib.SMTPException():
            words = _("The mail server offers no encryption, or no login.")
        case _other:
            words = _("The mail server does not answer.")
    return words


def _stuffed(mail: bytes) -> bytes:
    """A mail the way it goes over the line: a line's first dot doubled, a lone dot at the end."""
    whole = mail if mail.endswith(b"\r\n") else mail + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", whole) + b".\r\n"
