"""A USB bus with one receipt printer on it, beneath the real pyusb: no such hardware is at hand."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import usb.backend
import usb.core

VENDOR, PRODUCT, SERIAL = 0x04B8, 0x0202, "J7WF0123"


class UsbBus(usb.backend.IBackend):  # type: ignore[misc] # pyusb ships no types
    """What libusb would say; `stops_after` and `gone` are the faults of the cable."""

    def __init__(self) -> None:
        super().__init__()
        self.printed = b""
        self.status = 0x12
        self.stops_after: int | None = None
        self.gone = False
        self.kernel_driver = True
        self._answers = b""

    def enumerate_devices(self) -> Iterator[str]:
        return iter([] if self.gone else ["printer"])

    def get_device_descriptor(self, _dev: str) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0,
            bDeviceProtocol=0, bMaxPacketSize0=64, idVendor=VENDOR, idProduct=PRODUCT,
            bcdDevice=0x100, iManufacturer=1, iProduct=2, iSerialNumber=3, bNumConfigurations=1,
            address=1, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, _dev: str, config: int) -> Any:
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=1,
            bConfigurationValue=1, iConfiguration=0, bmAttributes=0xC0, bMaxPower=1,
            extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, _dev: str, intf: int, alt: int, _config: int) -> Any:
        if intf or alt:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=0, bAlternateSetting=0,
            bNumEndpoints=2, bInterfaceClass=7, bInterfaceSubClass=1, bInterfaceProtocol=2,
            iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, _dev: str, ep: int, *_where: int) -> Any:
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=(0x82, 0x01)[ep], bmAttributes=2,
            wMaxPacketSize=64, bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: str) -> str:
        return dev

    def close_device(self, _handle: str) -> None: ...

    def get_configuration(self, _handle: str) -> int:
        return 1

    def set_configuration(self, _handle: str, _value: int) -> None: ...

    def claim_interface(self, _handle: str, _intf: int) -> None:
        assert not self.kernel_driver

    def release_interface(self, _handle: str, _intf: int) -> None: ...

    def is_kernel_driver_active(self, _handle: str, _intf: int) -> bool:
        return self.kernel_driver

    def detach_kernel_driver(self, _handle: str, _intf: int) -> None:
        self.kernel_driver = False

    def ctrl_transfer(self, _handle: str, _kind: int, _request: int, value: int, _index: int,
                      data: Any, _timeout: int) -> int:  # fmt: skip
        texts = {0: b"\x04\x03\x09\x04", 1: _text("EPSON"), 2: _text("TM-T20III"), 3: _text(SERIAL)}
        answer = texts[value & 0xFF]
        data[: len(answer)] = type(data)("B", answer)
        return len(answer)

    def bulk_write(self, _handle: str, _ep: int, _intf: int, data: Any, timeout: int) -> int:
        assert timeout
        raw = bytes(data)
        if raw[:2] == b"\x10\x04":
            self._answers += bytes([self.status if raw[2] != 1 else 0x12])
        elif raw == b"\x1dr\x01":
            self._answers += b"\x00"
        elif self.stops_after is not None and len(self.printed) + len(raw) > self.stops_after:
            raise usb.core.USBTimeoutError("timeout", errno=errno.ETIMEDOUT)
        else:
            self.printed += raw
        return len(raw)

    def bulk_read(self, _handle: str, _ep: int, _intf: int, buffer: Any, timeout: int) -> int:
        assert timeout
        heard, self._answers = self._answers[:1], self._answers[1:]
        if not heard:
            raise usb.core.USBTimeoutError("timeout", errno=errno.ETIMEDOUT)
        buffer[: len(heard)] = type(buffer)("B", heard)
        return len(heard)


def _text(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return bytes([len(raw) + 2, 3]) + raw
