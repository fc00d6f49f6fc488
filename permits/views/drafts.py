"""A permit or a version being written: begun, changed, put in force, thrown away."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.db import db, expect_version
from core.forms import shown_version
from core.pages import Answer, page
from core.workflow import NotAllowed
from permits import actions, queries
from permits.blueprint import bp
from permits.forms.permits import FaceForm, VersionForm
from permits.forms.rows import ConfirmForm
from permits.models import Permit, PermitState, VersionGround
from permits.rules import validity
from permits.views.permits import crumbs
from permits.workflow import missing_in_version
from registry import queries as registry
from registry.models import Category, Site
from registry.search import named


def _authorities(form: FaceForm) -> dict[int, Any]:
    offices = {office.id: office for office in actions.authorities()}
    form.authority_id.choices = [(office.id, office.short_name) for office in offices.values()]
    return offices


def _face(form: FaceForm) -> actions.PermitInput:
    offices = _authorities(form)
    return actions.PermitInput(
        permit_no=form.permit_no.data or "",
        category=Category(form.category.data),
        authority=offices[form.authority_id.data],
        issued_on=form.issued_on.data or clock.today(),
    )


@bp.route("/sites/<int:site_id>/permits/new", methods=["GET", "POST"])
@may(Action.PERMIT_DRAFT)
def draft_permit(site_id: int) -> Answer:
    """Begin the permit of a site."""
    site = registry.site(site_id, seen_by=me())
    today = clock.today()
    form = FaceForm(
        data={
            "permit_no": f"{site.enterprise.credit_code}001P",
            "category": site.category.code,
            "ground": "first",
            "issued_on": today,
            "in_force_from": today,
            "valid_from": today,
            "valid_to": validity.last_day_of_term(today),
        }
    )
    _authorities(form)
    if form.validate_on_submit():
        try:
            made = actions.draft_permit(site, _face(form), form.version_facts(), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            db.session.flush()
            return redirect(url_for(".permit_version", version_id=made.versions[0].id), 303)
    tab = url_for(".enterprise_permits", enterprise_id=site.enterprise_id)
    here = [(site.enterprise.name, tab), (_("登记许可证"), None)]
    return page("permits/draft_permit.html", form=form, site=site, cancel=tab, crumbs=here)


@bp.get("/permits/new")
@may(Action.PERMIT_DRAFT)
def choose_site() -> Answer:
    """Which site is the permit for: found by name, initials or credit code."""
    asked = request.args.get("q", "").strip()[:60]
    found: list[Site] = []
    if asked:
        wanted = registry.visible_sites(me()).where(named(asked), Site.closed_on.is_(None))
        found = list(db.session.scalars(wanted.order_by(Site.name).limit(20)).unique())
    return page("permits/choose_site.html", sites=found, q=asked)


def _suggested(permit: Permit, ground: VersionGround) -> dict[str, Any]:
    """What a new version of this ground begins with; a renewed term follows the one before (办法第二十四条)."""
    today = clock.today()
    if ground is VersionGround.RENEWAL:
        start = validity.renewed_from(permit.valid_to, validity.latest_application(permit.valid_to), today)
        return {
            "ground": ground.code,
            "in_force_from": start,
            "valid_from": start,
            "valid_to": validity.last_day_of_term(start),
        }
    return {
        "ground": ground.code,
        "in_force_from": today,
        "valid_from": permit.valid_from,
        "valid_to": permit.valid_to,
    }


@bp.route("/permits/<int:permit_id>/versions/new", methods=["GET", "POST"])
@may(Action.PERMIT_DRAFT)
def draft_version(permit_id: int) -> Answer:
    """Begin the next version of a permit."""
    found = queries.permits.permit(permit_id, seen_by=me())
    ground = VersionGround.of(request.args.get("ground")) or VersionGround.CHANGE
    form = VersionForm(data=_suggested(found, ground))
    if form.validate_on_submit():
        try:
            made = actions.draft_version(found, form.version_facts(), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            db.session.flush()
            return redirect(url_for(".permit_version", version_id=made.id), 303)
    return page("permits/draft_version.html", form=form, permit=found, crumbs=crumbs(found, _("新版本")))


@bp.route("/permits/versions/<int:version_id>/edit", methods=["GET", "POST"])
@may(Action.PERMIT_DRAFT)
def change_version(version_id: int) -> Answer:
    """Change the face and the dates of a draft."""
    version = queries.permits.version(version_id, seen_by=me())
    permit = version.permit
    actions.refuse_issued(version)
    actions.refuse_firms_own(version)
    whole = permit.state is PermitState.DRAFT
    shown = {name: getattr(version, name) for name in ("in_force_from", "valid_from", "valid_to", "applied_on")}
    shown |= {"decided_on": version.decided_on, "remark": version.remark, "ground": version.ground.code}
    shown["version"] = permit.version
    if whole:
        shown |= {name: getattr(permit, name) for name in ("permit_no", "authority_id", "issued_on")}
        shown["category"] = permit.category.code
    form: FaceForm | VersionForm = FaceForm(data=shown) if whole else VersionForm(data=shown)
    if isinstance(form, FaceForm):
        _authorities(form)
    if form.validate_on_submit():
        expect_version(permit, shown_version(form), dict(form.data), version)
        face = _face(form) if isinstance(form, FaceForm) else None
        try:
            actions.change_version(version, form.version_facts(), face, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            return redirect(url_for(".permit_version", version_id=version.id), 303)
    here = crumbs(permit, _("第 %(n)d 版", n=version.number))
    return page("permits/change_version.html", form=form, edition=version, permit=permit, whole=whole, crumbs=here)


@bp.route("/permits/versions/<int:version_id>/issue", methods=["GET", "POST"])
@may(Action.PERMIT_ISSUE)
def issue_version(version_id: int) -> Answer:
    """Put a version in force; it cannot be changed after that."""
    version, form = queries.permits.version(version_id, seen_by=me()), ConfirmForm()
    if form.validate_on_submit():
        try:
            actions.issue_version(version, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("第 %(n)d 版已生效，义务已重新生成。", n=version.number), "ok")
            return redirect(url_for(".permit", permit_id=version.permit_id), 303)
    return page(
        "permits/issue_version.html",
        form=form,
        edition=version,
        permit=version.permit,
        missing=missing_in_version(version),
        crumbs=crumbs(version.permit, _("生效")),
    )


@bp.route("/permits/versions/<int:version_id>/discard", methods=["GET", "POST"])
@may(Action.PERMIT_DRAFT)
def discard_version(version_id: int) -> Answer:
    """Throw a draft away."""
    version, form = queries.permits.version(version_id, seen_by=me()), ConfirmForm()
    permit = version.permit
    if form.validate_on_submit():
        enterprise_id = permit.enterprise_id
        try:
            left = actions.discard_version(version, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("草稿已删除。"), "ok")
            there = url_for(".permit", permit_id=left.id) if left else None
            return redirect(there or url_for(".enterprise_permits", enterprise_id=enterprise_id), 303)
    return page(
        "permits/discard_version.html",
        form=form,
        edition=version,
        permit=permit,
        crumbs=crumbs(permit, _("删除草稿")),
    )
