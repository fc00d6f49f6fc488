"""Penalty decisions on record."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.db import db
from core.forms import given
from core.pages import Answer, page
from core.workflow import NotAllowed
from inspections import actions, basis, ledgers, queries
from inspections.blueprint import bp
from inspections.forms import DayForm, DecideForm, DecideQuashForm, DecisionForm, QuashForm, StayForm
from inspections.models import PenaltyDecision
from inspections.workflow import DECISION
from law import queries as law
from registry import evidence
from registry import queries as registry


@bp.get("/cases")
@may(Action.ORDER_READ)
def decisions() -> Answer:
    """Every penalty decision one may see."""
    return page("inspections/decisions.html", ledger=lists.page_of(ledgers.DECISIONS))


def _crumbs(decision: PenaltyDecision, last: str | None = None) -> list[tuple[Any, str | None]]:
    here: list[tuple[Any, str | None]] = [(_("处罚决定"), url_for(".decisions"))]
    whole = url_for(".decision", decision_id=decision.id)
    return [*here, (decision.number, whole if last else None), *([(last, None)] if last else [])]


@bp.get("/cases/<int:decision_id>")
@may(Action.ORDER_READ)
def decision(decision_id: int) -> Answer:
    """One penalty decision: facts, law, content, its document, what followed."""
    found = queries.decision(decision_id, seen_by=me())
    return page(
        "inspections/decision.html",
        decision=found,
        scans=evidence.of([found]).get(found.id, []),
        cause=law.violation_name(found.violation_key, found.decided_on),
        offers=DECISION.open_to(found, me().may),
        stay=found.stay_on(clock.today()),
        crumbs=_crumbs(found),
    )


@bp.route("/enterprises/<int:enterprise_id>/cases/new", methods=["GET", "POST"])
@may(Action.DECISION_RECORD)
def record_decision(enterprise_id: int) -> Answer:
    """Put a penalty decision on record with its scan."""
    enterprise = registry.enterprise(enterprise_id, seen_by=me())
    form = DecisionForm()
    offices = queries.offices_beside(me())
    form.office_id.choices = [(each.id, each.name) for each in offices]
    form.violation_key.choices = [("", _("请选择")), *law.violation_choices(clock.today())]
    citation = _offered(form)
    if form.validate_on_submit():
        office = next(each for each in offices if each.id == form.office_id.data)
        facts = actions.DecisionInput(
            number=form.number.data or "",
            office=office,
            violation_key=form.violation_key.data or "",
            violation_branch=form.violation_branch.data or "",
            rule_id=form.rule_id.data or "",
            choice_reason=form.choice_reason.data or "",
            facts=form.facts.data or "",
            kinds=form.kinds.data or [],
            content=form.content.data or "",
            fine=form.fine.data,
            confiscated=form.confiscated.data,
            act_from=given(form.act_from.data),
            act_to=given(form.act_to.data),
            decided_on=given(form.decided_on.data),
            served_on=form.served_on.data,
            scan=form.scan.data if form.scan.data and form.scan.data.filename else None,
        )
        try:
            made = actions.record_decision(enterprise, facts, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            db.session.flush()
            return redirect(url_for(".decision", decision_id=made.id), 303)
    crumbs = [(enterprise.name, url_for("registry.enterprise", enterprise_id=enterprise.id)), (_("登记处罚决定"), None)]
    return page("inspections/decision_form.html", form=form, enterprise=enterprise, citation=citation, crumbs=crumbs)


def _offered(form: DecisionForm) -> Any:
    """Offer the rules that fit the dates typed so far; the page shows old and new side by side."""
    form.rule_id.choices = [("", _("填好案由和日期后选择"))]
    if not (form.violation_key.data and form.act_from.data and form.act_to.data and form.decided_on.data):
        return None
    try:
        citation = basis.cite_key(
            form.violation_key.data,
            form.violation_branch.data or "",
            act_from=form.act_from.data,
            act_to=form.act_to.data,
            decided=form.decided_on.data,
        )
    except NotAllowed:
        return None
    offered = [option.rule.rule_id for option in citation.options] or list(citation.rules)
    form.rule_id.choices += [(rule_id, law.rule_title(rule_id)) for rule_id in offered]
    if not form.rule_id.data and len(offered) == 1:
        form.rule_id.data = offered[0]
    return citation


@bp.route("/cases/<int:decision_id>/confirm", methods=["GET", "POST"])
@may(Action.DECISION_CONFIRM)
def confirm_decision(decision_id: int) -> Answer:
    """A second person confirms the record against the document."""
    found, form = queries.decision(decision_id, seen_by=me()), DecideForm()
    if form.validate_on_submit():
        try:
            form.prove()
            actions.confirm_decision(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已复核生效，计入环境信用。"), "ok")
            return redirect(url_for(".decision", decision_id=found.id), 303)
    return page("inspections/confirm_decision.html", form=form, decision=found, crumbs=_crumbs(found, _("复核")))


@bp.route("/cases/<int:decision_id>/quash/propose", methods=["GET", "POST"])
@may(Action.DECISION_RECORD, Action.DECISION_CONFIRM)
def propose_quashing(decision_id: int) -> Answer:
    """A decision was quashed: when and by what; another person confirms it."""
    found, form = queries.decision(decision_id, seen_by=me()), QuashForm()
    DECISION.may_leave("quash", found.state)
    if form.validate_on_submit():
        try:
            actions.propose_quashing(found, given(form.quashed_on.data), form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已登记，由另一人确认后生效。"), "ok")
            return redirect(url_for(".decision", decision_id=found.id), 303)
    return page("inspections/propose_quashing.html", form=form, decision=found, crumbs=_crumbs(found, _("登记撤销")))


@bp.route("/cases/<int:decision_id>/quash", methods=["GET", "POST"])
@may(Action.DECISION_CONFIRM)
def quash_decision(decision_id: int) -> Answer:
    """A second person lets a quashing take effect, and whatever stood on the decision is corrected at once; or not."""
    found, form = queries.decision(decision_id, seen_by=me()), DecideQuashForm()
    DECISION.refuse_if_missing("quash", found)
    asked = found.open_quashing
    if asked is None:
        raise NotAllowed([_("这次登记的撤销已经办结。")])
    if form.validate_on_submit():
        try:
            form.prove()
            actions.quash_decision(asked, form.granted.data == "1", form.answer.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            told = _("已确认撤销，相关信用记录已更正。") if asked.granted else _("已不予撤销，处罚决定继续有效。")
            flash(told, "warn" if asked.granted else "ok")
            return redirect(url_for(".decision", decision_id=found.id), 303)
    here = _crumbs(found, _("确认撤销"))
    return page("inspections/quash_decision.html", form=form, decision=found, asked=asked, crumbs=here)


@bp.route("/cases/<int:decision_id>/stay", methods=["GET", "POST"])
@may(Action.DECISION_CONFIRM)
def stay_decision(decision_id: int) -> Answer:
    """Execution was stayed, or is resumed: whatever stands on the decision rests as long, and no longer."""
    found, form = queries.decision(decision_id, seen_by=me()), StayForm(on=clock.today())
    standing = found.stay_on(clock.today())
    if form.validate_on_submit():
        try:
            if standing:
                actions.lift_stay(found, given(form.on.data), by=me())
            else:
                actions.note_stay(found, given(form.on.data), form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已登记恢复执行。") if standing else _("已登记停止执行，相关信用记录和名单同时中止。"), "ok")
            return redirect(url_for(".decision", decision_id=found.id), 303)
    title = _("恢复执行") if standing else _("停止执行")
    return page(
        "inspections/stay_decision.html",
        form=form,
        decision=found,
        standing=standing,
        act_title=title,
        crumbs=_crumbs(found, title),
    )


@bp.route("/cases/<int:decision_id>/<any('served', 'paid', 'corrected'):what>", methods=["GET", "POST"])
@may(Action.DECISION_RECORD)
def note_decision(decision_id: int, what: str) -> Answer:
    """Note that the decision was served, that the fine was paid, or that what was punished has been put right."""
    found, form = queries.decision(decision_id, seen_by=me()), DayForm(on=clock.today())
    if form.validate_on_submit():
        act = {"served": actions.note_served, "paid": actions.note_paid, "corrected": actions.note_corrected}[what]
        try:
            act(found, given(form.on.data), by=me())
        except NotAllowed as refusal:
            for item in refusal.missing:
                form.hidden_problem("on", item.text)
        else:
            return redirect(url_for(".decision", decision_id=found.id), 303)
    title = {"served": _("登记送达"), "paid": _("登记缴款"), "corrected": _("登记改正完成")}[what]
    return page(
        "inspections/note_decision.html", form=form, decision=found, act_title=title, crumbs=_crumbs(found, title)
    )


@bp.get("/cases.<any('xlsx', 'csv', 'json'):form>")
@may(Action.ORDER_READ)
def export_decisions(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.DECISIONS, form)
