"""Evidence as files: the copy that may be looked at, and the untouched original to keep."""

from io import BytesIO

from flask import Response, send_file

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core.pages import Answer
from registry import evidence, queries
from registry.blueprint import bp

SANDBOX = "default-src 'none'; sandbox"
"""What an uploaded file may do in a browser: nothing."""


@bp.get("/attachments/<int:attachment_id>")
@may(Action.ENTERPRISE_READ, Action.MY_READ)
def attachment(attachment_id: int) -> Answer:
    """The picture without its metadata; a PDF, of which there is no such copy, is handed out to be kept."""
    found = queries.attachment(attachment_id, seen_by=me())
    if found.preview_sha256:
        return _file(evidence.store().get(found.preview_sha256), "image/jpeg", f"{found.id}.jpg", inline=True)
    return _file(evidence.store().get(found.sha256), found.media_type, found.name, inline=False)


@bp.get("/attachments/<int:attachment_id>/original")
@may(Action.ENTERPRISE_READ, Action.MY_READ)
def attachment_original(attachment_id: int) -> Answer:
    """The file as it was sent, byte for byte."""
    found = queries.attachment(attachment_id, seen_by=me())
    return _file(evidence.store().get(found.sha256), found.media_type, found.name, inline=False)


def _file(content: bytes, media_type: str, name: str, *, inline: bool) -> Response:
    response = send_file(BytesIO(content), mimetype=media_type, as_attachment=not inline, download_name=name)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
