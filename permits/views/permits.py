"""Permits as they are in force: list, limits on a day, conditions, duties, versions, end."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.countdown import late_words
from core.forms import given
from core.pages import Answer, page
from core.text import date_of
from core.workflow import NotAllowed
from permits import actions, ledgers, queries
from permits.blueprint import bp
from permits.forms.permits import EndForm
from permits.forms.rows import ConfirmForm, ReasonForm
from permits.models import EndGround, Permit, PermitVersion
from permits.rules import conditions as rules
from permits.workflow import ENDS, PERMIT, VERSION
from registry import documents, obligations

Crumbs = list[tuple[Any, str | None]]


@bp.get("/permits")
@may(Action.PERMIT_READ)
def permits() -> Answer:
    """Every permit one may see, the next to end first."""
    return page("permits/permits.html", ledger=lists.page_of(ledgers.PERMITS))


@bp.get("/permits.<any('xlsx', 'csv', 'json'):form>")
@may(Action.PERMIT_READ)
def export_permits(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.PERMITS, form)


def crumbs(permit: Permit, last: str | None = None) -> Crumbs:
    """Where a page of a permit stands."""
    here: Crumbs = [
        (permit.enterprise.name, url_for("permits.enterprise_permits", enterprise_id=permit.enterprise_id)),
        (permit.permit_no, url_for(".permit", permit_id=permit.id) if last else None),
    ]
    return [*here, (last, None)] if last else here


def frame(permit: Permit, tab: str) -> dict[str, Any]:
    """What every page of a permit shows above its tab."""
    today = clock.today()
    renewal = queries.permits.renewal_due(permit)
    open_renewal = renewal if renewal and renewal.fulfilled_on is None else None
    duties = queries.permits.duties(permit)
    present = queries.permits.version_on(permit, today)
    shown = present or (queries.permits.whole(permit.versions[-1]) if permit.versions else None)
    return {
        "permit": permit,
        "edition": shown,
        "matrix": queries.permits.matrix(shown),
        "present": present,
        "draft": queries.permits.draft_of(permit),
        "renewal": open_renewal,
        "renewal_due": obligations.countdown_of(open_renewal, today) if open_renewal else None,
        "gaps": queries.permits.gaps(permit, today),
        "watch": queries.watch.of_permit(permit, today),
        "duties": [(each, obligations.countdown_of(each, each.fulfilled_on or today)) for each in duties],
        "late_words": late_words,
        "left": (permit.valid_to - today).days,
        "offers": PERMIT.open_to(permit, me().may),
        "tabs": _tabs(permit, shown, tab, len(duties)),
        "crumbs": crumbs(permit),
    }


def certified(permit: Permit) -> dict[str, Any]:
    """What the card of certificates shows."""
    today = clock.today()
    return {
        "certificates": (found := queries.certificates.of_permit(permit)),
        "end_papers": queries.certificates.end_papers(permit),
        "to_certify": queries.certificates.to_certify(permit, today),
        "of_version": {each.id: each for each in permit.versions},
        "standings": documents.standings(found),
    }


def _tabs(
    permit: Permit, shown: PermitVersion | None, tab: str, duties: int
) -> list[tuple[Any, str, bool, int | None]]:
    counts = {
        "conditions": len(shown.conditions) if shown else 0,
        "requirements": sum(len(outlet.monitoring) for outlet in shown.outlets) if shown else 0,
        "versions": len(permit.versions),
        "duties": duties,
    }
    names = [
        ("permit", _("限值")),
        ("conditions", _("条件")),
        ("requirements", _("监测和报告要求")),
        ("versions", _("版本")),
        ("duties", _("义务")),
        ("permit_rights", _("排污权")),
    ]
    return [(label, url_for(f".{name}", permit_id=permit.id), name == tab, counts.get(name)) for name, label in names]


@bp.get("/permits/<int:permit_id>")
@may(Action.PERMIT_READ)
def permit(permit_id: int) -> Answer:
    """One permit: what it limits today, how much of the year is used, what the last version changed."""
    found = queries.permits.permit(permit_id, seen_by=me())
    held = queries.permits.issued(found)
    changes = queries.permits.compared(held[-2], held[-1]) if len(held) > 1 else []
    today = clock.today()
    return page(
        "permits/permit.html",
        **frame(found, "permit"),
        **certified(found),
        emitted=queries.reports.emitted(found.id, today.year),
        exceedances=queries.exceedances.open_exceedances(found.enterprise_id, me()),
        held=held,
        changes=changes,
        on=today,
    )


@bp.get("/permits/<int:permit_id>/limits")
@may(Action.PERMIT_READ)
def limits(permit_id: int) -> Answer:
    """The limits as in force on a day, past or to come; a day that cannot be read is today."""
    found = queries.permits.permit(permit_id, seen_by=me())
    asked = request.args.get("on", "")
    on = (date_of(asked) if asked else None) or clock.today()
    version = queries.permits.version_on(found, on)
    return page(
        "permits/limits.html",
        permit=found,
        on=on,
        misread=bool(asked) and date_of(asked) is None,
        edition=version,
        matrix=queries.permits.matrix(version),
        gaps=[gap for gap in queries.permits.gaps(found, max(on, clock.today())) if gap.first <= on <= gap.last],
        emitted=queries.reports.emitted(found.id, on.year),
        crumbs=crumbs(found, _("限值")),
    )


@bp.get("/permits/<int:permit_id>/conditions")
@may(Action.PERMIT_READ)
def conditions(permit_id: int) -> Answer:
    """What a permit demands in words, each condition with its source."""
    return page(
        "permits/conditions.html",
        **frame(queries.permits.permit(permit_id, seen_by=me()), "conditions"),
        library=rules.library(),
        is_altered=rules.is_altered,
    )


@bp.get("/permits/<int:permit_id>/requirements")
@may(Action.PERMIT_READ)
def requirements(permit_id: int) -> Answer:
    """How often what is measured, and what is reported by when."""
    return page("permits/requirements.html", **frame(queries.permits.permit(permit_id, seen_by=me()), "requirements"))


@bp.get("/permits/<int:permit_id>/duties")
@may(Action.PERMIT_READ)
def duties(permit_id: int) -> Answer:
    """What follows from a permit: reports and renewal, with deadline and sum."""
    found, today = queries.permits.permit(permit_id, seen_by=me()), clock.today()
    kept = [(each, obligations.standing(each, today)) for each in queries.permits.kept(found)]
    return page("permits/duties.html", kept=kept, **frame(found, "duties"))


@bp.get("/permits/<int:permit_id>/versions")
@may(Action.PERMIT_READ)
def versions(permit_id: int) -> Answer:
    """Every version, any two compared, and the days without a valid permit."""
    found = queries.permits.permit(permit_id, seen_by=me())
    numbered = {version.number: version for version in found.versions}
    held = [version.number for version in queries.permits.issued(found)]
    old = numbered.get(request.args.get("old", type=int) or (held[-2] if len(held) > 1 else 0))
    new = numbered.get(request.args.get("new", type=int) or (held[-1] if held else 0))
    return page(
        "permits/versions.html",
        **frame(found, "versions"),
        old=old,
        new=new,
        changes=queries.permits.compared(old, new) if old and new and old is not new else [],
    )


@bp.get("/permits/versions/<int:version_id>")
@may(Action.PERMIT_READ)
def permit_version(version_id: int) -> Answer:
    """One version in full; a draft with what it still lacks."""
    found = queries.permits.version(version_id, seen_by=me())
    before = [each for each in queries.permits.issued(found.permit) if each.number < found.number]
    return page(
        "permits/permit_version.html",
        edition=found,
        matrix=queries.permits.matrix(found),
        permit=found.permit,
        offers=VERSION.open_to(found, me().may),
        before=before[-1] if before else None,
        changes=queries.permits.compared(before[-1], found) if before else [],
        crumbs=crumbs(found.permit, _("第 %(n)d 版", n=found.number)),
    )


@bp.route("/permits/<int:permit_id>/end", methods=["GET", "POST"])
@may(Action.PERMIT_ISSUE)
def end_permit(permit_id: int) -> Answer:
    """Cancel, withdraw or revoke a permit."""
    found, form = queries.permits.permit(permit_id, seen_by=me()), EndForm()
    open_ = [verb for verb in ENDS if found.state in PERMIT.steps[verb].sources]
    form.verb.choices = [(verb, _(PERMIT.steps[verb].label)) for verb in open_]
    if not open_:
        raise NotAllowed([_("许可证现在是「%(state)s」，不能终止。", state=_(found.state.label))])
    if form.validate_on_submit():
        try:
            ground = EndGround(form.ground.data)
            on, why = given(form.ended_on.data), form.reason.data or ""
            actions.end_permit(found, form.verb.data, on, why, ground=ground, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("许可证已%(act)s。", act=_(PERMIT.steps[form.verb.data].label)), "ok")
            return redirect(url_for(".permit", permit_id=found.id), 303)
    return page("permits/end_permit.html", form=form, permit=found, crumbs=crumbs(found, _("终止")))


@bp.route("/permits/<int:permit_id>/rectify", methods=["GET", "POST"])
@may(Action.PERMIT_ISSUE)
def rectify_permit(permit_id: int) -> Answer:
    """Put a permit under a term to rectify."""
    found, form = queries.permits.permit(permit_id, seen_by=me()), ReasonForm()
    if form.validate_on_submit():
        try:
            actions.rectify_permit(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已转为限期整改。"), "ok")
            return redirect(url_for(".permit", permit_id=found.id), 303)
    return page("permits/rectify_permit.html", form=form, permit=found, crumbs=crumbs(found, _("限期整改")))


@bp.route("/permits/<int:permit_id>/issue", methods=["GET", "POST"])
@may(Action.PERMIT_ISSUE)
def issue_permit(permit_id: int) -> Answer:
    """End the term to rectify: the permit holds as before."""
    found, form = queries.permits.permit(permit_id, seen_by=me()), ConfirmForm()
    if form.validate_on_submit():
        try:
            actions.resume_permit(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("许可证恢复有效。"), "ok")
            return redirect(url_for(".permit", permit_id=found.id), 303)
    return page("permits/issue_permit.html", form=form, permit=found, crumbs=crumbs(found, _("恢复有效")))
