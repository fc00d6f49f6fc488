"""Files that prove something."""

import io

import pytest
from PIL import Image

from core.attachments import BadFile, prove


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
