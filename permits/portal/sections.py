"""The sections of an application, one page each: the firm's under /my/applications, the clerk's own under /applications."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import ENTERPRISE, Action
from core import clock
from core.attachments import BadFile
from core.db import expect_version
from core.forms import Form, shown_version
from core.pages import Answer, not_found, page
from core.said import shown
from core.workflow import NotAllowed
from law import queries as law
from permits import actions, queries
from permits.blueprint import bp
from permits.forms.applications import (
    AskedLimitsForm,
    AskedMonitoringForm,
    AttachForm,
    CommitmentForm,
    FacilitiesForm,
    GroundsForm,
    UnitForm,
)
from permits.forms.permits import OutletsForm
from permits.forms.rows import ConfirmForm, RowsForm
from permits.models import Application, ApplicationKind, PermitVersion, Section
from permits.rules import applications as rules
from permits.views.contents import BLANK_ROWS, pollutant_names
from permits.workflow import missing_in

Keep = Callable[[Application, Any], None]


def is_firm() -> bool:
    """Whether the person who asks acts for a firm."""
    return bool(me().roles & ENTERPRISE)


def layout() -> str:
    """The frame of a page that both sides open."""
    return "layout_portal.html" if is_firm() else "layout.html"


def home_of(application: Application) -> str:
    """The page of an application for the person who asks."""
    endpoint = ".my_application" if is_firm() else ".application"
    return url_for(endpoint, application_id=application.id)


def crumbs_of(application: Application, last: str | None = None) -> list[tuple[Any, str | None]]:
    """Where a page of an application stands."""
    title = _("许可%(kind)s", kind=_(application.kind.label))
    here: list[tuple[Any, str | None]] = (
        [(_("许可申请"), url_for(".my_applications"))]
        if is_firm()
        else [(_("许可申请"), url_for(".applications")), (application.enterprise.name, None)]
    )
    here.append((title, home_of(application) if last else None))
    return [*here, (last, None)] if last else here


def _writable(application_id: int, section: Section) -> Application:
    """An application whose section this person may fill in now; else the reason why not, or 404."""
    found = queries.applications.application(application_id, seen_by=me())
    if section not in rules.sections(found.kind, found.category):
        not_found()
    actions.refuse_others(found, me())
    return found


def _edition(found: Application) -> PermitVersion:
    return queries.applications.edition(found) or not_found()


def _saved(found: Application, form: Form, keep: Callable[[], None]) -> Answer | None:
    """Keep what was typed and go on; None when it was refused."""
    try:
        keep()
    except NotAllowed as refusal:
        form.refuse(refusal.missing)
        return None
    flash(_("已保存。"), "ok")
    return redirect(home_of(found), 303)


def _page(found: Application, section: Section, form: Form, template: str, **more: Any) -> Answer:
    return page(
        f"permits/{template}.html",
        layout=layout(),
        application=found,
        section=section,
        form=form,
        home=home_of(found),
        lacking=[each for where, each in missing_in(found) if where is section],
        comments=[each for each in queries.applications.open_comments(found) if each.section in (section, None)],
        crumbs=crumbs_of(found, _(section.label)),
        **more,
    )


def _rows(found: Application, section: Section, form: RowsForm, keep: Keep, **more: Any) -> Answer:
    """A table of rows, as the clerk's pages of a permit have them."""
    again = bool(request.form.get("more"))
    if request.method == "GET" or again:
        form.add_blank(BLANK_ROWS)
    if section in (Section.LIMITS, Section.MONITORING):
        version = _edition(found)
        names = pollutant_names(version)
        form.offer(
            outlet_code=[(each.code, each.code) for each in version.outlets],
            pollutant_code=[(code, f"{name} {code}") for code, name in names.items()],
        )
    if not again and form.validate_on_submit():
        expect_version(found, shown_version(form), {})
        if answer := _saved(found, form, lambda: keep(found, form)):
            return answer
    return _page(found, section, form, "section_rows", **more)


@bp.route("/my/applications/<int:application_id>/grounds", methods=["GET", "POST"], endpoint="my_application_grounds")
@bp.route("/applications/<int:application_id>/grounds", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE, Action.APPLICATION_ACCEPT)
def application_grounds(application_id: int) -> Answer:
    """Why it is applied for."""
    found = _writable(application_id, Section.GROUNDS)
    form = GroundsForm(obj=found)
    if form.validate_on_submit():
        expect_version(found, shown_version(form), dict(form.data))
        answer = _saved(
            found, form, lambda: actions.save_grounds(found, form.reason.data or "", form.ends_on.data, by=me())
        )
        if answer:
            return answer
    return _page(found, Section.GROUNDS, form, "section_grounds", ends=found.kind is ApplicationKind.CANCELLATION)


@bp.route("/my/applications/<int:application_id>/unit", methods=["GET", "POST"], endpoint="my_application_unit")
@bp.route("/applications/<int:application_id>/unit", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE, Action.APPLICATION_ACCEPT)
def application_unit(application_id: int) -> Answer:
    """The basic facts of the unit."""
    found = _writable(application_id, Section.UNIT)
    form = UnitForm(obj=found, data={"category": found.category.code})
    if request.method == "GET":
        form.category.data = found.category.code
    if form.validate_on_submit():
        expect_version(found, shown_version(form), dict(form.data))
        if answer := _saved(found, form, lambda: actions.save_unit(found, form.facts(), by=me())):
            return answer
    due = law.deadline(rules.BASIC_CHANGE, found.changed_on) if found.changed_on else None
    return _page(found, Section.UNIT, form, "section_unit", due=due, changed=queries.applications.changed_facts(found))


@bp.route(
    "/my/applications/<int:application_id>/facilities", methods=["GET", "POST"], endpoint="my_application_facilities"
)
@bp.route("/applications/<int:application_id>/facilities", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE, Action.APPLICATION_ACCEPT)
def application_facilities(application_id: int) -> Answer:
    """The facilities that produce and that treat."""
    found = _writable(application_id, Section.FACILITIES)
    rows = [
        {
            "code": each.code,
            "name": each.name,
            "kind": each.kind.code,
            "technique": each.process,
            "capacity": each.capacity,
        }
        for each in found.facilities
    ]

    def keep(application: Application, given: FacilitiesForm) -> None:
        actions.save_facilities(application, given.facts(), by=me())

    form = FacilitiesForm(data={"version": found.version, "rows": rows})
    names = ("code", "name", "kind", "technique", "capacity")
    hint = _("生产设施编号如 MF0001，治理设施编号如 TA001（废气）、TW001（废水）。")
    return _rows(found, Section.FACILITIES, form, keep, names=names, hint=hint)


@bp.route("/my/applications/<int:application_id>/outlets", methods=["GET", "POST"], endpoint="my_application_outlets")
@bp.route("/applications/<int:application_id>/outlets", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE, Action.APPLICATION_ACCEPT)
def application_outlets(application_id: int) -> Answer:
    """The outlets asked for."""
    found = _writable(application_id, Section.OUTLETS)
    rows = [
        {"code": each.code, "name": each.name, "kind": each.kind.code, "destination": each.destination}
        for each in _edition(found).outlets
    ]

    def keep(application: Application, given: OutletsForm) -> None:
        actions.save_outlets(application, given.facts(), by=me())

    form = OutletsForm(data={"version": found.version, "rows": rows})
    hint = _("编号如 DA001、DW001；去掉一个排放口会连同它的限值和监测要求一起去掉。")
    return _rows(found, Section.OUTLETS, form, keep, names=("code", "name", "kind", "destination"), hint=hint)


@bp.route("/my/applications/<int:application_id>/limits", methods=["GET", "POST"], endpoint="my_application_limits")
@bp.route("/applications/<int:application_id>/limits", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE, Action.APPLICATION_ACCEPT)
def application_limits(application_id: int) -> Answer:
    """The limits asked for, and how the quantities were calculated."""
    found = _writable(application_id, Section.LIMITS)
    rows = [
        {
            "outlet_code": outlet.code,
            "pollutant_code": each.pollutant_code,
            "kind": each.kind.code,
            "value_low": f"{each.value_low.normalize():f}" if each.value_low is not None else None,
            "value": f"{each.value.normalize():f}",
            "unit": each.unit,
            "source": each.source.code,
            "basis": each.basis,
        }
        for outlet in _edition(found).outlets
        for each in outlet.limits
    ]

    def keep(application: Application, given: AskedLimitsForm) -> None:
        names = pollutant_names(_edition(application))
        actions.save_limits(application, given.facts(names), given.note.data or "", by=me())

    form = AskedLimitsForm(data={"version": found.version, "rows": rows, "note": found.calculation})
    names = ("outlet_code", "pollutant_code", "kind", "value_low", "value", "unit", "source", "basis")
    hint = _("范围值（如 pH）填下限和限值；年许可量单位为吨。")
    note = _("写明采用的方法、系数和数据来源；申请年许可排放量的必须写。")
    return _rows(found, Section.LIMITS, form, keep, names=names, hint=hint, note_hint=note)


@bp.route(
    "/my/applications/<int:application_id>/monitoring", methods=["GET", "POST"], endpoint="my_application_monitoring"
)
@bp.route("/applications/<int:application_id>/monitoring", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE, Action.APPLICATION_ACCEPT)
def application_monitoring(application_id: int) -> Answer:
    """The plan of self-monitoring."""
    found = _writable(application_id, Section.MONITORING)
    rows = [
        {
            "outlet_code": outlet.code,
            "pollutant_code": each.pollutant_code,
            "frequency": each.frequency,
            "method": each.method,
        }
        for outlet in _edition(found).outlets
        for each in outlet.monitoring
    ]

    def keep(application: Application, given: AskedMonitoringForm) -> None:
        names = pollutant_names(_edition(application))
        actions.save_monitoring(application, given.facts(names), given.note.data or "", by=me())

    form = AskedMonitoringForm(data={"version": found.version, "rows": rows, "note": found.monitoring_plan})
    names = ("outlet_code", "pollutant_code", "frequency", "method")
    note = _("监测点位、方法、仪器、质量控制和信息公开等（办法第 19 条）。")
    hint = _("频次如 1次/季、自动监测。")
    return _rows(found, Section.MONITORING, form, keep, names=names, hint=hint, note_hint=note)


@bp.route("/my/applications/<int:application_id>/notice", methods=["GET", "POST"], endpoint="my_application_notice")
@bp.route("/applications/<int:application_id>/notice", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE, Action.APPLICATION_ACCEPT)
def application_notice(application_id: int) -> Answer:
    """Tell the public what is asked for, before it is handed in."""
    found = _writable(application_id, Section.NOTICE)
    form = ConfirmForm()
    if form.validate_on_submit() and (answer := _saved(found, form, lambda: actions.disclose(found, by=me()))):
        return answer
    notice = queries.applications.notice_of(found)
    return _page(
        found,
        Section.NOTICE,
        form,
        "section_notice",
        disclosure=notice.seen(clock.today(), law.calendar()) if notice else None,
        over=bool(notice and notice.earliest and clock.today() >= notice.earliest),
        same=found.notice_sha256 == queries.applications.disclosed_sha256(found),
        would_end=law.deadline(rules.NOTICE, clock.today()),
    )


@bp.route(
    "/my/applications/<int:application_id>/commitment", methods=["GET", "POST"], endpoint="my_application_commitment"
)
@bp.route("/applications/<int:application_id>/commitment", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE, Action.APPLICATION_ACCEPT)
def application_commitment(application_id: int) -> Answer:
    """The commitment."""
    found = _writable(application_id, Section.COMMITMENT)
    form = CommitmentForm(obj=found)
    if form.validate_on_submit():
        expect_version(found, shown_version(form), {})
        answer = _saved(found, form, lambda: actions.commit_to(found, bool(form.committed.data), by=me()))
        if answer:
            return answer
    return _page(found, Section.COMMITMENT, form, "section_commitment", commitment=rules.COMMITMENT)


@bp.route(
    "/my/applications/<int:application_id>/attachments", methods=["GET", "POST"], endpoint="my_application_attachments"
)
@bp.route("/applications/<int:application_id>/attachments", methods=["GET", "POST"])
@may(Action.APPLICATION_PREPARE, Action.APPLICATION_ACCEPT)
def application_attachments(application_id: int) -> Answer:
    """The documents that prove what is stated."""
    found = _writable(application_id, Section.ATTACHMENTS)
    form = AttachForm()
    if form.validate_on_submit():
        try:
            actions.attach_file(found, form.file.data, form.caption.data or "", by=me())
        except BadFile as refusal:
            form.hidden_problem("file", shown(refusal.sentence))
        else:
            flash(_("已上传。"), "ok")
            return redirect(request.path, 303)
    files = queries.applications.files(found)
    return _page(found, Section.ATTACHMENTS, form, "section_attachments", files=files)
