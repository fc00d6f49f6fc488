"""My monitoring: what is owed, results by form and by workbook, series, invalid marks, and keys for one's own program."""

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.attachments import BadFile, read_limited
from core.db import db
from core.intake import Unreadable
from core.pages import Answer, attachment, not_found, page
from core.said import shown
from core.workflow import NotAllowed
from permits import actions, queries, results_workbook
from permits.actions import Unusable
from permits.blueprint import bp
from permits.forms.monitoring import InvalidForm, ResultsFileForm, ResultsForm, TokenForm
from permits.forms.rows import ConfirmForm
from permits.models import Permit
from permits.rules import results
from permits.rules.results import Place
from permits.views.monitoring import shown_series
from registry import evidence
from registry import queries as registry

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_FILE = 2 * 1024 * 1024


def _crumbs(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [(_("自行监测"), url_for(".my_monitoring")), *more]


def _places(permit: Permit) -> dict[tuple[str, str], Place]:
    return results.places(queries.permits.version_on(permit, clock.today()))


@bp.get("/my/monitoring")
@may(Action.MY_READ)
def my_monitoring() -> Answer:
    """What each permit wants monitored, what there is of it, what is still owed."""
    today = clock.today()
    live = [each for each in queries.permits.my_permits(me()) if each.state in queries.permits.LIVE]
    plans = [(each, _by_outlet(queries.monitoring.plan(each, today))) for each in live]
    return page("permits/my_monitoring.html", plans=plans)


def _by_outlet(lines: list[queries.monitoring.PlanLine]) -> dict[str, list[queries.monitoring.PlanLine]]:
    found: dict[str, list[queries.monitoring.PlanLine]] = {}
    for line in lines:
        found.setdefault(line.place.outlet_code, []).append(line)
    return found


@bp.route("/my/monitoring/<int:permit_id>/outlets/<string:outlet_code>/new", methods=["GET", "POST"])
@may(Action.MONITORING_RECORD)
def record_results(permit_id: int, outlet_code: str) -> Answer:
    """Enter the results of one sample at one outlet."""
    found = queries.permits.permit(permit_id, seen_by=me())
    places = [each for each in _places(found).values() if each.outlet_code == outlet_code]
    if not places:
        not_found()
    form = ResultsForm(data={"rows": [{"pollutant": each.pollutant_code, "unit": each.unit} for each in places]})
    by_code = {each.pollutant_code: each for each in places}
    for entry in form.rows:
        place = by_code.get(str(entry.form.pollutant.data))
        entry.form.unit.choices = [(unit, unit) for unit in place.units] if place else []
    if form.validate_on_submit():
        given, rows = form.facts(outlet_code)
        try:
            if not given:
                raise NotAllowed([_("至少填写一项结果。")])
            done = actions.record_results(found, actions.settle_results(found, given), by=me())
        except Unusable as refusal:
            form.refuse_results(refusal.problems, rows)
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            _say(done)
            return redirect(url_for(".my_monitoring"), 303)
    return page(
        "permits/record_results.html",
        permit=found,
        outlet_code=outlet_code,
        form=form,
        places=by_code,
        crumbs=_crumbs((outlet_code, None)),
    )


def _say(done: actions.Recorded) -> None:
    flash(
        _("已保存：新增 %(a)d 条，更正 %(b)d 条，相同 %(c)d 条。", a=done.created, b=done.replaced, c=done.unchanged),
        "ok",
    )
    if done.exceedances:
        flash(_("有 %(n)d 条超过许可限值，监管机关会收到线索。请查明原因，及时处理。", n=done.exceedances), "warn")


@bp.get("/my/monitoring/<int:permit_id>/template.xlsx")
@may(Action.MONITORING_RECORD)
def results_template(permit_id: int) -> Answer:
    """A workbook to enter results in, laid out after the permit."""
    found = queries.permits.permit(permit_id, seen_by=me())
    content = results_workbook.template(f"{found.enterprise.name} 自行监测结果", list(_places(found).values()))
    answer = Response(content, mimetype=XLSX)
    answer.headers["Content-Disposition"] = attachment(f"自行监测结果_{found.permit_no}.xlsx")
    return answer


@bp.route("/my/monitoring/<int:permit_id>/upload", methods=["GET", "POST"])
@may(Action.MONITORING_RECORD)
def upload_results(permit_id: int) -> Answer:
    """Take a workbook of results: all of it, or nothing with every wrong cell named."""
    found, form = queries.permits.permit(permit_id, seen_by=me()), ResultsFileForm()
    problems: list[tuple[str, str]] = []
    if form.validate_on_submit():
        try:
            content = read_limited(form.file.data.stream, MOST_FILE)
            sheet = results_workbook.read(content, form.file.data.filename or "", _places(found))
            wrong = [(each.index, each.field, each.text) for each in sheet.problems]
            try:
                settled = actions.settle_results(found, sheet.results)
            except Unusable as refusal:
                wrong += [(sheet.rows[each.index], each.field, each.text) for each in refusal.problems]
            if not wrong:
                _say(actions.record_results(found, settled, by=me(), source="import"))
                return redirect(url_for(".my_monitoring"), 303)
            problems = [_told(field, row, text) for row, field, text in sorted(wrong, key=lambda each: each[0])]
        except (BadFile, Unreadable) as refusal:
            form.hidden_problem("file", shown(refusal.sentence))
        if problems:
            form.hidden_problem("file", _("%(count)d 个格子有错，没有导入。", count=len(problems)))
    return page(
        "permits/upload_results.html",
        permit=found,
        form=form,
        problems=problems[:200],
        crumbs=_crumbs((_("导入 Excel"), None)),
    )


def _told(field: str, row: int, text: str) -> tuple[str, str]:
    return shown(results_workbook.cell_of(field, row)), shown(text)


@bp.get("/my/monitoring/<int:permit_id>/outlets/<string:outlet_code>/<string:pollutant_code>")
@may(Action.MY_READ)
def my_series(permit_id: int, outlet_code: str, pollutant_code: str) -> Answer:
    """One pollutant at one outlet over a day, a month or a year, with its last results."""
    found = queries.permits.permit(permit_id, seen_by=me())
    seen = shown_series(found, outlet_code, pollutant_code)
    name = f"{outlet_code} {seen['curve'].place.name}"
    newest = queries.monitoring.newest(found, outlet_code, pollutant_code)
    return page("permits/my_series.html", newest=newest, crumbs=_crumbs((name, None)), **seen)


@bp.route("/my/monitoring/results/<int:result_id>/invalidate", methods=["GET", "POST"])
@may(Action.MONITORING_RECORD)
def invalidate_result(result_id: int) -> Answer:
    """Mark a result as invalid, with the reason and what proves it."""
    found, form = queries.monitoring.result(result_id, seen_by=me()), InvalidForm()
    permit = queries.permits.permit(found.permit_id, seen_by=me())
    back = url_for(
        ".my_series", permit_id=permit.id, outlet_code=found.outlet_code, pollutant_code=found.pollutant_code
    )
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                made = actions.invalidate_result(found, permit, form.reason.data or "", by=me())
                evidence.attach(
                    form.proof.data,
                    enterprise_id=permit.enterprise_id,
                    subject=made,
                    by=me(),
                    caption=_("监测结果无效的证明"),
                )
        except BadFile as error:
            form.hidden_problem("proof", shown(error.sentence))
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已标记为无效，原来的记录仍保留。"), "ok")
            return redirect(back, 303)
    return page(
        "permits/invalidate_result.html",
        result=found,
        form=form,
        back=back,
        crumbs=_crumbs((found.outlet_code, back), (_("标记无效"), None)),
    )


@bp.get("/my/tokens")
@may(Action.TOKEN_EDIT)
def my_tokens() -> Answer:
    """The keys of the firm one signs for."""
    firm = registry.firm_of(me())
    firms = [firm] if firm else []
    keys = [(each, queries.monitoring.tokens_of(each.id)) for each in firms]
    return page("permits/my_tokens.html", firms=keys, crumbs=_crumbs((_("数据接口令牌"), None)))


@bp.route("/my/tokens/new", methods=["GET", "POST"])
@may(Action.TOKEN_EDIT)
def create_token() -> Answer:
    """Make a key; its text is shown in this one answer and never again."""
    firms = registry.firms_of(me())
    firm = registry.firm_of(me()) or not_found()
    form = TokenForm(data={"enterprise_id": firm.id} if request.method == "GET" else None)
    form.enterprise_id.choices = [(each.id, each.name) for each in firms]
    context: dict[str, Any] = {"crumbs": _crumbs((_("数据接口令牌"), url_for(".my_tokens")), (_("新建"), None))}
    if form.validate_on_submit():
        firm = next(each for each in firms if each.id == form.enterprise_id.data)
        try:
            made, secret = actions.create_token(firm, form.name.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return make_response(render_template("permits/token_created.html", key=made, secret=secret, **context), 200)
    return page("permits/create_token.html", form=form, firms=firms, **context)


@bp.route("/my/tokens/<int:token_id>/revoke", methods=["GET", "POST"])
@may(Action.TOKEN_EDIT)
def revoke_token(token_id: int) -> Answer:
    """Stop a key."""
    found, form = queries.monitoring.token(token_id, seen_by=me()), ConfirmForm()
    if form.validate_on_submit():
        actions.revoke_token(found, by=me())
        flash(_("令牌已停用。"), "ok")
        return redirect(url_for(".my_tokens"), 303)
    return page(
        "permits/revoke_token.html",
        key=found,
        form=form,
        crumbs=_crumbs((_("数据接口令牌"), url_for(".my_tokens")), (_("停用"), None)),
    )
