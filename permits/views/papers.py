"""An execution report that came on paper, keyed in at the window: one page, everything or nothing."""

from dataclasses import asdict, replace
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.attachments import BadFile, read_limited
from core.db import db, expect_version
from core.forms import shown_version
from core.pages import Answer, attachment, page
from core.said import shown
from core.workflow import NotAllowed
from permits import actions, queries, workbook
from permits.blueprint import bp
from permits.forms.reports import PaperForm, typed
from permits.models import ExecutionReport
from permits.rules import checks
from permits.rules.checks import FIELDS, Line
from permits.views.reports import by_outlet, place_names
from permits.workbook import CellProblem
from registry import obligations
from registry import queries as registry
from registry.models import Obligation

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _owed(obligation_id: int) -> Obligation:
    """The obligation to report; of a demand for correction, the report that is to be corrected."""
    found = registry.obligation(obligation_id, seen_by=me())
    if found.source_kind != ExecutionReport.__tablename__:
        return found
    report = queries.reports.report(found.source_id, seen_by=me())
    return registry.obligation(report.obligation_id, seen_by=me())


@bp.route("/obligations/<int:obligation_id>/paper-report", methods=["GET", "POST"])
@may(Action.REPORT_ACCEPT)
def key_in_report(obligation_id: int) -> Answer:
    """Key in what stands on the paper; refused, nothing is stored and everything typed stays on the page."""
    owed = _owed(obligation_id)
    report = actions.report_to_key_in(owed)
    lines, open_rows = queries.reports.lines(report), queries.reports.open_rows(report)
    writable = [each for each in lines if each.row in open_rows]
    form = PaperForm(data=_beginning(report, writable))
    read: list[CellProblem] | None = None
    if request.form.get("read"):
        read = _read(form, report)
    elif form.validate_on_submit():
        if report.id is not None:
            expect_version(report, shown_version(form), {})
        try:
            with db.session.begin_nested():
                made = actions.key_in_report(owed, form.paper(), by=me())
        except BadFile as refusal:
            form.hidden_problem("scans", shown(refusal.sentence))
        except NotAllowed as refusal:
            report = actions.report_to_key_in(owed)
            form.ask(checks.unconfirmed(actions.remarks_on_paper(report, form.paper()), report.acknowledged))
            form.refuse(refusal.missing)
        else:
            flash(_("已代录，回执已生成。请另一人审核。"), "ok")
            return redirect(url_for(".report", report_id=made.report_id), 303)
    beside = queries.reports.beside(report, lines)
    return page(
        "permits/key_in_report.html",
        form=form,
        owed=owed,
        report=report,
        permit=report.permit_version.permit,
        deadline=None if report.submission_number else obligations.countdown_of(owed, clock.today()),
        outlets=by_outlet(lines),
        outlet_names={each.code: each.name for each in report.permit_version.outlets},
        inputs={entry.form.row.data: entry.form for entry in form.rows},
        beside=beside,
        comments=queries.reports.open_comments(report) if report.submission_number else [],
        names=place_names(report),
        read=read,
        fields=FIELDS,
        limit_words=checks.limit_words,
        crumbs=[
            (_("执行报告"), url_for(".reports")),
            (owed.title, url_for("registry.obligation", obligation_id=owed.id)),
            (_("代录纸质报告"), None),
        ],
    )


def _beginning(report: ExecutionReport, writable: list[Line]) -> dict[str, Any]:
    """What the page begins with: nothing that is not on the paper; of a returned report, what was handed in last."""
    if not report.submission_number:
        return {"version": report.version, "shutdown_days": 0, "rows": [{"row": each.row} for each in writable]}
    said = queries.reports.operation(report)
    return {
        "version": report.version,
        "shutdown_days": said.shutdown_days,
        "narrative": said.narrative,
        "rows": [typed(each.row, each) for each in writable],
    }


def _named(report: ExecutionReport) -> str:
    """What tells the template of this paper from every other."""
    return f"obligation-{report.obligation_id}"


def _read(form: PaperForm, report: ExecutionReport) -> list[CellProblem] | None:
    """Type a filled-in template into the form, to be looked at: all of it, or None or what is wrong in which cell."""
    if not form.file.data:
        form.hidden_problem("file", _("请选择文件。"))
        return None
    try:
        filled = workbook.read(read_limited(form.file.data.stream), _named(report))
    except BadFile as refusal:
        form.hidden_problem("file", shown(refusal.sentence))
        return None
    open_rows, lines = queries.reports.open_rows(report), queries.reports.lines(report)
    if {each.row for each in lines} != set(filled.figures) and not filled.problems:
        form.hidden_problem("file", _("模板与许可证现在的内容不一致，请重新下载模板填写。"))
        return None
    if filled.problems:
        form.hidden_problem("file", _("%(count)d 个格子有错，没有导入。", count=len(filled.problems)))
    elif closed := [
        each.name
        for each in lines
        if each.row not in open_rows and replace(each, **asdict(filled.figures[each.row])) != each
    ]:
        form.hidden_problem("file", _("%(names)s没有退回意见，不能改。", names="、".join(closed)))
        return None
    else:
        form.fill(filled.figures)
    return filled.problems


@bp.get("/obligations/<int:obligation_id>/paper-report/template.xlsx")
@may(Action.REPORT_ACCEPT)
def paper_template(obligation_id: int) -> Answer:
    """The report as an Excel template for a firm without the network: to be filled in, printed, signed and brought."""
    report = actions.report_to_key_in(_owed(obligation_id))
    lines, open_rows = queries.reports.lines(report), queries.reports.open_rows(report)
    if not report.submission_number:
        empty: dict[str, Any] = dict.fromkeys(FIELDS)
        lines = [replace(each, **empty) for each in lines]
    title = f"{report.enterprise.name} {report.obligation.title}"
    content = workbook.template(title, _named(report), lines, queries.reports.beside(report, lines), open_rows)
    return template_answer(report, content)


def template_answer(report: ExecutionReport, content: bytes) -> Response:
    """A template under the name of its report."""
    answer = Response(content, mimetype=XLSX)
    name = f"{report.obligation.title}_{report.permit_version.permit.permit_no}.xlsx".replace(" ", "")
    answer.headers["Content-Disposition"] = attachment(name)
    return answer
