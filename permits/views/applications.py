"""Applications at the office: the ledger, one application with its clock, what came on paper."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.countdown import Countdown
from core.db import db
from core.pages import Answer, page
from core.workflow import NotAllowed
from law import queries as law
from permits import actions, ledgers, queries
from permits.blueprint import bp
from permits.forms.applications import BeginForm, KeyInForm
from permits.models import Application, ApplicationKind, ApplicationState, Permit
from permits.rules import applications as rules
from permits.workflow import APPLICATION, barred, missing_in
from registry import queries as registry
from registry.models import Category, Site
from registry.search import named
from registry.subjects import page_of

K, S = ApplicationKind, ApplicationState


@bp.get("/applications")
@may(Action.APPLICATION_READ)
def applications() -> Answer:
    """Every application handed in, the nearest deadline first."""
    return page("permits/applications.html", ledger=lists.page_of(ledgers.APPLICATIONS))


@bp.get("/applications.<any('xlsx', 'csv', 'json'):form>")
@may(Action.APPLICATION_READ)
def export_applications(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.APPLICATIONS, form)


@bp.get("/applications/clock-stops")
@may(Action.APPLICATION_READ)
def clock_stops() -> Answer:
    """Every stop of the clock, the last first."""
    return page("permits/clock_stops.html", ledger=lists.page_of(ledgers.PAUSES))


@bp.get("/applications/clock-stops.<any('xlsx', 'csv', 'json'):form>")
@may(Action.APPLICATION_READ)
def export_clock_stops(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.PAUSES, form)


LINE: Sequence[tuple[Any, frozenset[ApplicationState]]] = (
    (_l("填写"), frozenset({S.DRAFT, S.CHECKED})),
    (_l("受理"), frozenset({S.SUBMITTED, S.SUPPLEMENT})),
    (_l("审查"), frozenset({S.ACCEPTED})),
    (_l("审批"), frozenset({S.REVIEWED})),
    (_l("决定"), frozenset({S.GRANTED, S.REFUSED, S.DECLINED, S.WITHDRAWN})),
)


def line_of(found: Application) -> list[tuple[Any, str, date | None]]:
    """The stations of the procedure: name, done or here or empty, and the day it was reached.

    What was withdrawn or not accepted stopped on its way: only what it went through is done, and it stands nowhere.
    """
    days = (
        clock.beijing(found.begun_at).date(),
        found.received_on,
        found.accepted_on,
        found.reviewed_on,
        found.decided_on,
    )
    if found.state in (S.WITHDRAWN, S.DECLINED):
        left = (*days[1:], None)
        return [(label, "past" if left[at] else "", days[at]) for at, (label, _states) in enumerate(LINE)]
    place = next(at for at, (_label, states) in enumerate(LINE) if found.state in states)
    return [
        (label, "past" if at < place else "now" if at == place else "", days[at] if at <= place else None)
        for at, (label, _states) in enumerate(LINE)
    ]


@dataclass(frozen=True)
class ClockShown:
    """What the office owes next, as the part ``due`` shows it."""

    title: str
    deadline: Countdown | None
    paused: bool
    deemed: bool


def clock_shown(found: Application, today: date) -> ClockShown | None:
    """The clock of an application for its page."""
    running = queries.applications.clock_of(found, today)
    if running is None:
        return None
    seen = running.deadline.seen(today, law.calendar()) if running.deadline and not running.paused else None
    return ClockShown(running.title, seen, running.paused, running.deemed)


def content_of(found: Application) -> dict[str, Any]:
    """What an application says: of what came to nothing, the last copy of record."""
    if found.permit_version_id is None and found.kind in rules.CONTENT and found.submissions:
        return dict(json.loads(found.submissions[-1].content))
    return queries.applications.content(found)


def crumbs(found: Application, last: str | None = None) -> list[tuple[Any, str | None]]:
    """Where a page of an application stands."""
    title = _("许可%(kind)s", kind=_(found.kind.label))
    here: list[tuple[Any, str | None]] = [
        (_("许可申请"), url_for(".applications")),
        (found.enterprise.name, url_for("registry.enterprise", enterprise_id=found.enterprise_id)),
        (title, url_for(".application", application_id=found.id) if last else None),
    ]
    return [*here, (last, None)] if last else here


@bp.get("/applications/<int:application_id>")
@may(Action.APPLICATION_READ)
def application(application_id: int) -> Answer:
    """One application: where it stands, by when, what it asks for and how that differs, what was said and issued."""
    found = queries.applications.application(application_id, seen_by=me())
    today = clock.today()
    old, new = queries.applications.before(found), queries.applications.edition(found)
    keyed = found.keyed_by_id is not None and found.state in rules.WITH_FIRM
    by_section: dict[Any, list[Any]] = {}
    for section, each in missing_in(found) if keyed else []:
        by_section.setdefault(section, []).append(each)
    return page(
        "permits/application.html",
        application=found,
        clock=clock_shown(found, today),
        line=line_of(found),
        gap=queries.applications.gap_ahead(found, today),
        latest=queries.applications.latest_renewal(found.permit) if found.kind is K.RENEWAL and found.permit else None,
        offers={each.step.verb: each for each in APPLICATION.open_to(found, me().may)},
        tasks=[(each, by_section.get(each, [])) for each in rules.sections(found.kind, found.category)]
        if keyed
        else [],
        barred=barred(found) if found.state in (S.DRAFT, S.SUPPLEMENT, S.SUBMITTED) else [],
        missing=[each for some in by_section.values() for each in some],
        content=content_of(found),
        files=queries.applications.files(found),
        changed=queries.applications.changed_facts(found) if found.state is not S.GRANTED else [],
        edition=new,
        before=old,
        changes=queries.permits.compared(old, new) if old and new else [],
        checks=[(each, page_of("inspection", each.inspection_id or 0)) for each in found.site_checks],
        documents=queries.applications.documents_of(found),
        same_eyes=me().id in (found.reviewed_by_id, found.accepted_by_id, found.keyed_by_id),
        crumbs=crumbs(found),
    )


def submission_page(application_id: int, number: int, layout: str) -> Answer:
    """A copy of record, with its hash and whether it is still what was signed."""
    found = queries.applications.submission(application_id, number, seen_by=me())
    owner = queries.applications.application(application_id, seen_by=me())
    return page(
        "permits/application_submission.html",
        layout=layout,
        application=owner,
        submission=found,
        content=json.loads(found.content),
        intact=rules.sha256_of(found.content) == found.sha256,
        crumbs=[(_("第 %(n)d 次提交", n=number), None)],
    )


@bp.get("/applications/<int:application_id>/submissions/<int:number>")
@may(Action.APPLICATION_READ)
def application_submission(application_id: int, number: int) -> Answer:
    """A copy of record."""
    return submission_page(application_id, number, "layout.html")


@bp.get("/applications/new")
@may(Action.APPLICATION_ACCEPT)
def key_in() -> Answer:
    """For which firm was an application brought on paper: found by name, initials or credit code."""
    asked = request.args.get("q", "").strip()[:60]
    found: list[Site] = []
    if asked:
        wanted = registry.visible_sites(me()).where(named(asked), Site.closed_on.is_(None))
        found = list(db.session.scalars(wanted.order_by(Site.name).limit(20)).unique())
    return page(
        "permits/key_in.html",
        sites=found,
        q=asked,
        crumbs=[(_("许可申请"), url_for(".applications")), (_("代录"), None)],
    )


@bp.route("/sites/<int:site_id>/applications/new", methods=["GET", "POST"])
@may(Action.APPLICATION_ACCEPT)
def begin_application(site_id: int) -> Answer:
    """Begin to key in what a firm brought on paper."""
    site = registry.site(site_id, seen_by=me())
    held = [
        each
        for each in queries.applications.live_permits_at(site.id)
        if each.category in (Category.KEY, Category.SIMPLIFIED)
    ]
    chosen: dict[str, Permit | Site] = {f"permit-{each.id}": each for each in held} or {f"site-{site.id}": site}
    form = BeginForm(data={"kind": "renewal" if held else "first", "subject": next(iter(chosen))})
    form.kind.choices = [
        (code, label) for code, label in ApplicationKind.choices() if (code == K.FIRST.code) != bool(held)
    ]
    form.subject.choices = [
        (key, each.permit_no if isinstance(each, Permit) else each.name) for key, each in chosen.items()
    ]
    if form.validate_on_submit():
        try:
            made = actions.begin_application(K(form.kind.data), chosen[form.subject.data], by=me(), keyed=True)
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".application", application_id=made.id), 303)
    return page(
        "permits/begin_application.html",
        layout="layout.html",
        form=form,
        chosen=chosen,
        cancel=url_for(".key_in"),
        crumbs=[(_("许可申请"), url_for(".applications")), (site.enterprise.name, None), (_("代录"), None)],
    )


@bp.route("/applications/<int:application_id>/key-in", methods=["GET", "POST"])
@may(Action.APPLICATION_ACCEPT)
def key_in_application(application_id: int) -> Answer:
    """Hand in what was keyed in, with the day the paper was received."""
    found = queries.applications.application(application_id, seen_by=me())
    APPLICATION.may_leave("key_in", found.state)
    form = KeyInForm(data={"received_on": clock.today()})
    if form.validate_on_submit():
        try:
            actions.key_in_application(found, form.received_on.data or clock.today(), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("申请已提交。"), "ok")
            return redirect(url_for(".application", application_id=found.id), 303)
    return page(
        "permits/act_on_application.html",
        layout="layout.html",
        application=found,
        form=form,
        title=_("代录提交"),
        effects=[_("内容固定留存；受理期限自收到之日起算。")],
        act=_("提交"),
        fields=[form.received_on],
        grave=False,
        home=url_for(".application", application_id=found.id),
        crumbs=crumbs(found, _("代录提交")),
    )
