"""Filling a report in: operation, figures by outlet, the Excel template, reasons for what is odd."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core.attachments import BadFile, read_limited
from core.db import expect_version
from core.forms import shown_version
from core.pages import Answer, not_found, page
from core.said import shown
from core.workflow import NotAllowed
from permits import actions, queries, workbook
from permits.blueprint import bp
from permits.forms.reports import FiguresForm, HintsForm, OperationForm, UploadForm, typed
from permits.models import ExecutionReport
from permits.portal.reports import crumbs
from permits.rules import checks
from permits.rules.checks import FIELDS, Level
from permits.views.papers import template_answer
from permits.views.reports import by_path, place_names


def _report(report_id: int) -> ExecutionReport:
    """A report of one's own that may be changed now; else the reason why not."""
    found = queries.reports.report(report_id, seen_by=me())
    actions.refuse_unless_editable(found)
    return found


def _next(report: ExecutionReport) -> str:
    return url_for(".my_report", report_id=report.id)


@bp.route("/my/reports/<int:report_id>/operation", methods=["GET", "POST"])
@may(Action.REPORT_PREPARE)
def report_operation(report_id: int) -> Answer:
    """What the report says of the period as a whole."""
    found = _report(report_id)
    form = OperationForm(obj=found)
    if form.validate_on_submit():
        typed = {"shutdown_days": form.shutdown_days.data, "narrative": form.narrative.data}
        expect_version(found, shown_version(form), typed)
        try:
            actions.save_operation(found, form.shutdown_days.data or 0, form.narrative.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已保存。"), "ok")
            return redirect(_next(found), 303)
    comments = [each for each in queries.reports.open_comments(found) if "/" not in each.field]
    return page(
        "permits/report_operation.html",
        form=form,
        report=found,
        comments=comments,
        crumbs=crumbs(found, _("生产情况")),
    )


@bp.route("/my/reports/<int:report_id>/outlets/<string:outlet_code>", methods=["GET", "POST"])
@may(Action.REPORT_PREPARE)
def report_figures(report_id: int, outlet_code: str) -> Answer:
    """The figures of one outlet, beside limit, monitoring and the report before."""
    found = _report(report_id)
    lines = [each for each in queries.reports.lines(found) if each.outlet_code == outlet_code]
    if not lines:
        not_found()
    open_rows = queries.reports.open_rows(found)
    writable = [each for each in lines if each.row in open_rows]
    form = FiguresForm(data={"version": found.version, "rows": [typed(each.row, each) for each in writable]})
    if form.validate_on_submit():
        expect_version(found, shown_version(form), {})
        try:
            actions.save_figures(found, form.facts(), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已保存 %(code)s。", code=outlet_code), "ok")
            return redirect(_after(found, outlet_code), 303)
    beside = queries.reports.beside(found)
    touched = [each for each in lines if any(getattr(each, name) is not None for name in FIELDS)]
    remarks = [
        remark
        for each in touched
        for remark in checks.check_line(each, queries.reports.operation(found), beside[each.row])
    ]
    return page(
        "permits/report_figures.html",
        form=form,
        report=found,
        outlet_code=outlet_code,
        outlet=next((each for each in found.permit_version.outlets if each.code == outlet_code), None),
        lines=lines,
        inputs={entry.form.row.data: entry.form for entry in form.rows},
        beside=beside,
        prefilled={f"{each.outlet_code}/{each.pollutant_code}": each.prefilled_from for each in found.figures},
        remarked=by_path(remarks),
        comments=_comments(found),
        fields=FIELDS,
        limit_words=checks.limit_words,
        crumbs=crumbs(found, outlet_code),
    )


def _after(report: ExecutionReport, outlet_code: str) -> str:
    """Where to go on: the next outlet when asked for, else the list of tasks."""
    open_rows = queries.reports.open_rows(report)
    codes = list(
        dict.fromkeys(
            each.outlet_code
            for each in queries.reports.lines(report)
            if each.row in open_rows or each.outlet_code == outlet_code
        )
    )
    at = codes.index(outlet_code) + 1
    if request.form.get("next") and at < len(codes):
        return url_for(".report_figures", report_id=report.id, outlet_code=codes[at])
    return _next(report)


def _comments(report: ExecutionReport) -> dict[str, list[str]]:
    """The clerk's remarks by place."""
    found: dict[str, list[str]] = {}
    for each in queries.reports.open_comments(report):
        found.setdefault(each.field, []).append(each.text)
    return found


@bp.get("/my/reports/<int:report_id>/template.xlsx")
@may(Action.REPORT_PREPARE)
def report_template(report_id: int) -> Answer:
    """The report as an Excel template to fill in offline."""
    found = _report(report_id)
    content = workbook.template(
        f"{found.enterprise.name} {found.obligation.title}",
        found.id,
        queries.reports.lines(found),
        queries.reports.beside(found),
        queries.reports.open_rows(found),
    )
    return template_answer(found, content)


@bp.route("/my/reports/<int:report_id>/upload", methods=["GET", "POST"])
@may(Action.REPORT_PREPARE)
def upload_report(report_id: int) -> Answer:
    """Take the filled-in template: all of it, or none with every wrong cell named."""
    found = _report(report_id)
    form = UploadForm(data={"version": found.version})
    problems: list[workbook.CellProblem] = []
    if form.validate_on_submit():
        expect_version(found, shown_version(form), {})
        try:
            filled = workbook.read(read_limited(form.file.data.stream), found.id)
            problems = filled.problems
            if not problems:
                changed = actions.save_figures(found, filled.figures, by=me())
                flash(_("已导入，%(count)d 行有变化。", count=len(changed)), "ok")
                return redirect(_next(found), 303)
            form.hidden_problem("file", _("%(count)d 个格子有错，没有导入。", count=len(problems)))
        except BadFile as error:
            form.hidden_problem("file", shown(error.sentence))
        except NotAllowed as refusal:
            for item in refusal.missing:
                form.hidden_problem("file", item.text)
    return page(
        "permits/upload_report.html",
        form=form,
        report=found,
        problems=problems,
        crumbs=crumbs(found, _("导入 Excel")),
    )


@bp.route("/my/reports/<int:report_id>/hints", methods=["GET", "POST"])
@may(Action.REPORT_PREPARE)
def report_hints(report_id: int) -> Answer:
    """Everything odd, each with room for the reason."""
    found = _report(report_id)
    odd = [each for each in queries.reports.remarks(found) if each.level is Level.SOFT]
    known = found.acknowledged
    rows = [
        {
            "key": each.key,
            "reason": known[each.key]["reason"] if known.get(each.key, {}).get("told") == each.text else "",
        }
        for each in odd
    ]
    form = HintsForm(data={"version": found.version, "rows": rows})
    if form.validate_on_submit():
        expect_version(found, shown_version(form), {})
        try:
            actions.acknowledge(found, form.reasons(), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已保存。"), "ok")
            return redirect(_next(found), 303)
    return page(
        "permits/report_hints.html",
        form=form,
        report=found,
        odd={each.key: each for each in odd},
        open_rows=queries.reports.open_rows(found),
        names=place_names(found),
        crumbs=crumbs(found, _("需要说明的数据")),
    )
