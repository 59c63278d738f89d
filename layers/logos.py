"""What kind of picture a file is, by its content: only what a browser can show counts."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from xml.parsers import expat

_DECLARED = re.compile(
    rb"""\A\s*<\?xml[^>]{0,200}\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']"""
)
_OWN = ("utf-8", "utf8", "utf-16", "us-ascii", "ascii")
_MARKS = (b"\xff\xfe", b"\xfe\xff")  # of UTF-16
# The markers of a JPEG: those that begin a frame, and those that stand alone.
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_ALONE = {0x01, *range(0xD0, 0xD8)}
_SCAN, _END = 0xDA, 0xD9


def picture_kind(data: bytes) -> str:
    """Return a picture's media type by its content, empty for what is none or not whole.

    Examples
    --------
    >>> picture_kind(b'<svg xmlns="http://www.w3.org/2000/svg"/>'), picture_kind(b"GIF89a")
    ('image/svg+xml', '')
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png" if _is_png(data) else ""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg" if _is_jpeg(data) else ""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp" if _is_webp(data) else ""
    return "image/svg+xml" if _is_svg(data) else ""


def foreign_encoding(data: bytes) -> str | None:
    """Return the encoding that an SVG declares, empty for none, if it is not UTF-8 or UTF-16.

    Examples
    --------
    >>> foreign_encoding(b'<?xml version="1.0" encoding="GBK"?><svg/>')
    'GBK'
    """
    if b"<svg" not in data or data.startswith(_MARKS):
        return None
    found = _DECLARED.match(data.removeprefix(b"\xef\xbb\xbf"))
    declared = found[1].decode("ascii") if found else "UTF-8"
    if declared.lower() not in _OWN:
        return declared
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return None


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and content of a PNG's chunks, as far as they are whole and sound."""
    at = 8
    while at + 12 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        body, check = data[at + 4 : at + 8 + size], data[at + 8 + size : at + 12 + size]
        if len(check) < 4 or zlib.crc32(body) != int.from_bytes(check, "big"):
            return
        yield body[:4], body[4:]
        at += 12 + size


def _is_png(data: bytes) -> bool:
    """Say whether a PNG has a size, pixels that can be unpacked, and its end."""
    size, packed = (0, 0), b""
    for kind, content in _png_chunks(data):
        if kind == b"IHDR" and len(content) == 13:
            size = struct.unpack_from(">II", content)
        elif kind == b"IDAT":
            packed += content
        elif kind == b"IEND":
            return all(size) and _unpacks(packed)
    return False


def _unpacks(packed: bytes) -> bool:
    """Say whether packed pixels begin as such; how many there are is the browser's business."""
    try:
        return bool(zlib.decompressobj().decompress(packed, 65_536))
    except zlib.error:
        return False


def _is_jpeg(data: bytes) -> bool:
    """Say whether a JPEG has a frame of some width, a scan after it, and its end."""
    at, frame = 2, False
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == _END:
            return False
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SCAN:
            return frame and data.find(b"\xff\xd9", at + 2 + size) > 0
        frame = frame or (marker in _FRAMES and data[at + 7 : at + 9] not in (b"", b"\0\0"))
        at += 2 + size
    return False


def _is_webp(data: bytes) -> bool:
    """Say whether a WebP is as long as it says and has an image, moving or not."""
    end = int.from_bytes(data[4:8], "little") + 8
    if end > len(data):
        return False
    at = 12
    while at + 8 <= end:
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > end:
            return False
        if _is_image(kind, data[at + 8 : at + 8 + size]):
            return True
        at += 8 + size + size % 2
    return False


def _is_image(kind: bytes, content: bytes) -> bool:
    """Say whether a chunk of a WebP has pixels: by the mark with which they begin."""
    if kind == b"ANMF":  # a frame: its place and time, then chunks
        kind, content = content[16:20], content[24:]
        if kind == b"ALPH":
            return b"VP8 " in content
    lossy = kind == b"VP8 " and content[3:6] == b"\x9d\x01\x2a"
    return (lossy or (kind == b"VP8L" and content[:1] == b"\x2f")) and len(content) > 10


class _Stop(Exception):  # noqa: N818 - no error: enough was seen
    """The reading of an XML text ends here."""


def _is_svg(data: bytes) -> bool:
    """Say whether a text is well-formed XML with an SVG root.

    Entities are allowed, drawing programs write them; expat and the browsers limit what they make.
    """
    roots: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def begin(name: str, _: dict[str, str]) -> None:
        if not roots and name != "http://www.w3.org/2000/svg svg":
            raise _Stop
        roots.append(name)

    parser.StartElementHandler = begin
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, _Stop, ValueError, LookupError):
        return False
    return bool(roots)
