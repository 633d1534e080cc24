"""The virus scanner of the host, where there is one: clamd over its socket (INSTREAM), by setting."""

import socket
import struct

from django.conf import settings

CHUNK = 64 * 1024
PATIENCE = 30


class ScannerAway(Exception):
    """The scanner that the setting names does not answer; the text says why."""


def scanned(content: bytes) -> str:
    """Return the name of the virus that the scanner finds in a file; "" for none, or without a scanner.

    Raises ScannerAway when the scanner cannot be asked: then nothing is taken in.
    """
    address: str = settings.CLAMAV
    if not address:
        return ""
    try:
        with _connected(address) as wire:
            wire.sendall(b"zINSTREAM\0")
            for at in range(0, len(content), CHUNK):
                part = content[at : at + CHUNK]
                wire.sendall(struct.pack("!I", len(part)) + part)
            wire.sendall(struct.pack("!I", 0))
            answer = _answer(wire)
    except OSError as error:
        raise ScannerAway(f"查毒服务没有应答（{error.strerror or error}）") from error
    words = answer.removeprefix("stream: ")
    if words == "OK":
        return ""
    if words.endswith(" FOUND"):
        return words.removesuffix(" FOUND")
    raise ScannerAway(f"查毒服务没有查（{words[:80]}）")


def _connected(address: str) -> socket.socket:
    if address.startswith("unix:"):
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        wire.settimeout(PATIENCE)
        try:
            wire.connect(address.removeprefix("unix:"))
        except OSError:
            wire.close()
            raise
        return wire
    host, _, port = address.removeprefix("tcp:").rpartition(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def _answer(wire: socket.socket) -> str:
    told = b""
    while not told.endswith(b"\0") and len(told) < 4096:
        part = wire.recv(4096)
        if not part:
            break
        told += part
    return told.rstrip(b"\0\n").decode("utf-8", "replace").strip()
