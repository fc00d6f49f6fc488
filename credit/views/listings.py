"""Onto the list and off it, and the list as an export."""

from datetime import date
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.audit import record
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.countdown import Countdown, countdown
from core.db import db
from core.forms import given
from core.pages import Answer, not_found, page
from core.text import date_of
from core.workflow import NotAllowed
from credit import actions, ledgers, queries, rules
from credit.blueprint import bp
from credit.forms import (
    AnswerForm,
    ConfirmForm,
    DayForm,
    DecideForm,
    DecideRemovalForm,
    NoticeForm,
    ProposeForm,
    ProposeRemovalForm,
    ReasonForm,
)
from credit.models import Listing, ListingState, ListType
from credit.workflow import LISTING, missing_to_remove
from law import queries as law
from registry.models import Document, ServiceMode
from registry.timeline import Event


@bp.get("/listings")
@may(Action.LISTING_READ)
def listings() -> Answer:
    """Every listing one may see, from proposal to removal."""
    proposable = queries.proposable(me()) if me().may(Action.LISTING_PROPOSE) else []
    return page("credit/listings.html", ledger=lists.page_of(ledgers.LISTINGS), proposable=proposable)


@bp.get("/listings.<any('xlsx', 'csv', 'json'):form>")
@may(Action.LISTING_READ)
def export_listings(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.LISTINGS, form)


@bp.get("/credit/blacklist")
@may(Action.LISTING_READ)
def blacklist() -> Answer:
    """Who stands on the list on a day, with the export in the columns that may be published."""
    day = date_of(request.args.get("as-of", "")) or clock.today()
    return page(
        "credit/blacklist.html",
        ledger=lists.page_of(ledgers.BLACKLIST),
        tally=queries.listing_tally(me(), clock.today()),
        changes=queries.listing_changes(day.replace(day=1), day),
        as_of=day,
        form=ConfirmForm(),
    )


@bp.post("/credit/blacklist.<any('xlsx', 'csv', 'json'):form>")
@may(Action.LISTING_EXPORT)
def export_blacklist(form: str) -> Answer:
    """Export the list: an act that is recorded with the number of rows."""
    shown = lists.page_of(ledgers.BLACKLIST)
    response = exports.answer(ledgers.BLACKLIST, form)
    if response.status_code != 200:  # nothing was ticked, nothing is exported
        return response
    content = response.get_data()
    record(None, "listing:export", f"导出名单 {shown.total} 家（{form}）", by=me(), facts={"rows": shown.total})
    return Response(content, headers=list(response.headers.items()))


def _crumbs(listing: Listing, last: str | None = None) -> list[tuple[Any, str | None]]:
    here: list[tuple[Any, str | None]] = [(_("名单"), url_for(".listings"))]
    whole = url_for(".listing", listing_id=listing.id)
    return [*here, (listing.enterprise.name, whole if last else None), *([(last, None)] if last else [])]


@bp.route("/credit-events/<int:event_id>/propose", methods=["GET", "POST"])
@may(Action.LISTING_PROPOSE)
def propose_listing(event_id: int) -> Answer:
    """Propose to list a firm for an event that rests on a final decision."""
    event = queries.event(event_id, seen_by=me())
    form = ProposeForm(list_type=ListType.PREFECTURE.code, ground=rules.TRIGGERS.get(event.kind, ""), term_months=12)
    if form.validate_on_submit():
        try:
            made = actions.propose_listing(
                event,
                list_type=ListType(form.list_type.data),
                ground=form.ground.data or "",
                legal_basis=form.legal_basis.data or "",
                term_months=given(form.term_months.data),
                by=me(),
            )
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            db.session.flush()
            return redirect(url_for(".listing", listing_id=made.id), 303)
    trail = [(_("名单"), url_for(".listings")), (_("提出列入"), None)]
    decision = queries.decision_behind(event)
    return page("credit/propose_listing.html", form=form, event=event, decision=decision, crumbs=trail)


@bp.get("/listings/<int:listing_id>")
@may(Action.LISTING_READ)
def listing(listing_id: int) -> Answer:
    """One listing: the thread from its ground to its end."""
    return _listing_page(queries.listing(listing_id, seen_by=me()), AnswerForm())


def _listing_page(found: Listing, answer: AnswerForm) -> Answer:
    deadline = None
    if found.notified_on is not None and found.listed_on is None:
        deadline = _seen(found.notified_on, given(found.objection_until), found.objection_arithmetic)
    return page(
        "credit/listing.html",
        listing=found,
        deadline=deadline,
        thread=_thread(found),
        offers=[
            each for each in LISTING.open_to(found, me().may) if each.step.verb not in ("object", "resume", "remove")
        ],
        answer=answer,
        form=answer if answer.errors else None,
        removal=found.open_removal,
        removable=found.state is ListingState.LISTED
        and (me().may(Action.LISTING_PROPOSE) or me().may(Action.LISTING_DECIDE)),
        may_waive=found.state.code == "notified" and me().may(Action.LISTING_PROPOSE) and not found.waived_on,
        crumbs=_crumbs(found),
    )


def _seen(told_on: date, until: date, arithmetic: str) -> Countdown:
    """The days to be heard as stored, which are the days the firm was told."""
    is_rest = law.calendar().is_rest
    return countdown(until, clock.today(), since=told_on, working=True, is_rest=is_rest, arithmetic=arithmetic)


def _thread(found: Listing) -> list[Event]:
    """What has happened to a listing, the newest first."""
    told = [Event(found.proposed_on, _("提出列入"), "", found.proposed_by.name)]
    if found.notified_on:
        number = found.notice_document.number if found.notice_document else ""
        told.append(Event(found.notified_on, _("事先告知书送达"), "", number))
    for each in found.objections:
        told.append(Event(clock.beijing(each.sent_at).date(), _("企业陈述申辩"), "#objections"))
        if each.answered_on:
            told.append(Event(each.answered_on, _("答复：采纳") if each.upheld else _("答复：不采纳"), "", each.answer))
    if found.waived_on:
        told.append(Event(found.waived_on, _("书面放弃陈述申辩")))
    if found.listed_on:
        number = found.decision_document.number if found.decision_document else ""
        told.append(Event(found.listed_on, _("决定列入"), "", number, "bad"))
    for proposal in found.removals:
        told.append(Event(proposal.proposed_on, _("提出移出"), "", f"{proposal.proposed_by.name}：{proposal.reason}"))
        if proposal.granted is False and proposal.decided_on:
            told.append(Event(proposal.decided_on, _("不予移出"), "", proposal.answer))
    if found.removed_on:
        told.append(Event(found.removed_on, _("决定移出"), "", found.removal_reason, "good"))
    elif found.term_to:
        ahead = "ahead" if found.term_to > clock.today() else ""
        told.append(Event(found.term_to, _("期限届满，自动移出"), "", "", ahead))
    told.sort(key=lambda each: each.on)
    return told[::-1]


@bp.route("/listings/<int:listing_id>/notify", methods=["GET", "POST"])
@may(Action.LISTING_PROPOSE)
def notify_listing(listing_id: int) -> Answer:
    """Issue the prior notice and serve it today, or issue it now and record its service when it has arrived."""
    found = queries.listing(listing_id, seen_by=me())
    if found.notice_document is not None:
        return redirect(url_for("registry.serve_document", document_id=found.notice_document.id), 303)
    form = NoticeForm(recipient=found.enterprise.legal_representative, place=found.enterprise.address)
    if form.validate_on_submit():
        try:
            document = _issue_notice(found, form)
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            told = (
                _("已送达 %(number)s，陈述申辩到 %(day)s。", number=document.number, day=found.objection_until)
                if found.objection_until
                else _("已签发 %(number)s，送达后请登记。", number=document.number)
            )
            flash(told, "ok")
            return redirect(url_for(".listing", listing_id=found.id), 303)
    return page("credit/notify_listing.html", form=form, listing=found, crumbs=_crumbs(found, _("事先告知")))


def _issue_notice(listing: Listing, form: NoticeForm) -> Document:
    if request.form.get("only"):
        return actions.issue_notice(listing, by=me())
    return actions.notify_listing(
        listing,
        mode=ServiceMode(form.mode.data),
        recipient=form.recipient.data or "",
        place=form.place.data or "",
        served_on=clock.today(),
        remark=form.remark.data or "",
        by=me(),
    )


@bp.route("/listings/<int:listing_id>/waive", methods=["GET", "POST"])
@may(Action.LISTING_PROPOSE)
def waive_listing(listing_id: int) -> Answer:
    """Note that the firm waived its defence in writing."""
    found, form = queries.listing(listing_id, seen_by=me()), DayForm(on=clock.today())
    if form.validate_on_submit():
        try:
            actions.note_waiver(found, given(form.on.data), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".listing", listing_id=found.id), 303)
    return page("credit/waive_listing.html", form=form, listing=found, crumbs=_crumbs(found, _("书面放弃")))


@bp.post("/listings/<int:listing_id>/objections/<int:objection_id>/answer")
@may(Action.LISTING_DECIDE)
def answer_objection(listing_id: int, objection_id: int) -> Answer:
    """Answer an objection."""
    found, form = queries.listing(listing_id, seen_by=me()), AnswerForm()
    objection = next((each for each in found.objections if each.id == objection_id), None)
    if objection is None:
        not_found()
    if form.validate_on_submit():
        try:
            actions.answer_objection(objection, found, form.upheld.data == "1", form.answer.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".listing", listing_id=found.id), 303)
    return _listing_page(found, form)


@bp.route("/listings/<int:listing_id>/list", methods=["GET", "POST"])
@may(Action.LISTING_DECIDE)
def decide_listing(listing_id: int) -> Answer:
    """Decide to list, by another person than the proposer."""
    found, form = queries.listing(listing_id, seen_by=me()), DecideForm()
    if form.validate_on_submit():
        try:
            form.prove()
            document = actions.decide_listing(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已列入，%(number)s。", number=document.number), "ok")
            return redirect(url_for(".listing", listing_id=found.id), 303)
    return page("credit/decide_listing.html", form=form, listing=found, crumbs=_crumbs(found, _("决定列入")))


@bp.route("/listings/<int:listing_id>/drop", methods=["GET", "POST"])
@may(Action.LISTING_DECIDE)
def drop_listing(listing_id: int) -> Answer:
    """Do not list, with the reason."""
    found, form = queries.listing(listing_id, seen_by=me()), ReasonForm()
    if form.validate_on_submit():
        try:
            form.prove()
            actions.drop_listing(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".listing", listing_id=found.id), 303)
    return page("credit/drop_listing.html", form=form, listing=found, crumbs=_crumbs(found, _("不予列入")))


@bp.route("/listings/<int:listing_id>/propose-removal", methods=["GET", "POST"])
@may(Action.LISTING_PROPOSE)
def propose_removal(listing_id: int) -> Answer:
    """Ask to take a firm off the list before its term ends."""
    found, form = queries.listing(listing_id, seen_by=me()), ProposeRemovalForm()
    if form.validate_on_submit():
        try:
            actions.propose_removal(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已提出移出，由另一人决定。"), "ok")
            return redirect(url_for(".listing", listing_id=found.id), 303)
    return page("credit/propose_removal.html", form=form, listing=found, crumbs=_crumbs(found, _("提出移出")))


@bp.route("/listings/<int:listing_id>/remove", methods=["GET", "POST"])
@may(Action.LISTING_DECIDE)
def decide_removal(listing_id: int) -> Answer:
    """Decide what another person proposed: off the list, or not."""
    found, form = queries.listing(listing_id, seen_by=me()), DecideRemovalForm()
    proposal = found.open_removal
    if proposal is None:
        raise NotAllowed(missing_to_remove(found) or [_("没有待决定的移出提议。")])
    if form.validate_on_submit():
        try:
            form.prove()
            actions.decide_removal(proposal, form.granted.data == "1", form.answer.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已决定移出，公开页面立即停止显示。") if proposal.granted else _("已决定不予移出。"), "ok")
            return redirect(url_for(".listing", listing_id=found.id), 303)
    here = _crumbs(found, _("决定移出"))
    return page("credit/decide_removal.html", form=form, listing=found, proposal=proposal, crumbs=here)
