"""Files that prove something."""

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import event
from werkzeug.datastructures import FileStorage

from core.attachments import BadFile
from core.db import db
from registry import evidence


def photo(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return out.getvalue()


def test_the_original_and_a_copy_without_metadata_are_kept(session: Any, firm: Any, person: Any) -> None:
    content = photo()
    made = evidence.attach(
        content, name="烟囱.jpg", enterprise_id=firm.id, subject=firm, caption="东侧", by=person("officer")
    )
    session.commit()
    assert evidence.store().get(made.sha256) == content
    assert evidence.store().get(made.preview_sha256) != content
    assert (made.subject_kind, made.subject_id, made.media_type) == ("enterprise", firm.id, "image/jpeg")


def test_an_upload_keeps_its_name_without_its_folders(session: Any, firm: Any, person: Any) -> None:
    upload = FileStorage(io.BytesIO(photo()), filename="..\\..\\etc/pass\u202ewd:<x>.jpg")
    made = evidence.attach(upload, enterprise_id=firm.id, subject=firm, by=person("officer"))
    session.commit()
    assert made.name == "passwdx.jpg"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\Users\\he\\照片 1.png", "照片 1.png"),
        ("/", ""),
        ("....", ""),
        ("a\x00b\n.pdf", "ab .pdf"),
        ("长" * 200 + ".jpeg", "长" * 115 + ".jpeg"),
    ],
)
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    assert evidence.plain_name(given) == kept


def test_what_is_not_what_it_says_is_refused_and_nothing_is_stored(session: Any, firm: Any, person: Any) -> None:
    for content in (b"", b"MZ\x90 not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>"):
        upload = FileStorage(io.BytesIO(content), filename="photo.jpg")
        with pytest.raises(BadFile):
            evidence.attach(upload, enterprise_id=firm.id, subject=firm, by=person("officer"))
    assert evidence.of([firm]) == {}


def test_the_files_of_many_things_come_in_one_query(session: Any, firm: Any, far_firm: Any, person: Any) -> None:
    for subject, colour in ((firm, "red"), (firm, "blue"), (far_firm, "green")):
        evidence.attach(photo(colour), name=colour, enterprise_id=subject.id, subject=subject, by=person("officer"))
    session.commit()
    asked: list[str] = []
    pair = [firm, far_firm]
    [each.id for each in pair]

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        found = evidence.of(pair)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) == 1
    assert [each.name for each in found[firm.id]] == ["red", "blue"]
    assert [each.name for each in found[far_firm.id]] == ["green"]
