"""The lifecycle of an execution report."""

from urllib.parse import quote

from accounts.roles import Action
from core.said import said
from core.workflow import Missing, Step, workflow
from permits import queries
from permits.models import (
    ExecutionReport,
    ReportState,
)
from permits.rules import checks

R = ReportState


def missing_in_report(report: ExecutionReport) -> list[Missing]:
    """Every figure that must be mended and every odd one that nobody has given a reason for."""
    found = queries.reports.remarks(report)
    base = f"/my/reports/{report.id}"
    wrong = [Missing(each.text, each.path, place_of(base, each.path)) for each in checks.blocking(found)]
    odd = [
        Missing(said("请说明原因：%(text)s", text=each.text), each.path, f"{base}/hints")
        for each in checks.unconfirmed(found, report.acknowledged)
    ]
    return wrong + odd


UNCHANGED = said("内容与上次提交的完全相同；请按退回意见更正，或者在说明中写明为什么不改。")


def missing_to_send(report: ExecutionReport) -> list[Missing]:
    """A returned report goes out again only when it says something else."""
    same = not queries.reports.differs_from_last(report)
    return missing_in_report(report) + ([Missing(UNCHANGED, url=f"/my/reports/{report.id}")] if same else [])


def place_of(base: str, path: str) -> str:
    """The address at which a figure is mended."""
    parts = path.split("/")
    return f"{base}/outlets/{quote(parts[0])}#{parts[1]}" if len(parts) == 3 else f"{base}/operation"


def missing_for_return(report: ExecutionReport) -> list[Missing]:
    """A report goes back with remarks that say what to mend."""
    told = [each for each in report.comments if each.submission_number == report.submission_number]
    return [] if told else [Missing(said("请至少写一条意见，指明要更正什么。"), "comments")]


REPORT = workflow(
    "execution_report",
    "执行报告",
    R.DRAFT,
    [
        Step(
            "send",
            frozenset({R.DRAFT, R.RETURNED}),
            R.CHECKED,
            Action.REPORT_PREPARE,
            "送签发人",
            missing_to_send,
        ),
        Step("withdraw", frozenset({R.CHECKED}), R.DRAFT, Action.REPORT_PREPARE, "撤回修改"),
        Step("decline", frozenset({R.CHECKED}), R.DRAFT, Action.REPORT_SIGN, "退回填报人"),
        Step(
            "sign",
            frozenset({R.CHECKED}),
            R.SUBMITTED,
            Action.REPORT_SIGN,
            "签发并提交",
            missing_in_report,
            grave=True,
        ),
        Step("return", frozenset({R.SUBMITTED}), R.RETURNED, Action.REPORT_ACCEPT, "退回更正", missing_for_return),
        Step("accept", frozenset({R.SUBMITTED}), R.ACCEPTED, Action.REPORT_ACCEPT, "接受"),
    ],
)
"""条例第二十二条, 办法第三十七条; who prepares never signs (CROMERR)."""
