"""The receipt of an execution report, with the copy of record in full."""

from datetime import date, datetime

from core import clock
from core.filters import shown_number
from core.paper import Block, Facts, Form, Grid, Heading, Paper, Para
from permits.models import ExecutionReport, ReportSubmission
from permits.rules import checks, record
from registry.documents import Compose, Issue


def day_words(day: date) -> str:
    """2026年11月23日."""
    return f"{day.year}年{day.month}月{day.day}日"


def moment_words(instant: datetime) -> str:
    """2026年11月23日9时40分15秒, Beijing time."""
    local = clock.beijing(instant)
    return f"{day_words(local.date())}{local.hour}时{local.minute:02d}分{local.second:02d}秒"


def receipt(report: ExecutionReport, submission: ReportSubmission) -> Compose:
    """执行报告提交回执: who handed in what and when, its hash, the declaration, every figure as signed."""

    def compose(issue: Issue) -> Paper:
        firm, permit = report.enterprise, report.permit_version.permit
        operation = record.operation_in(submission.content)
        due_on = report.obligation.due_on
        late = (report.first_submitted_on - due_on).days if report.first_submitted_on else 0
        first = f"（首次提交 {day_words(report.first_submitted_on)}）" if report.first_submitted_on else ""
        blocks: list[Block] = [
            Facts(
                (
                    ("排污单位", firm.name),
                    ("统一社会信用代码", firm.credit_code),
                    ("许可证编号", f"{permit.permit_no}（第 {report.permit_version.number} 版）"),
                    ("报告", report.obligation.title),
                    ("报告期", f"{day_words(operation.first)}至{day_words(operation.last)}"),
                    ("提交次数", f"第 {submission.number} 次"),
                    *_came(submission),
                    ("提交期限", f"{day_words(due_on)}，{f'逾期 {late} 日' if late > 0 else '按时'}{first}"),
                    *_signed(report, submission),
                    ("内容 sha256", submission.sha256),
                ),
                look="table",
            ),
            Heading("一、代录说明" if submission.paper else "一、签发声明"),
            Para(submission.declaration),
            Heading("二、生产情况"),
            Para(f"停产 {operation.shutdown_days} 天。{operation.narrative or '无其他说明。'}"),
            Heading("三、排放数据"),
            *_figures(submission.content),
            *_confirmed(submission.content),
        ]
        return Paper(
            agency=issue.office.name,
            title="排污许可证执行报告提交回执",
            number=issue.number,
            form=Form.RECEIPT,
            blocks=tuple(blocks),
            sign_off=issue.office.name,
            date_zh=day_words(issue.on),
            verify_url=issue.verify_url,
            verify_code=issue.code,
            edition="清源文书样式 2026-1（示例，未核对）；本回执由系统在收到报告时生成，不代表对内容的审核意见",
            draft=not issue.code,
        )

    return compose


def _came(submission: ReportSubmission) -> list[tuple[str, str]]:
    """When it came: by the network at a moment; on paper on a day, and keyed in at a moment."""
    moment = moment_words(submission.signed_at) + "（北京时间）"
    if submission.paper is None:
        return [("提交时间", moment)]
    return [("提交方式", "纸质"), ("收到日期", day_words(submission.paper.received_on)), ("代录时间", moment)]


def _signed(report: ExecutionReport, submission: ReportSubmission) -> list[tuple[str, str]]:
    """Who answers for it; a paper was signed by hand and has no electronic signature."""
    paper = submission.paper
    if paper is None:
        return [("填报人", _person(report.prepared_by)), ("签发人", _person(submission.signed_by))]
    by_hand = f"{paper.signatory}（{paper.post}）；没有电子签发"
    return [("纸质签字人", by_hand), ("代录人", _person(paper.keyed_by))]


def _person(person: object) -> str:
    return f"{person.name}（{person.username}）" if person is not None else "—"  # type: ignore[attr-defined]


def _figures(content: str) -> list[Block]:
    """A grid for each outlet."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for line in record.lines_in(content):
        limit = checks.limit_short(line)
        found.setdefault(line.outlet_code, []).append(
            (
                line.pollutant_name,
                limit,
                *(shown_number(getattr(line, name)) for name in ("mean", "minimum", "maximum")),
                *(
                    "—" if getattr(line, name) is None else str(getattr(line, name))
                    for name in ("samples", "exceedances")
                ),
                shown_number(line.quantity),
                shown_number(line.annual_limit),
            )
        )
    head = ("污染物", "浓度限值", "平均", "最小", "最大", "次数", "超标", "排放 t", "许可 t")
    return [
        Grid(head, tuple(rows), widths=(2.2, 2.9, 1.2, 1.2, 1.2, 0.9, 0.9, 1.4, 1.4), align="clrrrrrrr", caption=code)
        for code, rows in found.items()
    ]


def _confirmed(content: str) -> list[Block]:
    told = record.confirmed_in(content)
    if not told:
        return []
    return [
        Heading("四、已确认的提示"),
        *(Para(f"{number}. {words}说明：{reason}") for number, (words, reason) in enumerate(told, 1)),
    ]
