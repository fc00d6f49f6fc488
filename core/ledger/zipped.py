"""A ZIP file written forwards only, while it is being sent: nothing is kept but the list of its members."""

import struct
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import chain
from typing import Any

try:
    from isal import isal_zlib
except ImportError:
    isal_zlib = None

LARGEST = 0xFFFF_FFFF - 64 * 1024 * 1024
"""Bytes one member may grow to before unpacking; beyond, readers would need ZIP64, which many Excel readers lack."""

_DESCRIPTOR_FOLLOWS = 0x0008
_NAMED_IN_UTF8 = 0x0800

MOST = 65_000
"""Members one file may have; beyond, readers would need ZIP64."""


def _compressor() -> Any:
    """ISA-L where it is installed, else zlib at its quickest: worksheets shrink tenfold either way."""
    if isal_zlib is not None:
        return isal_zlib.compressobj(2, isal_zlib.DEFLATED, -15)
    return zlib.compressobj(1, zlib.DEFLATED, -15)


class Zip:
    """``yield from archive.member(name, chunks)`` for each file, then ``yield archive.end()``."""

    def __init__(self, at: datetime) -> None:
        """All members bear one time, so that equal content gives equal bytes."""
        year = min(max(at.year, 1980), 2107)
        self._time = at.hour << 11 | at.minute << 5 | at.second // 2
        self._date = (year - 1980) << 9 | at.month << 5 | at.day
        self._directory = bytearray()
        self._members = 0
        self._offset = 0

    def has_room(self, size: int) -> bool:
        """Whether one more member of this size still fits; it may grow a little when it is compressed."""
        return self._members < MOST and self._offset + len(self._directory) + size * 1.01 < LARGEST

    def member(self, name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """One file, compressed as it comes; size and checksum follow it."""
        place, title = self._offset, name.encode()
        flags = _DESCRIPTOR_FOLLOWS | (0 if name.isascii() else _NAMED_IN_UTF8)
        stamp = struct.pack("<HHH", 8, self._time, self._date)
        yield self._sent(
            struct.pack("<4sHH", b"PK\x03\x04", 20, flags)
            + stamp
            + struct.pack("<IIIHH", 0, 0, 0, len(title), 0)
            + title
        )
        body, size, packed, checksum = _compressor(), 0, 0, 0

        def packing(chunk: bytes) -> tuple[bytes, int]:
            return body.compress(chunk), zlib.crc32(chunk, checksum)

        # compressing needs no Python, so the next chunk is made meanwhile
        with ThreadPoolExecutor(1) as helper:
            pending: Future[tuple[bytes, int]] | None = None
            for chunk in chain(chunks, (b"",)):
                size += len(chunk)
                if pending is not None:
                    data, checksum = pending.result()
                    packed += len(data)
                    if data:
                        yield self._sent(data)
                pending = helper.submit(packing, chunk)
        data = body.flush()
        packed += len(data)
        sizes = struct.pack("<III", checksum, packed, size)
        yield self._sent(data + b"PK\x07\x08" + sizes)
        self._members += 1
        self._directory += struct.pack("<4sHHH", b"PK\x01\x02", 20, 20, flags) + stamp + sizes
        self._directory += struct.pack("<HHHHHII", len(title), 0, 0, 0, 0, 0, place) + title

    def end(self) -> bytes:
        """The list of members, by which readers find them."""
        size = len(self._directory)
        counts = struct.pack("<HHHHIIH", 0, 0, self._members, self._members, size, self._offset, 0)
        return bytes(self._directory) + b"PK\x05\x06" + counts

    def _sent(self, data: bytes) -> bytes:
        self._offset += len(data)
        return data
