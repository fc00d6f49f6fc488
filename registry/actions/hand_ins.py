"""What a firm hands in to meet an obligation: sent with its files, then confirmed or given back by a clerk."""

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from accounts.audit import record, take
from accounts.models import User
from accounts.roles import Action, Role
from core import clock
from core.attachments import BadFile
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from registry import evidence, notifications, obligations
from registry.models import Enterprise, HandIn, Mandate, Obligation
from registry.rules.obligations import HANDED_IN
from registry.workflow import HAND_IN

MOST_FILES = 9

ON_RETURNED: list[Callable[[Obligation, User], None]] = []
"""What the room of an obligation's source does when the obligation is open again: it may not be owed any more."""


def refuse_to_hand_in(owed: Obligation, today: date) -> None:
    """Refuse what cannot be handed in now, with the reason."""
    if owed.kind not in HANDED_IN:
        raise NotAllowed([said("这项义务不是报送材料，请到它自己的页面办理。")])
    if owed.voided_on is not None:
        raise NotAllowed([said("这项义务已作废，不需要履行。")])
    if owed.fulfilled_on is not None:
        raise NotAllowed([said("已于 %(day)s 报送，退回以前不能再报。", day=owed.fulfilled_on.isoformat())])
    if owed.opens_on is not None and owed.opens_on > today:
        raise NotAllowed([said("还没有到办理时间，%(day)s 起可以报送。", day=owed.opens_on.isoformat())])


def why_not_handed_in(owed: Obligation, today: date) -> str:
    """Why nothing can be handed in now, in the reader's words; empty when it can."""
    try:
        refuse_to_hand_in(owed, today)
    except NotAllowed as refusal:
        return refusal.missing[0].text
    return ""


def hand_in(owed: Obligation, note: str, files: Sequence[FileStorage | bytes], *, by: User) -> HandIn:
    """Hand files in for an obligation: it counts as met from today, until a clerk gives them back."""
    today = clock.today()
    refuse_to_hand_in(owed, today)
    _refuse_strangers(owed.enterprise, by)
    if not files:
        raise NotAllowed([Missing(said("请选择要报送的文件。"), "files")])
    if len(files) > MOST_FILES:
        raise NotAllowed([Missing(said("一次最多 %(most)d 个文件。", most=MOST_FILES), "files")])
    last = db.session.scalar(select(func.max(HandIn.number)).where(HandIn.obligation_id == owed.id)) or 0
    made = HandIn(
        enterprise_id=owed.enterprise_id,
        obligation_id=owed.id,
        number=last + 1,
        state=HAND_IN.initial,
        note=note.strip(),
        sent_on=today,
        sent_at=clock.now(),
        sent_by_id=by.id,
    )
    made.enterprise, made.obligation = owed.enterprise, owed
    db.session.add(made)
    db.session.flush()
    for file in files:
        try:
            evidence.attach(file, enterprise_id=owed.enterprise_id, subject=made, by=by)
        except BadFile as refused:
            name = (file.filename or "") if isinstance(file, FileStorage) else ""
            told = said("%(file)s：%(why)s", file=name, why=refused.sentence)
            raise NotAllowed([Missing(told, "files")]) from refused
    record(made, Action.OBLIGATION_HAND_IN, f"报送：{owed.title}（第 {made.number} 次）", by=by)
    obligations.fulfil(owed, today, by)
    notifications.notify(
        notifications.deciders_of(owed.enterprise.office, Role.PERMIT_CLERK),
        key=f"hand-in-{made.id}",
        title=f"{owed.enterprise.name}报送：{owed.title}",
        url=f"/hand-ins/{made.id}",
    )
    return made


def _refuse_strangers(firm: Enterprise, by: User) -> None:
    if not any(notifications.speaks_for(by, firm.id, mandate) for mandate in Mandate):
        raise NotAllowed([said("您没有%(enterprise)s的授权。", enterprise=firm.name)])


def confirm_hand_in(found: HandIn, *, by: User) -> None:
    """Confirm that what came is what was owed; the obligation stays met on the day it came."""
    _judge(found, "confirm", "", by)
    _tell(found, f"已确认：{found.obligation.title}", "", "ok")


def return_hand_in(found: HandIn, reason: str, *, by: User) -> None:
    """Give it back with what is lacking: the obligation is open again, by the last day it always had."""
    _judge(found, "return", reason.strip(), by)
    owed = found.obligation
    if owed.fulfilled_on is not None:
        obligations.reopen(owed, found.reason, by)
    for told in ON_RETURNED:
        told(owed, by)
    _tell(found, f"退回补充：{owed.title}", found.reason, "danger")


def _judge(found: HandIn, verb: str, reason: str, by: User) -> None:
    HAND_IN.may_leave(verb, found.state)
    with db.session.no_autoflush:  # state and evidence are written together, or the database refuses
        found.reason = reason
        if missing := HAND_IN.steps[verb].missing(found):
            found.reason = ""
            raise NotAllowed(missing)
        found.judged_at, found.judged_by_id = clock.now(), by.id
        take(HAND_IN, verb, found, by=by, note=reason)


def _tell(found: HandIn, title: str, body: str, tone: str) -> None:
    notifications.notify(
        notifications.people_of(found.obligation.enterprise_id),
        key=f"hand-in-{found.id}-{found.state.code}",
        title=title,
        body=body,
        url=f"/my/obligations/{found.obligation_id}/hand-in",
        tone=tone,
    )
