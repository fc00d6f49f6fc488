"""One time line of an enterprise over all rooms: each room adds its own source, newest first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer, lazyload, selectinload

from core import clock
from core.db import db
from registry.models import Document, DocumentService, DocumentState, Obligation


@dataclass(frozen=True)
class Event:
    """One thing that happened, or is due (tone ``ahead``); other tones are '', good, bad."""

    on: date
    title: str
    url: str = ""
    text: str = ""
    tone: str = ""
    at: str = ""


Source = Callable[[Session, int], Sequence[Event]]

SOURCES: list[Source] = []
"""What each room knows of an enterprise, by its id; one query each. Rooms append theirs when they are imported.

They take ``lazyload("*")``: a row of the time line needs none of the neighbours that its model brings along."""


def source(told: Source) -> Source:
    """Mark a function as a source of the time line."""
    SOURCES.append(told)
    return told


def of(enterprise_id: int, most: int | None = None) -> list[Event]:
    """Everything about an enterprise: what is still ahead first, then newest first.

    Whether the person may see the enterprise is asked before.
    """
    events = [event for told in SOURCES for event in told(db.session, enterprise_id)]
    events.sort(key=lambda event: (event.tone == "ahead", event.on), reverse=True)
    return events[:most]


MOST_OBLIGATIONS = 40
MOST_DOCUMENTS = 100


@source
def _documents(session: Session, enterprise_id: int) -> list[Event]:
    wanted = select(Document).where(Document.enterprise_id == enterprise_id)
    wanted = wanted.options(lazyload("*"), defer(Document.content), selectinload(Document.services))
    rows = session.scalars(wanted.order_by(Document.id.desc()).limit(MOST_DOCUMENTS))
    return [event for each in rows for event in _life(each)]


def _life(document: Document) -> list[Event]:
    url = url_for("registry.document", document_id=document.id)
    tone = "" if document.state is DocumentState.ISSUED else "bad"
    ended = _(document.state.label) if tone else ""
    issued = Event(document.issued_on, _("签发 %(number)s", number=document.number), url, ended or document.title, tone)
    return [issued, *(_service(each, document.number, url) for each in document.services)]


def _service(service: DocumentService, number: str, url: str) -> Event:
    mode = _(service.mode.label)
    if service.served_on:
        return Event(service.served_on, _("送达 %(number)s", number=number), url, f"{mode} {service.recipient}")
    on = clock.beijing(service.recorded_at).date()
    return Event(on, _("未能送达 %(number)s", number=number), url, f"{mode}：{service.failure}", "bad")


@source
def _obligations(session: Session, enterprise_id: int) -> list[Event]:
    # What was done in time is no news, so only open ones and late ones are told.
    today = clock.today()
    late = Obligation.fulfilled_on > Obligation.due_on
    wanted = select(Obligation).where(
        Obligation.enterprise_id == enterprise_id,
        Obligation.voided_on.is_(None),
        or_(Obligation.fulfilled_on.is_(None), late),
    )
    rows = session.scalars(
        wanted.order_by(Obligation.fulfilled_on.is_not(None), Obligation.due_on)
        .limit(MOST_OBLIGATIONS)
        .options(lazyload("*"))
    )
    return [_owed(each, today) for each in rows]


def _owed(owed: Obligation, today: date) -> Event:
    if owed.fulfilled_on:
        days = (owed.fulfilled_on - owed.due_on).days
        return Event(owed.fulfilled_on, owed.title, "", _("逾期 %(days)d 天履行", days=days), "bad")
    if owed.due_on < today:
        return Event(owed.due_on, owed.title, "", _("已逾期 %(days)d 天", days=(today - owed.due_on).days), "bad")
    return Event(owed.due_on, owed.title, "", _("剩 %(days)d 天", days=(owed.due_on - today).days), "ahead")
