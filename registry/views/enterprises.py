"""一企一档: the register, one enterprise's file, and what is done with it."""

from typing import Any

from flask import flash, redirect, request, url_for

from accounts import exports, lists
from accounts import queries as people
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.db import db, expect_version
from core.forms import given, shown_version
from core.language import gettext as _
from core.pages import Answer, page
from core.workflow import NotAllowed
from registry import actions, alerts, queries, search, timeline
from registry import obligations as duties
from registry.blueprint import bp
from registry.forms.enterprises import ConfirmForm, DayForm, EnterpriseForm, MatchForm, SiteForm, StatusForm
from registry.ledgers.enterprises import ENTERPRISES, CreditGrade
from registry.models import Category, Enterprise, IdKind, Obligation, Scale, Site
from registry.queries import offices_under
from registry.tabs import enterprise_tabs
from registry.workflow import ENTERPRISE


@bp.get("/enterprises")
@may(Action.ENTERPRISE_READ)
def enterprises() -> Answer:
    """The register as one may see it."""
    return page("registry/enterprises.html", ledger=lists.page_of(ENTERPRISES))


@bp.get("/enterprises.<any('xlsx', 'csv', 'json'):form>")
@may(Action.ENTERPRISE_READ)
def export_enterprises(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ENTERPRISES, form)


@bp.get("/search")
@may(Action.ENTERPRISE_READ, Action.DESK_READ)
def find() -> Answer:
    """One box for enterprises, permits and documents."""
    text = request.args.get("q", "").strip()[:100]
    found = search.firms(text, seen_by=me(), most=30) if text else []
    papers = search.papers(text, seen_by=me(), most=20) if text else []
    return page("registry/find.html", q=text, found=found, papers=papers)


@bp.get("/enterprises/<int:enterprise_id>")
@may(Action.ENTERPRISE_READ)
def enterprise(enterprise_id: int) -> Answer:
    """One enterprise: card, what it owes, time line."""
    found = queries.enterprise_whole(enterprise_id, seen_by=me())
    today = clock.today()
    span = queries.grade_on(found.id, today)
    owed = queries.open_obligations(found.id)
    late = [each for each in owed if each.due_on < today]
    warned = alerts.of(found.id)
    if late:
        warned.append(_late_alert(found, late))
    events = timeline.of(found.id)
    return page(
        "registry/enterprise.html",
        alerts=warned,
        enterprise=found,
        tabs=enterprise_tabs(found, "registry.enterprise"),
        credit_grade=CreditGrade.of(span.grade) if span else None,
        score=span.score if span else None,
        owed=[(each, duties.countdown_of(each, today)) for each in owed[:SHOWN_OWED]],
        owing=len(owed),
        late=[each.id for each in late],
        events=timeline.glance(events),
        event_count=len(events),
        lists=queries.memberships(found.id, today.year),
        representatives=queries.representatives(found.id),
        offers=[offer for offer in ENTERPRISE.open_to(found, me().may) if offer.step.verb != "merge"],
        merged_into=db.session.get(Enterprise, found.merged_into_id) if found.merged_into_id else None,
        merged_from=queries.merged_into(found.id),
    )


SHOWN_OWED = 8
"""So many obligations stand on the first page of a file; the rest are one click away."""


def _late_alert(found: Enterprise, late: list[Obligation]) -> alerts.Alert:
    return alerts.Alert(
        4,
        _("%(count)d 项义务逾期未办", count=len(late)),
        _("最早的是%(title)s，期限 %(day)s。", title=late[0].title, day=late[0].due_on.isoformat()),
        _("看逾期义务"),
        url_for(".obligations", q=found.credit_code, standing="overdue"),
    )


@bp.get("/enterprises/<int:enterprise_id>/timeline")
@may(Action.ENTERPRISE_READ)
def enterprise_timeline(enterprise_id: int) -> Answer:
    """Everything that happened to an enterprise and is still to come, of one kind if wanted."""
    found = queries.enterprise_whole(enterprise_id, seen_by=me())
    room = request.args.get("kind", "")
    room = room if room in dict(timeline.ROOMS) else ""
    return page(
        "registry/enterprise_timeline.html",
        enterprise=found,
        tabs=enterprise_tabs(found, "registry.enterprise_timeline"),
        events=timeline.of(found.id, room=room),
        kinds=timeline.ROOMS,
        kind=room,
    )


@bp.get("/enterprises/<int:enterprise_id>/sites")
@may(Action.ENTERPRISE_READ)
def enterprise_sites(enterprise_id: int) -> Answer:
    """The sites of an enterprise."""
    found = queries.enterprise_whole(enterprise_id, seen_by=me())
    return page(
        "registry/enterprise_sites.html", enterprise=found, tabs=enterprise_tabs(found, "registry.enterprise_sites")
    )


@bp.get("/enterprises/<int:enterprise_id>/trail")
@may(Action.ENTERPRISE_READ)
def enterprise_trail(enterprise_id: int) -> Answer:
    """留痕: what was done about an enterprise, by whom and when."""
    found = queries.enterprise(enterprise_id, seen_by=me())
    return page(
        "registry/enterprise_trail.html",
        enterprise=found,
        tabs=enterprise_tabs(found, "registry.enterprise_trail"),
        entries=queries.trail(found.id),
    )


@bp.get("/enterprises/<int:enterprise_id>/print")
@may(Action.ENTERPRISE_READ)
def print_enterprise(enterprise_id: int) -> Answer:
    """One sheet about an enterprise."""
    found = queries.enterprise_whole(enterprise_id, seen_by=me())
    span = queries.grade_on(found.id, clock.today())
    return page(
        "registry/print_enterprise.html",
        enterprise=found,
        credit_grade=CreditGrade.of(span.grade) if span else None,
        score=span.score if span else None,
        owed=queries.open_obligations(found.id),
        events=timeline.of(found.id, most=12),
        lists=queries.memberships(found.id, clock.today().year),
        back_url=url_for(".enterprise", enterprise_id=found.id),
        audit_head=exports.stamp().audit_head,
    )


@bp.post("/enterprises/<int:enterprise_id>/contact")
@may(Action.ENTERPRISE_READ)
def reveal_contact(enterprise_id: int) -> Answer:
    """Show the contact's telephone; that somebody looked is kept."""
    found = queries.enterprise(enterprise_id, seen_by=me())
    actions.reveal_contact(found, by=me())
    flash(f"{found.contact_name} {found.contact_phone}", "info")
    return redirect(url_for(".enterprise", enterprise_id=found.id), 303)


def _fill_choices(form: EnterpriseForm | SiteForm) -> None:
    office = me().office
    under = offices_under(office) if office else set()
    form.area_id.choices = [(area.id, area.name) for area in people.areas()]
    form.office_id.choices = [(each.id, each.name) for each in people.offices() if each.id in under]


def _facts(form: EnterpriseForm) -> actions.EnterpriseInput:
    return actions.EnterpriseInput(
        credit_code=(form.credit_code.data or "").upper(),
        id_kind=IdKind(form.id_kind.data),
        name=form.name.data or "",
        legal_representative=form.legal_representative.data or "",
        contact_name=form.contact_name.data or "",
        contact_phone=form.contact_phone.data or "",
        address=form.address.data or "",
        industry_code=(form.industry_code.data or "").upper(),
        scale=Scale.of(form.scale.data),
        category=Category(form.category.data),
        area_id=given(form.area_id.data),
        office_id=given(form.office_id.data),
        remark=form.remark.data or "",
        renamed_on=form.renamed_on.data,
    )


@bp.route("/enterprises/match", methods=["GET", "POST"])
@may(Action.ENTERPRISE_EDIT)
def match_enterprise() -> Answer:
    """Before registering: who may be the same firm."""
    form = MatchForm()
    found: list[Enterprise] | None = None
    if form.validate_on_submit():
        query = {"name": form.name.data, "code": (form.credit_code.data or "").upper()}
        found = queries.candidates(query["name"] or "", query["code"] or "", seen_by=me())
        if not found:
            return redirect(url_for(".create_enterprise", name=query["name"], code=query["code"]), 303)
    crumbs = [(_("企业"), url_for(".enterprises")), (_("查重"), None)]
    visible = {each.id for each in found or [] if _sees(each)}
    return page("registry/match_enterprise.html", form=form, found=found, visible=visible, crumbs=crumbs)


def _sees(found: Enterprise) -> bool:
    statement = queries.visible_enterprises(me()).where(Enterprise.id == found.id)
    return db.session.scalars(statement).unique().one_or_none() is not None


@bp.route("/enterprises/new", methods=["GET", "POST"])
@may(Action.ENTERPRISE_EDIT)
def create_enterprise() -> Answer:
    """Register an enterprise with its first site."""
    if request.method == "GET" and "name" not in request.args:
        return redirect(url_for(".match_enterprise"), 302)
    form = EnterpriseForm()
    _fill_choices(form)
    if request.method == "GET":
        form.name.data, form.credit_code.data = request.args.get("name"), request.args.get("code")
        if me().office:
            form.area_id.data, form.office_id.data = me().office.area_id, me().office_id  # type: ignore[union-attr]
    if form.validate_on_submit():
        try:
            made = actions.register_enterprise(_facts(form), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            db.session.flush()
            return redirect(url_for(".enterprise", enterprise_id=made.id), 303)
    crumbs = [(_("企业"), url_for(".enterprises")), (_("登记企业"), None)]
    return page("registry/enterprise_form.html", form=form, enterprise=None, crumbs=crumbs)


@bp.route("/enterprises/<int:enterprise_id>/edit", methods=["GET", "POST"])
@may(Action.ENTERPRISE_EDIT)
def edit_enterprise(enterprise_id: int) -> Answer:
    """Change what is written down."""
    found = queries.enterprise_whole(enterprise_id, seen_by=me())
    form = EnterpriseForm(obj=found)
    _fill_choices(form)
    if request.method == "GET":
        form.scale.data = found.scale.code if found.scale else None
        form.id_kind.data, form.category.data = found.id_kind.code, found.category.code
    if form.validate_on_submit():
        expect_version(found, shown_version(form), dict(form.data))
        try:
            actions.change_enterprise(found, _facts(form), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已保存。"), "ok")
            return redirect(url_for(".enterprise", enterprise_id=found.id), 303)
    crumbs = [(found.name, url_for(".enterprise", enterprise_id=found.id)), (_("修改"), None)]
    return page("registry/enterprise_form.html", form=form, enterprise=found, crumbs=crumbs)


@bp.route("/enterprises/<int:enterprise_id>/<any('suspend', 'close', 'reopen'):verb>", methods=["GET", "POST"])
@may(Action.ENTERPRISE_EDIT)
def change_status(enterprise_id: int, verb: str) -> Answer:
    """Suspend, close or reopen, with the reason and the day."""
    found = queries.enterprise(enterprise_id, seen_by=me())
    form = StatusForm(since=clock.today())
    acts: dict[str, Any] = {
        "suspend": actions.suspend_enterprise,
        "close": actions.close_enterprise,
        "reopen": actions.reopen_enterprise,
    }
    if form.validate_on_submit():
        try:
            acts[verb](found, form.reason.data or "", given(form.since.data), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".enterprise", enterprise_id=found.id), 303)
    step = ENTERPRISE.steps[verb]
    crumbs = [(found.name, url_for(".enterprise", enterprise_id=found.id)), (step.label, None)]
    return page("registry/change_status.html", form=form, enterprise=found, step=step, crumbs=crumbs)


def _site_facts(form: SiteForm) -> actions.SiteInput:
    return actions.SiteInput(
        name=form.name.data or "",
        address=form.address.data or "",
        area_id=given(form.area_id.data),
        office_id=given(form.office_id.data),
        longitude=form.longitude.data,
        latitude=form.latitude.data,
        control_unit=form.control_unit.data or "",
        industry_code=(form.industry_code.data or "").upper(),
        category=Category(form.category.data),
    )


@bp.route("/enterprises/<int:enterprise_id>/sites/new", methods=["GET", "POST"])
@may(Action.ENTERPRISE_EDIT)
def add_site(enterprise_id: int) -> Answer:
    """Add a site."""
    found = queries.enterprise_whole(enterprise_id, seen_by=me())
    form = SiteForm(area_id=found.area_id, office_id=found.office_id, category=found.category.code)
    _fill_choices(form)
    if form.validate_on_submit():
        try:
            actions.add_site(found, _site_facts(form), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".enterprise_sites", enterprise_id=found.id), 303)
    return page("registry/site_form.html", form=form, enterprise=found, site=None, crumbs=_site_crumbs(found))


@bp.route("/sites/<int:site_id>/edit", methods=["GET", "POST"])
@may(Action.ENTERPRISE_EDIT)
def edit_site(site_id: int) -> Answer:
    """Change a site; a new office takes over with the next request."""
    site = queries.site(site_id, seen_by=me())
    form = SiteForm(obj=site)
    _fill_choices(form)
    if request.method == "GET":
        form.category.data = site.category.code
    if form.validate_on_submit():
        expect_version(site, shown_version(form), dict(form.data))
        try:
            actions.change_site(site, _site_facts(form), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".enterprise_sites", enterprise_id=site.enterprise_id), 303)
    return page(
        "registry/site_form.html",
        form=form,
        enterprise=site.enterprise,
        site=site,
        crumbs=_site_crumbs(site.enterprise),
    )


@bp.route("/sites/<int:site_id>/close", methods=["GET", "POST"])
@may(Action.ENTERPRISE_EDIT)
def close_site(site_id: int) -> Answer:
    """Note that a site is no longer worked."""
    site: Site = queries.site(site_id, seen_by=me())
    form = DayForm(on=clock.today())
    if form.validate_on_submit():
        try:
            actions.close_site(site, given(form.on.data), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".enterprise_sites", enterprise_id=site.enterprise_id), 303)
    return page("registry/close_site.html", form=form, site=site, crumbs=_site_crumbs(site.enterprise))


def _site_crumbs(found: Enterprise) -> list[tuple[Any, str | None]]:
    return [(found.name, url_for(".enterprise_sites", enterprise_id=found.id)), (_("场所"), None)]


@bp.route("/enterprises/merge", methods=["GET", "POST"])
@may(Action.ENTERPRISE_MERGE)
def merge_enterprises() -> Answer:
    """Two columns, the value that stands chosen field by field; asked once, never undone."""
    form = ConfirmForm()
    kept = _picked("kept")
    gone = _picked("gone")
    if kept and gone and form.validate_on_submit():
        chosen = {name: request.form.get(name, "kept") for name in MERGED}
        try:
            actions.merge(kept, gone, chosen, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已合并，原企业保留为已并入。"), "ok")
            return redirect(url_for(".enterprise", enterprise_id=kept.id), 303)
    crumbs = [(_("企业"), url_for(".enterprises")), (_("合并重复"), None)]
    return page("registry/merge_enterprises.html", form=form, kept=kept, gone=gone, fields=MERGED, crumbs=crumbs)


MERGED = {
    "legal_representative": "法定代表人",
    "contact_name": "环保联系人",
    "contact_phone": "联系电话",
    "address": "注册地址",
    "industry_code": "行业代码",
    "scale": "规模",
    "remark": "备注",
}


def _picked(name: str) -> Enterprise | None:
    code = (request.values.get(name) or "").strip().upper()
    if not code:
        return None
    statement = queries.visible_enterprises(me()).where(Enterprise.credit_code == code)
    return db.session.scalars(statement).unique().one_or_none()
