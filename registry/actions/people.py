"""Who speaks for an enterprise: given by a letter, for a time; its signers from the bureau, its preparers from them."""

from datetime import date, timedelta

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
from registry.notifications import notify, people_of, speaks_for

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


def appoint_preparer(
    enterprise: Enterprise,
    username: str,
    name: str,
    since: date,
    until: date | None,
    letter: FileStorage | None,
    *,
    by: User,
) -> Representative:
    """A signer lets somebody fill in for the firm, of its own people or an agent; who signs is registered by the bureau.

    User name and name must both be right, and one text answers every other case: no account can be found out by asking.
    """
    missing = _who_is_not_signer(enterprise, by)
    wanted = select(User).where(User.username == username, User.name == name)
    person = db.session.scalars(wanted).one_or_none()
    if person is None or not person.is_active or Role.PREPARER not in person.roles:
        missing.append(Missing(said("没有这样一位填报人：登录名和姓名须与账户一致。"), "username"))
    if since < clock.today():
        missing.append(Missing(said("授权起日不能早于今天。"), "since"))
    if missing or person is None:
        raise NotAllowed(missing)
    made = add_representative(enterprise, username, Mandate.PREPARER, since, until, letter, by=by)
    told = said("您可以为%(firm)s填报了。", firm=enterprise.name)
    notify([person], key=f"representative:{made.id}", title=told, url="/my/firms")
    return made


def dismiss_representative(found: Representative, until: date, reason: str, *, by: User) -> None:
    """A signer ends a mandate of the own firm, with the reason; the last signer stays, else nobody could sign."""
    today = clock.today()
    missing = _who_is_not_signer(found.enterprise, by)
    if not reason.strip():
        missing.append(Missing(said("请写明理由。"), "reason"))
    if not today - timedelta(days=1) <= until <= today:
        missing.append(Missing(said("最后一日只能是昨天或者今天。"), "on"))
    if found.mandate is Mandate.SIGNER and not _other_signers(found, today):
        missing.append(Missing(said("这是最后一名签发人，不能终止；更换签发人请联系监管机关。")))
    if missing:
        raise NotAllowed(missing)
    found.end_reason = reason.strip()
    end_representative(found, until, by=by)


def _who_is_not_signer(enterprise: Enterprise, by: User) -> list[Missing]:
    if speaks_for(by, enterprise.id, Mandate.SIGNER):
        return []
    return [Missing(said("只有这家企业的签发人可以管理授权。"))]


def _other_signers(found: Representative, today: date) -> bool:
    """Whether somebody else signs for the firm from tomorrow on; locks the firm, so that two cannot leave at once."""
    db.session.execute(select(Enterprise.id).where(Enterprise.id == found.enterprise_id).with_for_update())
    others = [each for each in people_of(found.enterprise_id, Mandate.SIGNER) if each.id != found.user_id]
    lasting = select(Representative.id).where(
        Representative.enterprise_id == found.enterprise_id,
        Representative.mandate == Mandate.SIGNER,
        Representative.user_id.in_([each.id for each in others]),
        Representative.since <= today,
        or_(Representative.until.is_(None), Representative.until > today),
    )
    return db.session.scalar(lasting.limit(1)) is not None


def end_representative(found: Representative, until: date, *, by: User) -> None:
    """End a mandate; its last day may be today."""
    if found.until is not None and found.until < clock.today():
        raise NotAllowed([Missing(said("这项授权已在 %(day)s 终止。", day=found.until.isoformat()))])
    if until < found.since:
        raise NotAllowed([Missing(said("止日早于起日。"), "until")])
    if until > clock.today():
        raise NotAllowed([Missing(said("止日不能晚于今天。"), "until")])
    found.until = until
    record(found, "registry:representative:end", f"{found.user.name} 的授权到 {until}", by=by)
