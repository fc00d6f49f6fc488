"""The lifecycles of a permit and of its versions."""

from accounts.roles import Action
from core.said import said
from core.workflow import Missing, Step, workflow
from permits import queries
from permits.models import (
    ApplicationState,
    LimitKind,
    Permit,
    PermitState,
    PermitVersion,
    VersionGround,
    VersionState,
)
from permits.rules import conditions, numbers, validity
from registry.models import Category

P, V = PermitState, VersionState


def missing_in_version(version: PermitVersion) -> list[Missing]:
    """What a version lacks before it can be put in force."""
    permit, base = version.permit, f"/permits/versions/{version.id}"
    lacking = []
    if problem := numbers.permit_number_problem(permit.permit_no, permit.enterprise.credit_code):
        lacking.append(Missing(problem, "permit_no", f"{base}/edit"))
    if not version.valid_from <= version.in_force_from <= version.valid_to:
        lacking.append(Missing(said("施行起始日应在有效期之内。"), "in_force_from", f"{base}/edit"))
    before = [each for each in queries.permits.issued(permit) if each.number < version.number]
    if before and version.in_force_from <= before[-1].in_force_from:
        told = before[-1].in_force_from.isoformat()
        lacking.append(Missing(said("施行起始日应晚于上一版的 %(told)s。", told=told), "in_force_from", f"{base}/edit"))
    lacking += _missing_in_term(version, before[-1] if before else None, f"{base}/edit")
    if permit.category in (Category.KEY, Category.SIMPLIFIED) and version.ground is not VersionGround.IMPORTED:
        lacking += _missing_content(version, base)
    return lacking + _missing_decision(version)


def _missing_decision(version: PermitVersion) -> list[Missing]:
    """What an application asks for is put in force by its decision alone."""
    owner = queries.applications.owner_of(version)
    if owner is None or owner.state is ApplicationState.GRANTED:
        return []
    text = said("这一版是%(kind)s的内容，随审批决定生效。", kind=owner.kind)
    return [Missing(text, url=f"/applications/{owner.id}")]


def _missing_in_term(version: PermitVersion, before: PermitVersion | None, edit: str) -> list[Missing]:
    """What is wrong with the days a version is valid: five years at most (条例14), and from where (办法24、26)."""
    lacking = []
    last = validity.last_day_of_term(version.valid_from)
    if version.ground is not VersionGround.IMPORTED and version.valid_to > last:
        text = said(
            "有效期最长五年，自 %(first)s 起最晚到 %(last)s（条例第十四条）。",
            first=version.valid_from.isoformat(),
            last=last.isoformat(),
        )
        lacking.append(Missing(text, "valid_to", edit))
    applied, decided = version.applied_on, version.decided_on
    if applied and decided and decided < applied:
        lacking.append(Missing(said("决定日期不能早于申请日期。"), "decided_on", edit))
    if version.ground is VersionGround.CHANGE and before and version.valid_to != before.valid_to:
        text = said(
            "变更不改变有效期，仍到 %(until)s（办法第26条）；重新申请的请选“重新申请”。",
            until=before.valid_to.isoformat(),
        )
        lacking.append(Missing(text, "valid_to", edit))
    if version.ground is VersionGround.RENEWAL and not (applied and decided):
        text = said("延续要写明申请日期和决定日期，用来判断新证从哪一天起有效（办法第24条）。")
        lacking.append(Missing(text, "applied_on", edit))
    elif version.ground is VersionGround.RENEWAL and before and applied and decided:
        first = validity.renewed_from(before.valid_to, applied, decided)
        if version.valid_from != first:
            text = said(
                "前证 %(until)s 届满，%(applied)s 申请、%(decided)s 决定：延续的有效期应自 %(first)s 起（办法第24条）。",
                until=before.valid_to.isoformat(),
                applied=applied.isoformat(),
                decided=decided.isoformat(),
                first=first.isoformat(),
            )
            lacking.append(Missing(text, "valid_from", edit))
    return lacking


def _missing_content(version: PermitVersion, base: str) -> list[Missing]:
    lacking = []
    if not version.outlets:
        lacking.append(Missing(said("还没有排放口。"), url=f"{base}/outlets"))
    for outlet in version.outlets:
        if problem := numbers.outlet_code_problem(outlet.code, outlet.kind):
            lacking.append(
                Missing(said("%(outlet)s：%(problem)s", outlet=outlet.code, problem=problem), url=f"{base}/outlets")
            )
        if not any(limit.kind in (LimitKind.CONCENTRATION, LimitKind.RATE) for limit in outlet.limits):
            lacking.append(
                Missing(said("%(outlet)s 还没有许可排放浓度或速率。", outlet=outlet.code), url=f"{base}/limits")
            )
    lacking += [
        Missing(said("条款 %(label)s 还有待填写的内容。", label=each.label), url=f"{base}/conditions")
        for each in version.conditions
        if conditions.is_unfinished(each.text)
    ]
    return lacking + missing_reports(version, base)


def missing_reports(version: PermitVersion, base: str) -> list[Missing]:
    """A permit says which reports it asks for."""
    return [] if version.report_requirements else [Missing(said("还没有执行报告要求。"), url=f"{base}/reports")]


def missing_in_permit(permit: Permit) -> list[Missing]:
    """A permit is in force by a version that is."""
    return [] if queries.permits.issued(permit) else [Missing(said("还没有已生效的版本。"))]


def missing_for_end(permit: Permit) -> list[Missing]:
    """The end needs its day and its reason."""
    lacking = [] if permit.ended_on else [Missing(said("请填写日期。"), "ended_on")]
    return lacking + ([] if permit.end_reason.strip() else [Missing(said("请写明理由。"), "reason")])


PERMIT = workflow(
    "permit",
    "许可证",
    P.DRAFT,
    [
        Step(
            "issue", frozenset({P.DRAFT, P.RECTIFICATION}), P.IN_FORCE, Action.PERMIT_ISSUE, "生效", missing_in_permit
        ),
        Step("rectify", frozenset({P.DRAFT, P.IN_FORCE}), P.RECTIFICATION, Action.PERMIT_ISSUE, "限期整改", grave=True),
        Step(
            "cancel",
            frozenset({P.IN_FORCE, P.RECTIFICATION}),
            P.CANCELLED,
            Action.PERMIT_ISSUE,
            "注销",
            missing_for_end,
            grave=True,
        ),
        Step(
            "withdraw", frozenset({P.IN_FORCE}), P.WITHDRAWN, Action.PERMIT_ISSUE, "撤销", missing_for_end, grave=True
        ),
        Step("revoke", frozenset({P.IN_FORCE}), P.REVOKED, Action.PERMIT_ISSUE, "吊销", missing_for_end, grave=True),
    ],
)
"""办法第二十九条（注销）, 第三十条（撤销), 条例第三十四条（吊销）, 条例第四十六条（限期整改）."""

ENDS = ("cancel", "withdraw", "revoke")

VERSION = workflow(
    "permit_version",
    "许可证版本",
    V.DRAFT,
    [
        Step(
            "issue",
            frozenset({V.DRAFT}),
            V.ISSUED,
            Action.PERMIT_ISSUE,
            "生效",
            missing_in_version,
            grave=True,
        )
    ],
)
