"""催办: telling firms of what they still owe, at most once a day for each thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import or_, select

from accounts.audit import record
from accounts.models import User
from core import clock
from core.db import db
from core.workflow import NotAllowed
from registry import notifications
from registry.models import Notification, Obligation, Representative
from registry.rules.obligations import KEPT

MOST = 200
"""Obligations in one go; more would be a mailing, not a reminder."""


@dataclass(frozen=True)
class Reminder:
    """One obligation and whom to remind of it, or why nobody is."""

    obligation: Obligation
    people: Sequence[User]
    why_not: str = ""


def reminders(owed: Sequence[Obligation], today: date) -> list[Reminder]:
    """Whom to remind of each; what is done or void, has nobody to read it or was told today is left out with the reason."""
    people = _speakers({each.enterprise_id for each in owed}, today)
    keys = {_key(each, today): each.id for each in owed}
    told = {
        keys[key] for key in db.session.scalars(select(Notification.key).where(Notification.key.in_(keys)).distinct())
    }
    return [_reminder(each, people.get(each.enterprise_id, []), each.id in told) for each in owed]


def _reminder(owed: Obligation, people: Sequence[User], told: bool) -> Reminder:
    if owed.voided_on:
        return Reminder(owed, people, _("已作废"))
    if owed.kind in KEPT:
        return Reminder(owed, people, _("只需保存到期满，没有要办的事"))
    if owed.fulfilled_on:
        return Reminder(owed, people, _("已于 %(day)s 履行", day=owed.fulfilled_on.isoformat()))
    if not people:
        return Reminder(owed, people, _("企业没有登记授权代表，无人接收"))
    if told:
        return Reminder(owed, people, _("今天已经催办过"))
    return Reminder(owed, people)


def _speakers(enterprise_ids: set[int], today: date) -> dict[int, list[User]]:
    found: dict[int, list[User]] = {}
    wanted = (
        select(Representative.enterprise_id, User)
        .join(User, User.id == Representative.user_id)
        .where(
            Representative.enterprise_id.in_(enterprise_ids),
            Representative.since <= today,
            or_(Representative.until.is_(None), Representative.until >= today),
            User.disabled_at.is_(None),
        )
        .order_by(Representative.enterprise_id, User.id)
    )
    for enterprise_id, person in db.session.execute(wanted).unique():
        known = found.setdefault(enterprise_id, [])
        if person not in known:
            known.append(person)
    return found


def _key(owed: Obligation, today: date) -> str:
    return f"reminder-{owed.id}-{today.isoformat()}"


def remind(owed: Sequence[Obligation], note: str, *, by: User) -> int:
    """Remind of these; how many obligations somebody was told of. Refused when there is none to tell of."""
    today = clock.today()
    sent = [each for each in reminders(owed, today) if not each.why_not]
    if not sent:
        raise NotAllowed([_("选中的义务都不能催办，原因列在下面。")])
    for each in sent:
        late = (today - each.obligation.due_on).days
        when = f"已逾期 {late} 天" if late > 0 else f"期限 {each.obligation.due_on.isoformat()}"
        notifications.notify(
            each.people,
            key=_key(each.obligation, today),
            title=f"催办：{each.obligation.title}，{when}",
            body=note,
            url=each.obligation.url or "/my/obligations",
            tone="danger" if late > 0 else "warn",
        )
        record(each.obligation, "registry:obligation:remind", f"催办：{each.obligation.title}", by=by)
    return len(sent)
