"""Permits and their versions: begun as drafts, put in force, ended; what is in force is never rewritten."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from accounts.audit import record, take
from accounts.models import Office, User
from accounts.roles import Action
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from permits import queries
from permits.actions.duties import fulfil_renewal, refresh_duties, show_on_enterprise
from permits.actions.watch import open_watch, release_if_held
from permits.models import (
    ApplicationState,
    Condition,
    EmissionLimit,
    EndGround,
    MonitoringRequirement,
    Outlet,
    Permit,
    PermitState,
    PermitVersion,
    ReportRequirement,
    VersionGround,
    VersionState,
)
from permits.rules.validity import ONE_DAY
from permits.workflow import ENDS, PERMIT, VERSION
from registry import notifications
from registry.models import Category, Site

ON_ISSUE: list[Callable[[PermitVersion, User], None]] = []
"""What else happens, in the same transaction, when a version was put in force."""

ON_END: list[Callable[[Permit, str, User], None]] = []
"""What else happens, in the same transaction, when a permit was ended; the word is 注销, 撤销 or 吊销."""


@dataclass(frozen=True)
class PermitInput:
    """What stands on the face of a permit."""

    permit_no: str
    category: Category
    authority: Office
    issued_on: date


@dataclass(frozen=True)
class VersionInput:
    """What a version says of itself."""

    ground: VersionGround
    in_force_from: date
    valid_from: date
    valid_to: date
    applied_on: date | None = None
    decided_on: date | None = None
    remark: str = ""


def draft_permit(site: Site, face: PermitInput, facts: VersionInput, *, by: User) -> Permit:
    """Begin a permit of a site with its first version; nothing holds before that is put in force."""
    _refuse_twin(face.permit_no, None)
    _refuse_backwards(facts)
    permit = Permit(
        enterprise_id=site.enterprise_id,
        site_id=site.id,
        permit_no=face.permit_no,
        category=face.category,
        authority_id=face.authority.id,
        state=PermitState.DRAFT,
        issued_on=face.issued_on,
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        updated_at=clock.now(),
    )
    permit.enterprise, permit.site, permit.authority = site.enterprise, site, face.authority
    permit.versions.append(_version(facts, 1))
    db.session.add(permit)
    record(permit, Action.PERMIT_DRAFT, f"起草许可证 {face.permit_no}", by=by)
    return permit


def _version(facts: VersionInput, number: int) -> PermitVersion:
    return PermitVersion(
        number=number,
        state=VersionState.DRAFT,
        ground=facts.ground,
        in_force_from=facts.in_force_from,
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        applied_on=facts.applied_on,
        decided_on=facts.decided_on,
        remark=facts.remark,
        outlets=[],
        conditions=[],
        report_requirements=[],
    )


def touch(permit: Permit) -> None:
    """Note that something of a permit changed, so that whoever edits it from an older page is told."""
    permit.updated_at = clock.now()
    flag_modified(permit, "updated_at")


def _refuse_twin(permit_no: str, own: Permit | None) -> None:
    twin = queries.permits.permit_numbered(permit_no)
    if twin is not None and twin is not own:
        raise NotAllowed([Missing(said("许可证编号已登记在另一张许可证上。"), "permit_no")])


def _refuse_backwards(facts: VersionInput) -> None:
    if facts.valid_to < facts.valid_from:
        raise NotAllowed([Missing(said("有效期止不能早于有效期起。"), "valid_to")])


def draft_version(permit: Permit, facts: VersionInput, *, by: User) -> PermitVersion:
    """Begin the next version of a permit; it starts with everything the present one says."""
    if permit.state not in queries.permits.LIVE:
        raise NotAllowed([said("许可证%(state)s，不能新建版本。", state=permit.state)])
    if queries.permits.draft_of(permit) is not None:
        raise NotAllowed([said("已有一个版本在起草，先把它生效或删除。")])
    _refuse_backwards(facts)
    made = _version(facts, max(each.number for each in permit.versions) + 1)
    permit.versions.append(made)
    touch(permit)
    db.session.flush()
    copy_content(queries.permits.issued(permit)[-1], made)
    record(permit, Action.PERMIT_DRAFT, f"起草第 {made.number} 版（{facts.ground.label}）", by=by)
    return made


def copy_content(source: PermitVersion, target: PermitVersion) -> None:
    """Let a draft say everything that another version says."""
    for outlet in source.outlets:
        target.outlets.append(
            Outlet(
                code=outlet.code,
                name=outlet.name,
                kind=outlet.kind,
                destination=outlet.destination,
                longitude=outlet.longitude,
                latitude=outlet.latitude,
                limits=[
                    EmissionLimit(
                        pollutant_code=each.pollutant_code,
                        pollutant_name=each.pollutant_name,
                        kind=each.kind,
                        value_low=each.value_low,
                        value=each.value,
                        unit=each.unit,
                        source=each.source,
                        basis=each.basis,
                    )
                    for each in outlet.limits
                ],
                monitoring=[
                    MonitoringRequirement(
                        pollutant_code=each.pollutant_code,
                        pollutant_name=each.pollutant_name,
                        frequency=each.frequency,
                        method=each.method,
                    )
                    for each in outlet.monitoring
                ],
            )
        )
    for each in source.conditions:
        target.conditions.append(
            Condition(
                position=each.position,
                label=each.label,
                category=each.category,
                text=each.text,
                source=each.source,
                standard_key=each.standard_key,
            )
        )
    for report in source.report_requirements:
        target.report_requirements.append(
            ReportRequirement(
                period=report.period,
                due_days=report.due_days,
                condition_label=report.condition_label,
                replaces_last=report.replaces_last,
            )
        )
    db.session.flush()


def change_version(version: PermitVersion, facts: VersionInput, face: PermitInput | None = None, *, by: User) -> None:
    """Change a draft; while the permit itself is a draft, its face too."""
    refuse_issued(version)
    _refuse_backwards(facts)
    permit = version.permit
    version.ground, version.remark = facts.ground, facts.remark
    version.in_force_from = facts.in_force_from
    version.valid_from, version.valid_to = facts.valid_from, facts.valid_to
    version.applied_on, version.decided_on = facts.applied_on, facts.decided_on
    if face is not None and permit.state is PermitState.DRAFT:
        _refuse_twin(face.permit_no, permit)
        permit.permit_no, permit.category, permit.issued_on = face.permit_no, face.category, face.issued_on
        permit.authority_id, permit.authority = face.authority.id, face.authority
        permit.valid_from, permit.valid_to = facts.valid_from, facts.valid_to
    touch(permit)
    record(permit, Action.PERMIT_DRAFT, f"修改第 {version.number} 版草稿", by=by)


def refuse_issued(version: PermitVersion) -> None:
    """Refuse to change what is in force, and what an application asks for while nobody may write in it."""
    if version.state is not VersionState.DRAFT:
        raise NotAllowed([said("已生效的许可证版本不能修改，请新建版本。")])
    owner = queries.applications.owner_of(version)
    if owner is not None and owner.state not in WRITABLE:
        raise NotAllowed([said("这一版是许可申请的内容，申请现在是「%(state)s」，不能修改。", state=owner.state)])


WRITABLE = (ApplicationState.DRAFT, ApplicationState.SUPPLEMENT, ApplicationState.ACCEPTED)
"""States of an application in which its content is written: by the applicant, then by who examines it."""


def refuse_firms_own(version: PermitVersion) -> None:
    """Refuse to let the office write in what a firm is filling in itself."""
    owner = queries.applications.owner_of(version)
    if owner is not None and owner.keyed_by_id is None and owner.state is not ApplicationState.ACCEPTED:
        raise NotAllowed([said("这一版由企业在申请中填写，受理后才能由审查人修改。")])


def issue_version(version: PermitVersion, *, by: User) -> None:
    """Put a version in force: the one before it holds until the day before, and what is owed is written anew."""
    permit = version.permit
    before = queries.permits.issued(permit)
    VERSION.refuse_if_missing("issue", version)
    version.issued_at = clock.now()
    if before:
        before[-1].in_force_to = version.in_force_from - ONE_DAY
    take(VERSION, "issue", version, by=by, note=f"{permit.permit_no} 第 {version.number} 版")
    touch(permit)
    permit.valid_from, permit.valid_to = version.valid_from, version.valid_to
    if permit.state is not PermitState.IN_FORCE:
        take(PERMIT, "issue", permit, by=by, note=permit.permit_no)
    else:
        record(permit, Action.PERMIT_ISSUE, f"许可证改为第 {version.number} 版", by=by)
    if version.ground in (VersionGround.RENEWAL, VersionGround.REAPPLICATION) and before:
        fulfil_renewal(permit, version.applied_on or version.decided_on or clock.today(), by=by)
    refresh_duties(permit, f"第 {version.number} 版生效", by=by)
    show_on_enterprise(permit.enterprise, by=by)
    release_if_held(permit.site)
    registered = permit.category is Category.REGISTRATION
    what, says = ("排污登记", "登记内容") if registered else ("许可证", "限值、监测和报告要求")
    notifications.notify(
        notifications.people_of(permit.enterprise_id),
        key=f"permit-version-{version.id}",
        title=f"{what}第 {version.number} 版自 {version.in_force_from.isoformat()} 起施行",
        body=f"{permit.permit_no}：{says}以本版为准。",
        url=f"/my/permits/{permit.id}",
    )
    for heard in ON_ISSUE:
        heard(version, by)


def discard_version(version: PermitVersion, *, by: User) -> Permit | None:
    """Throw a draft away; a permit that had nothing else goes with it. Gives the permit that is left."""
    refuse_issued(version)
    if queries.applications.owner_of(version) is not None:
        raise NotAllowed([said("这一版是许可申请的内容，随申请办结。")])
    permit = version.permit
    for condition in version.conditions:
        condition.parent_id = None
    db.session.flush()
    alone = len(permit.versions) == 1
    permit.versions.remove(version)
    db.session.flush()
    if not alone:
        touch(permit)
    record(permit, Action.PERMIT_DRAFT, f"删除第 {version.number} 版草稿：{permit.permit_no}", by=by)
    if alone:
        db.session.delete(permit)
        record(permit.enterprise, Action.PERMIT_DRAFT, f"删除许可证草稿 {permit.permit_no}", by=by)
        return None
    return permit


def end_permit(
    permit: Permit, verb: str, on: date, reason: str, *, by: User, ground: EndGround = EndGround.OTHER
) -> None:
    """Cancel, withdraw or revoke: from this day on nothing holds; what fell due later is no longer owed.

    A permit withdrawn or revoked for fraud bars its firm from applying again (条例第四十条、第四十一条).

    注销 办法第二十九条, 撤销 第三十条, 吊销 only by a penalty decision (条例第三十四条).
    """
    if verb not in ENDS:
        raise ValueError(verb)
    PERMIT.may_leave(verb, permit.state)
    if on > clock.today():
        raise NotAllowed(
            [Missing(said("日期不能晚于今天（%(today)s）。", today=clock.today().isoformat()), "ended_on")]
        )
    first = min(each.in_force_from for each in queries.permits.issued(permit))
    if on < first:
        raise NotAllowed(
            [Missing(said("日期不能早于首版施行之日（%(first)s）。", first=first.isoformat()), "ended_on")]
        )
    if verb == "cancel" and ground is not EndGround.OTHER:
        told = said("注销的原因选“其他”；骗取、伪造、变造、转让的，依法撤销或者吊销。")
        raise NotAllowed([Missing(told, "ground")])
    permit.ended_on, permit.end_reason, permit.end_ground = on, reason.strip(), ground
    touch(permit)
    take(PERMIT, verb, permit, by=by, note=reason.strip())
    word = PERMIT.steps[verb].label
    refresh_duties(permit, f"许可证{word}", by=by)
    show_on_enterprise(permit.enterprise, by=by)
    open_watch(permit, by=by)
    notifications.notify(
        notifications.people_of(permit.enterprise_id),
        key=f"permit-ended-{permit.id}",
        title=f"许可证已{word}",
        body=f"{permit.permit_no}，自 {on.isoformat()} 起。{reason.strip()}",
        url=f"/my/permits/{permit.id}",
        tone="danger",
    )
    for heard in ON_END:
        heard(permit, word, by)


def rectify_permit(permit: Permit, reason: str, *, by: User) -> None:
    """Put a permit under a notice to rectify within a term (条例第四十六条)."""
    if not reason.strip():
        raise NotAllowed([Missing(said("请写明理由。"), "reason")])
    touch(permit)
    take(PERMIT, "rectify", permit, by=by, note=reason.strip())


def resume_permit(permit: Permit, *, by: User) -> None:
    """End the term for rectification: the permit is in force as it was."""
    if permit.state is not PermitState.RECTIFICATION:
        raise NotAllowed([said("许可证现在是「%(state)s」。", state=permit.state)])
    touch(permit)
    take(PERMIT, "issue", permit, by=by)


def authorities() -> list[Office]:
    """The offices that issue permits: those with no office above them (市级以上, not the counties)."""
    return list(db.session.scalars(select(Office).where(Office.parent_id.is_(None)).order_by(Office.code)))
