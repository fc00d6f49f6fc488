"""Rectification orders: from findings to the end of the matter."""

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.models import User
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.countdown import late_words
from core.db import db, expect_version
from core.forms import shown_version
from core.pages import Answer, not_found, page
from core.workflow import Missing, NotAllowed
from inspections import actions, basis, ledgers, notices, queries, rules
from inspections.blueprint import bp
from inspections.forms import ConfirmForm, JudgeForm, OrderForm, ReasonForm, RecheckForm
from inspections.models import (
    Finding,
    Inspection,
    InspectionKind,
    InspectionState,
    ItemState,
    OrderState,
    RectificationOrder,
)
from inspections.workflow import ORDER
from law import queries as law
from law.citations import Citation
from registry import documents, evidence
from registry.forms.documents import ServeForm
from registry.models import DocumentKind


@bp.get("/orders")
@may(Action.ORDER_READ)
def orders() -> Answer:
    """Every rectification order one may see."""
    return page("inspections/orders.html", ledger=lists.page_of(ledgers.ORDERS))


def _crumbs(order: RectificationOrder, last: str | None = None) -> list[tuple[Any, str | None]]:
    title = order.document.number if order.document else f"{order.enterprise.name} {_('草稿')}"
    here: list[tuple[Any, str | None]] = [(_("责令改正"), url_for(".orders"))]
    return [*here, (title, url_for(".order", order_id=order.id) if last else None), *([(last, None)] if last else [])]


@bp.get("/orders/<int:order_id>")
@may(Action.ORDER_READ)
def order(order_id: int) -> Answer:
    """One order: what, by when, what was answered, what comes next."""
    return _order_page(queries.order(order_id, seen_by=me()), JudgeForm())


def _order_page(found: RectificationOrder, judge: JudgeForm, judged: int = 0) -> Answer:
    responses = [each for item in found.items for each in item.responses]
    deadline = basis.seen_deadline(found, clock.today())
    return page(
        "inspections/order.html",
        order=found,
        responses=evidence.of(responses),
        photos=evidence.of([item.finding for item in found.items]),
        deadline=deadline,
        overdue=late_words(deadline) if deadline and found.closed_on is None else "",
        offers=ORDER.open_to(found, me().may),
        recheckable=found.state in (OrderState.SERVED, OrderState.ESCALATED) and me().may(Action.ORDER_RECHECK),
        open_items=[item for item in found.items if item.state is not ItemState.CLOSED],
        judge=judge,
        judged=judged,
        form=judge if judged else None,
        crumbs=_crumbs(found),
    )


@dataclass(frozen=True)
class Ground:
    """The law for one cause among the findings of an order: what may be cited, and what is cited so far."""

    findings: list[Finding]
    citation: Citation | None
    offered: list[tuple[str, str]]
    """Rule and title of each choice."""
    chosen: str = ""

    @property
    def positions(self) -> str:
        """The numbers of the findings, as 1、3."""
        return "、".join(str(each.position) for each in self.findings)


def _order_form(
    inspection: Inspection, order: RectificationOrder | None
) -> tuple[OrderForm, list[Finding], list[Ground]]:
    form = OrderForm(obj=order) if order else OrderForm()
    open_ = queries.open_findings(inspection.id, seen_by=me())
    form.findings.choices = [(each.id, f"{each.position}. {each.facts[:80]}") for each in open_]
    officers = queries.officers_beside(me())
    if (
        inspection.second_officer
        and inspection.second_officer.id != me().id
        and inspection.second_officer not in officers
    ):
        officers.append(inspection.second_officer)
    form.second_officer_id.choices = [("", _("请选择"))] + [
        (each.id, f"{each.name}　{each.certificate_number}") for each in officers
    ]
    if request.method == "GET":
        _prefill(form, inspection, order, open_)
    picked = [each for each in open_ if each.id in (form.findings.data or [])] or open_
    grounds = [_ground(group, form.more_rules.data or []) for group in basis.causes(picked)]
    form.rule_id.choices = (grounds[0].offered if grounds else []) or [("", _("先给问题选案由"))]
    return form, open_, grounds


def _ground(findings: list[Finding], chosen: list[str]) -> Ground:
    citation = _citation(findings[0])
    offered = [option.rule.rule_id for option in citation.options] or list(citation.rules) if citation else []
    kept = next((each for each in chosen if each in offered), "")
    return Ground(findings, citation, [(rule_id, law.rule_title(rule_id)) for rule_id in offered], kept)


def _citation(finding: Finding) -> Citation | None:
    if not finding.violation_key:
        return None
    day = finding.found_on
    try:
        return basis.cite(finding, act_from=day, act_to=day, decided=clock.today())
    except NotAllowed:
        return None


def _prefill(form: OrderForm, inspection: Inspection, order: RectificationOrder | None, open_: list[Finding]) -> None:
    if order:
        form.findings.data = [item.finding_id for item in order.items]
        form.working_days.data = "1" if order.working_days else "0"
        form.rule_id.data, *form.more_rules.data = order.citation.get("rules") or [""]
        form.choice_reason.data = order.citation.get("choice_reason", "")
        return
    wanted = request.args.getlist("finding", int)
    chosen = [each for each in open_ if not wanted or each.id in wanted]
    form.findings.data = [each.id for each in chosen]
    form.facts.data = notices.facts_sentence(inspection, chosen)
    form.evidence.data = notices.evidence_sentence(inspection, sum(map(len, evidence.of(chosen).values())))
    form.days_allowed.data, form.working_days.data = rules.ORDER_DAYS, "1"
    other = inspection.second_officer_id if me().id == inspection.lead_officer_id else inspection.lead_officer_id
    form.second_officer_id.data = other


def _checks(form: OrderForm, order: RectificationOrder | None, grounds: list[Ground]) -> list[rules.Check]:
    """What the paper would be found wanting in if it went out as the form stands."""
    second = db.session.get(User, form.second_officer_id.data or 0)
    people = [order.lead_officer if order else me(), *([second] if second else [])]
    return rules.checks_before_issue(
        rules.OrderFacts(
            items=len(form.findings.data or []),
            officers=[
                rules.OfficerOnSite(each.name, each.certificate_number, each.certificate_until) for each in people
            ],
            drafted_on=clock.today(),
            facts=form.facts.data or "",
            evidence=form.evidence.data or "",
            content=form.content.data or "",
            days_allowed=form.days_allowed.data or 0,
            rules=[rule for each in grounds if each.citation for rule in each.citation.rules],
            conflict=any(each.citation.conflict for each in grounds if each.citation),
            choice_reason=form.choice_reason.data or "",
        )
    )


def _read(form: OrderForm, open_: list[Finding]) -> actions.OrderInput:
    second = db.session.get(User, form.second_officer_id.data or 0)
    if second is None:
        raise NotAllowed([Missing(_("选第二名执法人员。"), "second_officer_id")])
    return actions.OrderInput(
        findings=[each for each in open_ if each.id in (form.findings.data or [])],
        facts=form.facts.data or "",
        evidence=form.evidence.data or "",
        content=form.content.data or "",
        days_allowed=form.days_allowed.data or 0,
        working_days=form.working_days.data == "1",
        rule_id=form.rule_id.data or "",
        more_rules=form.more_rules.data or [],
        choice_reason=form.choice_reason.data or "",
        second_officer=second,
    )


@bp.route("/inspections/<int:inspection_id>/orders/new", methods=["GET", "POST"])
@may(Action.ORDER_DRAFT)
def draft_order(inspection_id: int) -> Answer:
    """Begin an order from the findings of an inspection."""
    inspection = queries.inspection(inspection_id, seen_by=me())
    if inspection.state is not InspectionState.FINAL:
        raise NotAllowed([_("检查笔录还没有定稿，先定稿再责令改正。")])
    form, open_, grounds = _order_form(inspection, None)
    if form.validate_on_submit():
        try:
            made = actions.draft_order(inspection, _read(form, open_), by=me())
            if not request.form.get("draft"):
                actions.send_order(made, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            db.session.flush()
            return redirect(url_for(".order", order_id=made.id), 303)
    crumbs = [(_("检查"), url_for(".inspection", inspection_id=inspection.id)), (_("责令改正"), None)]
    return page(
        "inspections/order_form.html",
        form=form,
        inspection=inspection,
        order=None,
        checks=_checks(form, None, grounds),
        grounds=grounds,
        calendar_days=basis.order_deadline(
            form.days_allowed.data or rules.ORDER_DAYS, form.working_days.data == "1", clock.today()
        ),
        crumbs=crumbs,
    )


@bp.route("/orders/<int:order_id>/edit", methods=["GET", "POST"])
@may(Action.ORDER_DRAFT)
def change_order(order_id: int) -> Answer:
    """Change a draft."""
    found = queries.order(order_id, seen_by=me())
    form, open_, grounds = _order_form(found.inspection, found)
    if form.validate_on_submit():
        expect_version(found, shown_version(form), dict(form.data))
        try:
            actions.change_order(found, _read(form, open_), by=me())
            if not request.form.get("draft"):
                actions.send_order(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".order", order_id=found.id), 303)
    return page(
        "inspections/order_form.html",
        form=form,
        inspection=found.inspection,
        order=found,
        checks=_checks(form, found, grounds),
        grounds=grounds,
        calendar_days=basis.order_deadline(
            form.days_allowed.data or rules.ORDER_DAYS, form.working_days.data == "1", clock.today()
        ),
        crumbs=_crumbs(found, _("修改")),
    )


@bp.get("/orders/<int:order_id>/preview.pdf")
@may(Action.ORDER_READ)
def preview_order(order_id: int) -> Answer:
    """The order's PDF as it would be, marked as a draft."""
    found = queries.order(order_id, seen_by=me())
    content = documents.preview(notices.order(found), found.office, DocumentKind.ORDER, clock.today())
    return Response(
        content, mimetype="application/pdf", headers={"Content-Disposition": 'inline; filename="draft.pdf"'}
    )


@bp.post("/orders/<int:order_id>/send")
@may(Action.ORDER_DRAFT)
def send_order(order_id: int) -> Answer:
    """Send to the approver."""
    actions.send_order(queries.order(order_id, seen_by=me()), by=me())
    flash(_("已送审批。"), "ok")
    return redirect(url_for(".order", order_id=order_id), 303)


@bp.route("/orders/<int:order_id>/approve", methods=["GET", "POST"])
@may(Action.ORDER_APPROVE)
def approve_order(order_id: int) -> Answer:
    """Approve: the order gets its number and cannot change any more."""
    found, form = queries.order(order_id, seen_by=me()), ConfirmForm()
    if form.validate_on_submit():
        try:
            document = actions.approve_order(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已批准，文号 %(number)s。", number=document.number), "ok")
            return redirect(url_for(".order", order_id=found.id), 303)
    return page("inspections/approve_order.html", form=form, order=found, crumbs=_crumbs(found, _("批准")))


@bp.route("/orders/<int:order_id>/<any('return', 'escalate', 'rescind'):verb>", methods=["GET", "POST"])
@may(Action.ORDER_APPROVE, Action.ORDER_RECHECK)
def end_order(order_id: int, verb: str) -> Answer:
    """Send back, escalate or rescind, each with its reason."""
    found, form, step = queries.order(order_id, seen_by=me()), ReasonForm(), ORDER.steps[verb]
    if not me().may(step.action):
        abort(403)
    acts = {"return": actions.return_order, "escalate": actions.escalate_order, "rescind": actions.rescind_order}
    if form.validate_on_submit():
        try:
            acts[verb](found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".order", order_id=found.id), 303)
    return page("inspections/end_order.html", form=form, order=found, step=step, crumbs=_crumbs(found, step.label))


@bp.route("/orders/<int:order_id>/serve", methods=["GET", "POST"])
@may(Action.ORDER_SERVE)
def serve_order(order_id: int) -> Answer:
    """Record service, from which the term runs, or an attempt that failed."""
    found = queries.order(order_id, seen_by=me())
    if found.document is None:
        raise NotAllowed([_("还没有编号的决定书。")])
    suggested = documents.suggested_mode(found.document)
    form = ServeForm(
        mode=suggested.code if suggested else None,
        recipient=found.enterprise.legal_representative,
        place=found.enterprise.address,
    )
    if form.validate_on_submit():
        try:
            actions.serve_order(found, actions.ServiceInput(**form.facts()), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            if found.due_on:
                flash(_("已送达，改正期限 %(due)s。", due=found.due_on), "ok")
            else:
                flash(_("已登记未送达，请按建议的方式再送。"), "warn")
            return redirect(url_for(".order", order_id=found.id), 303)
    return page(
        "inspections/serve_order.html", form=form, order=found, suggested=suggested, crumbs=_crumbs(found, _("送达"))
    )


@bp.post("/orders/<int:order_id>/items/<int:item_id>/responses/<int:response_id>/judge")
@may(Action.ORDER_RECHECK)
def judge_answer(order_id: int, item_id: int, response_id: int) -> Answer:
    """Accept what the firm proved, or send it back with what is lacking."""
    found = queries.order(order_id, seen_by=me())
    item = next((each for each in found.items if each.id == item_id), None) or not_found()
    response = next((each for each in item.responses if each.id == response_id), None) or not_found()
    form = JudgeForm()
    if form.validate_on_submit():
        try:
            actions.judge_answer(response, item, form.accepted.data == "1", form.judgement.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".order", order_id=found.id), 303)
    return _order_page(found, form, response.id)


@bp.route("/orders/<int:order_id>/recheck", methods=["GET", "POST"])
@may(Action.ORDER_RECHECK)
def recheck_order(order_id: int) -> Answer:
    """Re-check the open items alone: tick what was put right, begin a follow-up inspection for the rest."""
    found, form = queries.order(order_id, seen_by=me()), RecheckForm()
    open_ = [item for item in found.items if item.state is not ItemState.CLOSED]
    form.items.choices = [(item.id, f"{item.finding.position}. {item.requirement[:80]}") for item in open_]
    if form.validate_on_submit():
        try:
            for item in open_:
                if item.id in (form.items.data or []):
                    actions.close_item(item, None, by=me())
            if request.form.get("follow"):
                return redirect(_follow_up(found), 303)
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".order", order_id=found.id), 303)
    return page(
        "inspections/recheck_order.html", form=form, order=found, open_items=open_, crumbs=_crumbs(found, _("复查"))
    )


def _follow_up(order: RectificationOrder) -> str:
    """Begin the follow-up inspection at the site of the order."""
    other = order.second_officer if order.lead_officer_id == me().id else order.lead_officer
    start = actions.StartInput(
        kind=InspectionKind.FOLLOW_UP,
        started_at=clock.now(),
        second_officer=other,
        checklist=None,
        follows_order=order,
    )
    made = actions.begin_inspection(order.inspection.site, start, by=me())
    db.session.flush()
    return url_for(".inspection", inspection_id=made.id)


@bp.post("/orders/<int:order_id>/verify")
@may(Action.ORDER_RECHECK)
def verify_order(order_id: int) -> Answer:
    """End an order whose items are all closed."""
    actions.verify_order(queries.order(order_id, seen_by=me()), by=me())
    flash(_("已办结。"), "ok")
    return redirect(url_for(".order", order_id=order_id), 303)


@bp.get("/orders.<any('xlsx', 'csv', 'json'):form>")
@may(Action.ORDER_READ)
def export_orders(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.ORDERS, form)
