"""My applications: what may be applied for, one application as a list of tasks, its way to the signer and back."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.db import expect_version
from core.forms import shown_version
from core.pages import Answer, page
from core.workflow import NotAllowed
from law import queries as law
from permits import actions, ledgers, queries
from permits.blueprint import bp
from permits.forms.applications import BeginForm
from permits.forms.reports import SignForm
from permits.forms.rows import ConfirmForm, ReasonForm
from permits.models import Application, ApplicationKind, ApplicationState, Permit, Section
from permits.portal.sections import crumbs_of, home_of
from permits.rules import applications as rules
from permits.views.applications import clock_shown, content_of, line_of, submission_page
from permits.workflow import APPLICATION, barred, missing_in, missing_to_hand_in
from registry import queries as registry
from registry.models import Site

K, S = ApplicationKind, ApplicationState


@bp.get("/my/applications")
@may(Action.MY_READ)
def my_applications() -> Answer:
    """What runs and what ended, the permits to be renewed, and what may be applied for."""
    held, sites = queries.applications.may_apply_for(me())
    return page(
        "permits/my_applications.html",
        ledger=lists.page_of(ledgers.MY_APPLICATIONS),
        invitations=queries.applications.invitations(me(), clock.today()),
        held=held,
        sites=sites,
        registrations=queries.registrations.my_registrations(me()),
    )


@bp.get("/my/applications.<any('xlsx', 'csv', 'json'):form>")
@may(Action.MY_READ)
def export_my_applications(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.MY_APPLICATIONS, form)


def subjects(held: Any, sites: Any) -> dict[str, Permit | Site]:
    """What may be applied about, by the value of its choice."""
    return {f"permit-{each.id}": each for each in held} | {f"site-{each.id}": each for each in sites}


def offer(form: BeginForm, chosen: dict[str, Permit | Site]) -> None:
    """Say what may be chosen; a permit by its number, a site by its name."""
    form.kind.choices = ApplicationKind.choices()
    form.subject.choices = [
        (
            key,
            f"{each.permit_no} {each.enterprise.name}"
            if isinstance(each, Permit)
            else _("%(site)s（还没有许可证）", site=each.name),
        )
        for key, each in chosen.items()
    ]


def _firm_asked() -> int | None:
    """Whose permit or site the address names."""
    permit, site = request.args.get("permit", type=int), request.args.get("site", type=int)
    if permit is not None:
        return queries.permits.permit(permit, seen_by=me()).enterprise_id
    return registry.site(site, seen_by=me()).enterprise_id if site is not None else None


@bp.route("/my/applications/new", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE)
def begin_my_application() -> Answer:
    """Begin: which kind, about which permit or site; one asked for by address may be another firm's of one's own."""
    chosen = subjects(*queries.applications.may_apply_for(me(), _firm_asked()))
    wanted = f"permit-{request.args['permit']}" if "permit" in request.args else f"site-{request.args.get('site', '')}"
    kind = ApplicationKind.of(request.args.get("kind"))
    form = BeginForm(data={"kind": kind.code if kind else "first", "subject": wanted})
    offer(form, chosen)
    if form.validate_on_submit():
        try:
            made = actions.begin_application(K(form.kind.data), chosen[form.subject.data], by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(home_of(made), 303)
    here = [(_("许可申请"), url_for(".my_applications")), (_("开始申请"), None)]
    return page(
        "permits/begin_application.html",
        layout="layout_portal.html",
        form=form,
        chosen=chosen,
        cancel=url_for(".my_applications"),
        crumbs=here,
    )


@bp.get("/my/applications/<int:application_id>")
@may(Action.MY_READ)
def my_application(application_id: int) -> Answer:
    """One application: a list of tasks while it is written, then where it stands, by when, what was said and issued."""
    found = queries.applications.application(application_id, seen_by=me())
    today = clock.today()
    lacking = missing_in(found) if found.state in rules.WITH_FIRM or found.state is S.CHECKED else []
    by_section: dict[Section, list[Any]] = {}
    for section, each in lacking:
        by_section.setdefault(section, []).append(each)
    return page(
        "permits/my_application.html",
        application=found,
        writable=found.state in rules.WITH_FIRM and found.keyed_by_id is None and me().may(Action.APPLICATION_PREPARE),
        tasks=[(each, by_section.get(each, [])) for each in rules.sections(found.kind, found.category)],
        barred=barred(found) if lacking or found.state in rules.WITH_FIRM else [],
        missing=[each for _section, each in lacking],
        triggers=queries.applications.triggers(found) if lacking else [],
        comments=queries.applications.open_comments(found),
        clock=clock_shown(found, today),
        line=line_of(found),
        gap=queries.applications.gap_ahead(found, today),
        offers={each.step.verb: each for each in APPLICATION.open_to(found, me().may)},
        documents=queries.applications.documents_of(found),
        content=content_of(found),
        files=queries.applications.files(found),
        crumbs=crumbs_of(found),
    )


@bp.get("/my/applications/<int:application_id>/submissions/<int:number>")
@may(Action.MY_READ)
def my_application_submission(application_id: int, number: int) -> Answer:
    """A copy of record of one's own, with its hash."""
    return submission_page(application_id, number, "layout_portal.html")


@bp.route("/my/applications/<int:application_id>/send", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE)
def send_application(application_id: int) -> Answer:
    """Everything on one page before it goes to the signer; what is lacking with the way to it."""
    found, form = queries.applications.application(application_id, seen_by=me()), ConfirmForm()
    APPLICATION.may_leave("send", found.state)
    if form.validate_on_submit():
        try:
            actions.send_application(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已送签发人。"), "ok")
            return redirect(home_of(found), 303)
    return page(
        "permits/send_application.html",
        form=form,
        application=found,
        missing=missing_to_hand_in(found),
        content=content_of(found),
        files=queries.applications.files(found),
        crumbs=crumbs_of(found, _("核对")),
    )


@bp.post("/my/applications/<int:application_id>/recall")
@may(Action.APPLICATION_PREPARE)
def recall_application(application_id: int) -> Answer:
    """Take an application back from the signer."""
    found = queries.applications.application(application_id, seen_by=me())
    actions.recall_application(found, by=me())
    flash(_("已撤回，可以修改。"), "ok")
    return redirect(home_of(found), 303)


@bp.post("/my/applications/<int:application_id>/apply-anew")
@may(Action.APPLICATION_PREPARE)
def apply_anew(application_id: int) -> Answer:
    """Go on with a change as the new application that it really is."""
    found = queries.applications.application(application_id, seen_by=me())
    actions.apply_anew_instead(found, by=me())
    flash(_("已转为重新申请，填写的内容都保留。"), "ok")
    return redirect(home_of(found), 303)


@bp.route("/my/applications/<int:application_id>/give-back", methods=["GET", "POST"])
@may(Action.APPLICATION_SIGN)
def give_back_application(application_id: int) -> Answer:
    """Give an application back to its preparer."""
    found, form = queries.applications.application(application_id, seen_by=me()), ReasonForm()
    APPLICATION.may_leave("give_back", found.state)
    if form.validate_on_submit():
        try:
            actions.give_back_application(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已退回填报人。"), "ok")
            return redirect(home_of(found), 303)
    return _act(found, form, _("退回填报人"), [_("填报人修改后重新送签。")], _("退回填报人"), ["reason"], grave=False)


def _act(
    found: Application, form: Any, title: str, effects: list[str], act: str, fields: list[str], *, grave: bool = True
) -> Answer:
    return page(
        "permits/act_on_application.html",
        layout="layout_portal.html",
        application=found,
        form=form,
        title=title,
        effects=effects,
        act=act,
        fields=[form[name] for name in fields],
        grave=grave,
        home=home_of(found),
        crumbs=crumbs_of(found, title),
    )


@bp.route("/my/applications/<int:application_id>/sign", methods=["GET", "POST"])
@may(Action.APPLICATION_SIGN)
def sign_application(application_id: int) -> Answer:
    """Read all of it, say yes to the commitment, and hand in with one's password."""
    found = queries.applications.application(application_id, seen_by=me())
    APPLICATION.may_leave("sign", found.state)
    form = SignForm(data={"version": found.version})
    if form.validate_on_submit():
        expect_version(found, shown_version(form), {})
        try:
            actions.sign_application(found, *form.proof(), declared=form.declared.data, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("申请已提交。"), "ok")
            return redirect(url_for(".my_application", application_id=application_id), 303)
    return page(
        "permits/sign_application.html",
        form=form,
        application=found,
        commitment=rules.COMMITMENT,
        missing=missing_to_hand_in(found),
        content=content_of(found),
        files=queries.applications.files(found),
        intake=law.deadline(rules.INTAKE, clock.today()),
        crumbs=crumbs_of(found, _("签发")),
    )


@bp.route("/my/applications/<int:application_id>/withdraw", methods=["GET", "POST"])
@may(Action.APPLICATION_SIGN)
def withdraw_application(application_id: int) -> Answer:
    """Withdraw what was handed in."""
    found, form = queries.applications.application(application_id, seen_by=me()), ReasonForm()
    APPLICATION.may_leave("withdraw", found.state)
    if form.validate_on_submit():
        try:
            actions.withdraw_application(found, form.reason.data or "", by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("申请已撤回。"), "ok")
            return redirect(home_of(found), 303)
    effects = [_("机关不再审查这件申请。"), _("申请内容作废，留存的副本仍可查看；可以另行申请。")]
    return _act(found, form, _("撤回申请"), effects, _("撤回申请"), ["reason"])


@bp.route("/my/applications/<int:application_id>/discard", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE)
def discard_application(application_id: int) -> Answer:
    """Throw away a draft that was never handed in."""
    found, form = queries.applications.application(application_id, seen_by=me()), ConfirmForm()
    APPLICATION.may_leave("discard", found.state)
    if form.validate_on_submit():
        try:
            actions.discard_application(found, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("草稿已删除。"), "ok")
            return redirect(url_for(".my_applications"), 303)
    effects = [_("填写的内容不再保留，以后可以重新开始。")]
    return _act(found, form, _("删除草稿"), effects, _("删除草稿"), [])
