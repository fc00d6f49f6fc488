"""The lifecycle of an application: what each step asks for before it may be taken."""

from collections.abc import Callable, Iterator

from accounts.roles import Action
from core import clock
from core.said import said
from core.workflow import Missing, Step, workflow
from permits import queries
from permits.models import (
    Application,
    ApplicationKind,
    ApplicationState,
    CommentPurpose,
    FacilityKind,
    LimitKind,
    Opinion,
    PermitVersion,
    Section,
)
from permits.rules import applications as rules
from permits.rules import bans, numbers
from permits.workflow.permits import missing_reports

S, K = ApplicationState, ApplicationKind


def base_of(application: Application) -> str:
    """Where the applicant's pages of an application are: the firm's, or the clerk's when it was keyed in."""
    return f"/{'' if application.keyed_by_id else 'my/'}applications/{application.id}"


def missing_in(application: Application) -> list[tuple[Section, Missing]]:
    """Everything an application still lacks, by section, each with the page on which it is mended."""
    version, base = queries.applications.edition(application), base_of(application)
    found = []
    for section in rules.sections(application.kind, application.category):
        for text in _CHECKS[section](application, version):
            found.append((section, Missing(text, section.code, f"{base}/{section.code}")))
    found += [
        (each.section, Missing(each.text, each.section.code, f"{base}/{each.section.code}"))
        for each in queries.applications.triggers(application)
    ]
    return found


Check = Callable[[Application, PermitVersion | None], Iterator[str]]


def _grounds(application: Application, _version: PermitVersion | None) -> Iterator[str]:
    if not application.reason.strip():
        yield said("请写明申请理由。")
    if application.kind is K.CANCELLATION:
        if application.ends_on is None:
            yield said("请填写停止排污的日期。")
        elif application.ends_on > clock.today():
            yield said("停止排污的日期不能晚于今天。")


def _unit(application: Application, _version: PermitVersion | None) -> Iterator[str]:
    for value, name in (
        (application.unit_name, said("单位名称")),
        (application.legal_representative, said("法定代表人")),
        (application.address, said("注册地址")),
        (application.site_address, said("生产经营场所地址")),
        (application.contact_name, said("联系人")),
        (application.contact_phone, said("联系电话")),
    ):
        if not value.strip():
            yield said("没有填写%(name)s。", name=name)
    changed = queries.applications.changed_facts(application)
    if application.kind is K.CHANGE and changed and application.changed_on is None:
        yield said("基本信息有变更，请填写变更日期（办法第26条）。")
    if application.changed_on is not None and application.changed_on > clock.today():
        yield said("变更日期不能晚于今天。")
    if application.kind is K.CHANGE and not changed and not _differs(application):
        yield said("申请内容与现行许可证完全相同，没有要变更的。")


def _differs(application: Application) -> bool:
    old, new = queries.applications.before(application), queries.applications.edition(application)
    return old is not None and new is not None and bool(queries.permits.compared(old, new))


def _facilities(application: Application, _version: PermitVersion | None) -> Iterator[str]:
    if not any(each.kind is FacilityKind.PRODUCTION for each in application.facilities):
        yield said("还没有生产设施。")


def _outlets(_application: Application, version: PermitVersion | None) -> Iterator[str]:
    if version is None or not version.outlets:
        yield said("还没有排放口。")
        return
    for outlet in version.outlets:
        if problem := numbers.outlet_code_problem(outlet.code, outlet.kind):
            yield said("%(outlet)s：%(problem)s", outlet=outlet.code, problem=problem)


def _limits(application: Application, version: PermitVersion | None) -> Iterator[str]:
    outlets = version.outlets if version else []
    if not outlets:
        yield said("先填写排放口，再填写每个排放口的限值。")
    for outlet in outlets:
        for limit in outlet.limits:
            if problem := numbers.limit_unit_problem(limit.kind, limit.unit):
                yield said(
                    "%(outlet)s %(pollutant)s：%(problem)s",
                    outlet=outlet.code,
                    pollutant=limit.pollutant_name,
                    problem=problem,
                )
        if not any(limit.kind in (LimitKind.CONCENTRATION, LimitKind.RATE) for limit in outlet.limits):
            yield said("%(outlet)s 还没有许可排放浓度或速率。", outlet=outlet.code)
    annual = any(limit.kind is LimitKind.ANNUAL for outlet in outlets for limit in outlet.limits)
    if annual and application.kind is not K.CHANGE and not application.calculation.strip():
        yield said("申请了年许可排放量，请写明排放量计算过程（办法第18条）。")


def _monitoring(application: Application, version: PermitVersion | None) -> Iterator[str]:
    outlets = version.outlets if version else []
    if not outlets:
        yield said("先填写排放口，再填写每个排放口的监测要求。")
    for outlet in outlets:
        if not outlet.monitoring:
            yield said("%(outlet)s 还没有自行监测要求。", outlet=outlet.code)
    if application.kind is not K.CHANGE and not application.monitoring_plan.strip():
        yield said("还没有写自行监测方案（办法第19条）。")


def _notice(application: Application, _version: PermitVersion | None) -> Iterator[str]:
    notice = queries.applications.notice_of(application)
    if notice is None:
        yield said("重点管理的单位提交申请前要公开信息不少于五个工作日，还没有公开（办法第16条）。")
    elif notice.earliest is not None and clock.today() < notice.earliest:
        yield said("信息公开还没有满：%(sum)s，次日起可以提交（办法第16条）。", sum=notice.arithmetic)
    if (
        notice is not None
        and application.received_on is None
        and application.notice_sha256 != queries.applications.disclosed_sha256(application)
    ):
        yield said("公开以后改过申请内容，请重新公开。")


def _commitment(application: Application, _version: PermitVersion | None) -> Iterator[str]:
    if not application.committed:
        yield said("还没有确认承诺书（办法第17条）。")


def _attachments(application: Application, _version: PermitVersion | None) -> Iterator[str]:
    if application.keyed_by_id and not queries.applications.files(application):
        yield said("代录的申请要附上纸质申请材料的扫描件。")


_CHECKS: dict[Section, Check] = {
    Section.GROUNDS: _grounds,
    Section.UNIT: _unit,
    Section.FACILITIES: _facilities,
    Section.OUTLETS: _outlets,
    Section.LIMITS: _limits,
    Section.MONITORING: _monitoring,
    Section.NOTICE: _notice,
    Section.COMMITMENT: _commitment,
    Section.ATTACHMENTS: _attachments,
}


def barred(application: Application) -> list[Missing]:
    """Who got a permit by fraud may not apply again while the ban lasts (条例第四十条、第四十一条)."""
    if application.kind not in bans.BARRED:
        return []
    found = queries.applications.reapply_ban(application.enterprise_id, clock.today())
    return [Missing(found.text)] if found else []


def missing_to_hand_in(application: Application) -> list[Missing]:
    """Everything an application still lacks."""
    return barred(application) + [each for _section, each in missing_in(application)]


def _in_time_to_ask(application: Application) -> list[Missing]:
    if not queries.applications.is_deemed_accepted(application, clock.today()):
        return []
    intake = queries.applications.intake_of(application)
    return [
        Missing(
            said(
                "告知期限已过（%(sum)s），申请视为受理，只能办理受理（条例第九条）。",
                sum=intake.arithmetic if intake else "",
            )
        )
    ]


def missing_for_supplement(application: Application) -> list[Missing]:
    """A supplement is asked for once, in time, with everything that is lacking (条例9)."""
    lacking = _in_time_to_ask(application)
    if application.supplemented_on is not None:
        lacking.append(Missing(said("已经告知过一次补正，不能再次要求补正（条例第九条）。")))
    told = [
        each
        for each in application.comments
        if each.purpose is CommentPurpose.SUPPLEMENT and each.submission_number == application.submission_number
    ]
    return lacking + ([] if told else [Missing(said("请一次写明需要补正的全部内容。"), "rows")])


def missing_to_decline(application: Application) -> list[Missing]:
    """Not to accept needs its reason, and must come in time, unless the law bars the firm from applying."""
    late = [] if barred(application) else _in_time_to_ask(application)
    return late + _reason(application)


def _reason(application: Application) -> list[Missing]:
    return [] if application.end_reason.strip() else [Missing(said("请写明理由。"), "reason")]


def missing_to_review(application: Application) -> list[Missing]:
    """A review ends with an opinion, when the clock runs again and the site was seen."""
    page = f"/applications/{application.id}"
    lacking = []
    if any(each.done_on is None for each in application.site_checks):
        lacking.append(Missing(said("现场核查还没有完成。"), url=page))
    if any(each.last_day is None for each in application.pauses):
        lacking.append(Missing(said("停止计时还没有结束。"), url=page))
    if application.opinion is None or not application.review_words.strip():
        lacking.append(Missing(said("请写明审查意见。"), "words"))
    if application.opinion is not Opinion.REFUSE:
        lacking += missing_content(application)
    return lacking


def missing_content(application: Application) -> list[Missing]:
    """What the permit that is asked for still lacks, which the office has to write."""
    version = queries.applications.edition(application)
    if version is None:
        return []
    lacking = missing_reports(version, f"/permits/versions/{version.id}")
    problem = numbers.permit_number_problem(version.permit.permit_no, application.enterprise.credit_code)
    return lacking + ([Missing(problem, url=f"/permits/versions/{version.id}/edit")] if problem else [])


def missing_to_return(application: Application) -> list[Missing]:
    """To give it back to the reviewer needs a reason."""
    told = [each for each in application.comments if each.purpose is CommentPurpose.RETURN]
    return [] if told else [Missing(said("请写明理由。"), "reason")]


def missing_to_withdraw(application: Application) -> list[Missing]:
    """What was never handed in is not withdrawn; what was, with a reason."""
    handed_in = [] if application.received_on else [Missing(said("申请还没有提交，填报人可以删除草稿。"))]
    return handed_in + _reason(application)


APPLICATION = workflow(
    "application",
    "许可申请",
    S.DRAFT,
    [
        Step(
            "send",
            frozenset({S.DRAFT, S.SUPPLEMENT}),
            S.CHECKED,
            Action.APPLICATION_PREPARE,
            "送签发人",
            missing_to_hand_in,
        ),
        Step("recall", frozenset({S.CHECKED}), S.DRAFT, Action.APPLICATION_PREPARE, "撤回修改"),
        Step("give_back", frozenset({S.CHECKED}), S.DRAFT, Action.APPLICATION_SIGN, "退回填报人"),
        Step(
            "sign",
            frozenset({S.CHECKED}),
            S.SUBMITTED,
            Action.APPLICATION_SIGN,
            "签发并提交",
            missing_to_hand_in,
            grave=True,
        ),
        Step(
            "key_in",
            frozenset({S.DRAFT, S.SUPPLEMENT}),
            S.SUBMITTED,
            Action.APPLICATION_ACCEPT,
            "代录提交",
            missing_to_hand_in,
            grave=True,
        ),
        Step("accept", frozenset({S.SUBMITTED}), S.ACCEPTED, Action.APPLICATION_ACCEPT, "受理", barred),
        Step(
            "supplement",
            frozenset({S.SUBMITTED}),
            S.SUPPLEMENT,
            Action.APPLICATION_ACCEPT,
            "告知补正",
            missing_for_supplement,
        ),
        Step(
            "decline",
            frozenset({S.SUBMITTED}),
            S.DECLINED,
            Action.APPLICATION_ACCEPT,
            "不予受理",
            missing_to_decline,
            grave=True,
        ),
        Step(
            "review", frozenset({S.ACCEPTED}), S.REVIEWED, Action.APPLICATION_REVIEW, "完成技术审查", missing_to_review
        ),
        Step("return", frozenset({S.REVIEWED}), S.ACCEPTED, Action.APPLICATION_DECIDE, "退回重审", missing_to_return),
        Step(
            "grant",
            frozenset({S.REVIEWED}),
            S.GRANTED,
            Action.APPLICATION_DECIDE,
            "准予许可",
            missing_content,
            grave=True,
        ),
        Step("refuse", frozenset({S.REVIEWED}), S.REFUSED, Action.APPLICATION_DECIDE, "不予许可", _reason, grave=True),
        Step(
            "withdraw",
            frozenset({S.DRAFT, S.CHECKED, S.SUBMITTED, S.SUPPLEMENT, S.ACCEPTED, S.REVIEWED}),
            S.WITHDRAWN,
            Action.APPLICATION_SIGN,
            "撤回申请",
            missing_to_withdraw,
            grave=True,
        ),
        Step("discard", frozenset({S.DRAFT}), S.WITHDRAWN, Action.APPLICATION_PREPARE, "删除草稿", _reason, grave=True),
        Step(
            "note_withdrawal",
            frozenset({S.DRAFT, S.SUBMITTED, S.SUPPLEMENT, S.ACCEPTED, S.REVIEWED}),
            S.WITHDRAWN,
            Action.APPLICATION_ACCEPT,
            "登记撤回",
            _reason,
            grave=True,
        ),
    ],
)
"""条例第七至十五条, 办法第十六至三十二条; who prepares never signs, who reviews never decides."""
