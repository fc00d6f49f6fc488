"""The lifecycle of an execution report."""

from urllib.parse import quote

from accounts.roles import Action
from core.said import said
from core.workflow import Missing, Step, workflow
from permits import queries
from permits.models import CorrectionAsker, ExecutionReport, ReportState
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


def missing_on_paper(report: ExecutionReport) -> list[Missing]:
    """The same of a report on paper; what it does not explain, the clerk says that it does not."""
    found = queries.reports.remarks(report)
    page = f"/obligations/{report.obligation_id}/paper-report"
    wrong = [Missing(each.text, each.path, page) for each in checks.blocking(found)]
    odd = [
        Missing(said("请写纸质报告说明的原因，或者选“纸质报告未说明”：%(text)s", text=each.text), each.key, page)
        for each in checks.unconfirmed(found, report.acknowledged)
    ]
    return wrong + odd


def missing_to_key_in(report: ExecutionReport) -> list[Missing]:
    """What is keyed in stands on the paper it was keyed in from."""
    standing = queries.reports.last_submission(report)
    paper = standing.paper if standing else None
    return missing_on_paper(report) + ([] if paper else [Missing(said("请附上纸质报告的扫描件。"), "scans")])


UNCHANGED = said("内容与上次提交的完全相同；请更正，或者在说明中写明为什么不改。")


def missing_to_send(report: ExecutionReport) -> list[Missing]:
    """A returned report goes out again only when it says something else."""
    same = not queries.reports.differs_from_last(report)
    return missing_in_report(report) + ([Missing(UNCHANGED, url=f"/my/reports/{report.id}")] if same else [])


def missing_to_correct(report: ExecutionReport) -> list[Missing]:
    """An accepted report opens again only for somebody, with the reason on record."""
    asked = queries.corrections.open_of(report) is not None
    return [] if asked else [Missing(said("请写明为什么更正。"), "reason")]


def missing_to_order(report: ExecutionReport) -> list[Missing]:
    """The office orders a correction with the reason and with remarks that say what to mend."""
    told = queries.reports.open_comments(report)
    lacking = [] if told else [Missing(said("请至少写一条意见，指明要更正什么。"), "comments")]
    return missing_to_correct(report) + lacking


def missing_to_give_up(report: ExecutionReport) -> list[Missing]:
    """A firm gives up only what it asked for itself."""
    found = queries.corrections.open_of(report)
    if found is None:
        return [Missing(said("这份报告没有在办的更正。"))]
    if found.asker is CorrectionAsker.OFFICE:
        return [Missing(said("发证机关要求更正，不能放弃；认为不需更正的，请与发证机关联系。"))]
    return []


def missing_to_keep(report: ExecutionReport) -> list[Missing]:
    """Only a report that is being corrected can be left as it was accepted."""
    return [] if queries.corrections.open_of(report) else [Missing(said("这份报告没有在办的更正。"))]


def place_of(base: str, path: str) -> str:
    """The address at which a figure is mended."""
    parts = path.split("/")
    return f"{base}/outlets/{quote(parts[0])}#{parts[1]}" if len(parts) == 3 else f"{base}/operation"


def missing_for_return(report: ExecutionReport) -> list[Missing]:
    """A report goes back with remarks that say what to mend."""
    return (
        []
        if queries.reports.open_comments(report)
        else [Missing(said("请至少写一条意见，指明要更正什么。"), "comments")]
    )


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
        Step(
            "key_in",
            frozenset({R.DRAFT, R.RETURNED}),
            R.SUBMITTED,
            Action.REPORT_ACCEPT,
            "代录纸质报告",
            missing_to_key_in,
            grave=True,
        ),
        Step("return", frozenset({R.SUBMITTED}), R.RETURNED, Action.REPORT_ACCEPT, "退回更正", missing_for_return),
        Step("accept", frozenset({R.SUBMITTED}), R.ACCEPTED, Action.REPORT_ACCEPT, "接受"),
        Step("correct", frozenset({R.ACCEPTED}), R.DRAFT, Action.REPORT_PREPARE, "更正", missing_to_correct),
        Step("order", frozenset({R.ACCEPTED}), R.RETURNED, Action.REPORT_ACCEPT, "要求更正", missing_to_order),
        Step(
            "give_up",
            frozenset({R.DRAFT, R.RETURNED}),
            R.ACCEPTED,
            Action.REPORT_PREPARE,
            "放弃更正",
            missing_to_give_up,
        ),
        Step(
            "keep",
            frozenset({R.DRAFT, R.CHECKED, R.RETURNED, R.SUBMITTED}),
            R.ACCEPTED,
            Action.REPORT_ACCEPT,
            "维持原报告",
            missing_to_keep,
        ),
    ],
)
"""条例第二十二条, 办法第三十七条; who prepares never signs (CROMERR), who keys in from paper never accepts."""
