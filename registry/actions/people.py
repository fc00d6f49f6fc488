"""Who speaks for an enterprise: given by a letter, for a time."""

from datetime import date

from sqlalchemy import or_, select, true
from werkzeug.datastructures import FileStorage

from accounts.audit import record
from accounts.models import User
from accounts.roles import Role
from core import clock
from core.attachments import BadFile
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from registry import evidence
from registry.models import Enterprise, Mandate, Representative

NEEDED = {Mandate.PREPARER: Role.PREPARER, Mandate.SIGNER: Role.SIGNER}


def add_representative(
    enterprise: Enterprise,
    username: str,
    mandate: Mandate,
    since: date,
    until: date | None,
    letter: FileStorage | bytes | None,
    *,
    by: User,
) -> Representative:
    """Let a person speak for an enterprise, with the letter that says so; an agent may serve several."""
    person = db.session.scalars(select(User).where(User.username == username)).one_or_none()
    missing: list[Missing] = []
    if person is None or not person.is_active:
        missing.append(Missing(said("没有这个登录名。"), "username"))
    elif NEEDED[mandate] not in person.roles:
        missing.append(
            Missing(said("此人的角色不是%(needed)s，请安全管理员先调整角色。", needed=NEEDED[mandate]), "username")
        )
    if until is not None and until < since:
        missing.append(Missing(said("止日早于起日。"), "until"))
    if letter is None:
        missing.append(Missing(said("请上传授权书。"), "letter"))
    if missing or person is None or letter is None:
        raise NotAllowed(missing)
    overlapping = select(Representative.id).where(
        Representative.enterprise_id == enterprise.id,
        Representative.user_id == person.id,
        Representative.mandate == mandate,
        or_(Representative.until.is_(None), Representative.until >= since),
        Representative.since <= until if until is not None else true(),
    )
    if db.session.scalar(overlapping):
        raise NotAllowed([Missing(said("此人已有这项授权。"), "username")])
    made = Representative(enterprise_id=enterprise.id, user_id=person.id, mandate=mandate, since=since, until=until)
    db.session.add(made)
    db.session.flush()
    try:
        kept = evidence.attach(letter, enterprise_id=enterprise.id, subject=made, by=by, name="授权书")
    except BadFile as refused:
        raise NotAllowed([Missing(refused.sentence, "letter")]) from refused
    db.session.flush()
    made.letter_id = kept.id
    record(made, "registry:representative:add", f"{person.name} 为{mandate.label}", by=by)
    return made


def end_representative(found: Representative, until: date, *, by: User) -> None:
    """End a mandate; its last day may be today."""
    if until < found.since:
        raise NotAllowed([Missing(said("止日早于起日。"), "until")])
    if until > clock.today():
        raise NotAllowed([Missing(said("止日不能晚于今天。"), "until")])
    found.until = until
    record(found, "registry:representative:end", f"{found.user.name} 的授权到 {until}", by=by)
