"""Evidence is shown without its metadata and handed out untouched, to who may see the enterprise."""

import io
from typing import Any

import pytest
from PIL import Image

from registry import evidence


def photo() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (60, 40), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def kept(session: Any, firm: Any, person: Any) -> Any:
    """A photo about the near firm."""
    made = evidence.attach(photo(), name="烟囱<1>.jpg", enterprise_id=firm.id, subject=firm, by=person("officer"))
    session.commit()
    return made


def test_the_picture_is_shown_without_metadata_and_can_do_nothing(browse: Any, kept: Any) -> None:
    answer = browse("officer").get(f"/attachments/{kept.id}").response
    assert answer.mimetype == "image/jpeg"
    assert b"secret place" not in answer.data
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_original_is_handed_out_untouched_to_be_kept(browse: Any, kept: Any) -> None:
    answer = browse("officer").get(f"/attachments/{kept.id}/original").response
    assert answer.data == photo()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "烟囱1.jpg" not in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_pdf_is_never_opened_in_the_page(session: Any, browse: Any, firm: Any, person: Any) -> None:
    made = evidence.attach(
        b"%PDF-1.4 x %%EOF", name="说明.pdf", enterprise_id=firm.id, subject=firm, by=person("officer")
    )
    session.commit()
    answer = browse("officer").get(f"/attachments/{made.id}").response
    assert answer.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("username", ["far_officer", "far_preparer"])
def test_who_may_not_see_the_enterprise_may_not_see_its_files(browse: Any, kept: Any, username: str) -> None:
    browse(username).get(f"/attachments/{kept.id}", status=404)
    browse(username).get(f"/attachments/{kept.id}/original", status=404)


@pytest.mark.parametrize("username", ["sysadmin", "secadmin", "auditor"])
def test_administrators_see_no_evidence(browse: Any, kept: Any, username: str) -> None:
    browse(username).get(f"/attachments/{kept.id}", status=403)


@pytest.mark.parametrize(
    "path",
    ["0", "-1", "1/../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/secret", "1%00", "99999999999999999999"],
)
def test_no_path_leads_out_of_the_store(browse: Any, path: str) -> None:
    answer = browse("officer").get(f"/attachments/{path}", status=None)
    assert answer.status in {303, 308, 404}
