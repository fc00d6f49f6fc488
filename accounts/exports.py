"""A list as a file: the same rows, columns and order as on the screen, stamped with time, person and audit head."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from flask import Response, flash, redirect, request, stream_with_context
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from accounts.audit import head_hash
from accounts.people import me
from core import clock
from core.db import db, lagging_session, writing
from core.ledger import Ledger, Stamp
from core.pages import attachment

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}


def stamp(read: Session | None = None) -> Stamp:
    """What an export made now by this person says of itself; the head is that of the database it is read from."""
    person = me()
    scope = person.office.area.name if person.office else _("全部")
    return Stamp(at=clock.now(), by_name=person.name, audit_head=head_hash(read or db.session), scope=scope)


def answer(ledger: Ledger[Any], form: str) -> AnyResponse:
    """The list as XLSX, CSV or JSON, streamed; the filters are those of the address, ticked rows among them.

    It may lag a little behind, unless the export is itself an act (POST), which must show what the act rests on.
    """
    if ledger.nothing_picked(request.args):
        flash(_("先勾选要导出的行，或者选全部。"), "warn")
        rest = [(name, value) for name, value in request.args.items(multi=True) if name != "picking"]
        return redirect(f"{request.path.removesuffix('.' + form)}?{urlencode(rest)}", 303)
    if request.method == "GET":
        own = lagging_session()
        with own:
            mark = stamp(own)
    else:  # what writes holds the one write lock itself, so its own head is read by it
        own, mark = db.sessionmaker(), stamp()
    person, args = me(), request.args
    rows: Iterator[bytes]
    if form == "xlsx":
        rows = ledger.xlsx(own, args, person, mark)
    elif form == "csv":
        rows = ledger.csv(own, args, person)
    else:
        rows = ledger.json(own, args, person, mark)
    response = Response(stream_with_context(sent(rows, own)), content_type=TYPES[form])
    response.headers["Content-Disposition"] = attachment(ledger.filename(mark, form))
    return response


def public_answer(ledger: Ledger[Any], form: str) -> Response:
    """A list that anybody may read, as a file."""
    mark = Stamp(at=clock.now(), by_name=_("公开下载"), audit_head=head_hash(db.session), scope="昌吉州")
    if form == "xlsx":
        rows = ledger.xlsx(db.session, request.args, None, mark)
    elif form == "csv":
        rows = ledger.csv(db.session, request.args, None)
    else:
        rows = ledger.json(db.session, request.args, None, mark)
    response = Response(b"".join(rows), content_type=TYPES[form])
    response.headers["Content-Disposition"] = attachment(ledger.filename(mark, form))
    return response


def sent(rows: Iterator[bytes], own: Session) -> Iterator[bytes]:
    """Read while it is sent, on a session of its own: that of the request is closed when the sending begins.

    It only reads; meaning to write it would keep all other writers waiting for as long as somebody's line is slow.
    """
    before = writing.get()
    writing.set(False)
    try:
        with own:
            yield from rows
    finally:
        writing.set(before)
