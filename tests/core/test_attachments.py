"""Files that prove something."""

import io
import re
import resource
import struct
import zlib

import pytest
from PIL import Image

from core.attachments import BadFile, prove, read_limited


def photo(size: tuple[int, int] = (40, 30), form: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#557799").save(out, form, **options)
    return out.getvalue()


def test_a_jpeg_is_proved_by_its_own_parser() -> None:
    assert prove(photo()).media_type == "image/jpeg"


def test_the_time_of_a_photo_is_read_in_the_zone_it_was_taken_in() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:12 10:40:00"
    taken = prove(photo(exif=exif)).taken_at
    assert taken is not None and taken.isoformat() == "2026-11-12T02:40:00+00:00"


def test_the_copy_that_is_shown_carries_no_metadata() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:11:12 10:40:00"
    with Image.open(io.BytesIO(prove(photo(exif=exif)).preview or b"")) as shown:
        assert not shown.getexif()


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ" + b"0" * 99, b"%PDF-1.7 cut", b"\xff\xd8\xff"]
)
def test_a_file_that_is_not_what_it_says_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile):
        prove(content)


def png(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG that says it is of this size, whatever its content."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + rows + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG with a compressed text of 100 MB."""
    body = b"Comment\0\0" + zlib.compress(b"A" * 100_000_000, 9)
    return png(8, 8, struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body)))


HOSTILE = {
    "400 million pixels": lambda: png(20_000, 20_000),
    "the largest size a PNG can say": lambda: png(2**31 - 1, 2**31 - 1),
    "no pixels at all": lambda: png(0, 0),
    "a text of 100 MB": text_bomb,
    "rows cut short": lambda: png(4000, 3000),
    "a JPEG cut in half": lambda: photo((800, 600))[:2000],
    "a JPEG of its head alone": lambda: photo()[:20],
    "a GIF": lambda: photo(form="GIF"),
    "a TIFF": lambda: photo(form="TIFF"),
    "a BMP": lambda: photo(form="BMP"),
    "HTML behind a JPEG's head": lambda: b"\xff\xd8\xff\xe0<html><script>alert(1)</script>",
    "a page": lambda: b"<!doctype html><script>alert(1)</script>",
    "SVG with a script": lambda: b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "PostScript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "a program": lambda: b"\x7fELF" + b"\0" * 200,
    "a zip archive": lambda: b"PK\x03\x04" + b"\0" * 200,
    "a script": lambda: b"#!/bin/sh\nrm -rf /\n",
    "noise": lambda: bytes(range(256)) * 40,
    "zeros": lambda: b"\0" * 5000,
    "a PDF cut in half": lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n",
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_file_is_refused_in_words_and_without_swelling(name: str) -> None:
    content = HOSTILE[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BadFile, match=r"[。]$") as refused:
        prove(content)
    assert re.search(r"[\u4e00-\u9fff]", str(refused.value))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000, "kilobytes"


def test_what_hides_behind_a_picture_is_never_shown() -> None:
    """A polyglot is a true picture with a page or an archive behind it: the original is kept, only the copy is shown."""
    for tail in (b"<script>alert(1)</script>", b"PK\x03\x04evil", b"<?php system(1); ?>"):
        proved = prove(photo() + tail)
        assert proved.media_type == "image/jpeg"
        assert proved.preview is not None and tail not in proved.preview


@pytest.mark.parametrize(
    ("taken", "where"),
    [
        ("0000:00:00 00:00:00", (float("nan"), 1.0, 1.0)),
        ("2026:13:45 99:99:99", (999.0, 0.0, 0.0)),
        ("'; DROP TABLE attachment--", (1.0,)),
        ("\x00\x01", "north"),
        ("9999:12:31 23:59:59", (-1e308, 1e308, 0.0)),
    ],
)
def test_nonsense_in_the_exif_is_left_out_and_the_picture_taken(taken: str, where: object) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = taken
    place = exif.get_ifd(0x8825)
    place[1], place[3] = "Q", "?"
    try:
        place[2] = place[4] = where
        content = photo(exif=exif)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError, struct.error):
        place[2] = place[4] = (0.0, 0.0, 0.0)
        content = photo(exif=exif)
    proved = prove(content)
    assert proved.taken_at is None or proved.taken_at.year == 9999
    assert proved.longitude is None or -180 <= proved.longitude <= 180
    assert proved.latitude is None or -90 <= proved.latitude <= 90


def test_a_file_too_large_is_refused_before_it_is_read_whole() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0, "never the whole of it"
            self.given += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(BadFile, match="超过 1 MB"):
        read_limited(endless, 1024 * 1024)  # type: ignore[arg-type]
    assert endless.given <= 1024 * 1024 + 1
    with pytest.raises(BadFile, match="空的"):
        read_limited(io.BytesIO(b""))
