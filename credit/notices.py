"""The room's documents: prior notice, decision to list, decision to remove, explanation of a grade."""

from datetime import date

from core.paper import Facts, Form, Grid, Paper, Para
from credit import rules
from credit.models import Listing
from inspections.notices import REMEDY, day_words, sentence
from registry.documents import Compose, Issue
from registry.models import Enterprise

EDITION = "清源文书样式 2026-1（示例，未核对）"


def _party(firm: Enterprise) -> list[Para | Facts]:
    return [
        Para(f"{firm.name}：", indent=False),
        Facts(
            (
                ("统一社会信用代码", firm.credit_code),
                ("地址", firm.address or "—"),
                ("法定代表人", firm.legal_representative or "—"),
            )
        ),
    ]


def _days(day: date | None) -> str:
    return day_words(day) if day else "（待定）"


def listing_notice(listing: Listing) -> Compose:
    """列入名单事先告知书: facts, basis, consequence, right to be heard and until when."""

    def compose(issue: Issue) -> Paper:
        decision = listing.decision
        blocks = [
            *_party(listing.enterprise),
            Para(
                f"经查，{decision.office.name}于{day_words(decision.decided_on)}作出{decision.number}，认定：{sentence(decision.facts)}"
            ),
            Para(f"上述情形属于：{listing.ground}。"),
            Para(
                f"依据{listing.legal_basis}，我局拟将你单位列入{listing.list_type.label}，期限{listing.term_months}个月。"
            ),
            Para("列入后，名单信息将依法公开；你单位环境信用等级按最低等级管理，有关部门可依法采取惩戒措施。"),
            Para(
                "你单位有权陈述和申辩。请在收到本告知书之日起五个工作日内（收到当日不计入）"
                "书面提出，或者通过清源企业端提出。逾期未提出的，视为放弃陈述申辩。"
            ),
            *_contact(issue),
        ]
        return _signed(issue, "列入名单事先告知书", blocks)

    return compose


def _contact(issue: Issue) -> list[Para]:
    """Where the party can speak; left out only where the office has not entered its own address and telephone."""
    office = issue.office
    told = [("联系地址", office.address), ("联系电话", office.telephone)]
    words = "，".join(f"{label}：{value}" for label, value in told if value)
    return [Para(f"{words}。")] if words else []


def listing_decision(listing: Listing) -> Compose:
    """列入名单决定书: facts, defence and its answer, basis, term, remedies."""

    def compose(issue: Issue) -> Paper:
        decision = listing.decision
        blocks = [
            *_party(listing.enterprise),
            Para(
                f"{decision.office.name}于{day_words(decision.decided_on)}作出{decision.number}，认定：{sentence(decision.facts)}"
            ),
            Para(f"我局已于{_days(listing.notified_on)}向你单位送达事先告知书。{_defence(listing)}"),
            Para(
                f"上述情形属于：{listing.ground}。依据{listing.legal_basis}，决定将你单位列入{listing.list_type.label}。"
            ),
            Para(
                f"期限自{_days(listing.listed_on)}起至{_days(listing.term_to)}止（止日不计入）。期满自动移出，停止公开。"
            ),
            Para(
                "你单位改正违法行为、履行义务、公开作出信用承诺，并满足最短期限的，可以通过清源企业端或者信用中国申请信用修复。"
            ),
            Para(REMEDY),
        ]
        return _signed(issue, "列入名单决定书", blocks)

    return compose


def _defence(listing: Listing) -> str:
    if listing.waived_on:
        return f"你单位于{day_words(listing.waived_on)}书面放弃陈述申辩。"
    if not listing.objections:
        return "你单位在规定期限内没有提出陈述申辩。"
    return "你单位提出陈述申辩。" + "".join(
        f"关于「{each.text}」，我局认为：{each.answer}" for each in listing.objections
    )


def removal_decision(listing: Listing) -> Compose:
    """移出名单决定书."""

    def compose(issue: Issue) -> Paper:
        blocks = [
            *_party(listing.enterprise),
            Para(f"你单位于{_days(listing.listed_on)}被列入{listing.list_type.label}。"),
            Para(
                f"现因{listing.removal_reason}，决定自{_days(listing.removed_on)}起将你单位移出该名单，停止公开和共享有关信息。"
            ),
        ]
        return _signed(issue, "移出名单决定书", blocks)

    return compose


def explanation_sheet(firm: Enterprise, score: rules.Score, scheme_title: str) -> Compose:
    """环境信用评价说明: each line that makes the score, with its document and the day it lapses."""

    def compose(issue: Issue) -> Paper:
        rows = tuple(
            (
                item.on.isoformat(),
                f"{item.rule}：{item.reason}",
                ("−" if item.points < 0 else "+") + rules.number_words(abs(item.points)),
                item.expires.isoformat() if item.expires else "不失效",
            )
            for item in score.items
        ) or (("—", "评价日没有计分事项", "0", "—"),)
        blocks = (
            Facts(
                (
                    ("单位名称", firm.name),
                    ("统一社会信用代码", firm.credit_code),
                    ("评价日", day_words(score.as_of)),
                    ("评价方案", scheme_title),
                    ("得分和等级", f"{rules.number_words(score.score)} 分，{score.grade.label}"),
                    ("算式", score.sum_words),
                ),
                look="table",
            ),
            Grid(("日期", "事项", "分值", "失效日"), rows, widths=(2, 6, 1.2, 2), align="clrc"),
            Para("对得分有异议的，可以在清源企业端提出；改正并满足条件的，可以申请信用修复。", indent=True),
        )
        return Paper(
            agency=issue.office.name,
            title="环境信用评价说明",
            number=issue.number,
            form=Form.CERTIFICATE,
            blocks=blocks,
            sign_off=issue.office.name,
            date_zh=day_words(issue.on),
            verify_url=issue.verify_url,
            verify_code=issue.code,
            edition=EDITION,
            draft=not issue.code,
        )

    return compose


def _signed(issue: Issue, title: str, blocks: list[Para | Facts]) -> Paper:
    return Paper(
        agency=issue.office.name,
        title=title,
        number=issue.number,
        form=Form.DECISION,
        blocks=tuple(blocks),
        sign_off=issue.office.name,
        date_zh=day_words(issue.on),
        verify_url=issue.verify_url,
        verify_code=issue.code,
        edition=EDITION,
        draft=not issue.code,
    )
