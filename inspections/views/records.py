"""Recording an inspection, on a phone in a plant yard or afterwards at the desk."""

from collections import Counter
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
from inspections.forms import (
    AnswerForm,
    ChecklistForm,
    ConfirmForm,
    FindingForm,
    ReasonForm,
    RecordForm,
    SignatureForm,
    StartForm,
)
from inspections.models import AnswerKind, ChecklistItem, Inspection, InspectionKind, InspectionState, Severity
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
    return url_for(".checklist", inspection_id=inspection.id)


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
        waits_for_consent=actions.waits_for_consent(found) and me().may(Action.ORDER_APPROVE),
        openable=[each for each in found.findings if each.state.code == "open"] if not draft else [],
        kinds=AnswerKind,
        crumbs=_crumbs(found),
    )


def _to_mend(inspection: Inspection) -> dict[str, str]:
    """Where each thing that a draft still lacks can be mended, by the field that lacks it."""
    record = url_for(".save_record", inspection_id=inspection.id)
    asks = inspection.checklist and inspection.checklist.items
    unfound = _unfound(inspection)
    return {
        "": record,
        "checklist": url_for(".checklist", inspection_id=inspection.id) if asks else record,
        "findings": url_for(".record_finding", inspection_id=inspection.id, item=unfound[0].id if unfound else None),
        "signature": url_for(".sign_record", inspection_id=inspection.id),
        "finalise": url_for(".finalise", inspection_id=inspection.id),
    }


def _unfound(inspection: Inspection, after: int = 0) -> list[ChecklistItem]:
    """The questions answered 不符合 for which no finding stands yet, those behind a position alone."""
    standing = [each for each in inspection.findings if not each.void_reason]
    fails = {each.item_id for each in inspection.answers if each.answer is AnswerKind.FAILS}
    return [
        item
        for item in (inspection.checklist.items if inspection.checklist else [])
        if item.id in fails
        and item.position > after
        and not any(
            each.requirement == item.requirement or (item.violation_key and each.violation_key == item.violation_key)
            for each in standing
        )
    ]


def _next_step(inspection: Inspection, after: int = 0) -> str:
    """Where the record goes on: the next finding, the open questions, the written part, the signature, the end.

    ``after`` is the position of the question that was dealt with just now; 0 when it was not one question.
    """
    db.session.flush()
    db.session.expire(inspection, ["findings", "answers"])
    where = _to_mend(inspection)
    unfound = _unfound(inspection, after)
    if unfound:
        return url_for(".record_finding", inspection_id=inspection.id, item=unfound[0].id)
    lacking = [each.field or "" for each in missing_in_record(inspection)]
    if "checklist" in lacking:
        return _first_open(inspection) if after else where["checklist"]
    if "findings" in lacking:
        return where["findings"]
    if not lacking:
        return where["finalise"]
    return where["signature"] if lacking == ["signature"] else where[""]


def _first_open(inspection: Inspection) -> str:
    """The page of the first question that has no answer yet."""
    answered = {each.item_id for each in inspection.answers}
    items = inspection.checklist.items if inspection.checklist else []
    place = next((place for place, item in enumerate(items, 1) if item.id not in answered), 1)
    return url_for(".answer_checklist", inspection_id=inspection.id, position=place)


def _on_site(inspection: Inspection) -> dict[str, Any]:
    """What the pages for the telephone share: whose yard it is, and the way back to the record."""
    back = _home(inspection)
    return {"inspection": inspection, "place": inspection.enterprise.name, "back_url": back}


def _home(inspection: Inspection) -> str:
    return url_for(".inspection", inspection_id=inspection.id)


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
    if request.method == "GET" and found.ended_at is None:
        form.ended_at.data = clock.now()
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
            rest = {each.field for each in missing_in_record(found)}
            return redirect(_next_step(found) if rest <= {"signature"} else _home(found), 303)
    return page("inspections/save_record.html", form=form, **_on_site(found))


@bp.route("/inspections/<int:inspection_id>/checklist", methods=["GET", "POST"])
@may(Action.INSPECTION_RECORD)
def checklist(inspection_id: int) -> Answer:
    """The whole checklist: a tap for each question, and one for all that is as it should be."""
    found = _mine(inspection_id)
    items = found.checklist.items if found.checklist else []
    if not items:
        not_found()
    form = ChecklistForm()
    given = {item.id: kind for item in items if (kind := AnswerKind.of(request.form.get(f"answer-{item.id}")))}
    if form.validate_on_submit():
        known = {each.item_id: each for each in found.answers}
        try:
            for item_id, kind in given.items():
                if item_id not in known or known[item_id].answer is not kind:
                    remark = known[item_id].remark if item_id in known else ""
                    actions.answer_checklist(found, item_id, kind, remark, by=me())
            if form.rest.data:
                actions.answer_rest(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(_next_step(found), 303)
    chosen = {each.item_id: each.answer for each in found.answers} | given
    return page("inspections/checklist.html", form=form, items=items, chosen=chosen, **_on_site(found))


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
    return _next_step(inspection)


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
            return redirect(_next_step(found, item.position) if item else _home(found), 303)
    return page("inspections/record_finding.html", form=form, item=item, **_on_site(found))


@bp.route("/inspections/<int:inspection_id>/signature", methods=["GET", "POST"])
@may(Action.INSPECTION_RECORD)
def sign_record(inspection_id: int) -> Answer:
    """The party reads the record and signs, or refuses."""
    found = _mine(inspection_id)
    form = SignatureForm(signed_name=found.signed_name or found.person_met, refusal=found.refusal)
    if form.validate_on_submit():
        try:
            actions.sign_record(
                found,
                form.read_strokes(),
                form.signed_name.data or "",
                form.refusal.data or "",
                paper=form.paper.data or None,
                by=me(),
            )
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(_home(found) if missing_in_record(found) else _next_step(found), 303)
    return page("inspections/sign_record.html", form=form, told=_tally(found), **_on_site(found))


def _tally(inspection: Inspection) -> str:
    """How the questions were answered, in one line."""
    count = Counter(each.answer for each in inspection.answers)
    return "，".join(f"{_(kind.label)} {count[kind]}" for kind in AnswerKind if count[kind]) or _("没有用清单")


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
    return page("inspections/finalise.html", form=form, **_on_site(found))


@bp.route("/inspections/<int:inspection_id>/backdating", methods=["GET", "POST"])
@may(Action.ORDER_APPROVE)
def allow_backdating(inspection_id: int) -> Answer:
    """Consent to a record of more than seven days ago, by somebody who was not there."""
    found, form = queries.inspection(inspection_id, seen_by=me()), ConfirmForm()
    if form.validate_on_submit():
        try:
            actions.allow_backdating(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已同意补录。"), "ok")
            return redirect(url_for(".inspection", inspection_id=found.id), 303)
    return page("inspections/allow_backdating.html", form=form, inspection=found, crumbs=_crumbs(found, _("补录")))


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
