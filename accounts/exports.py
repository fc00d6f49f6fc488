"""A list as a file: the same rows, columns and order as on the screen, stamped with time, person and audit head."""

from collections.abc import Iterator
from typing import Any

from flask import Response, request, stream_with_context

from accounts.audit import head_hash
from accounts.people import me
from core import clock
from core.db import db
from core.ledger import Ledger, Stamp

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
}


def stamp() -> Stamp:
    """What an export made now by this person says of itself."""
    person = me()
    scope = person.office.area.name if person.office else person.name
    return Stamp(at=clock.now(), by_name=person.name, audit_head=head_hash(db.session), scope=scope)


def answer(ledger: Ledger[Any], form: str) -> Response:
    """The list as XLSX, CSV or JSON, streamed; the filters are those of the address."""
    mark, person, args = stamp(), me(), request.args
    rows: Iterator[bytes]
    if form == "xlsx":
        rows = ledger.xlsx(db.session, args, person, mark)
    elif form == "csv":
        rows = ledger.csv(db.session, args, person)
    else:
        rows = ledger.json(db.session, args, person, mark)
    response = Response(stream_with_context(rows), mimetype=TYPES[form].split(";")[0])
    response.headers["Content-Type"] = TYPES[form]
    response.headers.set("Content-Disposition", "attachment", filename=ledger.filename(mark, form))
    return response
