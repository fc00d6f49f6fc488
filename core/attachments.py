"""Files that prove something: kept by their content, type proved by their real parser, originals untouched.

A photo's time and place are read from the original; what is shown is a copy without metadata.
"""

import hashlib
import io
import math
import os
import tempfile
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol
from zoneinfo import ZoneInfo

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from core.said import Refusal, said

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 64_000_000
PREVIEW_EDGE = 2048
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

IMAGE_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


class BadFile(Refusal):
    """The file is not what it says or is not taken here; the message is for the person who sent it."""


@dataclass(frozen=True)
class Proved:
    """A file that was opened by its real parser."""

    content: bytes
    media_type: str
    sha256: str
    taken_at: datetime | None = None
    longitude: float | None = None
    latitude: float | None = None
    preview: bytes | None = None


class Store(Protocol):
    """Where bytes are kept by their sha256."""

    def put(self, content: bytes) -> str:
        """Keep the bytes for good and give their sha256."""

    def get(self, sha256: str) -> bytes:
        """The bytes, or FileNotFoundError."""


class FolderStore:
    """A local folder; written aside, flushed to disk, then moved into place."""

    def __init__(self, root: Path) -> None:
        """Use this folder, which is made when first needed."""
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the bytes of this hash are."""
        if len(sha256) != 64 or not all(character in "0123456789abcdef" for character in sha256):
            raise FileNotFoundError(sha256)
        return self.root / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Keep the bytes; the same bytes twice are kept once."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        if path.exists():
            return sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes; a file that no longer matches its name is refused as tampered."""
        content = self.path(sha256).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise BadFile(said("文件内容与登记的哈希不一致，可能被改动。"))
        return content


def read_limited(stream: BinaryIO, limit: int = MAX_BYTES) -> bytes:
    """The whole file, or a refusal that names the limit."""
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise BadFile(said("文件超过 %(limit)s MB，请压缩后再传。", limit=limit // 1024 // 1024))
    if not content:
        raise BadFile(said("文件是空的。"))
    return content


def prove(content: bytes, *, images_only: bool = False) -> Proved:
    """Open the file with its real parser and say what it is; refuse everything but JPEG, PNG, WebP and PDF."""
    sha256 = hashlib.sha256(content).hexdigest()
    if content[:5] == b"%PDF-" and not images_only:
        if b"%%EOF" not in content[-2048:]:
            raise BadFile(said("PDF 文件不完整。"))
        return Proved(content, "application/pdf", sha256)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=tuple(IMAGE_TYPES)) as image:
                media_type = IMAGE_TYPES[image.format or ""]
                if image.width * image.height > MAX_PIXELS:
                    raise BadFile(said("图片像素过大。"))
                taken_at, longitude, latitude = _exif(image)
                preview = _preview(image)
    except BadFile:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadFile(said("图片像素过大。")) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise BadFile("只收 JPEG、PNG、WebP 图片" + ("。" if images_only else "或 PDF 文件。")) from error
    return Proved(content, media_type, sha256, taken_at, longitude, latitude, preview)


def _preview(image: Image.Image) -> bytes:
    image.draft("RGB", (PREVIEW_EDGE, PREVIEW_EDGE))
    turned = ImageOps.exif_transpose(image)
    turned.thumbnail((PREVIEW_EDGE, PREVIEW_EDGE))
    clean = Image.new("RGB", turned.size, "white")
    clean.paste(turned.convert("RGB"))
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def _exif(image: Image.Image) -> tuple[datetime | None, float | None, float | None]:
    try:
        exif = image.getexif()
        detail, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
        taken_at = _taken(detail)
        longitude = _degrees(place.get(ExifTags.GPS.GPSLongitude), place.get(ExifTags.GPS.GPSLongitudeRef) == "W")
        latitude = _degrees(place.get(ExifTags.GPS.GPSLatitude), place.get(ExifTags.GPS.GPSLatitudeRef) == "S")
    except Exception:
        return None, None, None
    return taken_at, longitude, latitude


def _taken(detail: dict[int, object]) -> datetime | None:
    text = str(detail.get(ExifTags.Base.DateTimeOriginal) or "")
    try:
        local = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the zone follows in its own tag
    except ValueError:
        return None
    offset = str(detail.get(ExifTags.Base.OffsetTimeOriginal) or detail.get(0x9011) or "")
    if len(offset) == 6 and offset[0] in "+-":
        return datetime.strptime(text + offset, "%Y:%m:%d %H:%M:%S%z").astimezone(UTC)
    return local.replace(tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)


def _degrees(parts: object, negative: bool) -> float | None:
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return None if math.isnan(value) or value > 180 else (-value if negative else value)
