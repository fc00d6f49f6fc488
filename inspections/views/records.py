"""Recording an inspection, on a phone in a plant yard or afterwards at the desk."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.models import User
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.db import db, expect_version
from core.forms import given, shown_version
from core.pages import Answer, not_found, page
from core.workflow import NotAllowed
from inspections import actions, ledgers, queries
from inspections.blueprint import bp
from inspections.forms import AnswerForm, ConfirmForm, FindingForm, ReasonForm, RecordForm, SignatureForm, StartForm
from inspections.models import AnswerKind, Inspection, InspectionKind, InspectionState, Severity
from inspections.workflow import FINDING, RECORD, missing_in_record
from law import queries as law
from registry import evidence, search
from registry import queries as registry


def _crumbs(inspection: Inspection, last: str | None = None) -> list[tuple[Any, str | None]]:
    here = [(_("检查"), url_for(".inspections"))]
    title = f"{inspection.enterprise.name} {clock.beijing(inspection.started_at):%m-%d}"
    if last is None:
        return [*here, (title, None)]
    return [*here, (title, url_for(".inspection", inspection_id=inspection.id)), (last, None)]


def _officers(inspection: Inspection | None = None) -> list[tuple[Any, str]]:
    people = queries.officers_beside(me())
    if inspection and inspection.second_officer and inspection.second_officer not in people:
        people.append(inspection.second_officer)
    named = [(person.id, f"{person.name}　{person.certificate_number or _('无执法证')}") for person in people]
    return [("", _("请选择")), *named]


def _officer(user_id: int | None) -> User | None:
    return db.session.get(User, user_id) if user_id else None


@bp.get("/inspections")
@may(Action.INSPECTION_READ)
def inspections() -> Answer:
    """Every inspection one may see."""
    return page("inspections/inspections.html", ledger=lists.page_of(ledgers.INSPECTIONS))


@bp.get("/findings")
@may(Action.FINDING_READ)
def findings() -> Answer:
    """Every finding one may see."""
    return page("inspections/findings.html", ledger=lists.page_of(ledgers.FINDINGS))


@bp.get("/field")
@may(Action.INSPECTION_RECORD)
def field() -> Answer:
    """外勤: what I have begun, and where to start."""
    found = search.firms(request.args.get("q", ""), seen_by=me(), most=12) if request.args.get("q") else []
    return page("inspections/field.html", drafts=queries.drafts_of(me()), found=found, q=request.args.get("q", ""))


@bp.route("/sites/<int:site_id>/inspections/new", methods=["GET", "POST"])
@may(Action.INSPECTION_RECORD)
def begin_inspection(site_id: int) -> Answer:
    """Begin an inspection at a site."""
    site = registry.site(site_id, seen_by=me())
    form = StartForm()
    checklists = queries.checklists(clock.today())
    form.second_officer_id.choices = _officers()
    form.checklist_id.choices = [("", _("不用清单"))] + [(each.id, each.title) for each in checklists]
    if request.method == "GET":
        form.started_at.data = clock.now()
        form.checklist_id.data = checklists[0].id if checklists else None
    if form.validate_on_submit():
        start = actions.StartInput(
            kind=InspectionKind(form.kind.data),
            started_at=given(form.started_at.data),
            second_officer=_officer(form.second_officer_id.data),
            checklist=next((each for each in checklists if each.id == form.checklist_id.data), None),
        )
        try:
            made = actions.begin_inspection(site, start, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            db.session.flush()
            return redirect(_first_question(made), 303)
    return page(
        "inspections/begin_inspection.html",
        form=form,
        site=site,
        place=site.enterprise.name,
        back_url=url_for(".field"),
    )


def _first_question(inspection: Inspection) -> str:
    if inspection.checklist_id is None:
        return url_for(".inspection", inspection_id=inspection.id)
    return url_for(".answer_checklist", inspection_id=inspection.id, position=1)


@bp.get("/inspections/<int:inspection_id>")
@may(Action.INSPECTION_READ)
def inspection(inspection_id: int) -> Answer:
    """One inspection: what is written, what was found, what is still missing."""
    found = queries.inspection(inspection_id, seen_by=me())
    mine = me().id in (found.lead_officer_id, found.second_officer_id)
    draft = found.state is InspectionState.DRAFT
    return page(
        "inspections/inspection.html",
        inspection=found,
        photos=evidence.of(found.findings),
        missing=missing_in_record(found) if draft else [],
        editable=draft and mine and me().may(Action.INSPECTION_RECORD),
        offers=[offer for offer in RECORD.open_to(found, me().may) if mine or offer.step.verb == "annul"],
        to_mend=_to_mend(found) if draft else {},
        openable=[each for each in found.findings if each.state.code == "open"] if not draft else [],
        kinds=AnswerKind,
        crumbs=_crumbs(found),
    )


def _to_mend(inspection: Inspection) -> dict[str, str]:
    """Where each thing that a draft still lacks can be mended, by the field that lacks it."""
    record = url_for(".save_record", inspection_id=inspection.id)
    answered = {each.item_id for each in inspection.answers}
    items = inspection.checklist.items if inspection.checklist else []
    left = next((place for place, item in enumerate(items, 1) if item.id not in answered), 1)
    return {
        "": record,
        "checklist": url_for(".answer_checklist", inspection_id=inspection.id, position=left) if items else record,
        "findings": url_for(".record_finding", inspection_id=inspection.id),
        "signature": url_for(".sign_record", inspection_id=inspection.id),
        "finalise": url_for(".finalise", inspection_id=inspection.id),
    }


def _on_site(inspection: Inspection) -> dict[str, Any]:
    """What the pages for the telephone share: whose yard it is, and the way back to the record."""
    back = url_for(".inspection", inspection_id=inspection.id)
    return {"inspection": inspection, "place": inspection.enterprise.name, "back_url": back}


def _mine(inspection_id: int) -> Inspection:
    """A draft of my own; someone else's is read, not written."""
    found = queries.inspection(inspection_id, seen_by=me())
    if me().id not in (found.lead_officer_id, found.second_officer_id):
        not_found()
    return found


@bp.route("/inspections/<int:inspection_id>/record", methods=["GET", "POST"])
@may(Action.INSPECTION_RECORD)
def save_record(inspection_id: int) -> Answer:
    """Write down times, people and the situation."""
    found = _mine(inspection_id)
    form = RecordForm(obj=found)
    form.second_officer_id.choices = _officers(found)
    if form.validate_on_submit():
        expect_version(found, shown_version(form), dict(form.data))
        try:
            actions.save_record(
                found,
                actions.RecordInput(
                    started_at=given(form.started_at.data),
                    ended_at=form.ended_at.data,
                    second_officer=_officer(form.second_officer_id.data),
                    backdated_reason=form.backdated_reason.data or "",
                    person_met=form.person_met.data or "",
                    person_met_role=form.person_met_role.data or "",
                    certificates_shown=bool(form.certificates_shown.data),
                    rights_told=bool(form.rights_told.data),
                    production=form.production.data or "",
                    narrative=form.narrative.data or "",
                ),
                by=me(),
            )
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".inspection", inspection_id=found.id), 303)
    return page("inspections/save_record.html", form=form, **_on_site(found))


@bp.route("/inspections/<int:inspection_id>/checklist/<int:position>", methods=["GET", "POST"])
@may(Action.INSPECTION_RECORD)
def answer_checklist(inspection_id: int, position: int) -> Answer:
    """One question a page: what should be, three large answers, then the next."""
    found = _mine(inspection_id)
    items = found.checklist.items if found.checklist else []
    if not 1 <= position <= len(items):
        not_found()
    item = items[position - 1]
    known = next((each for each in found.answers if each.item_id == item.id), None)
    form = AnswerForm(answer=known.answer.code if known else None, remark=known.remark if known else "")
    if form.validate_on_submit():
        answer = AnswerKind(form.answer.data)
        try:
            actions.answer_checklist(found, item.id, answer, form.remark.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(_after_answer(found, item.id, position, answer, len(items)), 303)
    return page(
        "inspections/answer_checklist.html", form=form, item=item, position=position, items=items, **_on_site(found)
    )


def _after_answer(inspection: Inspection, item_id: int, position: int, answer: AnswerKind, last: int) -> str:
    if answer is AnswerKind.FAILS:
        return url_for(".record_finding", inspection_id=inspection.id, item=item_id)
    if position < last:
        return url_for(".answer_checklist", inspection_id=inspection.id, position=position + 1)
    return url_for(".inspection", inspection_id=inspection.id)


@bp.route("/inspections/<int:inspection_id>/findings/new", methods=["GET", "POST"])
@may(Action.INSPECTION_RECORD)
def record_finding(inspection_id: int) -> Answer:
    """Put a finding down with its photos."""
    found = _mine(inspection_id)
    items = {item.id: item for item in found.checklist.items} if found.checklist else {}
    item = items.get(request.args.get("item", 0, int))
    form = FindingForm()
    form.violation_key.choices = [("", _("以后再选")), *law.violation_choices(clock.today())]
    if request.method == "GET" and item:
        form.requirement.data, form.requirement_source.data = item.requirement, item.source
        form.violation_key.data = item.violation_key or None
    if form.validate_on_submit():
        facts = actions.FindingInput(
            requirement=form.requirement.data or "",
            requirement_source=form.requirement_source.data or "",
            facts=form.facts.data or "",
            severity=Severity(form.severity.data),
            violation_key=form.violation_key.data or "",
            violation_branch=form.violation_branch.data or "",
            outlet_code=form.outlet_code.data or "",
            corrected_on_spot=bool(form.corrected_on_spot.data),
        )
        photos = [file for file in form.photos.data or [] if file and file.filename]
        try:
            actions.record_finding(found, facts, photos=photos, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(_next_question(found, item.id if item else None), 303)
    return page("inspections/record_finding.html", form=form, item=item, **_on_site(found))


def _next_question(inspection: Inspection, item_id: int | None) -> str:
    ids = [item.id for item in inspection.checklist.items] if inspection.checklist else []
    if item_id in ids and ids.index(item_id) + 1 < len(ids):
        return url_for(".answer_checklist", inspection_id=inspection.id, position=ids.index(item_id) + 2)
    return url_for(".inspection", inspection_id=inspection.id)


@bp.route("/inspections/<int:inspection_id>/signature", methods=["GET", "POST"])
@may(Action.INSPECTION_RECORD)
def sign_record(inspection_id: int) -> Answer:
    """The party reads the record and signs, or refuses."""
    found = _mine(inspection_id)
    form = SignatureForm(signed_name=found.signed_name or found.person_met, refusal=found.refusal)
    if form.validate_on_submit():
        try:
            actions.sign_record(
                found, form.read_strokes(), form.signed_name.data or "", form.refusal.data or "", by=me()
            )
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".inspection", inspection_id=found.id), 303)
    return page("inspections/sign_record.html", form=form, **_on_site(found))


@bp.route("/inspections/<int:inspection_id>/finalise", methods=["GET", "POST"])
@may(Action.INSPECTION_RECORD)
def finalise(inspection_id: int) -> Answer:
    """Ask once, then make the record final."""
    found, form = _mine(inspection_id), ConfirmForm()
    if form.validate_on_submit():
        try:
            actions.finalise(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已定稿并生成笔录。"), "ok")
            return redirect(url_for(".inspection", inspection_id=found.id), 303)
    return page("inspections/finalise.html", form=form, inspection=found, crumbs=_crumbs(found, _("定稿")))


@bp.route("/inspections/<int:inspection_id>/<any('void', 'annul'):verb>", methods=["GET", "POST"])
@may(Action.INSPECTION_RECORD, Action.ORDER_APPROVE)
def void_inspection(inspection_id: int, verb: str) -> Answer:
    """Void a record with a reason; it stays to be read."""
    found = queries.inspection(inspection_id, seen_by=me()) if verb == "annul" else _mine(inspection_id)
    form = ReasonForm()
    if not me().may(RECORD.steps[verb].action):
        abort(403)
    if form.validate_on_submit():
        try:
            actions.void_inspection(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已作废，记录保留可查。"), "warn")
            return redirect(url_for(".inspection", inspection_id=found.id), 303)
    return page("inspections/void_inspection.html", form=form, inspection=found, crumbs=_crumbs(found, _("作废")))


@bp.get("/findings/<int:finding_id>")
@may(Action.FINDING_READ)
def finding(finding_id: int) -> Answer:
    """One finding: what should be, what was, the evidence, what became of it."""
    found = queries.finding(finding_id, seen_by=me())
    return page(
        "inspections/finding.html",
        finding=found,
        photos=evidence.of([found]).get(found.id, []),
        orders=queries.orders_on(found, seen_by=me()),
        cause=law.violation_name(found.violation_key, found.found_on) if found.violation_key else "",
        offers=[each for each in FINDING.open_to(found, me().may) if each.step.verb in ("void", "correct")],
        crumbs=[(_("问题"), url_for(".findings")), (_("第 %(n)d 项", n=found.position), None)],
    )


@bp.route("/findings/<int:finding_id>/void", methods=["GET", "POST"])
@may(Action.FINDING_RECORD)
def void_finding(finding_id: int) -> Answer:
    """Void a finding with a reason."""
    found, form = queries.finding(finding_id, seen_by=me()), ReasonForm()
    if form.validate_on_submit():
        try:
            actions.void_finding(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已作废，记录保留可查。"), "warn")
            return redirect(url_for(".finding", finding_id=found.id), 303)
    return page("inspections/void_finding.html", form=form, finding=found)


@bp.post("/findings/<int:finding_id>/correct")
@may(Action.ORDER_RECHECK)
def correct_finding(finding_id: int) -> Answer:
    """Note that a finding without an order has been put right."""
    found = queries.finding(finding_id, seen_by=me())
    if found.state.code != "open":
        raise NotAllowed([_("这个问题已进入责令改正，请在责令改正里逐项复查。")])
    actions.correct_on_spot(found, by=me())
    return redirect(url_for(".finding", finding_id=found.id), 303)


@bp.get("/inspections.<any('xlsx', 'csv', 'json'):form>")
@may(Action.INSPECTION_READ)
def export_inspections(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.INSPECTIONS, form)


@bp.get("/findings.<any('xlsx', 'csv', 'json'):form>")
@may(Action.FINDING_READ)
def export_findings(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.FINDINGS, form)
