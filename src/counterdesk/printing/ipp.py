"""The Internet Printing Protocol, as far as a queue of receipts needs it.

Spoken here and not through `lp`, because `lp` tells in sentences of the machine's language whether
a job was taken, and `lpstat` does not tell a printed job from one that was given up.

Source: RFC 8010 (encoding), RFC 8011 (operations and states).
"""

from __future__ import annotations

import http.client
import struct
from dataclasses import dataclass
from typing import Final

CREATE_JOB: Final = 0x0005
SEND_DOCUMENT: Final = 0x0006
CANCEL_JOB: Final = 0x0008
GET_JOB: Final = 0x0009
GET_PRINTER: Final = 0x000B
GET_PRINTERS: Final = 0x4002
"""CUPS's own."""

_OPERATION: Final = 0x01
_JOB: Final = 0x02
_END: Final = 0x03
_LAST_DELIMITER: Final = 0x0F
_INTEGER: Final = 0x21
_BOOLEAN: Final = 0x22
_ENUM: Final = 0x23
_NAME: Final = 0x42
_KEYWORD: Final = 0x44
_URI: Final = 0x45
_CHARSET: Final = 0x47
_LANGUAGE: Final = 0x48
_MIME: Final = 0x49
_FAILED: Final = 0x0100
"""Status codes below are kinds of success."""

Value = int | bool | str
Group = dict[str, tuple[Value, ...]]

_TAGS: Final = {
    "printer-uri": _URI,
    "job-id": _INTEGER,
    "job-name": _NAME,
    "requesting-user-name": _NAME,
    "document-format": _MIME,
    "last-document": _BOOLEAN,
    "requested-attributes": _KEYWORD,
}


class Refused(Exception):
    """The server answered, and did not do it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"IPP status {status:#06x}")
        self.status = status


@dataclass(frozen=True, slots=True)
class PrintServer:
    """Where requests go, and how long an answer may take."""

    host: str
    port: int
    seconds: float

    def ask(
        self, operation: int, queue: str, given: dict[str, Value], data: bytes = b""
    ) -> tuple[Group, ...]:
        """Ask for one operation; return the groups of attributes that are the answer.

        Args:
            operation: Its number.
            queue: The queue it is about; "" for none.
            given: Attributes, by the names of `_TAGS`.
            data: The document, where one is sent.

        Raises:
            Refused: The server did not do it.
            OSError: It cannot be reached, or what it says makes no sense.
        """
        path = f"/printers/{queue}" if queue else "/"
        uri = {"printer-uri": f"ipp://{self.host}:{self.port}{path}"} if queue else {}
        body = _request(operation, {**uri, **given}) + data
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.seconds)
        try:
            connection.request("POST", path, body, {"Content-Type": "application/ipp"})
            response = connection.getresponse()
            return _answer(response.status, response.read())
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()


def _request(operation: int, given: dict[str, Value]) -> bytes:
    head = struct.pack(">BBHIB", 1, 1, operation, 1, _OPERATION)
    parts = [
        _attribute(_CHARSET, "attributes-charset", "utf-8"),
        _attribute(_LANGUAGE, "attributes-natural-language", "en"),
        *(_attribute(_TAGS[name], name, value) for name, value in given.items()),
    ]
    return head + b"".join(parts) + bytes([_END])


def _attribute(tag: int, name: str, value: Value) -> bytes:
    if tag == _INTEGER:
        raw = struct.pack(">i", value)
    elif tag == _BOOLEAN:
        raw = bytes([bool(value)])
    else:
        raw = str(value).encode()
    key = name.encode()
    return struct.pack(f">BH{len(key)}sH", tag, len(key), key, len(raw)) + raw


def _answer(http_status: int, body: bytes) -> tuple[Group, ...]:
    if http_status != http.HTTPStatus.OK:
        raise Refused(http_status)
    try:
        (status,) = struct.unpack_from(">H", body, 2)
        groups = tuple(_groups(body))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise OSError("an answer that is no IPP") from error
    if status >= _FAILED:
        raise Refused(status)
    return groups


def _groups(body: bytes) -> list[Group]:
    groups: list[Group] = []
    name, at = "", 8
    while body[at] != _END:
        tag, at = body[at], at + 1
        if tag <= _LAST_DELIMITER:
            groups.append({})
            continue
        key, at = _counted(body, at)
        raw, at = _counted(body, at)
        name = key.decode() or name  # further values of one attribute have no name
        groups[-1][name] = (*groups[-1].get(name, ()), _value(tag, raw))
    return groups


def _counted(body: bytes, at: int) -> tuple[bytes, int]:
    (size,) = struct.unpack_from(">H", body, at)
    return body[at + 2 : at + 2 + size], at + 2 + size


def _value(tag: int, raw: bytes) -> Value:
    if tag in (_INTEGER, _ENUM):
        return int(struct.unpack(">i", raw)[0])
    if tag == _BOOLEAN:
        return bool(raw[0])
    return raw.decode("utf-8", "replace")
