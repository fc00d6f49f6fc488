"""One time line of an enterprise over all rooms: each room adds its own source, newest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import Connection, Row, bindparam, or_, select

from core import clock
from core.countdown import late_words, left_words
from core.db import db, direct, each_of
from core.language import gettext as _
from registry.models import Document, DocumentService, DocumentState, Enterprise, Obligation
from registry.obligations import seen_deadline
from registry.rules.obligations import KEPT


@dataclass(frozen=True)
class Event:
    """One thing that happened, or is due (tone ``ahead``); other tones are '', good, bad. ``room``: who told it."""

    on: date
    title: str
    url: str = ""
    text: str = ""
    tone: str = ""
    at: str = ""
    room: str = ""


Source = Callable[[Connection, int], Sequence[Event]]

Told = Row[*tuple[Any, ...]]
"""One row of a source's statement."""

SOURCES: list[Source] = []
"""What each room knows of an enterprise, by its id; one query each. Rooms append theirs when they are imported.

Their statements are made once and ask for the values told alone: a file opens with a dozen of them."""

FIRM = bindparam("firm", type_=Enterprise.id.type)
"""Stands for the enterprise in a statement that is made once."""

TODAY = bindparam("today", type_=Obligation.due_on.type)
"""Stands for the day in one."""


def source(told: Source) -> Source:
    """Mark a function as a source of the time line."""
    SOURCES.append(told)
    return told


ROOMS = (
    ("registry", _l("义务和文书")),
    ("permits", _l("许可和报告")),
    ("inspections", _l("检查和处罚")),
    ("credit", _l("信用")),
)
"""The kinds of events one may choose among, by the room that tells them."""


def of(enterprise_id: int, most: int | None = None, room: str = "") -> list[Event]:
    """Everything about an enterprise, or what one room tells: what is still ahead first, then newest first.

    Whether the person may see the enterprise is asked before.
    """
    connection = direct(db.session)
    sources = [(told, told.__module__.partition(".")[0]) for told in SOURCES]
    events = [
        replace(event, room=of_room)
        for told, of_room in sources
        if room in ("", of_room)
        for event in told(connection, enterprise_id)
    ]
    events.sort(key=lambda event: (event.tone == "ahead", event.on), reverse=True)
    return events[:most]


def glance(events: Sequence[Event], ahead: int = 3, past: int = 9) -> list[Event]:
    """The part for a narrow column: what is next and what was last, the rest is on its own page."""
    coming = [event for event in events if event.tone == "ahead"]
    return [*coming[-ahead:], *[event for event in events if event.tone != "ahead"][:past]]


MOST_OBLIGATIONS = 40
MOST_DOCUMENTS = 100


@source
def _documents(connection: Connection, enterprise_id: int) -> list[Event]:
    rows = connection.execute(_ISSUED, {"firm": enterprise_id}).all()
    served: dict[int, list[Told]] = {}
    for each in connection.execute(_SERVED, {"firm": enterprise_id}) if rows else ():
        served.setdefault(each.document_id, []).append(each)
    return [event for each in rows for event in _life(each, served.get(each.id, []))]


_ISSUED = (
    select(Document.id, Document.state, Document.issued_on, Document.number, Document.title)
    .where(Document.enterprise_id == FIRM)
    .order_by(Document.id.desc())
    .limit(MOST_DOCUMENTS)
)
_SERVED = (
    select(
        DocumentService.document_id,
        DocumentService.mode,
        DocumentService.served_on,
        DocumentService.recipient,
        DocumentService.recorded_at,
        DocumentService.failure,
    )
    .join(Document, Document.id == DocumentService.document_id)
    .where(Document.enterprise_id == FIRM)
    .order_by(DocumentService.id)
)


def _life(document: Told, services: Sequence[Told]) -> list[Event]:
    url = url_for("registry.document", document_id=document.id)
    tone = "" if document.state is DocumentState.ISSUED else "bad"
    ended = _(document.state.label) if tone else ""
    issued = Event(document.issued_on, _("签发 %(number)s", number=document.number), url, ended or document.title, tone)
    return [issued, *(_service(each, document.number, url) for each in services)]


def _service(service: Told, number: str, url: str) -> Event:
    mode = _(service.mode.label)
    if service.served_on:
        return Event(service.served_on, _("送达 %(number)s", number=number), url, f"{mode} {service.recipient}")
    on = clock.beijing(service.recorded_at).date()
    return Event(on, _("未能送达 %(number)s", number=number), url, f"{mode}：{service.failure}", "bad")


@source
def _obligations(connection: Connection, enterprise_id: int) -> list[Event]:
    # What was done in time is no news, so only open ones and late ones are told.
    today = clock.today()
    found = connection.execute(_OWED, {"firm": enterprise_id}).all()
    late_now = [each for each in found if each.fulfilled_on is None and each.due_on < today]
    if len(late_now) < 2:
        return [_owed(each, today) for each in found]
    # many dots of one kind would hide everything else: they stand as one, with the way to all of them
    code = late_now[0].credit_code
    together = Event(
        today,
        _("%(count)d 项义务逾期未办", count=len(late_now)),
        url_for("registry.obligations", q=code, standing="overdue"),
        _("最早 %(day)s：%(title)s", day=late_now[0].due_on.isoformat(), title=late_now[0].title),
        "bad",
        at=_("截至今天"),
    )
    return [together, *(_owed(each, today) for each in found if each not in late_now)]


_OWED = (
    select(
        Obligation.id,
        Obligation.title,
        Obligation.due_on,
        Obligation.fulfilled_on,
        Obligation.arithmetic,
        Enterprise.credit_code,
    )
    .join(Obligation.enterprise)
    .where(
        Obligation.enterprise_id == FIRM,
        Obligation.voided_on.is_(None),
        Obligation.kind.not_in(each_of(KEPT, Obligation.kind)),
        or_(Obligation.fulfilled_on.is_(None), Obligation.fulfilled_on > Obligation.due_on),
    )
    .order_by(Obligation.fulfilled_on.is_not(None), Obligation.due_on)
    .limit(MOST_OBLIGATIONS)
)


def _owed(owed: Told, today: date) -> Event:
    url = url_for("registry.obligation", obligation_id=owed.id)
    if owed.fulfilled_on:
        late = late_words(seen_deadline(owed.due_on, owed.arithmetic, owed.fulfilled_on))
        return Event(owed.fulfilled_on, owed.title, url, _("%(late)s履行", late=late), "bad")
    told = left_words(seen_deadline(owed.due_on, owed.arithmetic, today), today)
    return Event(owed.due_on, owed.title, url, told, "bad" if owed.due_on < today else "ahead")
