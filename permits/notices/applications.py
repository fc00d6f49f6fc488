"""The documents of an application: accepted, to be supplemented, not accepted, granted, replaced, refused."""

from collections.abc import Sequence
from datetime import date

from core.paper import Block, Facts, Form, Grid, Heading, Paper, Para
from law.deadlines import Deadline
from permits.models import Application, ApplicationComment, ApplicationKind, Permit, PermitVersion
from permits.notices.reports import day_words
from registry.documents import Compose, Issue
from registry.models import Document

EDITION = "清源文书样式 2026-1（示例，未核对）"

REMEDY = (
    "你单位如不服本决定，可以自收到本决定书之日起六十日内依法申请行政复议，"
    "也可以自收到本决定书之日起六个月内依法向人民法院提起行政诉讼。"
)
"""行政复议法, 行政诉讼法第四十六条; deadlines.csv reconsideration, litigation."""


def to_applicant(application: Application) -> Para:
    """To whom it goes."""
    return Para(f"{application.unit_name or application.enterprise.name}：", indent=False)


def unit_facts(application: Application) -> Facts:
    """Who applied for what, as a table."""
    return Facts(tuple(unit_rows(application)), look="table")


def unit_rows(application: Application) -> list[tuple[str, str]]:
    """Who applied for what."""
    rows = [
        ("统一社会信用代码", application.enterprise.credit_code),
        ("生产经营场所", application.site_address or application.site.address or "—"),
        ("申请事项", f"排污许可{application.kind.label}（{application.category.label}）"),
    ]
    if application.permit is not None and application.kind is not ApplicationKind.FIRST:
        rows.append(("许可证编号", application.permit.permit_no))
    return rows


def day_or_open(day: date | None) -> str:
    """A day as papers write it."""
    return day_words(day) if day else "（待定）"


def closed(text: str) -> str:
    """Words that a person typed, closed with a full stop where they end without one."""
    kept = text.rstrip()
    inner = kept.rstrip("）”)")
    return kept if not kept or inner[-1:] in tuple("。！？；….!?") else f"{kept}。"


def signed(issue: Issue, title: str, blocks: Sequence[Block], form: Form = Form.DECISION) -> Paper:
    """A paper of this family in the name of the office that issues it."""
    return Paper(
        agency=issue.office.name,
        title=title,
        number=issue.number,
        form=form,
        blocks=tuple(blocks),
        sign_off=issue.office.name,
        date_zh=day_words(issue.on),
        verify_url=issue.verify_url,
        verify_code=issue.code,
        edition=EDITION,
        draft=not issue.code,
    )


def contact(issue: Issue) -> list[Block]:
    """Where the office can be reached, as far as it is known."""
    told = [("联系地址", issue.office.address), ("联系电话", issue.office.telephone)]
    words = "，".join(f"{label}：{value}" for label, value in told if value)
    return [Para(f"{words}。")] if words else []


def acceptance(application: Application, decision: Deadline | None, *, deemed: bool) -> Compose:
    """受理通知书: what was handed in and when, from which day it is accepted, by when it will be decided (条例9)."""

    def compose(issue: Issue) -> Paper:
        received = application.supplemented_on or application.received_on
        how = (
            f"我局未在规定期限内告知需要补正的内容，依照《排污许可管理条例》第九条，该申请自{day_or_open(application.accepted_on)}起视为受理。"
            if deemed
            else f"经审查，申请材料齐全、符合法定形式，依照《排污许可管理条例》第九条，我局自{day_or_open(application.accepted_on)}起予以受理。"
        )
        blocks: list[Block] = [
            to_applicant(application),
            Para(f"我局于{day_or_open(received)}收到你单位提交的排污许可申请。{how}"),
            unit_facts(application),
        ]
        if decision is not None:
            blocks.append(
                Para(
                    f"我局将于{day_words(decision.due)}前作出决定。需要听证、检测、专家评审的，所需时间不计算在内，"
                    "我局将书面告知你单位。"
                )
            )
        return signed(issue, "排污许可申请受理通知书", [*blocks, *contact(issue)])

    return compose


def supplement(application: Application, comments: Sequence[ApplicationComment]) -> Compose:
    """补正告知书: everything that is lacking, at once (条例9)."""

    def compose(issue: Issue) -> Paper:
        rows = tuple(
            (str(number), each.section.label if each.section else "整份申请", each.text)
            for number, each in enumerate(comments, 1)
        )
        blocks: list[Block] = [
            to_applicant(application),
            Para(
                f"我局于{day_or_open(application.received_on)}收到你单位提交的排污许可申请。经审查，申请材料不齐全或者不符合法定形式，"
                "依照《排污许可管理条例》第九条，一次性告知需要补正的全部内容如下："
            ),
            unit_facts(application),
            Grid(("序号", "部分", "需要补正的内容"), rows, widths=(0.8, 3.2, 6), align="cll"),
            Para("请按上列内容补正后，通过清源企业端或者向我局窗口重新提交。补正材料收齐后，我局予以受理。"),
        ]
        return signed(issue, "排污许可申请材料补正告知书", [*blocks, *contact(issue)])

    return compose


def non_acceptance(application: Application) -> Compose:
    """不予受理决定书: the reason and the remedies (条例9)."""

    def compose(issue: Issue) -> Paper:
        blocks: list[Block] = [
            to_applicant(application),
            Para(f"我局于{day_or_open(application.received_on)}收到你单位提交的下列排污许可申请。"),
            unit_facts(application),
            Para(f"经审查：{closed(application.end_reason)}"),
            Para("依照《排污许可管理条例》第九条，我局决定不予受理。"),
            Para(REMEDY),
        ]
        return signed(issue, "排污许可申请不予受理决定书", [*blocks, *contact(issue)])

    return compose


def refusal(application: Application) -> Compose:
    """不予许可决定书: the reasons, the law, the remedies (条例11, 行政许可法38)."""

    def compose(issue: Issue) -> Paper:
        blocks: list[Block] = [
            to_applicant(application),
            Para(f"你单位的下列排污许可申请，我局于{day_or_open(application.accepted_on)}受理。"),
            unit_facts(application),
            Para(f"经审查，该申请不符合法定条件，理由如下：{closed(application.end_reason)}"),
            Para("依照《排污许可管理条例》第十一条，我局决定不予许可。"),
            Para(REMEDY),
        ]
        return signed(issue, "不予排污许可决定书", [*blocks, *contact(issue)])

    return compose


FACT_WORDS = {"unit_name": "单位名称", "legal_representative": "法定代表人", "address": "注册地址"}
"""The basic facts of 办法26 by their columns."""

DECIDED = {
    ApplicationKind.FIRST: "准予颁发排污许可证",
    ApplicationKind.REAPPLICATION: "准予重新颁发排污许可证",
    ApplicationKind.RENEWAL: "准予延续排污许可证",
    ApplicationKind.CHANGE: "准予变更排污许可证",
}

BASES = {
    ApplicationKind.FIRST: "第十一条",
    ApplicationKind.REAPPLICATION: "第十一条、第十五条",
    ApplicationKind.RENEWAL: "第十一条、第十四条",
}
"""Articles of the 条例 for what is decided; those of 办法 follow for the others."""

OTHER_BASES = {ApplicationKind.CHANGE: "《排污许可管理办法》第二十六条"}


def grant(
    application: Application,
    permit: Permit,
    version: PermitVersion | None,
    changed: Sequence[tuple[str, str, str]] = (),
) -> Compose:
    """准予许可决定书: what is granted, the number, from when to when; ``changed`` are basic facts, old and new (办法26)."""

    def compose(issue: Issue) -> Paper:
        basis = OTHER_BASES.get(application.kind) or f"《排污许可管理条例》{BASES[application.kind]}"
        rows = unit_rows(application)
        rows += [("许可证编号", permit.permit_no)] if application.kind is ApplicationKind.FIRST else []
        rows += [(FACT_WORDS[name], f"{old or '（空）'}，变更为{new}") for name, old, new in changed]
        if version is not None:
            rows += [
                ("有效期", f"{day_words(version.valid_from)}至{day_words(version.valid_to)}"),
                ("版本", f"第 {version.number} 版，自{day_words(version.in_force_from)}起施行"),
            ]
        blocks: list[Block] = [
            to_applicant(application),
            Para(
                f"你单位的排污许可申请，我局于{day_or_open(application.accepted_on)}受理。经审查，符合法定条件，依照{basis}，"
                f"我局决定{DECIDED[application.kind]}。"
            ),
            Facts(tuple(rows), look="table"),
            *_outlets(version),
            Para(DUTY),
        ]
        return signed(issue, "准予排污许可决定书", [*blocks, *contact(issue)])

    return compose


DUTY = "请按照排污许可证的规定排放污染物，开展自行监测，建立环境管理台账，提交执行报告，公开排放信息。"


def replacement(
    application: Application, permit: Permit, version: PermitVersion | None, lost: Sequence[Document]
) -> Compose:
    """准予补领决定书: what was lost is void from now on, the permit itself says what it said (办法32)."""

    def compose(issue: Issue) -> Paper:
        rows = unit_rows(application)
        if version is not None:
            rows += [
                ("版本", f"第 {version.number} 版"),
                ("有效期", f"{day_words(version.valid_from)}至{day_words(version.valid_to)}（不变）"),
            ]
        rows += [(f"作废的{each.kind.label.removeprefix('排污许可证')}", each.number) for each in lost]
        blocks: list[Block] = [
            to_applicant(application),
            Para(
                f"你单位的排污许可证补领申请，我局于{day_or_open(application.accepted_on)}受理。"
                f"申请理由：{closed(application.reason)}"
                "经审查，依照《排污许可管理办法》第三十二条，我局决定准予补领排污许可证："
            ),
            Facts(tuple(rows), look="table"),
            Para(
                "补发的正本、副本与本决定书同时签发，许可内容和有效期不变；原正本、副本自本决定作出之日起作废，"
                "找回后不得继续使用。"
            ),
            Para(DUTY),
        ]
        return signed(issue, "准予补领排污许可证决定书", [*blocks, *contact(issue)])

    return compose


def _outlets(version: PermitVersion | None) -> list[Block]:
    if version is None or not version.outlets:
        return []
    rows = tuple((each.code, each.name, each.kind.label, str(len(each.limits))) for each in version.outlets)
    return [
        Heading("准予的排放口"),
        Grid(("编号", "名称", "类型", "限值项数"), rows, widths=(1.6, 4, 3, 1.4), align="cllr"),
    ]
